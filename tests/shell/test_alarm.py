"""Alarms reach the operator by a real web server, survive its troubles, and leak no address."""

import asyncio
import random
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core import settings
from bot.errors import ConfigError
from bot.shell.alarm import AlarmSender, Persistence
from bot.shell.watch import AlarmNote
from tests.shell.virtual_clock import START, VirtualClock

SECRET = "s3cret-token"


def note(text="和网关断开", level="critical"):
    return AlarmNote(text=text, level=level, kind="disconnected", at=START, account="客服一号")


class Desk:
    """A web server on loopback that answers as told and keeps what it got."""

    def __init__(self):
        self.answers, self.got, self.news = [], [], asyncio.Event()
        self.url, self.closing = "", asyncio.Event()

    async def take(self, request):
        self.got.append(await request.json())
        self.news.set()
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "hang":
            await self.closing.wait()
        if answer == "drop":
            request.transport.close()
        headers = {"Location": "/elsewhere"} if answer == 302 else None
        return web.Response(status=answer if isinstance(answer, int) else 200, headers=headers)


@pytest.fixture
async def desk():
    desk = Desk()
    app = web.Application()
    app.router.add_post("/{tail:.*}", desk.take)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook/{SECRET}"
    yield desk
    desk.closing.set()
    await runner.cleanup()


@asynccontextmanager
async def sender_to(webhook, apprise=(), clock=None, environ=None, **persistence):
    clock = clock or VirtualClock()
    sender = AlarmSender(
        settings.Alarm(webhook=webhook, apprise=apprise),
        clock=clock,
        rng=random.Random(1),
        environ=environ or {},
        persistence=Persistence(**persistence),
    )
    await sender.start()
    try:
        async with asyncio.timeout(20):
            yield sender
    finally:
        await sender.stop(grace=0)


async def flushed(sender, clock):
    """Let the virtual clock follow the sender's pauses until nothing waits."""
    task = asyncio.create_task(sender.flushed())
    while not task.done():
        if (when := clock.next_waiter()) is not None:
            clock.advance_to(when)
        await asyncio.sleep(0)


async def test_an_alarm_arrives_with_all_a_program_needs(desk):
    async with sender_to(desk.url) as sender:
        sender.ring(note())
        await sender.flushed()
    assert desk.got == [
        {
            "text": "和网关断开",
            "level": "critical",
            "kind": "disconnected",
            "at": "2025-03-03T04:00:00+00:00",
            "account": "客服一号",
        }
    ]
    assert (sender.sent, sender.lost) == (1, 0)


async def test_the_environment_wins_over_the_settings(desk):
    environ = {"QUNGUAN_ALARM_WEBHOOK": desk.url}
    async with sender_to("http://127.0.0.1:9/", environ=environ) as sender:
        sender.ring(note())
        await sender.flushed()
    assert len(desk.got) == 1


@pytest.mark.parametrize("trouble", [500, 503, 429, 408, "drop", "hang"])
async def test_passing_troubles_are_sat_out(desk, trouble):
    desk.answers = [trouble, trouble]
    clock = VirtualClock()
    async with sender_to(desk.url, clock=clock, timeout=0.2) as sender:
        sender.ring(note())
        await flushed(sender, clock)
    assert len(desk.got) == 3
    assert sender.sent == 1
    assert 3 <= (clock.now() - START).total_seconds() <= 3.75  # 1 and 2 seconds and a quarter by chance


@pytest.mark.parametrize("answer", [400, 401, 404, 302])
async def test_a_refusal_is_final(desk, answer):
    desk.answers = [answer]
    async with sender_to(desk.url) as sender:
        sender.ring(note())
        await sender.flushed()
    assert len(desk.got) == 1
    assert (sender.sent, sender.lost) == (0, 1)


async def test_after_the_last_try_the_next_alarm_has_its_turn(desk):
    desk.answers = [500, 500, 500]
    clock = VirtualClock()
    async with sender_to(desk.url, clock=clock, attempts=3) as sender:
        sender.ring(note("first"))
        sender.ring(note("second"))
        await flushed(sender, clock)
    assert [got["text"] for got in desk.got] == ["first", "first", "first", "second"]
    assert (sender.sent, sender.lost) == (1, 1)


async def test_stopping_gives_what_waits_a_moment_to_get_out(desk):
    async with sender_to(desk.url) as sender:
        for n in range(5):
            sender.ring(note(str(n)))
        await sender.stop(grace=10)
    assert len(desk.got) == 5


async def test_when_none_gets_through_the_newest_are_kept(desk):
    desk.answers = ["hang"]
    async with sender_to(desk.url, timeout=60) as sender:
        sender.ring(note("0"))
        await desk.news.wait()
        for n in range(1, 151):
            sender.ring(note(str(n)))
        assert sender.lost == 51
        assert [w.text for w in sender._waiting] == [str(n) for n in range(51, 151)]


async def test_without_an_address_alarms_are_logged_and_nothing_waits():
    with capture_logs() as logs:
        async with sender_to(None) as sender:
            sender.ring(note())
            await sender.flushed()
    assert [(log["log_level"], log["kind"]) for log in logs] == [("critical", "disconnected")]


async def test_no_address_is_ever_logged(desk):
    desk.answers = [500, "drop", 404]
    clock = VirtualClock()
    with capture_logs() as logs:
        async with sender_to(desk.url, clock=clock) as sender:
            sender.ring(note())
            await flushed(sender, clock)
        async with sender_to(f"http://127.0.0.1:9/{SECRET}", clock=clock) as sender:
            sender.ring(note())
            await flushed(sender, clock)
    assert len(logs) >= 5
    assert SECRET not in repr(logs)


@pytest.mark.parametrize(
    "webhook", [f"ftp://host/{SECRET}", f"http:///{SECRET}", SECRET, f"http://h:99999/{SECRET}"]
)
async def test_a_malformed_address_is_refused_at_start_without_being_quoted(webhook):
    with pytest.raises(ConfigError) as caught:
        async with sender_to(webhook):
            pass
    assert SECRET not in str(caught.value)
    assert "QUNGUAN_ALARM_WEBHOOK" in str(caught.value)


async def test_apprise_asked_for_and_missing_is_said_at_start(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"pip install 'qunguan\[notify\]'"):
        async with sender_to(None, apprise=(f"json://{SECRET}",)):
            pass


async def test_apprise_passes_alarms_on(desk):
    pytest.importorskip("apprise")
    url = desk.url.replace("http://", "json://")
    async with sender_to(None, apprise=(url,)) as sender:
        sender.ring(note())
        await sender.flushed()
    assert desk.got[0]["message"] == "和网关断开"
    assert desk.got[0]["title"] == "qunguan 客服一号"


async def test_an_address_apprise_does_not_know_is_refused_without_being_quoted():
    pytest.importorskip("apprise")
    with pytest.raises(ConfigError, match="address 1") as caught:
        async with sender_to(None, apprise=(f"nosuch://{SECRET}",)):
            pass
    assert SECRET not in str(caught.value)

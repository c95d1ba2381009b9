"""Deaf streams, stuck gateways, and gateways that know no ding: told apart, and no reconnecting for ever."""

import asyncio
import time

import pytest
import structlog
from gateway_process import ROOM
from grpclib.const import Status
from grpclib.exceptions import GRPCError
from listening import eventually

from bot.channels.wechaty.pulse import Pulse, SilentError
from bot.core.events import Account, Message
from bot.core.settings import WechatyLink
from bot.errors import ChannelRejectedError, NotAllowedError, NotDeliveredError

LONG = 30  # never waited out
UNSUPPORTED = "Wechaty Puppet Unsupported API Error."  # wechaty-puppet's own words


def pulse_of(bot):
    return bot.channel._puppet._pulse


def told(bot, state):
    return [link for link in bot.states if link.state == state]


async def dinged(gateway):
    return (await gateway("counts")).get("ding", 0)


async def until_dinged(gateway, times):
    async with asyncio.timeout(LONG):
        while await dinged(gateway) < times:
            pass


# ------------------------------------------------------------------------------------ at a gateway


@pytest.mark.gateway
async def test_a_quiet_gateway_stays_connected_and_alive(gateway, connect):
    bot = await connect(gateway, keepalive_seconds=0.2, keepalive_timeout_seconds=LONG)
    await bot.until(lambda: len(told(bot, "alive")) >= 3)
    await until_dinged(gateway, 3)
    assert pulse_of(bot).dong == "answers"
    assert (len(told(bot, "connected")), told(bot, "disconnected")) == (1, [])


@pytest.mark.gateway
async def test_whatever_comes_is_a_sign_of_life_told_of_once_a_second(bot, gateway):
    began, before = time.monotonic(), len(told(bot, "alive"))
    async with asyncio.timeout(LONG):
        while len(told(bot, "alive")) < before + 2:
            await gateway("emit", event="heartbeat", payload={"data": "hb"})
    assert time.monotonic() - began > 1
    last = await gateway.say("忙")
    await gateway("burst", n=100, to=ROOM, **{"from": ["wxid_alice"]})
    await bot.event(Message, lambda m: m.id == last)
    assert len(told(bot, "alive")) - before <= time.monotonic() - began + 1


@pytest.mark.gateway
async def test_a_stream_that_goes_deaf_is_noticed_and_opened_anew(gateway, connect):
    bot = await connect(gateway, keepalive_seconds=0.2, keepalive_timeout_seconds=3)
    await eventually(lambda: pulse_of(bot).dong == "answers")
    links, seen = len(bot.states), len(bot.events)
    await gateway("deafen")
    lost = await gateway.say("没人听见")
    assert (await bot.channel.say_room(ROOM, "还能说", [])).message_id  # calls are answered all the while
    assert "deaf" in (await bot.state("disconnected", after=links)).detail
    back = await bot.event(Account, lambda a: a.state == "connected", after=seen)
    assert back.gap_seconds > 0
    await bot.event(Account, lambda a: a.state == "login", after=seen)
    sent = await gateway.say("听见了")
    await bot.event(Message, lambda m: m.id == sent)
    assert lost not in {event.id for event in bot.of(Message)}


@pytest.mark.gateway
async def test_a_gateway_that_stays_deaf_is_never_taken_for_one_without_dong(gateway, connect):
    bot = await connect(gateway, keepalive_seconds=0.2, keepalive_timeout_seconds=1)
    await eventually(lambda: pulse_of(bot).dong == "answers")
    links, seen = len(bot.states), len(bot.events)
    await gateway("deafen", every=True)
    await bot.until(lambda: [s.state for s in bot.states[links:]].count("disconnected") >= 3)
    await gateway("reset")
    await bot.event(Account, lambda a: a.state == "login", after=seen)


@pytest.mark.gateway
async def test_a_gateway_without_dong_is_reconnected_once_and_then_believed(gateway, connect):
    await gateway("fail", ding={"silent": True})
    bot = await connect(gateway, keepalive_seconds=0.2, keepalive_timeout_seconds=3)
    await bot.until(lambda: len(told(bot, "connected")) == 2)
    links = len(bot.states)
    await until_dinged(gateway, await dinged(gateway) + 5)
    await bot.state("alive", after=links)
    sent = await gateway.say("在")
    await bot.event(Message, lambda m: m.id == sent)
    assert (len(told(bot, "connected")), len(told(bot, "disconnected"))) == (2, 1)
    assert "never answers" in told(bot, "disconnected")[0].detail
    await gateway("fail")  # it answers after all
    await eventually(lambda: pulse_of(bot).dong == "answers")
    assert len(told(bot, "connected")) == 2


@pytest.mark.gateway
async def test_a_gateway_that_knows_no_ding_is_believed_at_once(gateway, connect):
    await gateway("fail", ding={"message": UNSUPPORTED})
    bot = await connect(gateway, keepalive_seconds=0.2, keepalive_timeout_seconds=LONG)
    await eventually(lambda: pulse_of(bot).dong == "never")
    links = len(bot.states)
    await bot.state("alive", after=links)
    assert (len(told(bot, "connected")), told(bot, "disconnected")) == (1, [])
    assert await dinged(gateway) == 1


# ------------------------------------------------------------------------------------ by itself


class Stub:
    """Calls that end as told: by an error, never (an event nobody sets), or well."""

    def __init__(self, ding=None, version=None):
        self.ends = {"ding": ding, "version": version}
        self.data = []
        self.asked = []

    async def ding(self, *, data):
        self.data.append(data)
        await self._end("ding")

    async def version(self):
        await self._end("version")

    async def _end(self, name):
        self.asked.append(name)
        end = self.ends[name]
        if isinstance(end, Exception):
            raise end
        if isinstance(end, asyncio.Event):
            await end.wait()


class Life:
    """A pulse, and the stream that it listens to."""

    def __init__(self, stub, *, quiet=0.05, limit=0.05):
        self.pulse = Pulse(WechatyLink(keepalive_seconds=quiet, keepalive_timeout_seconds=limit))
        self.stub = stub
        self.alive = 0
        self.coming = asyncio.get_running_loop().create_future()

    def _alive(self):
        self.alive += 1

    async def next(self):
        try:
            return await asyncio.wait_for(self.pulse.next(self.coming, self.stub, self._alive), LONG)
        finally:
            self.coming = asyncio.get_running_loop().create_future()

    async def silent(self):
        with pytest.raises(SilentError) as caught:
            await self.next()
        return str(caught.value)


def answered(error):
    """The error of a call that the gateway answered."""
    error.__cause__ = GRPCError(Status.INTERNAL, "boom")
    return error


async def test_a_gateway_that_answers_no_call_is_stuck_whatever_is_known_of_its_dong():
    life = Life(Stub(ding=asyncio.Event(), version=asyncio.Event()))
    for dong in ("untried", "answers", "never"):
        life.pulse.dong = dong
        assert "stuck" in await life.silent()
        assert life.pulse.dong == dong
    assert life.alive == 0


async def test_a_ding_that_hangs_is_as_good_as_none():
    life = Life(Stub(ding=asyncio.Event()))
    assert "never answers" in await life.silent()
    waiting = asyncio.create_task(life.next())
    await eventually(lambda: life.alive)
    life.coming.set_result("event")
    assert await waiting == "event"


async def test_a_link_that_breaks_under_the_question_ends_the_stream_as_it_does_otherwise():
    life = Life(Stub(ding=NotDeliveredError("connection lost")), limit=LONG)
    waiting = asyncio.create_task(life.next())
    await eventually(lambda: life.stub.asked)
    life.coming.set_exception(ConnectionError("lost"))
    with pytest.raises(ConnectionError):
        await waiting


async def test_a_ding_answered_with_an_error_must_still_be_followed_by_something():
    life = Life(Stub(ding=answered(NotDeliveredError("boom"))))
    assert "deaf" in await life.silent()
    assert life.pulse.dong == "never"


async def test_a_token_refused_meanwhile_is_told_as_that():
    with pytest.raises(ChannelRejectedError):
        await Life(Stub(ding=ChannelRejectedError("no"))).next()


async def test_without_dong_an_answered_call_is_the_sign_of_life():
    life = Life(Stub())
    assert "never answers" in await life.silent()
    waiting = asyncio.create_task(life.next())
    await eventually(lambda: life.stub.asked.count("version") >= 3)
    assert life.alive == 1  # told of once a second
    life.coming.set_result("event")
    assert await waiting == "event"


async def test_a_dong_counts_in_time_only():
    life = Life(Stub(), limit=LONG)
    life.pulse.heard_dong("")  # of somebody else's ding
    assert life.pulse.dong == "untried"
    waiting = asyncio.create_task(life.next())
    await eventually(lambda: life.stub.data)
    life.coming.set_result("dong")
    await waiting
    life.pulse.heard_dong("qunguan-0")
    assert life.pulse.dong == "untried"
    life.pulse._until -= LONG
    life.pulse.heard_dong(life.stub.data[-1])
    assert life.pulse.dong == "untried"
    life.pulse._until += LONG
    life.pulse.heard_dong(life.stub.data[-1])
    assert life.pulse.dong == "answers"


async def test_dongs_that_do_not_repeat_what_was_said_count_too():
    life = Life(Stub(), limit=LONG)
    waiting = asyncio.create_task(life.next())
    await eventually(lambda: life.stub.data)
    life.coming.set_result("dong")
    await waiting
    life.pulse.heard_dong("dong")
    assert life.pulse.dong == "answers"


async def test_after_a_loss_of_the_link_another_puppet_may_be_there():
    life = Life(Stub())
    life.pulse.dong = "answers"
    assert "deaf" in await life.silent()
    life.pulse.lost(deaf=True)
    assert life.pulse.dong == "answers"
    life.pulse.lost(deaf=False)
    assert life.pulse.dong == "untried"
    assert "never answers" in await life.silent()
    life.pulse.lost(deaf=False)
    assert life.pulse.dong == "never"


async def test_that_deafness_goes_unnoticed_is_said_once():
    life = Life(Stub(ding=NotAllowedError("unsupported")))
    with structlog.testing.capture_logs() as said:
        for _ in range(3):
            waiting = asyncio.create_task(life.next())
            asked = len(life.stub.asked)
            await eventually(lambda asked=asked: len(life.stub.asked) > asked + 1)
            life.coming.set_result("event")
            await waiting
            life.pulse.lost(deaf=False)
    assert life.stub.asked.count("ding") == 3
    assert [line["why"] for line in said] == ["it knows no ding"]

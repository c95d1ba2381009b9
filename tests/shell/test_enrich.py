"""Looking at pictures beside the lane: bounded, the urgent first, one reader, and what is found becomes an event."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.core.events import Enrich, Image, Message
from bot.core.records import AccountState, MemberState, RoomState
from bot.core.state import State
from bot.shell import enrich
from bot.shell.enrich import Enricher
from bot.shell.picture import look_at
from tests.shell.test_picture import encoded, poster
from tests.shell.virtual_clock import START, VirtualClock

PICTURE = encoded(poster(1))


class Platform:
    """Hands over the same picture for every message, and is where findings go."""

    def __init__(self) -> None:
        self.found: list[Enrich] = []
        self.keys: list[str] = []

    async def picture(self, message_id: str) -> bytes | None:
        return PICTURE

    async def put(self, item) -> None:
        self.found.append(item.event)
        self.keys.append(item.key)


class Reader:
    """Reads nothing until it is let; notes how many read at once."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.at_once = self.most = 0

    def __call__(self, picture: bytes) -> str:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.may.wait(20)
        self.at_once -= 1
        return "加微信 demo_88"


def state(**account) -> State:
    joined = {"new": START - timedelta(hours=2), "old": None, "caught": None}
    members = [
        MemberState(
            room="r", member=who, first_seen=START, joined_at=at, last_case=1 if who == "caught" else None
        )
        for who, at in joined.items()
    ]
    return State(
        [AccountState(self_id="bot", **account), RoomState(room="r", owner="boss", staff=("aide",)), *members]
    )


def picture(number: int | str, sender: str = "old", room: str | None = "r", **more) -> Message:
    return Message(at=START, room=room, id=f"m{number}", sender=sender, type="image", image=Image(**more))


async def looked(*messages, reader=None, known=None) -> tuple[Platform, Enricher]:
    """Let an enricher hear messages, and return what it found once it is done."""
    platform = Platform()
    known = known or state()
    enricher = Enricher(platform, platform, VirtualClock(), lambda: known, reader or (lambda _: ""))
    work = asyncio.create_task(enricher.run())
    for message in messages:
        enricher.heard(message)
    if isinstance(reader, Reader):
        # one is being read, and all the others wait for that or had to give way
        while 1 + len(enricher._to_read) + enricher.passed_over < len(messages):  # noqa: ASYNC110 - as said
            await asyncio.sleep(0)
        reader.may.set()
    async with asyncio.timeout(20):
        await enricher.idle()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    return platform, enricher


async def test_the_text_of_a_picture_becomes_an_event_of_its_message():
    platform, _ = await looked(picture(1), reader=lambda _: "加微信 demo_88")
    assert [(e.id, e.room, e.sender, e.ocr) for e in platform.found] == [("m1", "r", "old", "加微信 demo_88")]
    assert platform.found[0].hash == look_at(PICTURE).hash
    assert platform.keys == ["enrich:m1:text"]


async def test_a_picture_without_code_and_text_is_nothing_to_tell():
    platform, _ = await looked(picture(1))
    assert platform.found == []


async def test_a_picture_like_one_that_was_an_ad_is_told_before_it_is_read():
    print_ = look_at(PICTURE).hash
    platform, _ = await looked(picture(1), known=state(pictures=(print_,)))
    assert [(e.hash, e.ocr) for e in platform.found] == [(print_, "")]


@pytest.mark.parametrize(
    "message",
    [picture(1, "boss"), picture(1, "aide"), picture(1, "bot"), picture(1, room=None), picture(1, qr=("x",))],
    ids=["owner", "staff", "itself", "private", "looked-at-already"],
)
async def test_these_are_not_looked_at(message):
    platform, _ = await looked(message, reader=lambda _: "加微信 demo_88")
    assert platform.found == []


async def test_one_reads_at_a_time_and_whoever_is_new_or_was_caught_comes_first(monkeypatch):
    monkeypatch.setattr(enrich, "_WORKERS", 1)
    reader = Reader()
    messages = [picture(0), *(picture(n) for n in range(1, 4)), picture(4, "new"), picture(5, "caught")]
    platform, enricher = await looked(*messages, reader=reader)
    assert [e.id for e in platform.found] == ["m0", "m4", "m5", "m1", "m2", "m3"]
    assert (reader.most, enricher.passed_over) == (1, 0)


async def test_few_wait_to_be_read_and_the_least_urgent_give_way(monkeypatch):
    monkeypatch.setattr(enrich, "_WORKERS", 1)
    messages = [picture(n) for n in range(25)] + [picture(n, "new") for n in range(25, 28)]
    platform, enricher = await looked(*messages, reader=Reader())
    told = [e.id for e in platform.found]
    assert told[1:4] == ["m25", "m26", "m27"]
    assert len(told) == 17
    assert enricher.passed_over == 28 - 17


async def test_a_flood_of_pictures_is_cut_off_and_counted():
    platform = Platform()
    enricher = Enricher(platform, platform, VirtualClock(), state, lambda _: "")
    for number in range(100):
        enricher.heard(picture(number))
    assert enricher.passed_over == 36


async def test_a_picture_that_breaks_the_reader_is_passed_over():
    def read(_: bytes) -> str:
        read.times = getattr(read, "times", 0) + 1
        if read.times == 1:
            raise RuntimeError("broken")
        return "字"

    platform, _ = await looked(picture(1), picture(2), reader=read)
    assert [e.ocr for e in platform.found] == ["字"]

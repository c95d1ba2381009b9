"""What may still change between a decision and its deed, and what one failure may cost the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.scene import Content
from bot.core.events import Due, Message
from bot.ports import Received, Sent, Store
from bot.shell import lane
from bot.store.memory import MemoryStore
from tests.e2e.town import AD, AIDE, BOSS, FRIEND, NOON, STRANGER, TALK, Town, condition

ONE_REMOVAL_A_MINUTE = {"governor": {"removals_minute": 1}}
TWO_MINUTES_BETWEEN_WORDS = {"governor": {"gap_seconds": 120, "jitter_seconds": 0}}
STOP = "别再给我发消息了"


class TestOptOut:
    async def test_words_that_wait_for_their_turn_are_not_said_to_who_opted_out_meanwhile(self, store: Store):
        async with Town(store, tables=TWO_MINUTES_BETWEEN_WORDS) as town:
            await town.say(AIDE, "/mode")
            await town.say(FRIEND, AD)
            assert town.said(to=FRIEND) == []
            await town.whisper(FRIEND, STOP)
            await town.later(hours=12)
            assert len(town.said(to=FRIEND)) == 1
            assert "不再私信打扰" in town.said(to=FRIEND)[0]
            assert "@小林" in town.said(room="a")[-1]

    async def test_an_opt_out_that_comes_while_the_row_is_being_claimed_is_obeyed(self):
        store = SlowClaims()
        async with Town(store) as town:
            store.meanwhile = lambda: speak_and_be_heard(town, FRIEND, STOP)
            town.world.say(FRIEND, Content(text=AD), room="a")
            await town.settled()
            assert store.meanwhile is None, "nothing was claimed"
            assert not [text for text in town.said(to=FRIEND) if "推广" in text]
            assert "@小林" in town.said(room="a")[0]

    async def test_it_holds_after_a_restart_and_in_every_room(self, store: Store):
        async with Town(store) as town:
            await town.whisper(FRIEND, STOP)
        town.clock.advance_to(NOON + timedelta(days=40))
        async with Town(store, world=town.world, clock=town.clock) as again:
            await again.say(FRIEND, AD, "b")
            await again.say(AIDE, "/warn @小林", "b")
            await again.later(hours=1)
            assert len(again.said(to=FRIEND)) == 1
            assert len(again.said(room="b")) == 2


class TestUndo:
    async def test_before_the_removal_went_out_it_drops_it(self, store: Store):
        async with Town(store, tables=ONE_REMOVAL_A_MINUTE) as town:
            await town.say(AIDE, "/kick @小王")
            await town.say(AIDE, "/kick @小林")
            assert town.removed() == [("a", STRANGER)]
            await town.whisper(AIDE, "/undo 2")
            await town.later(hours=1)
            assert town.removed() == [("a", STRANGER)]
            assert FRIEND in town.world.present["a"]
            assert town.case(2).state == "undone"
            assert await town.rows() == {}

    async def test_an_appointment_before_the_removal_went_out_drops_it(self, store: Store):
        async with Town(store, tables=ONE_REMOVAL_A_MINUTE) as town:
            await town.say(AIDE, "/kick @小王")
            await town.say(AIDE, "/kick @小林")
            town.world.staff["a"] = (*town.world.staff["a"], FRIEND)
            town.channel._announce()
            await town.settled()
            await town.later(hours=1)
            assert town.removed() == [("a", STRANGER)]
            assert town.case(2).state == "failed"
            assert town.case(2).done == ()

    async def test_observing_before_the_removal_went_out_drops_it(self, store: Store):
        async with Town(store, tables=ONE_REMOVAL_A_MINUTE) as town:
            for who in ("new", "new2"):
                await town.join(who)
                await town.say(who, AD)
            await town.say(AIDE, "/mode observe")
            await town.later(hours=1)
            assert town.removed() == [("a", "new")]
            assert "new2" in town.world.present["a"]

    async def test_a_removal_left_over_from_before_a_crash_is_undone_too(self, store: Store):
        async with Town(store, tables=ONE_REMOVAL_A_MINUTE) as town:
            await town.say(AIDE, "/kick @小王")
            await town.say(AIDE, "/kick @小林")
        town.clock.advance_to(town.clock.now() + timedelta(seconds=5))
        async with Town(store, world=town.world, clock=town.clock, tables=ONE_REMOVAL_A_MINUTE) as again:
            assert again.runtime.dispatcher.waiting == 1
            await again.whisper(AIDE, "/undo 2")
            await again.later(hours=1)
            assert again.removed() == [("a", STRANGER)]


class TestOneFailure:
    async def test_a_room_that_hangs_holds_up_nobody_else(self, store: Store):
        async with Town(store, channel=HangingRoom) as town:
            channel = town.channel
            assert isinstance(channel, HangingRoom)
            for _ in range(20):
                town.world.say(AIDE, Content(text="/status"), room="a")
            for who in ("new", "new2"):
                town.world.join("b", who)
            town.world.say("new", Content(text=AD), room="b")
            town.world.say(STRANGER, Content(text=AD), room="b")
            town.world.say(BOSS, Content(text="/status"))
            await condition(lambda: channel.hanging == 1, "the channel hangs on room a")
            await condition(lambda: town.removed() == [("b", "new")], "the ad in room b is dealt with")
            await condition(lambda: len(town.said(room="b")) == 1, "the reminder in room b is said")
            await condition(lambda: len(town.said(to=BOSS)) == 1, "the answer in private is said")
            assert town.said(room="a") == []
            channel.go_on.set()
            await town.settled()
            assert len(town.said(room="a")) == 20

    async def test_a_defect_in_deciding_costs_only_that_event(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        break_decide(monkeypatch, lambda event: isinstance(event, Message) and event.text == "碰我就坏")
        async with Town(store) as town:
            await town.join("new")
            town.world.say(STRANGER, Content(text=TALK), room="a")
            town.world.say(FRIEND, Content(text="碰我就坏"), room="a")
            town.world.say("new", Content(text=AD), room="a")
            await town.settled()
            assert town.removed() == [("a", "new")]
            assert town.runtime.lane.defects == 1
            assert await store.pending() == []
            assert "碰我就坏".encode() in b"\n".join(raw for _, raw in await store.journal())

    async def test_a_defect_in_one_digest_does_not_end_all_digests(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        first = iter([True])
        break_decide(monkeypatch, lambda event: isinstance(event, Due) and next(first, False))
        async with Town(store) as town:
            await town.until(NOON + timedelta(hours=9, minutes=30))
            assert town.runtime.lane.defects == 1
            assert town.said(to=BOSS) == []
            await town.until(NOON + timedelta(hours=11))
            [late] = town.said(to=BOSS)
            assert "2026-03-02 群日报，自上次日报起（迟到了" in late
            await town.until(NOON + timedelta(days=1, hours=10))
            assert [text[:10] for text in town.said(to=BOSS)] == ["2026-03-02", "2026-03-03"]
            assert town.runtime.lane.state.next_due > town.clock.now()

    async def test_a_picture_that_cannot_be_fetched_does_not_end_the_bot(self, store: Store):
        async with Town(store, channel=BrokenPictures) as town:
            await town.say(STRANGER, "", type="image")
            await town.join("new")
            await town.say("new", AD)
            assert town.removed() == [("a", "new")]

    async def test_a_picture_that_breaks_the_reader_does_not_end_the_bot(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        def broken(_picture: bytes) -> tuple[str, ...]:
            raise RuntimeError("the library has a defect")

        monkeypatch.setattr("bot.shell.enrich.look_at", broken)
        async with Town(store) as town:
            for _ in range(3):
                said = town.world.say(STRANGER, Content(type="image"), room="a")
                town.world.pictures[said] = b"\x89PNG"
            await town.settled()
            await town.join("new")
            await town.say("new", AD)
            assert town.removed() == [("a", "new")]

    async def test_text_that_is_not_valid_costs_nobody_elses_words(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            town.world.say(STRANGER, Content(text="\ud800坏字符\x00"), room="a")
            town.world.say("new", Content(text=AD), room="a")
            await town.settled()
            assert town.removed() == [("a", "new")]
            journal = b"\n".join(raw for _, raw in await store.journal()).decode()
            assert "坏字符" in journal
            assert "\ud800" not in journal

    async def test_what_can_not_be_kept_at_all_is_left_out_and_the_rest_goes_on(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            odd: Any = object()
            message = Message(at=town.clock.now(), room="a", id="odd", sender=STRANGER, text=odd)
            await town.runtime.lane.put(Received(key="message:odd", event=message))
            town.world.say("new", Content(text=AD), room="a")
            await town.settled()
            assert town.removed() == [("a", "new")]
            assert town.runtime.lane.defects == 1


class HangingRoom(SimulatorChannel):
    """A platform that does not answer for room a until it is let."""

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.go_on = asyncio.Event()
        self.hanging = 0

    async def say_room(self, room: str, text: str, mentions: Any) -> Sent:
        if room == "a":
            self.hanging += 1
            await self.go_on.wait()
        return await super().say_room(room, text, mentions)


class BrokenPictures(SimulatorChannel):
    """A platform whose pictures fail in an unforeseen way."""

    async def picture(self, message_id: str) -> bytes | None:
        raise RuntimeError("the gateway's library has a defect")


class SlowClaims(MemoryStore):
    """A store so slow in claiming that something happens meanwhile, once."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def claim(self, effect: str, at: Any) -> bool:
        claimed = await super().claim(effect, at)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return claimed


async def speak_and_be_heard(town: Town, who: str, text: str) -> None:
    decided = town.runtime.lane.decided
    town.world.say(who, Content(text=text))
    await condition(lambda: town.runtime.lane.decided > decided, "the words are decided on")


def break_decide(monkeypatch: pytest.MonkeyPatch, breaks: Callable[[Any], bool]) -> None:
    sound = lane.decide

    def broken(event: Any, *rest: Any) -> Any:
        if breaks(event):
            raise RuntimeError("a defect in the core")
        return sound(event, *rest)

    monkeypatch.setattr(lane, "decide", broken)

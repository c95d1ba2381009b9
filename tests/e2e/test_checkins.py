"""A silent member is asked, answers, is followed up and comes back; on the real runtime and both stores."""

from __future__ import annotations

import msgspec

from bot.core.policy import Policy
from bot.ports import Store
from tests.core.checkin.silence import packs
from tests.e2e.town import AIDE, BOSS, FRIEND, STRANGER, Town, settings


class QuietTown(Town):
    """The town with check-ins."""

    def __init__(self, store: Store, **tables) -> None:
        super().__init__(store)
        policy = Policy(settings("act", **tables), self.brain.policy.rules, **packs())
        self.brain = msgspec.structs.replace(self.brain, policy=policy)

    async def until_written_to(self, who: str, days: int = 70) -> str:
        for _ in range(days):
            if said := self.said(to=who):
                return said[-1]
            await self.later(days=1)
        raise AssertionError(f"{who} was never written to")

    def record(self, who: str):
        state = self.runtime.lane.state
        return state.checkins[state.last_checkin[who]]


async def test_asked_answered_followed_up_and_back(store: Store):
    async with QuietTown(store) as town:
        question = await town.until_written_to(FRIEND)
        assert "小林" in question
        assert "群" in question
        assert town.said(room="a") == town.said(room="b") == []
        await town.whisper(FRIEND, "上次提意见被怼了")
        await town.whisper(FRIEND, "后来就不想说了")
        await town.later(minutes=3)
        assert len(town.said(to=FRIEND)) == 2
        assert any("被怼" in line for line in town.said(to=AIDE))
        room = town.record(FRIEND).room
        await town.say(FRIEND, "大家好，我又回来啦", room)
        assert town.record(FRIEND).returned_at is not None
        assert town.record(FRIEND).reason == "had_conflict"
        await town.later(days=20)
        assert any("问候" in line for line in town.said(to=BOSS))
        assert len(town.said(to=FRIEND)) == 2


async def test_no_is_for_ever(store: Store):
    async with QuietTown(store) as town:
        await town.until_written_to(FRIEND)
        await town.whisper(FRIEND, "别再给我发这种消息了")
        await town.later(days=1)
        assert town.said(to=FRIEND)[-1].startswith("好的")
        count = len(town.said(to=FRIEND))
        await town.later(days=130)
        assert len(town.said(to=FRIEND)) == count


async def test_who_is_no_friend_is_sent_a_friend_request_within_its_budget(store: Store):
    async with QuietTown(store) as town:
        await town.later(days=70)
        assert town.said(to=STRANGER) == []
        record = town.record(STRANGER)
        assert record.way == "friend_request"


async def test_or_a_gentle_line_in_the_room(store: Store):
    async with QuietTown(store, checkin={"unreachable": "room_line"}) as town:
        await town.later(days=70)
        lines = town.said(room="a") + town.said(room="b")
        assert len(lines) == 1
        assert lines[0].startswith("@小王")

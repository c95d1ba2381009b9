"""Newcomers are welcomed, a new friend is greeted, staff lets a guest in; on the real runtime and both stores."""

from __future__ import annotations

import msgspec

from bot.core.policy import Policy
from bot.ports import Store
from tests.core.members.meeting import packs
from tests.e2e.town import BOSS, BOT, FRIEND, Town, settings


class OpenTown(Town):
    """The town with welcomes."""

    def __init__(self, store: Store, mode: str = "act", *, world=None, clock=None, **tables) -> None:
        super().__init__(store, world=world, clock=clock)
        policy = Policy(settings(mode, **tables), self.brain.policy.rules, **packs())
        self.brain = msgspec.structs.replace(self.brain, policy=policy)


async def test_two_newcomers_hear_one_word_of_welcome(store: Store):
    async with OpenTown(store, welcome={"first": "报个到"}) as town:
        await town.join("new", inviter=FRIEND)
        await town.join("new2")
        assert town.said(room="a") == []
        await town.later(minutes=11)
        (said,) = town.said(room="a")
        assert said.startswith("@新人\u2005@又一个新人\u2005")
        assert "报个到" in said
        assert "小满" in said
        await town.later(days=3)
        assert len(town.said(room="a")) == 1


async def test_at_night_it_waits_for_the_morning(store: Store):
    async with OpenTown(store) as town:
        await town.later(hours=11)  # 23:00
        await town.join("new")
        await town.later(hours=8)
        assert town.said(room="a") == []
        await town.later(hours=2)
        assert len(town.said(room="a")) == 1


async def test_a_room_that_asks_first_says_it_after_a_yes(store: Store):
    async with OpenTown(store, mode="assist") as town:
        await town.join("new")
        await town.later(minutes=11)
        assert town.said(room="a") == []
        number = town.case().number
        assert any(f"/ok {number}" in line for line in town.said())
        await town.whisper(BOSS, f"/ok {number}")
        assert len(town.said(room="a")) == 1


async def test_a_room_the_bot_was_removed_from_hears_nothing(store: Store):
    async with OpenTown(store) as town:
        await town.join("new")
        town.world.leave("a", BOT)
        await town.settled()
        await town.later(days=1)
        assert town.said(room="a") == []


async def test_a_member_lets_a_friend_in_with_the_staffs_yes(store: Store):
    async with OpenTown(store, rooms={"b": {"welcome": {"vouch": True}}}) as town:
        await town.join("new")
        town.world.befriend("new")
        await town.settled()
        await town.whisper(FRIEND, "/vouch 新人 我同事，也想跑步")
        number = town.case().number
        await town.whisper(BOSS, f"/ok {number}")
        assert "new" in town.world.present["b"]
        assert "同意" in town.said(to=FRIEND)[-1]
        assert not any("同事" in line for line in town.said(room="a") + town.said(room="b"))


async def test_a_friend_request_is_accepted_and_greeted(store: Store):
    async with OpenTown(store) as town:
        await town.join("new")
        town.world.ask_friend("new", "你好")
        await town.later(minutes=5)
        assert len(town.said(to="new")) == 1
        await town.later(days=3)
        assert len(town.said(to="new")) == 1


async def test_the_card_survives_a_restart(store: Store):
    async with OpenTown(store) as town:
        await town.say("wang", "请问八个月可以吃蛋黄了吗")
        await town.say(FRIEND, "可以的，先从四分之一个开始试试")
        await town.say("wang", "明白了，谢谢你")
    async with OpenTown(store, world=town.world, clock=town.clock) as town:
        await town.whisper(BOSS, "/member 小林")
        card = town.said(to=BOSS)[-1]
        assert "帮人答过 1 次，被谢过 1 次" in card
        assert "第一次帮忙" in card

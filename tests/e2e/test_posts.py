"""A scheduled post is said in its room at its hour, once, on the real runtime and both stores."""

from __future__ import annotations

from bot.ports import Store
from tests.e2e.town import BOSS, Town


async def test_a_post_is_said_every_day_and_no_longer_once_it_rests(store: Store):
    async with Town(store) as town:
        (room, *_) = sorted(town.runtime.lane.state.rooms)
        await town.say(BOSS, "/schedule 每天 12:00 中午好，吃了吗", room)
        assert any("第一次在" in line for line in town.said(to=BOSS))
        await town.later(days=2)
        posts = [line for line in town.said(room=room) if "中午好" in line]
        assert 1 <= len(posts) <= 2
        (number,) = town.runtime.lane.state.posts
        await town.whisper(BOSS, f"/schedule pause {number}")
        await town.later(days=3)
        assert [line for line in town.said(room=room) if "中午好" in line] == posts


async def test_staff_sees_how_the_room_is(store: Store):
    async with Town(store) as town:
        (room, *_) = sorted(town.runtime.lane.state.rooms)
        await town.say(BOSS, "/room", room)
        assert any(line.startswith("【") and "平常一天约" in line for line in town.said(to=BOSS))
        assert town.said(room=room) == []

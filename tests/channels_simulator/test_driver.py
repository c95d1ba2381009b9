from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.driver import play
from bot.channels.simulator.script import Moment, Script, load_community
from bot.channels.simulator.world import World


async def nothing() -> None:
    await asyncio.sleep(0)


def said(world) -> list[tuple[str, str]]:
    return [(s.name, s.text) for s in world.transcript if s.what == "said"]


async def test_a_week_without_a_bot_just_happens(make, stage):
    it = stage(
        make(
            {"at": "1 08:00", "room": "a", "who": "小林", "text": "早", "id": "x"},
            {"at": "1 08:01", "room": "a", "who": "阿泽", "text": "早呀", "quote": "x"},
            {"at": "1 08:02", "room": "a", "who": "小林", "does": "recall", "quote": "x"},
            {"at": "1 09:00", "room": "a", "who": "新人", "does": "join", "whom": "小林"},
            {"at": "1 09:01", "room": "a", "who": "新人", "text": "大家好"},
            {"at": "1 09:02", "room": "a", "who": "小满", "does": "remove", "whom": "新人"},
            {"at": "1 09:03", "room": "a", "who": "新人", "text": "还在吗"},
            {"at": "1 09:04", "room": "a", "who": "阿泽", "text": "新人呢", "needs": ["新人"]},
            {"at": "1 09:05", "who": "阿泽", "does": "rename", "text": "泽哥"},
            {"at": "1 09:06", "room": "a", "who": "小林", "does": "leave"},
            {"at": "1 09:07", "who": "小林", "does": "befriend"},
            {"at": "1 09:08", "who": "小林妈妈", "does": "ask_friend", "text": "加一下"},
        )
    )
    await play(it.script, it.world, nothing, it.clock, nothing, tick_every=timedelta(hours=1))
    assert [s.what for s in it.world.transcript] == [
        *("said", "said", "recalled", "joined", "said", "removed", "absent", "absent"),
        *("renamed", "left", "befriended", "friend_asked"),
    ]
    first, second, _ = it.world.messages.values()
    assert second.quote == first.id
    assert it.clock.now() == it.script.community.end


async def test_strangers_cannot_write_to_the_account_in_private(make, stage):
    it = stage(
        make(
            {"at": "1 08:00", "who": "小林", "text": "在吗"},
            {"at": "1 08:01", "who": "小满", "text": "/help"},
        )
    )
    await play(it.script, it.world, nothing, it.clock, nothing, tick_every=timedelta(hours=1))
    assert [(s.what, s.name) for s in it.world.transcript] == [("refused", "小林"), ("said", "小满")]


async def test_sleepers_wake_and_ticks_ring_between_the_moments(make, stage):
    it = stage(make({"at": "1 00:10", "room": "a", "who": "小林", "text": "早"}))
    heard: list[tuple[str, str]] = []
    start = it.clock.now()
    it.world.watch(lambda _: heard.append(("moment", f"{it.clock.now() - start}")))

    async def sleeper() -> None:
        for minutes in (4, 10, 12):
            await it.clock.sleep_until(start + timedelta(minutes=minutes))
            heard.append(("sleeper", f"{it.clock.now() - start}"))

    async def tick() -> None:
        heard.append(("tick", f"{it.clock.now() - start}"))

    task = asyncio.create_task(sleeper())
    until = start + timedelta(minutes=13)
    await play(it.script, it.world, nothing, it.clock, tick, tick_every=timedelta(minutes=5), until=until)
    await task
    assert heard == [
        ("sleeper", "0:04:00"),
        ("tick", "0:05:00"),
        ("sleeper", "0:10:00"),
        ("moment", "0:10:00"),
        ("tick", "0:10:00"),
        ("sleeper", "0:12:00"),
    ]


async def test_a_bot_that_knows_what_is_due_is_ticked_then_and_not_in_between(make, stage):
    it = stage(make())
    start = it.clock.now()
    due = [start + timedelta(hours=h) for h in (3, 30)]
    rang, paced = [], []

    async def tick() -> None:
        rang.append(it.clock.now())
        due.pop(0)

    async def pace(when) -> None:
        paced.append(when)

    expected = list(due)
    await play(
        it.script, it.world, nothing, it.clock, tick, next_due=lambda: due[0] if due else None, pace=pace
    )
    assert rang == paced == expected


async def test_a_task_that_stays_due_does_not_stop_the_time(make, stage):
    it = stage(make())
    ticks = []

    async def tick() -> None:
        ticks.append(it.clock.now())

    start = it.clock.now()
    await play(
        it.script, it.world, nothing, it.clock, tick, next_due=lambda: start, tick_every=timedelta(hours=12)
    )
    assert len(ticks) == 3


REACTIONS = r"""
[[reactions]]
on = "private"
to = ["阿泽", "小满"]
pattern = '/ok (?P<case>\d+)'
until = "2 00:00"
after = 12
text = "/ok {case}"
[[reactions]]
on = "room"
to = ["小林"]
after = 1
spread = 3
text = "知道啦"
[[reactions]]
on = "removed"
to = ["小林妈妈"]
who = "小满"
where = "b"
text = "清静了"
"""


async def test_people_answer_what_the_account_does_with_the_numbers_it_gave(make, stage, connect):
    script = make(
        {"at": "1 08:00", "room": "a", "who": "小林", "text": "广告"},
        {"at": "1 09:00", "room": "a", "who": "小林妈妈", "text": "广告"},
        reactions=REACTIONS,
    )
    it = stage(script)
    async with connect(it.world) as here:
        seen = len(here.box.items)

        async def bot() -> None:
            nonlocal seen
            for item in here.box.items[seen:]:
                seen += 1
                match getattr(item.event, "sender", "bot"), getattr(item.event, "text", ""):
                    case "lin", "广告":
                        await here.channel.say_room("a", "别发啦", ["lin"])
                        await here.channel.say_private("ze", "要请走吗？回 /ok 7 或 /no 7")
                    case "ze", "/ok 7":
                        await here.channel.remove("a", "lin")
                    case "linma", "广告":
                        await here.channel.remove("a", "linma")

        await play(script, it.world, bot, it.clock, nothing, tick_every=timedelta(hours=6))
    lines = [(f"{s.at - script.times[0]}"[:4], s.what, s.name, s.room) for s in it.world.transcript]
    assert ("0:12", "said", "阿泽", None) in lines
    assert ("0:12", "removed", "管家", "a") in lines
    assert ("1:01", "said", "小满", "b") in lines
    assert [s for s in said(it.world) if s[0] == "阿泽"] == [("阿泽", "/ok 7")]
    assert ("小林", "知道啦") in said(it.world)


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_same_seed_tells_the_same_story(make, stage, connect, seed):
    async def told() -> list[object]:
        script = make(
            *({"at": f"1 08:{m:02}", "room": "a", "who": "小林", "text": "早"} for m in range(30)),
            limits="[limits]\nrefused = 0.3\nlost = 0.3\nduplicated = 0.3\n",
            reactions='[[reactions]]\non = "room"\nspread = 9\ntimes = 9\nwho = "阿泽"\ntext = "在"\n',
        )
        it = stage(script, seed)
        async with connect(it.world) as here:
            seen = len(here.box.items)

            async def bot() -> None:
                nonlocal seen
                fresh, seen = here.box.items[seen:], len(here.box.items)
                for item in fresh:
                    if item.event.sender == "lin":
                        await asyncio.gather(here.channel.say_room("a", "你好", []), return_exceptions=True)

            await play(script, it.world, bot, it.clock, nothing, tick_every=timedelta(hours=1))
        return [it.world.transcript, here.box.items]

    first, second = await told(), await told()
    assert first == second
    assert {s.what for s in first[0]} == {"said", "refused", "lost"}


@settings(max_examples=30)
@given(st.lists(st.integers(0, 2879), max_size=12).map(sorted), st.integers(1, 400))
def test_moments_always_happen_in_time_at_their_time(tmp_path_factory, minutes, every):
    folder = tmp_path_factory.mktemp("any", numbered=True)
    text = 'name = "群"\nstarts = 2025-09-15\ndays = 2\noperator = "主"\n'
    text += 'account = { id = "bot", name = "管家" }\npeople = [{ id = "z", name = "主", rooms = ["a"] }]\n'
    text += '[[rooms]]\nid = "a"\ntopic = "群"\nowner = "主"\n'
    (folder / "community.toml").write_text(text, encoding="utf-8")
    community = load_community(folder / "community.toml")
    times = tuple(community.start + timedelta(minutes=m) for m in minutes)
    moments = tuple(Moment(at="", who="主", room="a", text=str(i)) for i, _ in enumerate(minutes))
    script = Script(community=community, moments=moments, times=times)
    clock = VirtualClock(community.start)
    world = World(community, clock)
    asyncio.run(play(script, world, nothing, clock, nothing, tick_every=timedelta(minutes=every)))
    assert [(s.at, s.text) for s in world.transcript] == [(t, str(i)) for i, t in enumerate(times)]

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.driver import play
from bot.channels.simulator.script import Script, load
from bot.channels.simulator.telling import one_line
from bot.channels.simulator.world import World

FOLDER = Path(__file__).parents[2] / "data" / "communities" / "demo"


@pytest.fixture(scope="module")
def week() -> Script:
    return load(FOLDER)


async def nothing() -> None:
    await asyncio.sleep(0)


def test_three_rooms_of_believable_size(week):
    sizes = Counter(room for person in week.community.people for room in person.rooms)
    assert set(sizes) == {"muying", "run", "trade"}
    assert all(25 <= size <= 40 for size in sizes.values())
    assert {r.mode for r in week.community.rooms} == {"act", "assist", "observe"}


def test_a_week_of_talk_with_quiet_nights(week):
    said = [m for m in week.moments if m.does == "say" and m.room is not None]
    assert 350 <= len(said) <= 600
    hours = {int(m.at.split()[1][:2]) for m in said}
    assert hours.isdisjoint({23, 0, 1, 2, 3, 4})
    assert {m.at[0] for m in said} == set("1234567")


def test_nothing_in_it_could_reach_a_real_person(week):
    for moment in week.moments:
        text = f"{moment.text} {moment.link.url if moment.link else ''}"
        assert not re.search(r"\d{6}", text), text
        assert all(url.endswith(".example") for url in re.findall(r"https?://([^/\s]+)", text)), text
        for contact in re.findall(r"[A-Za-z][A-Za-z0-9_-]{5,}", text.split("https://", maxsplit=1)[0]):
            assert "_demo" in contact or contact == "status", text


def test_lurkers_never_speak(week):
    spoken = {m.who for m in week.moments}
    silent = [p.name for p in week.community.people if p.rooms and p.name not in spoken]
    assert "安静的海" in silent
    assert len(silent) > 20


async def test_it_plays_to_its_end_without_a_bot(week):
    clock = VirtualClock(week.community.start)
    world = World(week.community, clock)
    lines: list[str] = []
    world.watch(lambda scene: lines.append(one_line(scene, world)))
    await play(week, world, nothing, clock, nothing)
    # without a bot nobody goes missing: every scripted word is said
    assert Counter(s.what for s in world.transcript)["absent"] == 0
    assert Counter(s.what for s in world.transcript)["refused"] == 0
    assert len(lines) == len(week.moments)
    assert any("暖阳 改名叫 暖阳☀️" in line for line in lines)
    assert not any("{" in line for line in lines)

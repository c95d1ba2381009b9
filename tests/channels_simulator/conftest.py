"""A small community for the tests: two rooms, five people, nothing left to chance."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.script import Script, load
from bot.channels.simulator.world import World
from bot.ports import LinkState, Received

COMMUNITY = """
name = "测试社区"
starts = 2025-09-15
days = 2
operator = "小满"
account = { id = "bot", name = "管家" }
people = [
  { id = "man", name = "小满", rooms = ["a", "b"], friend = true },
  { id = "lin", name = "小林", rooms = ["a"], friend = false },
  { id = "linma", name = "小林妈妈", rooms = ["a"], friend = false },
  { id = "ze", name = "阿泽", rooms = ["a", "b"], friend = true },
  { id = "new", name = "新人", friend = false },
]
[[rooms]]
id = "a"
topic = "母婴群"
owner = "小满"
staff = ["阿泽"]
[[rooms]]
id = "b"
topic = "跑步群"
owner = "小满"
account = "member"
"""


class Box:
    """An inbox that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[Received] = []
        self.links: list[LinkState] = []

    async def put(self, item: Received) -> None:
        self.items.append(item)

    def kinds(self) -> list[str]:
        return [type(item.event).__name__ for item in self.items]


@pytest.fixture
def community() -> str:
    return COMMUNITY


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Script]:
    """Write a community's folder and load it."""

    def _make(
        *moments: dict[str, object] | str,
        text: str = COMMUNITY,
        limits: str = "",
        reactions: str | None = None,
    ) -> Script:
        (tmp_path / "community.toml").write_text(text + limits, encoding="utf-8")
        lines = [m if isinstance(m, str) else json.dumps(m, ensure_ascii=False) for m in moments]
        (tmp_path / "week.jsonl").write_text("\n".join(lines), encoding="utf-8")
        if reactions is not None:
            (tmp_path / "reactions.toml").write_text(reactions, encoding="utf-8")
        return load(tmp_path)

    return _make


@pytest.fixture
def stage() -> Callable[..., SimpleNamespace]:
    """Return a world with its clock, standing at the start of a script's first day."""

    def _stage(script: Script, seed: int | None = None) -> SimpleNamespace:
        clock = VirtualClock(script.community.start)
        return SimpleNamespace(script=script, clock=clock, world=World(script.community, clock, seed=seed))

    return _stage


@pytest.fixture
def connect() -> Callable[[World], object]:
    """Run a channel over a world for the length of a `with`; what it receives lands in a box."""

    @asynccontextmanager
    async def _connect(world: World) -> AsyncIterator[SimpleNamespace]:
        channel, box = SimulatorChannel(world), Box()
        running = asyncio.create_task(channel.run(box, box.links.append))
        await world.delivered()
        yield SimpleNamespace(channel=channel, box=box)
        await channel.close()
        await running

    return _connect

"""A town to play in: two rooms with people, the real runtime on a simulated platform, and a clock to turn."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import msgspec

from bot.assembly import Brain, load_brain
from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.community import Community
from bot.channels.simulator.driver import settle
from bot.channels.simulator.scene import Content, Scene
from bot.channels.simulator.world import World
from bot.core.draft import Decision
from bot.core.events import Event
from bot.core.policy import Policy
from bot.core.records import Case, MemberState
from bot.core.settings import Settings
from bot.ports import OutboxRow, Store
from bot.shell.runtime import Runtime

# A Monday, noon in Shanghai.
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

AD = "加V xhm_demo88 手机兼职日结200"
MAYBE = "有意者私聊"
TALK = "今天天气真好"

BOT, BOSS, AIDE, GUARD = "bot", "boss", "aide", "guard"
FRIEND, STRANGER = "lin", "wang"

PEOPLE = [
    {"id": BOSS, "name": "小满", "rooms": ["a", "b"], "friend": True},
    {"id": AIDE, "name": "木木老师", "rooms": ["a", "b"], "friend": True},
    {"id": GUARD, "name": "门卫", "rooms": ["a", "b"], "friend": True},
    {"id": FRIEND, "name": "小林", "rooms": ["a", "b"], "friend": True},
    {"id": STRANGER, "name": "小王", "rooms": ["a", "b"], "friend": False},
    {"id": "new", "name": "新人", "friend": False},
    {"id": "new2", "name": "又一个新人", "friend": False},
]

COMMUNITY = {
    "name": "测试社区",
    "starts": "2026-03-02",
    "account": {"id": BOT, "name": "管家"},
    "operator": BOSS,
    "people": PEOPLE,
    "rooms": [
        {"id": "a", "topic": "母婴群", "owner": BOSS, "staff": [AIDE], "account": "staff"},
        {"id": "b", "topic": "跑步群", "owner": BOSS, "staff": [AIDE], "account": "staff"},
    ],
}

# Budgets nobody meets and no gaps, so that only what a test asks for makes a row wait.
FREE = {
    "per_minute": 600,
    "per_hour": 10_000,
    "per_day": 100_000,
    "per_room_hour": 1000,
    "per_person_day": 100,
    "removals_minute": 120,
    "gap_seconds": 0,
    "jitter_seconds": 0,
    "same_text_minutes": 0,
    "breaker_failures": 100,
}


def community(**changes: Any) -> Community:
    """Return the town's community; `limits` and everything else as community.toml has it."""
    return msgspec.convert({**COMMUNITY, **changes}, Community)


def settings(mode: str = "act", **tables: Any) -> Settings:
    """Return the town's settings; tables as they stand in qunguan.toml, laid over the town's own."""
    base: dict[str, Any] = {
        "channel": "simulator",
        "operator": {"id": BOSS},
        "defaults": {"mode": mode, "staff": [AIDE], "whitelist": [GUARD]},
        "governor": FREE,
    }
    merged = {**base, **{name: {**base.get(name, {}), **table} for name, table in tables.items()}}
    return msgspec.convert(merged, Settings)


@functools.cache
def _packs() -> Brain:
    return load_brain(settings())


class Town:
    """One account at work in a small world; `async with` starts it and stops it in order."""

    def __init__(
        self,
        store: Store,
        *,
        mode: str = "act",
        limits: dict[str, Any] | None = None,
        world: World | None = None,
        clock: VirtualClock | None = None,
        channel: Callable[[World], SimulatorChannel] = SimulatorChannel,
        tables: dict[str, Any] | None = None,
    ) -> None:
        """Build; with the `world` and `clock` of an earlier town this is the same town after downtime."""
        self.clock = clock or VirtualClock(NOON)
        self.world = world or World(community(limits=limits or {}), self.clock)
        self.store = store
        # Reading and compiling the packs is the same every time and takes longer than most tests.
        packs = _packs().policy
        policy = Policy(
            settings(mode, **(tables or {})),
            packs.rules,
            playbooks=packs.playbooks,
            reader=packs.reader,
            conflict=packs.conflict,
        )
        self.brain = msgspec.structs.replace(_packs(), policy=policy)
        self.channel = channel(self.world)
        self.decisions: list[tuple[Event, Decision]] = []
        self.runtime = Runtime(
            store=store,
            channel=self.channel,
            clock=self.clock,
            brain=lambda: self.brain,
            rng=random.Random(7),
            onlooker=lambda event, decision: self.decisions.append((event, decision)),
        )
        self.unsure: tuple[OutboxRow, ...] = ()
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start and let the bot get to know its rooms."""
        self.unsure = tuple(await self.runtime.start())
        self._work = asyncio.create_task(self.runtime.run())
        await self.settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop in order, and let a failure of the bot be the test's."""
        work = self._work
        assert work is not None
        ended_early = work.done()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        assert not ended_early, "the bot ended by itself"

    # -- time --------------------------------------------------------------------------------

    async def settled(self) -> None:
        """Return once the bot has nothing left to do at this moment; it must not have died meanwhile."""
        work = self._work
        assert work is not None
        settling = asyncio.ensure_future(settle(self.world, self.runtime.settled))
        async with asyncio.timeout(20):
            await asyncio.wait({settling, work}, return_when=asyncio.FIRST_COMPLETED)
        if not settling.done():
            settling.cancel()
            work.result()
            raise AssertionError("the bot ended by itself")
        settling.result()

    async def until(self, end: datetime) -> None:
        """Let time pass, stopping wherever somebody waits for a moment or a task falls due."""
        await self.settled()
        while True:
            due, now = self.runtime.lane.state.next_due, self.clock.now()
            if due is not None and due <= now:  # it was rung for in vain; the bell rings again
                due = now + timedelta(minutes=10)
            moments = [m for m in (self.clock.next_waiter, due) if m is not None and m <= end]
            if not moments:
                break
            self.clock.advance_to(max(self.clock.now(), min(moments)))
            await self.runtime.tick()
            await self.settled()
        self.clock.advance_to(end)
        await self.runtime.tick()
        await self.settled()

    async def later(self, **span: float) -> None:
        """Let a stretch of time pass."""
        await self.until(self.clock.now() + timedelta(**span))

    # -- people ------------------------------------------------------------------------------

    async def say(self, who: str, text: str, room: str | None = "a", **more: Any) -> str:
        """Let somebody speak, in a room or (`room` None) in private to the bot."""
        said = self.world.say(who, Content(text=text, **more), room=room)
        await self.settled()
        return said

    async def whisper(self, who: str, text: str) -> str:
        """Let somebody speak to the bot in private."""
        return await self.say(who, text, None)

    async def join(self, who: str, room: str = "a", inviter: str | None = None) -> None:
        """Let somebody enter a room."""
        self.world.join(room, who, inviter)
        await self.settled()

    # -- what can be seen --------------------------------------------------------------------

    def said(self, room: str | None = None, to: str | None = None) -> list[str]:
        """Return what the account said in a room, or (`room` None) in private to somebody or anybody."""
        return [
            scene.text
            for scene in self.scenes("said")
            if scene.by_account and scene.room == room and (to is None or to in scene.to)
        ]

    def scenes(self, what: str) -> list[Scene]:
        """Return the scenes of a kind."""
        return [scene for scene in self.world.transcript if scene.what == what]

    def removed(self) -> list[tuple[str | None, str]]:
        """Return whom the account removed from which room, in order."""
        return [(s.room, s.to[0]) for s in self.scenes("removed") if s.by_account]

    def case(self, number: int | None = None) -> Case:
        """Return a case, the newest if no number is given."""
        cases = self.runtime.lane.state.cases
        return cases[max(cases) if number is None else number]

    def member(self, who: str, room: str = "a") -> MemberState:
        """Return what the bot knows of a member."""
        found = self.runtime.lane.state.member(room, who)
        assert found is not None, f"{who} is unknown in {room}"
        return found

    async def rows(self, *statuses: str) -> dict[str, OutboxRow]:
        """Return rows of the outbox that are open or nobody can vouch for, by id."""
        found = (*await self.store.unsent(), *await self.store.undecided())
        return {row.id: row for row in found if not statuses or row.status in statuses}


async def condition(holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Return once something holds, letting everybody else work meanwhile; fail after a deadline."""
    try:
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - what is waited for knows nothing of us
                await asyncio.sleep(0)
    except TimeoutError:
        raise AssertionError(f"it never came to pass: {what}") from None

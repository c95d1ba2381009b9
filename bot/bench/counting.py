"""A channel that only counts: it feeds what it is told to and notes when effects reach it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from bot.core.events import Event, Message, Room
from bot.ports import Clock, Inbox, LinkState, Received, Sent


class CountingChannel:
    """A `Channel` whose platform is a stopwatch.

    `feed` hands events over, stamped with the present moment. Times are seconds of
    `time.perf_counter`: `given` when a message was handed over, by its id; `reached` how long after a
    member's ad the first effect reached that member (what is told to staff is not counted there).
    """

    def __init__(self, clock: Clock) -> None:
        """Connect to nothing."""
        self._clock = clock
        self._inbox: asyncio.Future[Inbox] = asyncio.get_running_loop().create_future()
        self._closed = asyncio.Event()
        self._staff: set[str] = set()
        self._awaited: dict[str, float] = {}
        self._number = 0
        self.given: dict[str, float] = {}
        self.reached: list[float] = []
        self.effects = 0

    async def run(self, inbox: Inbox, on_link: Callable[[LinkState], None]) -> None:
        """Be connected until closed."""
        on_link(LinkState(state="connected"))
        self._inbox.set_result(inbox)
        await self._closed.wait()

    async def close(self) -> None:
        """Let `run` return."""
        self._closed.set()

    async def feed(self, events: Iterable[tuple[Event, bool]], per_second: float | None = None) -> None:
        """Hand events over as they come, or evenly in time.

        Args:
            events: each with whether it is an ad; their times are replaced.
            per_second: how many; None: as fast as they are taken.
        """
        inbox = await self._inbox
        start = time.perf_counter()
        for number, (event, ad) in enumerate(events):
            if per_second is not None:
                await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            now = time.perf_counter()
            if isinstance(event, Message):
                self.given[event.id] = now
                if ad and event.sender not in self._staff:
                    self._awaited.setdefault(event.sender, now)
            elif isinstance(event, Room):
                self._staff |= {*(event.staff or ()), event.owner or ""}
            self._number += 1
            stamped = msgspec.structs.replace(event, at=self._clock.now())
            await inbox.put(Received(key=f"bench:{self._number}", event=stamped))

    def _count(self, person: str | None = None) -> Sent:
        self.effects += 1
        since = None if person is None else self._awaited.pop(person, None)
        if since is not None:
            self.reached.append(time.perf_counter() - since)
        return Sent()

    async def say_room(self, room: str, text: str, mentions: Sequence[str]) -> Sent:  # noqa: ARG002 - a port
        """Count."""
        return self._count(mentions[0] if mentions else None)

    async def say_private(self, person: str, text: str) -> Sent:  # noqa: ARG002 - a port
        """Count."""
        return self._count(person)

    async def remove(self, room: str, member: str) -> None:  # noqa: ARG002 - a port
        """Count."""
        self._count(member)

    async def invite(self, room: str, member: str) -> None:  # noqa: ARG002 - a port
        """Count."""
        self._count(member)

    async def members(self, room: str) -> frozenset[str]:  # noqa: ARG002 - a port
        """Return the account alone: whoever was removed is gone."""
        return frozenset({"bot"})

    async def ask_friend(self, person: str, hello: str, room: str | None) -> None:  # noqa: ARG002 - a port
        """Count."""
        self._count(person)

    async def accept_friend(self, request: str) -> None:  # noqa: ARG002 - a port
        """Count."""
        self._count()

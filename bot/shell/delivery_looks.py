"""Removals under way: asked for, and not done before the member list says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush

from bot.core.effects import Ban, Effect, Invite, Remove
from bot.ports import OutboxRow


class Looks:
    """Which removals are being verified, and when the roster is read again for each."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, str]] = {}
        self._planned: list[tuple[datetime, int, OutboxRow, int]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._planned)

    def begin(self, row: OutboxRow) -> None:
        """Note that a removal is asked for; other effects are ignored."""
        if isinstance(row.effect, Remove | Ban):
            self._open[row.id] = (row.effect.room, row.effect.member)

    def end(self, row: OutboxRow) -> None:
        """Note that a removal is verified, or given up."""
        self._open.pop(row.id, None)

    def holds(self, effect: Effect) -> bool:
        """Whether an effect would bring back a member whose removal is still open, and so fail it."""
        return isinstance(effect, Invite) and (effect.room, effect.member) in self._open.values()

    def plan(self, when: datetime, row: OutboxRow, looked: int) -> None:
        """Plan a look; `looked` is how many planned looks went before."""
        self._count += 1
        heappush(self._planned, (when, self._count, row, looked))

    def next_at(self) -> datetime | None:
        """Return when the next look is due."""
        return self._planned[0][0] if self._planned else None

    def due(self, now: datetime) -> Iterator[tuple[OutboxRow, int]]:
        """Yield, and forget, the looks that are due: the row and how many looks went before."""
        while self._planned and self._planned[0][0] <= now:
            _, _, row, looked = heappop(self._planned)
            yield row, looked

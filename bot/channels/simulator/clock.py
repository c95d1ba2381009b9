"""A clock that stands still until somebody moves it."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime


class VirtualClock:
    """The `Clock` port in simulated time: who sleeps is parked until a driver passes their moment.

    Waiters wake in the order of their time, equal times in the order of parking.
    """

    def __init__(self, start: datetime) -> None:
        """Stand at `start` (aware); raise ValueError when it is naive."""
        self._now = _utc(start)
        self._parked: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = 0

    def now(self) -> datetime:
        """Return the simulated moment, aware, in UTC."""
        return self._now

    async def sleep_until(self, when: datetime) -> None:
        """Park until the clock has reached `when` (aware); a moment already passed only yields once."""
        until = _utc(when)
        if until <= self._now:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._order += 1
        heapq.heappush(self._parked, (until, self._order, waiter))
        await waiter

    @property
    def next_waiter(self) -> datetime | None:
        """The earliest moment somebody waits for, or None; those who gave up waiting do not count."""
        while self._parked and self._parked[0][2].done():
            heapq.heappop(self._parked)
        return self._parked[0][0] if self._parked else None

    def advance_to(self, when: datetime) -> int:
        """Move to `when` (aware), wake everybody whose moment has come and return how many that were.

        Raises ValueError when `when` lies in the past: simulated time never goes back.
        """
        target = _utc(when)
        if target < self._now:
            raise ValueError(
                f"the clock stands at {self._now.isoformat()} and cannot go back to {target.isoformat()}"
            )
        self._now = target
        woken = 0
        while (earliest := self.next_waiter) is not None and earliest <= target:
            heapq.heappop(self._parked)[2].set_result(None)
            woken += 1
        return woken


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)

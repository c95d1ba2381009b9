"""The system's clock, made fit to order events by: it never goes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

LONGEST_NAP: Final = 30.0
"""Seconds slept at a time: after the system clock jumps, or a laptop wakes, nobody oversleeps by more."""

SHORTEST_NAP: Final = 0.01
"""Seconds slept at least: running slow, this clock would otherwise near a moment by ever smaller steps."""

CATCHING_UP: Final = 0.5
"""How fast this clock runs, against real seconds, while it waits for a system clock set back to catch up."""


def _system_time() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The `Clock` port over the machine's clock.

    When the system clock is set back, this one goes on at half speed until the system clock has caught
    up: it neither goes back (events would lose their order) nor stands still (waiting would never end).
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = _system_time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start at the present; the arguments are the machine's own unless a test brings others.

        Args:
            wall: the time of day, aware.
            monotonic: seconds that never go back, from anywhere.
            sleep: waits for that many seconds.
        """
        self._wall, self._monotonic, self._sleep = wall, monotonic, sleep
        self._last, self._last_at = wall().astimezone(UTC), monotonic()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC; never before one returned earlier."""
        at = self._monotonic()
        slowly = self._last + timedelta(seconds=(at - self._last_at) * CATCHING_UP)
        self._last, self._last_at = max(self._wall().astimezone(UTC), slowly), at
        return self._last

    async def sleep_until(self, when: datetime) -> None:
        """Return at or after `when` (aware)."""
        while (left := (when - self.now()).total_seconds()) > 0:
            await self._sleep(min(max(left, SHORTEST_NAP), LONGEST_NAP))

"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)  # noon in Shanghai


class VirtualClock:
    """The `Clock` port: sleepers are parked, and woken in the order of their moments."""

    def __init__(self, start: datetime = START):
        self.time = start
        self._parked = []
        self._count = 0

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, when: datetime) -> None:
        if when <= self.time:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._parked, (when, self._count, waiter))
        await waiter

    def next_waiter(self) -> datetime | None:
        while self._parked and self._parked[0][2].done():
            heapq.heappop(self._parked)
        return self._parked[0][0] if self._parked else None

    def advance_to(self, when: datetime) -> None:
        self.time = max(self.time, when)
        while (earliest := self.next_waiter()) is not None and earliest <= self.time:
            heapq.heappop(self._parked)[2].set_result(None)

    def advance(self, **span: float) -> None:
        self.advance_to(self.time + timedelta(**span))

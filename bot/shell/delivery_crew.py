"""A bounded crew of tasks, and one waker on the clock: what the dispatcher's schedule runs on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.ports import Clock

_log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]

_ABORT_SECONDS = 1.0
"""How long `stop` waits for cancelled jobs to hand in their last word."""


class Crew:
    """Runs jobs as tasks, at most `size` at once; jobs that must run whatever happens may queue up."""

    def __init__(self, size: int, on_end: Callable[[], None], on_defect: Callable[[Exception], None]) -> None:
        """Hire nobody yet.

        Args:
            size: tasks at once.
            on_end: called whenever a job has ended and there is room for another.
            on_defect: told what a job raised; the others go on.
        """
        self._size, self._on_end, self._on_defect = size, on_end, on_defect
        self._tasks: set[asyncio.Task[None]] = set()
        self._queued: deque[Job] = deque()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._tasks) + len(self._queued)

    @property
    def has_room(self) -> bool:
        """Whether another job would start at once."""
        return len(self._tasks) + len(self._queued) < self._size

    def do(self, job: Job) -> None:
        """Start a job, or queue it until somebody is free."""
        self._queued.append(job)
        self._start()

    async def idle(self) -> None:
        """Return when no job is under way or queued."""
        while len(self):
            self._changed.clear()
            await self._changed.wait()

    async def stop(self, grace: float) -> None:
        """Forget what is queued, wait `grace` seconds for what is under way, then cancel it."""
        self._queued.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ABORT_SECONDS)

    def _start(self) -> None:
        while self._queued and len(self._tasks) < self._size:
            task = asyncio.create_task(self._run(self._queued.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def _run(self, job: Job) -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 - it is handed on, and must not stop the others
            self._on_defect(error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start()
        try:
            self._on_end()
        finally:
            self._changed.set()


class Waker:
    """One alarm on the clock: rings at the earliest moment asked for."""

    def __init__(self, clock: Clock, on_ring: Callable[[], None]) -> None:
        self._clock, self._on_ring = clock, on_ring
        self._task: asyncio.Task[None] | None = None
        self._at: datetime | None = None
        self._sleeps = asyncio.Event()
        self._sleeps.set()

    @property
    def sleeps(self) -> bool:
        """Whether the clock knows of the moment asked for; a task only just made has not told it yet."""
        return self._sleeps.is_set()

    async def asleep(self) -> None:
        """Return when the clock knows of the moment asked for."""
        await self._sleeps.wait()

    def ring_at(self, when: datetime) -> None:
        """Ring at a moment, unless it rings before anyway."""
        # A moment that has passed is about to ring, but whoever asks now has seen to it already.
        if self._at is not None and self._clock.now() < self._at <= when:
            return
        self.stop()
        self._at = when
        self._sleeps.clear()
        self._task = asyncio.create_task(self._wait(when))

    def stop(self) -> None:
        """Ring no more."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._at = None
        self._sleeps.set()

    async def _wait(self, when: datetime) -> None:
        self._sleeps.set()  # whoever waits for that goes on once this task is parked on the clock
        await self._clock.sleep_until(when)
        self._task = self._at = None
        self._on_ring()

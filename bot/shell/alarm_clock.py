"""The alarm clock: APScheduler rings, and remembers nothing.

What is due is a row in the store; a ring only says "look now". So a missed or doubled ring does no
harm, and the job store is memory. Three rings: `tick` (what is due), `plan` (what should become due, and
housekeeping), `reload` (did the operator change a file).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.shell.clock import LONGEST_NAP

_log = structlog.get_logger(__name__)

Ring = Callable[[], Awaitable[None]]

JOB_DEFAULTS: Final[dict[str, Any]] = {
    "misfire_grace_time": None,  # after a suspend the ring comes late rather than never
    "coalesce": True,  # and once, however many were missed
    "max_instances": 1,  # a slow ring is not overtaken by the next
}


class Intervals(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between rings."""

    tick: float = 5
    plan: float = 600
    reload: float = 5


class AlarmClock:
    """Rings three bells at intervals, each at once when it starts; what a bell raises is logged."""

    def __init__(self, *, tick: Ring, plan: Ring, reload: Ring, every: Intervals | None = None) -> None:
        """Be silent until `start`.

        Args:
            tick: looks for what is due.
            plan: plans what should become due, idempotently, and keeps house.
            reload: looks whether packs or settings changed.
            every: how often each rings.
        """
        every = every or Intervals()
        self._bells = {
            "tick": (tick, every.tick),
            "plan": (plan, every.plan),
            "reload": (reload, every.reload),
        }
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)
        self._ringing: set[asyncio.Task[None]] = set()
        self._mending: asyncio.TimerHandle | None = None
        self.failures: Counter[str] = Counter()
        """How often each bell raised."""

    def start(self) -> None:
        """Begin to ring; must be called in a running loop."""
        now = datetime.now(UTC)
        for name, (ring, seconds) in self._bells.items():
            self._scheduler.add_job(
                partial(self._ring, name, ring),
                IntervalTrigger(seconds=seconds, start_date=now, timezone=UTC),
                id=name,
                name=name,
                next_run_time=now,
            )
        self._scheduler.start()
        self._mend()

    async def stop(self, grace: float = 5.0) -> None:
        """Ring no more; wait `grace` seconds for what is ringing, then break it off."""
        if self._mending is not None:
            self._mending.cancel()
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()
        if self._ringing:
            await asyncio.wait(self._ringing, timeout=grace)
        for task in self._ringing:
            task.cancel()
        if self._ringing:
            await asyncio.wait(self._ringing)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it ends in the loop's next round

    def _mend(self) -> None:
        """Ring now where the next ring lies further off than one interval.

        The scheduler waits for a time of day: a system clock set back would silence it by as much.
        """
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > 2 * job.trigger.interval:
                _log.warning("system clock was set back; ringing on", bell=job.id)
                job.modify(next_run_time=now)
        self._mending = asyncio.get_running_loop().call_later(LONGEST_NAP, self._mend)

    async def _ring(self, name: str, ring: Ring) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._ringing.add(task)
        try:
            await ring()
        except Exception as error:  # noqa: BLE001 - logged; the next ring comes all the same
            self.failures[name] += 1
            _log.error("a ring failed", bell=name, exc_info=error)
        finally:
            if task is not None:
                self._ringing.discard(task)

"""The whole way: received, journalled (fsync), decided, committed (fsync), claimed (fsync), handed over.

The runtime is the real one with the SQLite store in the temporary folder; only the platform is a
counter, and the governor's budgets are wide open: they would measure WeChat's patience, not the bot.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assembly import load_brain
from bot.bench.children import BenchError
from bot.bench.counting import CountingChannel
from bot.bench.figures import Figure, figure
from bot.channels.simulator.synthetic import labelled
from bot.core.events import Event, Message
from bot.core.settings import Defaults, Governor, Settings
from bot.shell.clock import SystemClock
from bot.shell.runtime import Runtime
from bot.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration
    from bot.core.draft import Decision

ROOMS, MEMBERS, SEED = 20, 100, 11
MESSAGES = 20_000
RUNS = 3
RATE = 200
FLUSHES = 400
GOAL = 5000
GOAL_P99 = 20.0
_MANY = 1_000_000

# Quiet hours from and to the same minute are none.
OPEN = Settings(
    defaults=Defaults(mode="act", quiet_from="00:00", quiet_to="00:00"),
    governor=Governor(
        per_minute=_MANY,
        per_hour=_MANY,
        per_day=_MANY,
        per_room_hour=_MANY,
        per_person_day=_MANY,
        removals_minute=_MANY,
        gap_seconds=0,
        jitter_seconds=0,
        same_text_minutes=0,
    ),
)


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Measure throughput as fast as messages are taken, then the latency at a steady 200 a second.

    Args:
        calibration: measured again before every run.
        messages: how many as fast as possible; a tenth of them at the steady rate.
    """
    count = messages or MESSAGES
    steady = max(1, count // 10)
    best, cpu = float("inf"), float("inf")
    for _ in range(RUNS):
        calibration.again()
        seconds, work = asyncio.run(_throughput(count))
        best, cpu = min(best, seconds / count), min(cpu, work / count)
    decided, reached = asyncio.run(_latency(steady))
    note = f"{count:,} messages, {ROOMS} rooms x {MEMBERS}, best of {RUNS} runs, wall, synchronous=FULL"
    ratio = calibration.rounds
    found = [
        figure("pipeline", "messages", 1 / best, "/s", at_least=GOAL, rounds=ratio(best), note=note),
        figure("pipeline", "CPU a message, both threads", cpu * 1e6, "µs", rounds=ratio(cpu)),
    ]
    at_rate = f"{steady:,} messages at {RATE}/s, wall"
    for name, times, note in (
        ("receipt to decision on disk", decided, at_rate),
        ("receipt to effect handed over", reached, f"{len(reached)} effects"),
    ):
        if times:
            p50, p99 = times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3
            found.append(figure("pipeline", f"{name}, p50", p50, "ms", note=note))
            found.append(figure("pipeline", f"{name}, p99", p99, "ms", at_most=GOAL_P99))
    flushes = _flushes()
    for share, at in (("p50", 50), ("p99", 99)):
        flush = flushes[len(flushes) * at // 100] * 1e3
        note = f"{FLUSHES} x 8 KB; a decision waits for two of these, an effect for three"
        found.append(figure("pipeline", f"the disk alone, one flush, {share}", flush, "ms", note=note))
    return found


def _flushes() -> list[float]:
    """Return how long the disk takes to keep one small write, shortest first: nothing durable is quicker."""
    times = []
    with tempfile.TemporaryFile(prefix="qunguan-bench-") as file:
        for _ in range(FLUSHES):
            file.write(bytes(8192))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
            time.sleep(1 / RATE)
    return sorted(times)


@asynccontextmanager
async def _running(
    onlooker: Callable[[Event, Decision], None] | None = None,
) -> AsyncIterator[tuple[Runtime, CountingChannel]]:
    """Run an account that knows its rooms and members, with everything else still to come."""
    brain, clock = load_brain(OPEN), SystemClock()
    channel = CountingChannel(clock)
    with tempfile.TemporaryDirectory(prefix="qunguan-bench-") as folder:
        runtime = Runtime(
            store=SqliteStore(Path(folder) / "bench.db"),
            channel=channel,
            clock=clock,
            brain=lambda: brain,
            onlooker=onlooker,
        )
        await runtime.start()
        work = asyncio.create_task(runtime.run())
        try:
            await channel.feed(labelled(ROOMS, MEMBERS, 0, SEED))
            await runtime.settled()
            yield runtime, channel
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def _traffic(count: int) -> list[tuple[Event, bool]]:
    """Return messages and what happens between them, without the rooms and members."""
    known = sum(1 for _ in labelled(ROOMS, MEMBERS, 0, SEED))
    return list(islice(labelled(ROOMS, MEMBERS, count, SEED), known, None))


async def _throughput(count: int) -> tuple[float, float]:
    """Return the seconds of wall and of CPU time until the last effect was handed over."""
    events = _traffic(count)
    async with _running() as (runtime, channel):
        start, work = time.perf_counter(), time.process_time()
        await channel.feed(events)
        await runtime.settled()
        wall, cpu = time.perf_counter() - start, time.process_time() - work
        figures = runtime.figures()
        if figures["decided"] < count or figures["waiting"] or figures["defects"]:
            raise BenchError(f"the pipeline did not do all its work: {figures}")
    return wall, cpu


async def _latency(count: int) -> tuple[list[float], list[float]]:
    """Return the seconds until each decision was on disk and each effect handed over, shortest first."""
    done: dict[str, float] = {}

    def note(event: Event, _decision: Decision) -> None:
        if isinstance(event, Message):
            done[event.id] = time.perf_counter()

    events = _traffic(count)
    async with _running(note) as (runtime, channel):
        await channel.feed(events, RATE)
        await runtime.settled()
        decided = sorted(done[number] - given for number, given in channel.given.items())
        return decided, sorted(channel.reached)

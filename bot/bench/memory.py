"""What a large account weighs: 200 rooms of 500 members in a running runtime, in a fresh process."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.assembly import load_brain
from bot.bench.children import python
from bot.bench.counting import CountingChannel
from bot.bench.figures import Figure, figure
from bot.bench.pipeline import OPEN
from bot.channels.simulator.synthetic import START, labelled, synthetic
from bot.core.decide import decide
from bot.core.events import Account
from bot.core.policy import Policy
from bot.core.settings import Settings
from bot.core.state import State
from bot.ports import Decided, Received
from bot.shell.clock import SystemClock
from bot.shell.logs import quiet_logs
from bot.shell.runtime import Runtime
from bot.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration

ROOMS, MEMBERS, SEED = 200, 500, 5
GOAL = 300.0
TALK = 2000
_STATUS = Path("/proc/self/status")
_MB = 1024 * 1024


class Weight(msgspec.Struct, frozen=True):
    """What the child process tells: megabytes now and at most, and seconds to load the state."""

    now: float
    most: float
    start: float


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Fill a database, start a runtime on it in a fresh process, let people talk, and weigh that process.

    Args:
        calibration: measured again before the run.
        messages: given where the whole suite is to be short: then the rooms are few.
    """
    rooms = ROOMS if messages is None else 2
    with tempfile.TemporaryDirectory(prefix="qunguan-bench-") as folder:
        database = Path(folder) / "bench.db"
        asyncio.run(_fill(database, rooms))
        calibration.again()
        weight = msgspec.json.decode(
            python("-m", "bot.bench.memory", str(database), str(rooms)).out, type=Weight
        )
    size = f"{rooms} rooms x {MEMBERS} members, {TALK:,} messages decided since the start"
    loading = calibration.rounds(weight.start)
    return [
        figure("memory", "resident", weight.now, "MB", at_most=GOAL, note=size),
        figure("memory", "resident at most", weight.most, "MB", note="while the state was loaded"),
        figure("memory", "loading the state", weight.start, "s", rounds=loading),
    ]


async def _fill(database: Path, rooms: int) -> None:
    """Keep the state that announcing rooms and members leads to."""
    state, policy = State(), Policy(Settings())
    for event in synthetic(rooms, MEMBERS, 0, SEED):
        state.apply(decide(event, state, policy, event.at).changes)
    store = SqliteStore(database)
    await store.open()
    try:
        login = Account(at=START, state="login", self_id="bot")
        (seq,) = await store.append([Received(key="login", event=login)])
        if seq is None:
            raise ValueError("the database was not empty")
        await store.commit([Decided(seq=seq, changes=tuple(state.records()))])
    finally:
        await store.close()


async def _weigh(database: Path, rooms: int) -> Weight:
    """Run an account on the database, in this process, and weigh it."""
    brain, clock = load_brain(OPEN), SystemClock()
    channel = CountingChannel(clock)
    runtime = Runtime(store=SqliteStore(database), channel=channel, clock=clock, brain=lambda: brain)
    start = time.perf_counter()
    await runtime.start()
    loaded = time.perf_counter() - start
    work = asyncio.create_task(runtime.run())
    known = 1 + rooms + rooms * MEMBERS
    await channel.feed(islice(labelled(rooms, MEMBERS, TALK, SEED), known, None))
    await runtime.settled()
    weight = Weight(now=resident(), most=most(), start=loaded)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return weight


def resident() -> float:
    """Return the megabytes of this process in memory now (at most, where the system tells no more)."""
    if not _STATUS.exists():
        return most()
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def most() -> float:
    """Return the most megabytes this process ever had in memory."""
    import resource  # noqa: PLC0415 - Windows has none

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / _MB if sys.platform == "darwin" else most / 1024


if __name__ == "__main__":
    quiet_logs()
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(_weigh(Path(sys.argv[1]), int(sys.argv[2])))))

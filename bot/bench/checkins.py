"""The daily plan of check-ins: 500 rooms of 500 members, nearly all of them silent, in one decision."""

from __future__ import annotations

import gc
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.assembly import load_brain
from bot.bench.figures import Figure, figure
from bot.core.decide import decide
from bot.core.events import Due
from bot.core.members.checkin.plan import PLAN
from bot.core.records import MemberState, Record, RoomState, Task
from bot.core.settings import Settings
from bot.core.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.bench.calibration import Calibration

ROOMS, MEMBERS = 500, 500
RUNS = 3
GOAL_SECONDS, GOAL_MB = 5.0, 200.0
_START = datetime(2026, 1, 5, 1, tzinfo=UTC)
_NOW = _START + timedelta(days=64)
_KEY = f"{PLAN}:bench"
_MB = 1e6


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Plan a day once for a whole large account.

    Args:
        calibration: measured again before every run.
        messages: given where the whole suite is to be short: then the rooms are few.
    """
    rooms = ROOMS if messages is None else 5
    policy = load_brain(Settings(), forced_mode="act").policy
    state = State(_records(rooms))
    gc.collect()
    best = float("inf")
    for _ in range(RUNS):
        calibration.again()
        start = time.thread_time()
        decide(Due(at=_NOW, task=_KEY), state, policy, _NOW)
        best = min(best, time.thread_time() - start)
    tracemalloc.start()
    decide(Due(at=_NOW, task=_KEY), state, policy, _NOW)
    peak = tracemalloc.get_traced_memory()[1] / _MB
    tracemalloc.stop()
    note = f"{rooms} rooms x {MEMBERS}, 19 of 20 due, best of {RUNS} runs, CPU time"
    return [
        figure(
            "checkins",
            "a day's plan",
            best,
            "s",
            at_most=GOAL_SECONDS,
            rounds=calibration.rounds(best),
            note=note,
        ),
        figure("checkins", "memory of a plan", peak, "MB", at_most=GOAL_MB, note="beside the state itself"),
    ]


def _records(rooms: int) -> Iterator[Record]:
    for room in range(rooms):
        yield RoomState(room=f"r{room}", topic=f"群{room}", adopted_at=_START, owner="owner")
        for member in range(MEMBERS):
            talks = member % 20 == 0
            yield MemberState(
                room=f"r{room}",
                member=f"u{room}-{member}",
                name="小林",
                joined_at=_START,
                first_seen=_START,
                last_at=_NOW - timedelta(days=2) if talks else None,
            )
    yield Task(key=_KEY, kind=PLAN, due_at=_NOW)

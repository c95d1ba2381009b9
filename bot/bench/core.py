"""The core alone: `decide` and `State.apply`, message after message, nothing else."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from bot.assembly import load_brain
from bot.bench.figures import Figure, figure
from bot.channels.simulator.synthetic import synthetic
from bot.core.decide import decide
from bot.core.events import Message
from bot.core.settings import Settings
from bot.core.state import State

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration
    from bot.core.events import Event
    from bot.core.policy import Policy

ROOMS, MEMBERS, SEED = 20, 100, 1
MESSAGES = 20_000
RUNS = 5
GOAL = 30_000


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Decide synthetic messages (3 % ads, some recalls and joins) under the shipped rules, in mode act.

    Args:
        calibration: measured again before every run.
        messages: how many.
    """
    count = messages or MESSAGES
    policy = load_brain(Settings(), forced_mode="act").policy
    events = list(synthetic(ROOMS, MEMBERS, count, SEED))
    first = next((i for i, event in enumerate(events) if isinstance(event, Message)), len(events))
    best, p50, p99 = float("inf"), float("inf"), float("inf")
    for _ in range(RUNS):
        calibration.again()
        best = min(best, _whole(policy, events, first))
        times = _each(policy, events, first)
        p50 = min(p50, times[len(times) // 2])
        p99 = min(p99, times[len(times) * 99 // 100])
    size = f"{count:,} messages, {ROOMS} rooms x {MEMBERS}, best of {RUNS} runs, CPU time"
    cost = best / (len(events) - first)
    return [
        figure(
            "core",
            "decisions",
            1 / cost,
            "/s",
            at_least=GOAL,
            rounds=calibration.rounds(cost),
            note=size,
        ),
        figure("core", "one decision, p50", p50 * 1e6, "µs", rounds=calibration.rounds(p50)),
        figure("core", "one decision, p99", p99 * 1e6, "µs", rounds=calibration.rounds(p99)),
    ]


def _ready(policy: Policy, events: list[Event], first: int) -> State:
    """Return a state that knows rooms and members, with nothing left for the collector to do."""
    state = State()
    for event in events[:first]:
        state.apply(decide(event, state, policy, event.at).changes)
    gc.collect()
    return state


def _whole(policy: Policy, events: list[Event], first: int) -> float:
    state = _ready(policy, events, first)
    start = time.thread_time()
    for event in events[first:]:
        state.apply(decide(event, state, policy, event.at).changes)
    return time.thread_time() - start


def _each(policy: Policy, events: list[Event], first: int) -> list[float]:
    """Return how long each decision took, shortest first."""
    state = _ready(policy, events, first)
    times = []
    for event in events[first:]:
        start = time.perf_counter()
        state.apply(decide(event, state, policy, event.at).changes)
        times.append(time.perf_counter() - start)
    return sorted(times)

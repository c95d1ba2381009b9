"""The whole of `qunguan replay`: JSON in, decisions as JSON out, in a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.bench.children import BenchError, python
from bot.bench.figures import Figure, figure
from bot.channels.simulator.synthetic import synthetic

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration

ROOMS, MEMBERS, SEED = 20, 100, 7
MESSAGES = 200_000
RUNS = 2
GOAL_WALL = 20.0
GOAL_CPU = 85.0


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Replay a synthetic history with `--decisions`; the start of the process is part of it.

    Args:
        calibration: measured again before every run.
        messages: how many; the goals hold for the full size only.
    """
    count = messages or MESSAGES
    encode = msgspec.json.Encoder().encode
    wall, cpu = float("inf"), float("inf")
    with tempfile.TemporaryDirectory(prefix="qunguan-bench-") as folder:
        history, decisions = Path(folder, "history.jsonl"), Path(folder, "decisions.jsonl")
        with history.open("wb") as out:
            out.writelines(encode(event) + b"\n" for event in synthetic(ROOMS, MEMBERS, count, SEED))
        for _ in range(RUNS):
            calibration.again()
            ended = python(
                "-m", "bot", "replay", str(history), "--decisions", str(decisions), "--data", folder
            )
            wall = min(wall, ended.wall)
            cpu = min(cpu, wall if ended.cpu is None else ended.cpu)
        with decisions.open("rb") as written:
            lines = sum(1 for _ in written)
        if lines < count:
            raise BenchError(f"replay wrote {lines} lines for {count} messages")
    whole = count >= MESSAGES
    each = cpu / count
    return [
        figure(
            "replay",
            "wall",
            wall,
            "s",
            at_most=GOAL_WALL if whole else None,
            rounds=calibration.rounds(wall),
            note=f"{count:,} messages, {ROOMS} rooms x {MEMBERS}, best of {RUNS} runs, start included",
        ),
        figure(
            "replay",
            "CPU a message",
            each * 1e6,
            "µs",
            at_most=GOAL_CPU if whole else None,
            rounds=calibration.rounds(each),
        ),
    ]

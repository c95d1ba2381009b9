"""How long it takes to begin: the first answer, and the first readiness."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from bot.bench.children import BenchError, environment, python
from bot.bench.figures import Figure, figure

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration

RUNS = 10
RUNS_READY = 3
GOAL_HELP = 0.3
GOAL_READY = 1.5
_LONGEST = 60.0
_WECHATY = ("wechaty", "wechaty_puppet", "wechaty_grpc", "wechaty_puppet_service", "grpclib")


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Measure `--help` and `run --simulator`, and make sure that neither imports wechaty.

    Args:
        calibration: measured again before every group of runs.
        messages: given where the whole suite is to be short: then fewer runs are made.
    """
    runs = RUNS if messages is None else 2
    found = []
    bare, click, full = (
        min(python(*arguments).wall for _ in range(runs))
        for arguments in (("-c", "pass"), ("-c", "import click"), ("-m", "bot", "--help"))
    )
    calibration.again()
    note = f"best of {runs} with warm cache; the interpreter alone {bare:.3f} s, click {click - bare:.3f} s"
    rounds = calibration.rounds(full)
    found.append(figure("startup", "qunguan --help", full, "s", at_most=GOAL_HELP, rounds=rounds, note=note))
    ready = min(_until_ready() for _ in range(RUNS_READY if messages is None else 1))
    calibration.again()
    rounds = calibration.rounds(ready)
    found.append(
        figure("startup", "qunguan run --simulator ready", ready, "s", at_most=GOAL_READY, rounds=rounds)
    )
    imported = _imported_by_help() | _imported_by_run()
    note = ", ".join(sorted(imported)) or "neither by --help nor by run --simulator"
    found.append(figure("startup", "wechaty packages imported", len(imported), "", at_most=0, note=note))
    return found


def _until_ready(*options: str, seen: list[str] | None = None) -> float:
    """Start `run --simulator`, wait for its log to say `ready`, end it; return the seconds that took."""
    with tempfile.TemporaryDirectory(prefix="qunguan-bench-") as folder:
        start = time.perf_counter()
        arguments = ("-m", "bot", "run", "--simulator", "--log-json", "--data", folder)
        with subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *options, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            encoding="utf-8",
        ) as child:
            lines: list[str] = []
            try:
                for line in child.stderr or ():
                    lines.append(line)
                    if '"event": "ready"' in line:
                        return time.perf_counter() - start
                    if time.perf_counter() - start > _LONGEST:
                        break
            finally:
                child.terminate()
                rest = child.communicate()[1]
                if seen is not None:
                    seen += [*lines, *rest.splitlines()]
    raise BenchError(f"run --simulator never became ready: {''.join(lines[-1:]).strip()}")


def _imported_by_help() -> set[str]:
    code = (
        "import contextlib, io, sys; from bot.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help'])\n"
        "print(*sys.modules)"
    )
    return set(python("-c", code).out.split()) & set(_WECHATY)


def _imported_by_run() -> set[str]:
    seen: list[str] = []
    _until_ready("-X", "importtime", seen=seen)
    names = {line.rpartition("|")[2].strip() for line in seen if line.startswith("import time:")}
    if "bot.shell.runtime" not in names:
        raise BenchError("the interpreter did not say what it imports")
    return names & set(_WECHATY)

"""Other processes of the same program, for what must be measured from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

import bot
from bot.errors import QunguanError


class BenchError(QunguanError):
    """A benchmark could not be carried out."""


class Ended(msgspec.Struct, frozen=True):
    """How a child process went: seconds of wall and CPU time (None where the system does not tell)."""

    wall: float
    cpu: float | None
    out: str


def environment() -> dict[str, str]:
    """Return our environment, in which a child finds the same `bot`, wherever that was imported from."""
    own = str(Path(bot.__file__).resolve().parents[1])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{own}{os.pathsep}{known}" if known else own, "PYTHONUTF8": "1"}


def python(*arguments: str) -> Ended:
    """Run our own interpreter to its end.

    Raises:
        BenchError: it failed; the message ends with what it said last.
    """
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own interpreter with our own arguments
        [sys.executable, *arguments], check=False, capture_output=True, text=True, env=environment()
    )
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise BenchError(f"{' '.join(arguments)}: failed: {' '.join(last)}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Ended(wall, cpu or None, done.stdout)

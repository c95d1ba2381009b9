"""The whole program: its two stores for what runs in the test's own process, and itself as a subprocess."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.ports import Store
from bot.store.memory import MemoryStore
from bot.store.sqlite import SqliteStore
from tests.e2e.program import ROOT, Program


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each of the two shipped stores in turn."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "qunguan.db")


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Start the program as a person does; whatever is still running at the end is killed."""
    started: list[Program] = []

    def start(*arguments: str | Path, **environment: str) -> Program:
        started.append(
            Program(
                subprocess.Popen(
                    [sys.executable, "-m", "bot", *map(str, arguments)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**clean_environment(), **environment},
                )
            )
        )
        return started[-1]

    yield start
    for one in started:
        one.close()


def clean_environment() -> dict[str, str]:
    """Return our environment without anything that would configure a bot."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QUNGUAN_", "WECHATY_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

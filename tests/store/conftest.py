"""Databases in trouble, and the programs that bring them there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NOBODY = 65534  # the user id that owns nothing, on every Linux

Bot = subprocess.Popen[str]


@pytest.fixture
def writing_bot() -> Iterator[Callable[..., Bot]]:
    """Start bots that write to a file until they are killed."""
    started: list[Bot] = []

    def start(path: Path, preexec: Callable[[], None] | None = None) -> Bot:
        bot = subprocess.Popen(
            [sys.executable, str(HERE / "writing_bot.py"), str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            preexec_fn=preexec,  # noqa: PLW1509 - no other thread holds a lock here
        )
        started.append(bot)
        return bot

    yield start
    for bot in started:
        if bot.poll() is None:
            bot.kill()
            bot.wait()
        assert bot.stdout is not None
        bot.stdout.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def as_somebody_else() -> Callable[[], AbstractContextManager[None]]:
    """Act as a user without root's right to write everywhere."""

    @contextmanager
    def acting() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)

    return acting


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)

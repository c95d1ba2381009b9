"""Keeps the brain up to date: edited packs are taken over, broken ones are reported and left aside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from bot.assembly import Brain, pack_files
from bot.errors import QunguanError

_log = structlog.get_logger(__name__)

_Stamp = tuple[tuple[str, int, int], ...]


class BrainWatch:
    """Holds the brain in force; `look` reloads it when a file changed and the new one is sound."""

    def __init__(self, load: Callable[[], Brain], files: Callable[[], list[Path]]) -> None:
        """Load for the first time.

        Args:
            load: reads and compiles everything; raises QunguanError where something is wrong.
            files: what it reads.

        Raises:
            QunguanError: there is no good brain to begin with.
        """
        self._load, self._files = load, files
        self._stamp = self._now()
        self.brain = load()
        self.problem: str | None = None

    def look(self) -> str | None:
        """Reload if a file changed; return what is wrong with it, the last good brain staying in force."""
        stamp = self._now()
        if stamp == self._stamp:
            return self.problem
        self._stamp = stamp
        try:
            self.brain = self._load()
        except QunguanError as error:
            self.problem = str(error)
            _log.error(
                "changed packs are not taken over; the last good ones stay in force", problem=self.problem
            )
        else:
            self.problem = None
            _log.info("packs reloaded", version=self.brain.policy.version)
        return self.problem

    def _now(self) -> _Stamp:
        found = []
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(found)


def watched_files(own: Path) -> list[Path]:
    """Return every file whose change matters to a running bot: packs, texts and the configuration.

    Args:
        own: the operator's data folder.
    """
    config = own / "qunguan.toml"
    return [*pack_files(own), *([config] if config.is_file() else [])]

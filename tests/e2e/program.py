"""The program as a subprocess: what it said, how it ended, and waiting for a line of its log."""

from __future__ import annotations

import signal
import subprocess
import threading
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Ended(NamedTuple):
    """How the program ended."""

    code: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        """What it said on standard error, line by line."""
        return self.err.strip().splitlines()


class Program:
    """A running program; its output is read as it comes, so that it never waits for us."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._changed = threading.Condition()
        self._read: dict[str, bytes] = {"out": b"", "err": b""}
        self._open = 2
        self._threads = []
        for name, stream in (("out", process.stdout), ("err", process.stderr)):
            assert stream is not None
            thread = threading.Thread(target=self._follow, args=(name, stream), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _follow(self, name: str, stream: IO[bytes]) -> None:
        while chunk := stream.read1(65536):  # type: ignore[attr-defined]
            with self._changed:
                self._read[name] += chunk
                self._changed.notify_all()
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def text(self, name: str = "err") -> str:
        """Return what it said so far."""
        return self._read[name].decode("utf-8", "replace")

    def wait_for(self, words: str, *, times: int = 1, stream: str = "err") -> str:
        """Return what it said once the words have come so many times; fail if it ends before."""
        with self._changed:
            came = self._changed.wait_for(
                lambda: self.text(stream).count(words) >= times or not self._open, timeout=PATIENCE
            )
        text = self.text(stream)
        if not came or text.count(words) < times:
            raise AssertionError(f"never said {words!r} {times} times; it said:\n{text}\n{self.text('out')}")
        return text

    def type(self, data: bytes) -> None:
        """Type something at its terminal, and end the input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.close()

    def stop(self) -> Ended:
        """Ask it to stop, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> Ended:
        """Kill it as a power cut would."""
        self.process.kill()
        return self.ended()

    def ended(self) -> Ended:
        """Wait for its end."""
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return Ended(code, self.text("out"), self.text("err"))

    def close(self) -> None:
        """Make sure nothing of it is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

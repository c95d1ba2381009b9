"""A circuit breaker: after failures in a row, stop, wait, try one, and only then go on."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = 10
"""The pause doubles up to this many times its first length."""


class Breaker:
    """Closed: everything goes. Open: nothing goes until a moment. Half open: one probe decides."""

    def __init__(self, failures: int, pause: timedelta) -> None:
        """Open after `failures` in a row, for `pause` at first."""
        self._allowed = failures
        self._first = pause
        self._pause = pause
        self._in_a_row = 0
        self._until: datetime | None = None
        self._probe: str | None = None

    def reconfigure(self, failures: int, pause: timedelta) -> None:
        """Go by other figures from the next failure on."""
        self._allowed, self._first = failures, pause
        if self._until is None:
            self._pause = pause

    @property
    def until(self) -> datetime | None:
        """The moment the pause ends (or ended, while a probe is out); None while closed."""
        return self._until

    def free(self, now: datetime) -> bool:
        """Return whether something may go now."""
        return self._until is None or (now >= self._until and self._probe is None)

    def begin(self, name: str) -> None:
        """Note that something goes; out of a pause it is the probe."""
        if self._until is not None:
            self._probe = name

    def succeeded(self, name: str) -> None:
        """Note that the channel answered; what was begun before the pause proves nothing about now."""
        if self._until is None or name == self._probe:
            self._in_a_row, self._until, self._probe, self._pause = 0, None, None, self._first

    def failed(self, name: str, now: datetime) -> None:
        """Note a failure: the last straw opens, a failed probe opens for longer."""
        if self._until is None:
            self._in_a_row += 1
            if self._in_a_row >= self._allowed:
                self._until = now + self._pause
        elif name == self._probe:
            self._pause = min(self._pause * 2, self._first * LONGEST)
            self._until, self._probe = now + self._pause, None

    def abandoned(self, name: str) -> None:
        """Note that what was begun never reached the channel: if it was the probe, another may be."""
        if name == self._probe:
            self._probe = None

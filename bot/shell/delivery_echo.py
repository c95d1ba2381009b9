"""Own words coming back: they prove that a send nobody could vouch for went out after all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.ports import OutboxRow

REACH: Final = timedelta(minutes=10)
"""How far from an attempt an echo without a known id is still taken for its own."""

_MEMORY: Final = timedelta(days=1)
"""How long a row with a known message id can still be proven."""


class _Echo(msgspec.Struct, frozen=True):
    message_id: str
    conversation: str
    text: str
    at: datetime

    def fits(self, row: OutboxRow) -> bool:
        """Return whether it may be what a row said: platforms put the mentions before the text."""
        if row.text is None or row.conversation != self.conversation:
            return False
        return self.text == row.text or (self.text.startswith("@") and self.text.endswith(row.text))


class Echoes:
    """Matches echoes with rows under way and rows unknown.

    Each echo proves one row, the oldest that fits, and each row is proven once. While a row that fits
    is still under way its answer decides whose echo it was, so the echo waits for it.
    """

    def __init__(self) -> None:
        self._flying: dict[str, OutboxRow] = {}
        self._unknown: dict[str, OutboxRow] = {}
        self._waiting: list[_Echo] = []
        self._nameless: list[OutboxRow] = []
        self._seen: dict[str, datetime] = {}

    def preload(self, rows: Iterable[OutboxRow]) -> None:
        """Remember rows left unknown by an earlier run."""
        self._unknown.update((row.id, row) for row in rows if row.text is not None)

    def begin(self, row: OutboxRow) -> None:
        """Note that a row's words are on their way."""
        if row.text is not None:
            self._flying[row.id] = row

    def end(self, row: OutboxRow, status: str, message_id: str | None, now: datetime) -> list[OutboxRow]:
        """Note what came of a row under way; return the rows, perhaps itself, that are proven by now.

        Args:
            row: as given to `begin`.
            status: done, unknown, or anything else for surely not said.
            message_id: the platform's id of what was said, where it gave one.
            now: the present moment.
        """
        self._tidy(now)
        if self._flying.pop(row.id, None) is None:
            return []
        if status == "unknown":
            self._unknown[row.id] = row
        elif status == "done" and message_id is not None:
            self._seen[message_id] = now
            self._waiting = [echo for echo in self._waiting if echo.message_id != message_id]
        elif status == "done":
            own = next((echo for echo in self._waiting if echo.fits(row)), None)
            if own is None:
                self._nameless.append(row)
            else:
                self._waiting.remove(own)
        waiting, self._waiting = self._waiting, []
        return [proven for echo in waiting if (proven := self._settle(echo)) is not None]

    def heard(self, message_id: str, conversation: str, text: str, now: datetime) -> OutboxRow | None:
        """Take in an own message that came back; return the unknown row it proves to have gone out."""
        self._tidy(now)
        for row in self._unknown.values():
            if row.message_id == message_id:
                self._seen[message_id] = now
                return self._unknown.pop(row.id)
        if message_id in self._seen:
            return None
        self._seen[message_id] = now
        return self._settle(_Echo(message_id, conversation, text, now))

    def _settle(self, echo: _Echo) -> OutboxRow | None:
        """Return the row an echo proves; one that waits for an answer proves nothing yet."""
        if any(echo.fits(row) for row in self._flying.values()):
            self._waiting.append(echo)
            return None
        named = next((row for row in self._nameless if echo.fits(row)), None)
        if named is not None:
            self._nameless.remove(named)
            return None
        fitting = [r for r in self._unknown.values() if echo.fits(r) and abs(echo.at - _tried(r)) <= REACH]
        if not fitting:
            return None
        oldest = min(fitting, key=lambda r: (_tried(r), r.seq))
        return msgspec.structs.replace(self._unknown.pop(oldest.id), message_id=echo.message_id)

    def _tidy(self, now: datetime) -> None:
        """Forget what no echo can reach any more."""
        for message_id in _leading(self._seen, lambda m: now - self._seen[m] > 2 * REACH):
            del self._seen[message_id]
        for row_id in _leading(self._unknown, lambda r: now - _tried(self._unknown[r]) > _MEMORY):
            del self._unknown[row_id]
        self._nameless = [row for row in self._nameless if now - _tried(row) <= REACH]
        self._waiting = [echo for echo in self._waiting if now - echo.at <= REACH]


def _leading(names: Iterable[str], old: Callable[[str], bool]) -> list[str]:
    """Return the names before the first that is not old: both tables are kept in order of time."""
    leading = []
    for name in names:
        if not old(name):
            break
        leading.append(name)
    return leading


def _tried(row: OutboxRow) -> datetime:
    return row.sent_at or row.created_at

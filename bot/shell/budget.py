"""Sliding windows: how many times something happened in any stretch of time, and when there is room again."""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Ledger:
    """When something happened, as far back as `memory` reaches."""

    def __init__(self, memory: timedelta) -> None:
        self._memory = memory
        self._times: list[datetime] = []

    def __len__(self) -> int:
        return len(self._times)

    def book(self, at: datetime) -> None:
        """Note that it happened, and forget what is too old to matter."""
        insort(self._times, at)
        self.forget(at)

    def cancel(self, at: datetime) -> None:
        """Take back one booking of exactly that moment, if it is still remembered."""
        if at in self._times:
            self._times.remove(at)

    def forget(self, now: datetime) -> None:
        """Drop what no window reaches any more."""
        del self._times[: bisect_right(self._times, now - self._memory)]

    def free_at(self, now: datetime, limit: int, span: timedelta) -> datetime:
        """Return the first moment from `now` on with fewer than `limit` (1 or more) in the last `span`.

        A span is open at its far end: what happened exactly a span ago no longer counts.
        """
        if len(self._times) < limit:
            return now
        return max(now, self._times[-limit] + span)


class LedgerBook:
    """One ledger per name (a room, a person), dropped when nothing in it matters any more."""

    def __init__(self, memory: timedelta) -> None:
        self._memory = memory
        self._ledgers: dict[str, Ledger] = {}

    def __len__(self) -> int:
        return len(self._ledgers)

    def of(self, name: str) -> Ledger:
        """Return the ledger of a name, to book in."""
        return self._ledgers.setdefault(name, Ledger(self._memory))

    def free_at(self, name: str, now: datetime, limit: int, span: timedelta) -> datetime:
        """Return when there is room under a name."""
        ledger = self._ledgers.get(name)
        return now if ledger is None else ledger.free_at(now, limit, span)

    def forget(self, now: datetime) -> None:
        """Drop old entries and empty ledgers."""
        for name, ledger in list(self._ledgers.items()):
            ledger.forget(now)
            if not len(ledger):
                del self._ledgers[name]


class SameTexts:
    """Which text was last said in which conversation, to keep identical texts `apart`."""

    def __init__(self, apart: timedelta) -> None:
        self.apart = apart
        self._said: dict[str, dict[str, datetime]] = {}

    def __len__(self) -> int:
        return len(self._said)

    def of(self, text: str, conversation: str) -> Saying:
        """Return the entry of a text in a conversation, to book in."""
        return Saying(self._said.setdefault(text, {}), conversation)

    def free_at(self, text: str, conversation: str, now: datetime) -> datetime:
        """Return when the text may be said there: long enough after every other conversation heard it."""
        others = [at for where, at in self._said.get(text, {}).items() if where != conversation]
        return max(now, max(others) + self.apart) if others else now

    def forget(self, now: datetime) -> None:
        """Drop what was said long enough ago."""
        for text, said in list(self._said.items()):
            fresh = {where: at for where, at in said.items() if at + self.apart > now}
            if fresh:
                self._said[text] = fresh
            else:
                del self._said[text]


class Saying:
    """One text in one conversation."""

    def __init__(self, said: dict[str, datetime], conversation: str) -> None:
        self._said, self._conversation = said, conversation

    def book(self, at: datetime) -> None:
        """Note that it was said."""
        self._said[self._conversation] = at

    def cancel(self, at: datetime) -> None:
        """Take back a booking of exactly that moment."""
        if self._said.get(self._conversation) == at:
            del self._said[self._conversation]

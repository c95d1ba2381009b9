"""The store in memory: for the demo, for replaying history, and as the plain telling of what a store does.

It behaves as the SQLite store does, save that nothing outlives the process; `backup` writes a
database that the SQLite store opens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from sqlite_utils import Database

from bot.core.records import Change, Gone, Record, record_key
from bot.ports import Decided, JournalRow, OutboxRow, Received, Settlement
from bot.store.sqlite.backup import write_new
from bot.store.sqlite.rows import event_of, in_utc, outbox_row, outbox_values, packed, record_of
from bot.store.sqlite.transactions import append, commit, left_open

_CAN_STILL_SETTLE = ("todo", "sending", "unknown")
_MAY_HAVE_GONE_OUT = ("done", "unknown")


class _Entry(msgspec.Struct, frozen=True):
    key: str
    at: datetime
    body: str
    raw: bytes | None


class MemoryStore:
    """Keeps journal, state and outbox of one account in memory; see `bot.ports.Store`.

    Every call prepares all of its changes before it makes the first one, and none waits in
    between: what fails leaves nothing behind. Closing keeps the content, so that it can be opened again.
    """

    def __init__(self, account: str = "main") -> None:
        """Start empty.

        Args:
            account: whose history this is; written into a backup.
        """
        self.account = account
        self._entries: list[_Entry] = []  # the event with seq n is entry n - 1
        self._keys: set[str] = set()
        self._pending: dict[int, None] = {}  # a set that keeps its order
        self._records: dict[tuple[str, str], str] = {}
        self._outbox: dict[str, OutboxRow] = {}
        self._lines: dict[int, bytes] = {}

    async def open(self) -> None:
        """Do nothing: memory is always at hand."""

    async def close(self) -> None:
        """Do nothing: the content stays until the object goes."""

    async def append(self, items: Sequence[Received]) -> Sequence[int | None]:
        """Journal items in order, settling what they settle; a seq each, None if known already.

        Raises:
            LookupError: if an item settles an effect that was never planned.
        """
        entries: dict[str, _Entry] = {}
        settled: dict[str, OutboxRow] = {}
        seqs: list[int | None] = []
        for item in items:
            item.key.encode()  # what the database would refuse is refused here, known already or not
            entry = _Entry(item.key, in_utc(item.event.at), packed(item.event), item.raw)
            if item.key in self._keys or item.key in entries:
                seqs.append(None)
                continue
            entries[item.key] = entry
            seqs.append(len(self._entries) + len(entries))
            if item.settles is not None:
                row = settled.get(item.settles.effect) or self._planned(item.settles.effect)
                settled[row.id] = _settled(row, item.settles)
        self._entries.extend(entries.values())
        self._keys.update(entries)
        self._pending.update(dict.fromkeys(seq for seq in seqs if seq is not None))
        self._outbox.update(settled)
        return seqs

    async def pending(self) -> Sequence[JournalRow]:
        """Return journalled events not yet decided, in order."""
        entries = ((seq, self._entries[seq - 1]) for seq in sorted(self._pending))
        return [JournalRow(seq, entry.key, event_of(entry.body)) for seq, entry in entries]

    async def records(self) -> Sequence[Record]:
        """Return the whole state, ordered by kind and key."""
        return [record_of(body) for _, body in sorted(self._records.items())]

    async def commit(self, decided: Sequence[Decided]) -> None:
        """Mark events decided and take over their changes, effects and lines.

        What was decided before is passed over, and so is an effect whose id is known.

        Raises:
            LookupError: if an event was never journalled.
        """
        fresh: dict[int, Decided] = {}
        for item in decided:
            if not 1 <= item.seq <= len(self._entries):
                raise LookupError(f"event {item.seq} was never journalled")
            if item.seq in self._pending:
                fresh.setdefault(item.seq, item)
        changed: dict[tuple[str, str], str | None] = {}
        outbox: dict[str, OutboxRow] = {}
        for item in fresh.values():
            changed.update(map(_named, item.changes))
            for row in item.outbox:
                packed(row)  # refuses what is no valid text
                outbox.setdefault(row.id, outbox_row(outbox_values(row)))
        for name, body in changed.items():
            if body is None:
                self._records.pop(name, None)
            else:
                self._records[name] = body
        for effect, row in outbox.items():
            self._outbox.setdefault(effect, row)
        self._lines.update((seq, item.line) for seq, item in fresh.items() if item.line is not None)
        for seq in fresh:
            del self._pending[seq]

    async def unsent(self) -> Sequence[OutboxRow]:
        """Return rows with status todo, in order of creation."""
        return [row for row in self._outbox.values() if row.status == "todo"]

    async def undecided(self) -> Sequence[OutboxRow]:
        """Return rows with status unknown, in order of creation."""
        return [row for row in self._outbox.values() if row.status == "unknown"]

    async def claim(self, effect: str, at: datetime) -> bool:
        """Turn a todo row into sending, counting the attempt; False if it was no longer todo."""
        row = self._outbox.get(effect)
        if row is None or row.status != "todo":
            return False
        self._put(row, status="sending", attempts=row.attempts + 1, sent_at=in_utc(at))
        return True

    async def release(self, effect: str, not_before: datetime, detail: str) -> None:
        """Turn a sending row back into todo; one that was settled meanwhile stays settled."""
        detail.encode()  # refuses what is no valid text
        row = self._outbox.get(effect)
        if row is not None and row.status == "sending":
            self._put(row, status="todo", sent_at=None, not_before=in_utc(not_before), detail=detail)

    async def recover(self, at: datetime) -> Sequence[OutboxRow]:
        """After a crash: at-least-once rows in sending become todo, others unknown; return the unknown."""
        for row in [row for row in self._outbox.values() if row.status == "sending"]:
            if row.guarantee == "at_least_once":
                self._put(row, status="todo", sent_at=None)
            else:
                self._put(row, status="unknown", detail=left_open(at))
        return await self.undecided()

    async def sent_since(self, since: datetime) -> Sequence[OutboxRow]:
        """Return rows done or unknown that were sent at or after `since`, in order of sending."""
        sent = [
            (row.sent_at, row)
            for row in self._outbox.values()
            if row.status in _MAY_HAVE_GONE_OUT and row.sent_at is not None and row.sent_at >= since
        ]
        return [row for _, row in sorted(sent, key=lambda pair: pair[0])]

    async def journal(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, bytes]]:
        """Return (seq, event JSON) of up to `limit` events after a seq; an imported line as it was."""
        start = max(after, 0)
        found = enumerate(self._entries[start : start + limit], start + 1)
        return [(seq, entry.body.encode() if entry.raw is None else entry.raw) for seq, entry in found]

    async def lines(self, since: datetime, limit: int = 1000) -> Sequence[bytes]:
        """Return up to `limit` decision lines of events at or after `since`, oldest first."""
        found = [(self._entries[seq - 1].at, seq) for seq in self._lines]
        return [self._lines[seq] for at, seq in sorted(found) if at >= since][:limit]

    async def last_at(self) -> datetime | None:
        """Return the `at` of the newest journalled event, in UTC."""
        return self._entries[-1].at if self._entries else None

    async def backup(self, target: Path) -> None:
        """Write a database that the SQLite store opens, to a file that does not exist yet.

        Raises:
            StoreError: if the target exists or cannot be written.
        """
        fill = self._snapshot()
        await asyncio.to_thread(write_new, target, self.account, fill)

    def _snapshot(self) -> Callable[[Database], None]:
        """Return what stores the present content in an empty database."""
        received = [Received(entry.key, event_of(entry.body), raw=entry.raw) for entry in self._entries]
        decided = [
            Decided(seq=seq, line=self._lines.get(seq))
            for seq in range(1, len(self._entries) + 1)
            if seq not in self._pending
        ]
        if decided:  # where nothing is decided there are no records and no effects
            changes = tuple(record_of(body) for body in self._records.values())
            outbox = tuple(self._outbox.values())
            decided[0] = msgspec.structs.replace(decided[0], changes=changes, outbox=outbox)

        def fill(db: Database) -> None:
            append(db, received)
            commit(db, decided)

        return fill

    def _planned(self, effect: str) -> OutboxRow:
        row = self._outbox.get(effect)
        if row is None:
            raise LookupError(f"effect {effect!r} was never planned")
        return row

    def _put(self, row: OutboxRow, **changes: object) -> None:
        self._outbox[row.id] = msgspec.structs.replace(row, **changes)


def _named(change: Change) -> tuple[tuple[str, str], str | None]:
    if isinstance(change, Gone):
        return (change.kind, change.key), None
    return record_key(change), packed(change)


def _settled(row: OutboxRow, settlement: Settlement) -> OutboxRow:
    packed(settlement)  # refuses what is no valid text
    if row.status not in _CAN_STILL_SETTLE:
        return row
    sent_at = row.sent_at
    if sent_at is None and settlement.status in _MAY_HAVE_GONE_OUT:
        sent_at = in_utc(settlement.at)
    return msgspec.structs.replace(
        row,
        status=settlement.status,
        sent_at=sent_at,
        message_id=row.message_id if settlement.message_id is None else settlement.message_id,
        detail=settlement.detail,
    )

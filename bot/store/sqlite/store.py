"""The store on one SQLite file: everything durable when it returns, nothing on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.core.records import Record
from bot.ports import Decided, JournalRow, OutboxRow, Received
from bot.store.sqlite import transactions
from bot.store.sqlite.backup import backup
from bot.store.sqlite.opening import open_database
from bot.store.sqlite.reader import Reader
from bot.store.sqlite.writer import Writer

T = TypeVar("T")

_READERS = 2  # threads that read; each reading opens the file anew


class SqliteStore:
    """Keeps journal, state and outbox of one account in one file; see `bot.ports.Store`.

    Writing calls are carried out in the order in which they were made, a call that was cancelled
    included. After a failure of the disk every further write is refused until the store is opened anew.
    """

    def __init__(self, path: Path, account: str = "main") -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: the database file; its folder must exist.
            account: whose history the file holds.
        """
        self.path = path
        self.account = account
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        """Open the file, creating and migrating as needed; does nothing if open already.

        Raises:
            StoreError: if another bot uses it, or it cannot be used; the message says what to do.
        """
        if self._writer is not None:
            return
        writer = Writer(self.path, partial(open_database, self.path, self.account))
        await writer.start()
        self._writer = writer
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix=f"reader of {self.path.name}")

    async def close(self) -> None:
        """Finish what is queued and let go of the file; does nothing if closed already."""
        writer, readers = self._writer, self._readers
        self._writer = self._readers = None
        if readers is not None:
            await asyncio.to_thread(readers.shutdown)
        if writer is not None:
            await writer.stop()

    async def append(self, items: Sequence[Received]) -> Sequence[int | None]:
        """Journal items durably in order, settling what they settle; a seq each, None if known already.

        Raises:
            StoreError: if the medium failed.
            LookupError: if an item settles an effect that was never planned.
        """
        return await self._write(lambda db: transactions.append(db, items))

    async def pending(self) -> Sequence[JournalRow]:
        """Return journalled events not yet decided, in order."""
        return await self._read(Reader.pending)

    async def records(self) -> Sequence[Record]:
        """Return the whole state, ordered by kind and key."""
        return await self._read(Reader.records)

    async def commit(self, decided: Sequence[Decided]) -> None:
        """Mark events decided and store their changes, effects and lines in one transaction.

        What was decided before is passed over, and so is an effect whose id is known: deciding
        again after a crash does nothing twice.

        Raises:
            StoreError: if the medium failed.
            LookupError: if an event was never journalled.
        """
        await self._write(lambda db: transactions.commit(db, decided))

    async def unsent(self) -> Sequence[OutboxRow]:
        """Return rows with status todo, in order of creation."""
        return await self._read(Reader.unsent)

    async def undecided(self) -> Sequence[OutboxRow]:
        """Return rows with status unknown, in order of creation."""
        return await self._read(Reader.undecided)

    async def claim(self, effect: str, at: datetime) -> bool:
        """Turn a todo row into sending, durably, counting the attempt; False if it was no longer todo."""
        return await self._write(lambda db: transactions.claim(db, effect, at))

    async def release(self, effect: str, not_before: datetime, detail: str) -> None:
        """Turn a sending row back into todo; one that was settled meanwhile stays settled."""
        await self._write(lambda db: transactions.release(db, effect, not_before, detail))

    async def recover(self, at: datetime) -> Sequence[OutboxRow]:
        """After a crash: at-least-once rows in sending become todo, others unknown; return the unknown."""
        return await self._write(lambda db: transactions.recover(db, at))

    async def sent_since(self, since: datetime) -> Sequence[OutboxRow]:
        """Return rows done or unknown that were sent at or after `since`, in order of sending."""
        return await self._read(lambda reader: reader.sent_since(since))

    async def journal(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, bytes]]:
        """Return (seq, event JSON) of up to `limit` events after a seq; an imported line as it was."""
        return await self._read(lambda reader: reader.journal(after, limit))

    async def lines(self, since: datetime, limit: int = 1000) -> Sequence[bytes]:
        """Return up to `limit` decision lines of events at or after `since`, oldest first."""
        return await self._read(lambda reader: reader.lines(since, limit))

    async def last_at(self) -> datetime | None:
        """Return the `at` of the newest journalled event, in UTC."""
        return await self._read(Reader.last_at)

    async def backup(self, target: Path) -> None:
        """Write a complete, consistent copy to a file that does not exist yet, while writing goes on.

        Raises:
            StoreError: if the target exists or cannot be written.
        """
        await self._read(lambda reader: backup(reader.path, target))

    async def _write(self, work: Callable[[Database], T]) -> T:
        if self._writer is None:
            raise RuntimeError(f"{self.path}: the store is not open")
        return await self._writer.run(work)

    async def _read(self, look: Callable[[Reader], T]) -> T:
        if self._readers is None:
            raise RuntimeError(f"{self.path}: the store is not open")
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, partial(_look, self.path, look)
        )


def _look(path: Path, look: Callable[[Reader], T]) -> T:
    with Reader(path) as reader:
        return look(reader)

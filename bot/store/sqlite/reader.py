"""Looking at a database without changing it, also while a bot writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bot.core.records import Record
from bot.errors import StoreError
from bot.ports import JournalRow, OutboxRow
from bot.store.sqlite.connection import connect_read_only
from bot.store.sqlite.faults import telling
from bot.store.sqlite.rows import event_of, micros, moment, outbox_row, record_of
from bot.store.sqlite.schema import SCHEMA_VERSION, damage, identify


class Counts(msgspec.Struct, frozen=True):
    """How much lies in a database: rows by what they are."""

    events: int
    pending: int
    lines: int
    records: dict[str, int]
    outbox: dict[str, int]


class Reader:
    """A read-only look at a database; used by one thread, closed after use (`with Reader(path) as reader`).

    Every method sees all that was committed before it was called, and raises StoreError when the
    file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Args:
            path: a database of the present schema.

        Raises:
            StoreError: if it is missing, not ours, damaged, or of another schema.
        """
        self.path = path
        if not path.exists():
            raise StoreError(
                f"{path}: there is no database yet: start the bot once, or name another with --data"
            )
        with telling(path):
            self._db = connect_read_only(path)
            try:
                identity = identify(self._db, path)
            except BaseException:
                self._db.close()
                raise
        self.account = identity.account
        self.version = identity.version
        if identity.version < SCHEMA_VERSION:
            self._db.close()
            raise StoreError(
                f"{path}: written by an earlier qunguan (schema {identity.version}): start the bot once, "
                "which brings it up to date"
            )

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def pending(self) -> list[JournalRow]:
        """Return journalled events not yet decided, in order."""
        sql = "SELECT seq, key, body FROM journal WHERE decided = 0 ORDER BY seq"
        with self._reading("the journal"):
            return [JournalRow(seq, key, event_of(body)) for seq, key, body in self._db.execute(sql)]

    def records(self) -> list[Record]:
        """Return the whole state, ordered by kind and key."""
        with self._reading("the state"):
            return [
                record_of(body) for (body,) in self._db.execute("SELECT body FROM record ORDER BY kind, key")
            ]

    def unsent(self) -> list[OutboxRow]:
        """Return rows with status todo, in order of creation."""
        return self._outbox("status = 'todo' ORDER BY number")

    def undecided(self) -> list[OutboxRow]:
        """Return rows with status unknown, in order of creation."""
        return self._outbox("status = 'unknown' ORDER BY number")

    def sent_since(self, since: datetime) -> list[OutboxRow]:
        """Return rows done or unknown that were sent at or after `since`, in order of sending."""
        return self._outbox(
            "status IN ('done', 'unknown') AND sent_at >= ? ORDER BY sent_at, number", micros(since)
        )

    def journal(self, after: int = 0, limit: int = 1000) -> list[tuple[int, bytes]]:
        """Return (seq, event JSON) of up to `limit` events after a seq; an imported line as it was."""
        sql = "SELECT seq, coalesce(raw, CAST(body AS BLOB)) FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._reading("the journal"):
            return self._db.execute(sql, (after, limit)).fetchall()

    def lines(self, since: datetime, limit: int = 1000) -> list[bytes]:
        """Return up to `limit` decision lines of events at or after `since`, oldest first."""
        sql = "SELECT body FROM line WHERE at >= ? ORDER BY at, seq LIMIT ?"
        with self._reading("the decision lines"):
            return [body for (body,) in self._db.execute(sql, (micros(since), limit))]

    def last_at(self) -> datetime | None:
        """Return the `at` of the newest journalled event, in UTC."""
        with self._reading("the journal"):
            row = self._db.execute("SELECT at FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        return None if row is None else moment(row[0])

    def counts(self) -> Counts:
        """Return how much lies in the database."""
        with self._reading("the tables"):
            return Counts(
                events=self._count("journal"),
                pending=self._count("journal WHERE decided = 0"),
                lines=self._count("line"),
                records=self._count_by("record", "kind"),
                outbox=self._count_by("outbox", "status"),
            )

    def integrity(self) -> list[str]:
        """Return what SQLite finds wrong with the file, thoroughly; empty if all is well."""
        with self._reading("the file"):
            return damage(self._db, thorough=True)

    def _outbox(self, condition: str, *values: int) -> list[OutboxRow]:
        with self._reading("the outbox"):
            return [
                outbox_row(row)
                for row in self._db.query(f"SELECT * FROM outbox WHERE {condition}", values)  # noqa: S608 - ours
            ]

    def _count(self, rows: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])  # noqa: S608 - ours

    def _count_by(self, table: str, column: str) -> dict[str, int]:
        sql = f"SELECT {column}, count(*) FROM {table} GROUP BY {column} ORDER BY {column}"  # noqa: S608 - ours
        return dict(self._db.execute(sql).fetchall())

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        with telling(self.path):
            try:
                yield
            except msgspec.DecodeError as error:
                raise StoreError(
                    f"{self.path}: {what} holds something this version cannot read ({error}): "
                    "install the version of qunguan that wrote it, or restore a backup"
                ) from error

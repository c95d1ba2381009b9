"""At most one bot on a file: a lock that the operating system lets go of when its holder dies.

SQLite's own file lock on an empty side file, held for as long as the store is open. It works alike
on Linux, macOS and Windows, also between two stores of one process, and needs no tidying after
kill -9. The database itself stays unlocked, so that other programs may read it meanwhile.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.sqlite.connection import connect, connect_read_only, create_private
from bot.store.sqlite.faults import is_passing, told

_PATIENCE = 1.0  # seconds: a holder that is just closing is waited for


class Occupancy:
    """The right to write to a database file, held until `release`."""

    def __init__(self, path: Path) -> None:
        """Take the right.

        Args:
            path: the database; the lock lies beside it as `<name>.lock`.

        Raises:
            StoreError: if another bot holds it, or the lock cannot be created.
        """
        lock = path.with_name(path.name + ".lock")
        try:
            with suppress(FileExistsError):
                create_private(lock)
            self._lock = _locked(lock)
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.Error) and is_passing(error):
                raise StoreError(
                    f"{path}: in use by another qunguan ({_holder(path)}): stop that one first, "
                    "or use another file"
                ) from error
            raise told(lock, error) from error

    def release(self) -> None:
        """Let go; the empty lock file stays, which harms nothing."""
        self._lock.close()


def _locked(lock: Path) -> Database:
    db = connect(lock, busy_seconds=_PATIENCE)
    try:
        db.execute("BEGIN EXCLUSIVE")
    except BaseException:
        db.close()
        raise
    return db


def sign(db: Database) -> None:
    """Write down which process holds the file, for the one who finds it locked."""
    holder = f"process {os.getpid()} on {platform.node()}"
    db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('holder', ?)", (holder,))


def _holder(path: Path) -> str:
    try:
        with closing(connect_read_only(path, busy_seconds=0)) as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'holder'").fetchone()
    except sqlite3.Error as error:  # it is only named in a message about something else
        return f"its name cannot be read: {error}"
    return "it has not signed yet" if row is None else str(row[0])

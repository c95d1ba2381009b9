"""Opening SQLite the way the store needs it: one connection that writes, many that only read."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreError

BUSY_SECONDS = 5.0  # how long to wait for another program's transaction (a database tool)
_WAL_LIMIT = 64 << 20  # bytes the write-ahead log may keep once it was emptied


def require_place(path: Path) -> None:
    """Do nothing if a database may lie at the path.

    Raises:
        StoreError: if the folder is missing, or a folder lies at the path.
    """
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: the folder {path.parent} does not exist: create it, or name another with --data"
        )
    if path.is_dir():
        raise StoreError(f"{path}: this is a folder: name a file in it")


def create_private(path: Path) -> None:
    """Create an empty file that only this user may read: chats are private.

    Raises:
        OSError: if that cannot be, also when it exists.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def connect(path: Path, *, busy_seconds: float | None = None) -> Database:
    """Open an existing file for writing, durably, by this thread alone.

    Raises:
        sqlite3.Error: if that cannot be.
    """
    return _open(path, "rw", busy_seconds, "synchronous = FULL", "fullfsync = ON")  # the latter: macOS only


def connect_read_only(path: Path, *, busy_seconds: float | None = None) -> Database:
    """Open an existing file for reading; nothing done through it can change the file.

    Raises:
        sqlite3.Error: if that cannot be.
    """
    return _open(path, "ro", busy_seconds, "query_only = ON")


def write_ahead(db: Database) -> None:
    """Let readers go on while this connection writes.

    Raises:
        sqlite3.Error: if the file cannot be switched.
    """
    db.execute("PRAGMA journal_mode = WAL").fetchone()
    db.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}").fetchone()


def one_file(db: Database) -> None:
    """Let everything lie in the file itself, so that it can be copied and read from any medium.

    Raises:
        sqlite3.Error: if the file cannot be switched.
    """
    db.execute("PRAGMA journal_mode = DELETE").fetchone()


def _open(path: Path, mode: str, busy_seconds: float | None, *settings: str) -> Database:
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS if busy_seconds is None else busy_seconds,
        isolation_level=None,  # transactions begin where the code says so
        cached_statements=256,
    )
    try:
        db = Database(conn, recursive_triggers=False, execute_plugins=False)
        for setting in settings:
            db.execute(f"PRAGMA {setting}")
    except BaseException:
        conn.close()
        raise
    return db

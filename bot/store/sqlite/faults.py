"""What can go wrong with a database file, told as one line that says what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StoreError

_FULL = "the disk is full: free some space, then start again"
_READ_ONLY = "the file or its folder is read-only for this user: give the bot's user the right to write both"
_BUSY = "another program holds it (a second bot, a database tool, a sync client?): close that and try again"
_NOT_OPEN = (
    "it cannot be opened: check that its folder exists and that this user may read it and write to its folder"
)
_DAMAGED = "the database is damaged: keep the file, and put a backup in its place with `qunguan restore`"
_FOREIGN = (
    "this is no database, or its beginning is destroyed: name another file, or put a backup in its place "
    "with `qunguan restore`"
)
_DISK = "reading or writing failed: check the disk (its health, its quota, the limits of this user)"

_BY_CODE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _NOT_OPEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _FOREIGN,
    sqlite3.SQLITE_IOERR: _DISK,
}
_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.ENOENT: _NOT_OPEN,
    errno.ENOTDIR: _NOT_OPEN,
}
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code (sqlite.org/rescode.html)


def primary_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary result code of an error, or None if it is the driver's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY_CODE


def is_of_the_medium(error: sqlite3.Error) -> bool:
    """Tell whether the file or the disk is at fault, rather than the statement."""
    return primary_code(error) in _BY_CODE


def is_passing(error: sqlite3.Error) -> bool:
    """Tell whether nothing was written because somebody else was writing: later it may work."""
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the file's content is destroyed."""
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def told(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    """Return the error as a person needs it: the file, what happened, what to do, and the cause.

    Args:
        path: the file that was being used.
        error: what SQLite or the operating system said.
    """
    if isinstance(error, sqlite3.Error):
        code = primary_code(error)
        advice = None if code is None else _BY_CODE.get(code)
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        cause = f"{name}: {error}"
    else:
        advice = None if error.errno is None else _BY_ERRNO.get(error.errno)
        cause = error.strerror or str(error)
    return StoreError(f"{path}: {advice or _DISK} ({cause})")


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn failures of the medium inside the block into StoreError; defects pass unchanged.

    Raises:
        StoreError: naming the file and what to do.
    """
    try:
        yield
    except sqlite3.Error as error:
        if not is_of_the_medium(error):
            raise
        raise told(path, error) from error
    except OSError as error:
        raise told(path, error) from error

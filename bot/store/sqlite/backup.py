"""Copies of a database: made while it is written to, and put in its place again."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.sqlite.connection import connect, connect_read_only, create_private, one_file, require_place
from bot.store.sqlite.faults import telling
from bot.store.sqlite.occupancy import Occupancy
from bot.store.sqlite.schema import bring_up_to_date, identify, refuse_damaged

_LOGS = ("-wal", "-journal")


def backup(source: Path, target: Path) -> None:
    """Write a complete, consistent, checked copy as one file; it appears whole or not at all.

    Args:
        source: a database, which may be written to meanwhile.
        target: a file that does not exist yet.

    Raises:
        StoreError: if the target exists, or either file cannot be used.
    """
    target = target.absolute()
    require_place(target)
    _refuse_existing(target)
    with _copied(source, target) as part, telling(target):
        _publish(part, target)
        _settle_folder(target.parent)


def write_new(target: Path, account: str, fill: Callable[[Database], None]) -> None:
    """Write a database from values at hand; it appears whole or not at all.

    Args:
        target: a file that does not exist yet.
        account: whose history it holds.
        fill: stores the values, inside one transaction.

    Raises:
        StoreError: if the target exists or cannot be written.
    """
    target = target.absolute()
    require_place(target)
    _refuse_existing(target)
    with _passing_file(target) as part, telling(target):
        with closing(connect(part)) as db:
            bring_up_to_date(db, account)
            with db.atomic():
                fill(db)
        _publish(part, target)
        _settle_folder(target.parent)


def copy_aside(path: Path, version: int) -> Path:
    """Copy a database of a previous schema beside itself and return where; overwrites nothing.

    Raises:
        StoreError: if that cannot be done.
    """
    target = _free_name(path, f".bak-{version}")
    backup(path, target)
    return target


def restore(source: Path, target: Path) -> Path | None:
    """Put a backup in the place of a database that no bot is using.

    Args:
        source: a backup; it stays as it is.
        target: the database to replace; it is kept beside itself as `<name>.before-restore`.

    Returns:
        Where the replaced database is kept, or None if there was none.

    Raises:
        StoreError: if the backup is damaged or not ours, or the target is in use; nothing is changed then.
    """
    target = target.resolve()
    require_place(target)
    if not source.is_file():
        raise StoreError(f"{source}: there is no such backup: name the file that `qunguan backup` wrote")
    if target.exists() and source.samefile(target):
        raise StoreError(f"{source}: this is the database itself: name a backup of it")
    with telling(source), closing(connect_read_only(source)) as db:
        if identify(db, source).version == 0:
            raise StoreError(f"{source}: this file is empty: name the file that `qunguan backup` wrote")
        refuse_damaged(db, source, thorough=True)
    occupancy = Occupancy(target)
    try:
        with _copied(source, target) as part, telling(target):
            kept = _set_aside(target)
            part.replace(target)
            _settle_folder(target.parent)
    finally:
        occupancy.release()
    return kept


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """Yield a checked copy beside the target under a passing name."""
    with _passing_file(target) as part:
        with telling(part), closing(connect(part)) as copy:
            with telling(source):
                db = connect_read_only(source)
            with closing(db):
                db.conn.backup(copy.conn)
            one_file(copy)
            refuse_damaged(copy, source)  # a copy is as sound as what it was made from
        yield part


@contextmanager
def _passing_file(target: Path) -> Iterator[Path]:
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with telling(part):
            create_private(part)
        yield part
    finally:
        part.unlink(missing_ok=True)


def _set_aside(target: Path) -> Path | None:
    """Keep a database under another name, with what its logs still hold, without opening it.

    Opening a destroyed file would make SQLite throw its log away; a log left beside the file that
    takes its place would be played into that one.
    """
    if not target.exists():
        return None
    kept = _free_name(target, ".before-restore")
    _give_second_name(target, kept)
    logs = [(_beside(target, log), _beside(kept, log)) for log in _LOGS]
    for log, name in logs:
        if log.exists():
            _give_second_name(log, name)
    for log, _ in logs:
        log.unlink(missing_ok=True)
    _beside(target, "-shm").unlink(missing_ok=True)  # an index of the log, made anew from it
    return kept


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _give_second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a medium without hard links
        shutil.copy2(path, name)


def _publish(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, it never replaces what appeared meanwhile
    except FileExistsError:
        _refuse_existing(target)
    except OSError:  # a medium without hard links
        _refuse_existing(target)
        part.rename(target)


def _refuse_existing(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise StoreError(f"{target}: exists already: name a new file, nothing is overwritten")


def _free_name(path: Path, suffix: str) -> Path:
    names = (_beside(path, suffix + ("" if n == 1 else f"-{n}")) for n in count(1))
    return next(name for name in names if not name.exists())


def _settle_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut, where the system knows how (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Whose file this is and of which version: recognising, creating and bringing up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.sqlite.faults import is_damage
from bot.store.sqlite.migrations import migrations

APPLICATION_ID = 0x71756E67  # "qung" in ASCII, at byte 68 of the file
SCHEMA_VERSION = 2


class Identity(msgspec.Struct, frozen=True):
    """What a file says of itself; version 0 is a file with nothing in it yet."""

    version: int
    account: str | None = None


def identify(db: Database, path: Path) -> Identity:
    """Return the version and account of an open database.

    Raises:
        StoreError: if it belongs to another program, or to a later version of this one.
    """
    application = _pragma(db, "application_id")
    if application != APPLICATION_ID:
        if application == 0 and _pragma(db, "page_count") == 0:
            return Identity(0)
        raise StoreError(
            f"{path}: this is a database of another program: name another file, or move this one away"
        )
    version = _pragma(db, "user_version")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path}: written by a later qunguan (schema {version}, this one knows {SCHEMA_VERSION}): "
            f"install that version again, or restore the backup it made beside the file"
        )
    row = db.execute("SELECT value FROM meta WHERE name = 'account'").fetchone()
    return Identity(version, None if row is None else row[0])


def bring_up_to_date(db: Database, account: str) -> None:
    """Create what the file lacks, in one transaction: after a crash it is as before or complete.

    Args:
        db: a connection that may write, outside a transaction.
        account: written down as the file's account if it has none.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('account', ?)", (account,))
    except BaseException:
        db.rollback()
        raise
    db.commit()


def damage(db: Database, *, thorough: bool = False) -> list[str]:
    """Return what SQLite finds wrong with the file, one finding a line; empty if all is well.

    Args:
        db: an open connection.
        thorough: also compare every index with its table, which takes several times as long.
    """
    check = "integrity_check" if thorough else "quick_check"
    found: list[str] = []
    try:
        found.extend(str(row[0]) for row in db.execute(f"PRAGMA {check}"))
    except sqlite3.DatabaseError as error:  # too damaged to be checked to the end: that is the finding
        if not is_damage(error):
            raise
        found.append(str(error))
    return [] if found == ["ok"] else found


def refuse_damaged(db: Database, path: Path, *, thorough: bool = False) -> None:
    """Do nothing if the file is sound.

    Raises:
        StoreError: naming the first thing that is wrong.
    """
    found = damage(db, thorough=thorough)
    if found:
        raise StoreError(
            f"{path}: the database is damaged ({found[0]}): keep the file, and put a backup in its place "
            "with `qunguan restore`"
        )


def _pragma(db: Database, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])

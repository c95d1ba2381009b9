"""From a path to a database that may be written: locked, recognised, checked, up to date."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec
from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.sqlite.backup import copy_aside
from bot.store.sqlite.connection import connect, connect_read_only, create_private, require_place, write_ahead
from bot.store.sqlite.faults import telling
from bot.store.sqlite.occupancy import Occupancy, sign
from bot.store.sqlite.schema import SCHEMA_VERSION, Identity, bring_up_to_date, identify, refuse_damaged


class Opened(msgspec.Struct, frozen=True):
    """A database open for writing, and the right to do so; both belong to the thread that opened."""

    db: Database
    occupancy: Occupancy

    def close(self) -> None:
        """Close the file, then let others have it."""
        try:
            self.db.close()
        finally:
            self.occupancy.release()


def open_database(path: Path, account: str) -> Opened:
    """Open a database for writing, creating it or bringing it up to date as needed.

    A file of another program is left untouched. A file that was not closed cleanly (its write-ahead
    log is still there) is checked for damage. A file of a previous schema is copied to
    `<name>.bak-<version>` before it is changed.

    Args:
        path: the database file.
        account: whose history this is; a file holds one account.

    Raises:
        StoreError: naming the file and what to do.
    """
    path = path.resolve()
    require_place(path)
    with telling(path):
        log = path.with_name(path.name + "-wal")
        unclean = log.exists() and log.stat().st_size > 0
        if path.exists():
            with closing(connect_read_only(path)) as db:
                identify(db, path)  # before anything is laid beside a foreign file
        occupancy = Occupancy(path)
        try:
            return Opened(_open(path, account, unclean=unclean), occupancy)
        except BaseException:
            occupancy.release()
            raise


def _require_account(identity: Identity, account: str, path: Path) -> None:
    if identity.account not in (None, account):
        raise StoreError(
            f"{path}: holds the account {identity.account!r}, not {account!r}: "
            f"name another file for {account!r}"
        )


def _open(path: Path, account: str, *, unclean: bool) -> Database:
    if not path.exists():
        create_private(path)
    db = connect(path)
    try:
        identity = identify(db, path)
        _require_account(identity, account, path)
        if unclean:
            refuse_damaged(db, path)
        if identity.version < SCHEMA_VERSION:
            if identity.version > 0:
                copy_aside(path, identity.version)
            bring_up_to_date(db, account)
        write_ahead(db)
        sign(db)
    except BaseException:
        db.close()
        raise
    return db

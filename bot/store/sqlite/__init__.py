"""The store on one SQLite file: one writer thread, explicit tables, backups, and a read-only view."""

from bot.store.sqlite.backup import backup, restore
from bot.store.sqlite.reader import Counts, Reader
from bot.store.sqlite.store import SqliteStore

__all__ = ["Counts", "Reader", "SqliteStore", "backup", "restore"]

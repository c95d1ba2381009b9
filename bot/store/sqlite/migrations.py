"""The tables, as the steps that made them: a new file takes all of them, an old one those it lacks.

A step is never changed once released; a new one is added below and makes the next version.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("qunguan")


@migrations(name="1")
def first_tables(db: Database) -> None:
    """Version 1: journal, state, outbox, and the file's own data."""
    db.executescript(
        """
        CREATE TABLE meta (
            name TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL,
            raw BLOB,
            decided INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1))
        ) STRICT;
        CREATE INDEX journal_pending ON journal (seq) WHERE decided = 0;

        CREATE TABLE record (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (kind, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL,
            effect TEXT NOT NULL,
            conversation TEXT NOT NULL,
            priority INTEGER NOT NULL,
            guarantee TEXT NOT NULL CHECK (guarantee IN ('at_least_once', 'at_most_once')),
            created_at INTEGER NOT NULL,
            text TEXT,
            not_before INTEGER,
            expires_at INTEGER,
            status TEXT NOT NULL CHECK
                (status IN ('todo', 'sending', 'done', 'failed', 'unknown', 'refused', 'dropped')),
            attempts INTEGER NOT NULL,
            sent_at INTEGER,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX outbox_open ON outbox (status, number) WHERE status IN ('todo', 'sending', 'unknown');
        CREATE INDEX outbox_sent ON outbox (sent_at) WHERE status IN ('done', 'unknown');
        """
    )


@migrations(name="2")
def decision_lines(db: Database) -> None:
    """Version 2: decision lines are remembered, and the platform's id of what was sent."""
    db.executescript(
        """
        CREATE TABLE line (
            seq INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX line_at ON line (at);
        ALTER TABLE outbox ADD COLUMN message_id TEXT;
        """
    )

"""What is written, each a function that runs inside one transaction on the writer's connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlite_utils import Database

from bot.core.records import Change, Gone, record_key
from bot.ports import Decided, OutboxRow, Received, Settlement
from bot.store.sqlite.rows import OUTBOX_COLUMNS, micros, outbox_row, outbox_values, packed

_JOURNAL = "INSERT INTO journal (seq, key, kind, at, body, raw) VALUES (?, ?, ?, ?, ?, ?)"
_RECORD = """
    INSERT INTO record (kind, key, body) VALUES (?, ?, ?)
    ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""
_OUTBOX = (
    f"INSERT INTO outbox ({', '.join(OUTBOX_COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(':' + name for name in OUTBOX_COLUMNS)}) ON CONFLICT (id) DO NOTHING"
)
_SETTLE = """
    UPDATE outbox SET
        status = :status,
        message_id = coalesce(:message_id, message_id),
        detail = :detail,
        sent_at = CASE WHEN :status IN ('done', 'unknown') THEN coalesce(sent_at, :at) ELSE sent_at END
    WHERE id = :effect AND status IN ('todo', 'sending', 'unknown')
"""


def append(db: Database, items: Sequence[Received]) -> list[int | None]:
    """Journal events and settle what they settle; a seq each, None if the key is known already.

    Raises:
        LookupError: if something settles an effect that was never planned.
    """
    conn = db.conn
    row = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    seq = 0 if row is None else int(row[0])
    seqs: list[int | None] = []
    for item in items:
        event = item.event
        kind = event.__struct_config__.tag
        values = (seq + 1, item.key, kind, micros(event.at), packed(event), item.raw)
        # asked first: an insert that is ignored would use up its number all the same
        if conn.execute("SELECT 1 FROM journal WHERE key = ?", (item.key,)).fetchone() is not None:
            seqs.append(None)
            continue
        conn.execute(_JOURNAL, values)
        seq += 1
        seqs.append(seq)
        if item.settles is not None:
            _settle(db, item.settles)
    return seqs


def commit(db: Database, decided: Sequence[Decided]) -> None:
    """Mark events decided and store what follows; an event decided before is passed over.

    Raises:
        LookupError: if an event was never journalled.
    """
    conn = db.conn
    changed: dict[tuple[str, str], Change] = {}
    outbox: list[OutboxRow] = []
    lines: list[tuple[int, int, bytes]] = []
    for item in decided:
        at = _mark_decided(db, item.seq)
        if at is None:
            continue
        for change in item.changes:
            name = (change.kind, change.key) if isinstance(change, Gone) else record_key(change)
            changed[name] = change
        outbox.extend(item.outbox)
        if item.line is not None:
            lines.append((item.seq, at, item.line))
    kept = [(*name, packed(change)) for name, change in changed.items() if not isinstance(change, Gone)]
    gone = [name for name, change in changed.items() if isinstance(change, Gone)]
    conn.executemany(_RECORD, kept)
    conn.executemany("DELETE FROM record WHERE kind = ? AND key = ?", gone)
    conn.executemany(_OUTBOX, [outbox_values(row) for row in outbox])
    conn.executemany("INSERT INTO line (seq, at, body) VALUES (?, ?, ?)", lines)


def claim(db: Database, effect: str, at: datetime) -> bool:
    """Turn a todo row into sending, counting the attempt; False if it was no longer todo."""
    cursor = db.conn.execute(
        "UPDATE outbox SET status = 'sending', attempts = attempts + 1, sent_at = ? "
        "WHERE id = ? AND status = 'todo'",
        (micros(at), effect),
    )
    return cursor.rowcount == 1


def release(db: Database, effect: str, not_before: datetime, detail: str) -> None:
    """Turn a sending row back into todo; one that was settled meanwhile stays settled."""
    db.conn.execute(
        "UPDATE outbox SET status = 'todo', sent_at = NULL, not_before = ?, detail = ? "
        "WHERE id = ? AND status = 'sending'",
        (micros(not_before), detail, effect),
    )


def recover(db: Database, at: datetime) -> list[OutboxRow]:
    """Turn rows left in sending into todo or, where a second sending would do harm, into unknown."""
    db.conn.execute(
        "UPDATE outbox SET status = 'todo', sent_at = NULL "
        "WHERE status = 'sending' AND guarantee = 'at_least_once'"
    )
    db.conn.execute(
        "UPDATE outbox SET status = 'unknown', detail = ? WHERE status = 'sending'", (left_open(at),)
    )
    return [
        outbox_row(row) for row in db.query("SELECT * FROM outbox WHERE status = 'unknown' ORDER BY number")
    ]


def left_open(at: datetime) -> str:
    """Return what an unknown row says of how it came to be."""
    return f"the bot stopped while sending; found at {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _mark_decided(db: Database, seq: int) -> int | None:
    conn = db.conn
    row = conn.execute("SELECT at, decided FROM journal WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise LookupError(f"event {seq} was never journalled")
    at, was_decided = row
    if was_decided:
        return None
    conn.execute("UPDATE journal SET decided = 1 WHERE seq = ?", (seq,))
    return int(at)


def _settle(db: Database, settlement: Settlement) -> None:
    values = {
        "effect": settlement.effect,
        "status": settlement.status,
        "at": micros(settlement.at),
        "message_id": settlement.message_id,
        "detail": settlement.detail,
    }
    if db.conn.execute(_SETTLE, values).rowcount == 1:
        return
    if db.conn.execute("SELECT 1 FROM outbox WHERE id = ?", (settlement.effect,)).fetchone() is None:
        raise LookupError(f"effect {settlement.effect!r} was never planned")

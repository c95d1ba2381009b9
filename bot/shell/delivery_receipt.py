"""Receipts: what became of an effect, for the core to decide by and for the store to settle."""

from __future__ import annotations

from datetime import datetime

from bot.core.events import Receipt
from bot.ports import OutboxRow, Received, Settlement
from bot.shell.delivery import kind_of, person_of, room_of
from bot.shell.delivery_hands import Result


def received(row: OutboxRow, result: Result, now: datetime, suffix: str = "") -> Received:
    """Return the receipt of a row as the lane takes it in.

    Its key is the same for every receipt of the same attempt, so that a second one is dropped; `suffix`
    sets apart the later proof of an attempt that had been given up as unknown.
    """
    receipt = Receipt(
        at=now,
        effect=row.id,
        effect_kind=kind_of(row.effect),
        outcome=result.outcome,
        room=room_of(row.effect),
        to=person_of(row.effect),
        case=row.effect.case,
        detail=result.detail,
    )
    settlement = Settlement(
        effect=row.id, status=result.outcome, at=now, message_id=result.message_id, detail=in_full(result)
    )
    return Received(key=f"receipt:{row.id}:{row.attempts}{suffix}", event=receipt, settles=settlement)


def in_full(result: Result) -> str:
    """Return the code and the channel's own words, for the operator."""
    return f"{result.detail}: {result.error}" if result.error else result.detail

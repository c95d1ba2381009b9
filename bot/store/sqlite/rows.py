"""The form in which values lie in the tables: times as whole microseconds, structs as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.core.effects import Effect
from bot.core.events import Event
from bot.core.records import Record
from bot.ports import OutboxRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_encoder = msgspec.json.Encoder()
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_records: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_effects: msgspec.json.Decoder[Effect] = msgspec.json.Decoder(Effect)

OUTBOX_COLUMNS = tuple(field.name for field in msgspec.structs.fields(OutboxRow))


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970-01-01 UTC.

    Raises:
        TypeError: if the moment carries no time zone.
    """
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """Return the moment, in UTC, that `micros` turned into a number."""
    return _EPOCH + timedelta(microseconds=at)


def in_utc(at: datetime) -> datetime:
    """Return a moment as the tables give it back: the same, in UTC.

    Raises:
        TypeError: if the moment carries no time zone.
    """
    return moment(micros(at))


def packed(value: msgspec.Struct) -> str:
    """Return a struct as JSON text."""
    return _encoder.encode(value).decode()


def event_of(body: str | bytes) -> Event:
    """Return the event that `packed` turned into JSON.

    Raises:
        msgspec.DecodeError: if the text is no event that this version knows.
    """
    return _events.decode(body)


def record_of(body: str | bytes) -> Record:
    """Return the record that `packed` turned into JSON.

    Raises:
        msgspec.DecodeError: if the text is no record that this version knows.
    """
    return _records.decode(body)


def outbox_values(row: OutboxRow) -> dict[str, Any]:  # Any: the columns are of several types
    """Return an outbox row as column values."""
    return {
        "id": row.id,
        "seq": row.seq,
        "effect": packed(row.effect),
        "conversation": row.conversation,
        "priority": row.priority,
        "guarantee": row.guarantee,
        "created_at": micros(row.created_at),
        "text": row.text,
        "not_before": _optional_micros(row.not_before),
        "expires_at": _optional_micros(row.expires_at),
        "status": row.status,
        "attempts": row.attempts,
        "sent_at": _optional_micros(row.sent_at),
        "message_id": row.message_id,
        "detail": row.detail,
    }


def outbox_row(values: Mapping[str, Any]) -> OutboxRow:  # Any: the columns are of several types
    """Return the outbox row that `outbox_values` turned into column values.

    Raises:
        msgspec.DecodeError: if its effect is none that this version knows.
    """
    return OutboxRow(
        id=values["id"],
        seq=values["seq"],
        effect=_effects.decode(values["effect"]),
        conversation=values["conversation"],
        priority=values["priority"],
        guarantee=values["guarantee"],
        created_at=moment(values["created_at"]),
        text=values["text"],
        not_before=_optional_moment(values["not_before"]),
        expires_at=_optional_moment(values["expires_at"]),
        status=values["status"],
        attempts=values["attempts"],
        sent_at=_optional_moment(values["sent_at"]),
        message_id=values["message_id"],
        detail=values["detail"],
    )


def _optional_micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _optional_moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)

"""Labelled transcripts of group talks: read from a file, and played as the events of a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.events import Member, Message, MessageType, Room
from bot.errors import HistoryError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.events import Event, Role

Label = Literal["dispute", "complaint", "faction", "none"]
# A transcript without a zone was written where the rooms are.
_SHANGHAI = timezone(timedelta(hours=8))
_LONG_AGO = timedelta(days=60)
# Where nobody marked the first message at which stepping in is not silly.
_EARLY = 3
_TYPES: dict[str, MessageType] = {"redpacket": "red_packet", "recall": "system", "": "text"}


class Line(msgspec.Struct, kw_only=True):
    """One message of a transcript."""

    id: str
    ts: datetime
    sender: str
    name: str = ""
    role: str = "member"
    type: str = "text"
    text: str | None = ""
    mentions: tuple[str, ...] | None = ()
    quote: str | None = None


class Transcript(msgspec.Struct, kw_only=True):
    """One line of a file of labelled transcripts; unknown keys are passed over."""

    id: str
    label: Label
    messages: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1)]
    community: str = ""
    staff: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    onset: str | None = None
    earliest_ok: str | None = None
    deadline: str | None = None
    subtype: str | None = None

    def window(self) -> tuple[int, int] | None:
        """Return the places of the first and last message at which a flag is on time; None: there is none."""
        if self.label == "none":
            return None
        place = {line.id: number for number, line in enumerate(self.messages)}
        first = self.earliest_ok
        begin = place[first] if first else max(0, place[self.onset or ""] - _EARLY)
        return begin, place[self.deadline or ""]


def read_transcripts(path: Path) -> list[Transcript]:
    """Read a file of labelled transcripts (JSON Lines).

    Raises:
        HistoryError: it cannot be read, or a line is none; the message names the line.
    """
    rows = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=Transcript)
            row.window()
            _ = [_message(row, one) for one in row.messages]
        except KeyError as error:
            raise HistoryError(
                f"{path}: line {number}: no message {error.args[0]!r} (onset, deadline) in it"
            ) from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HistoryError(f"{path}: line {number}: {error}") from None
        rows.append(row)
    if not rows:
        raise HistoryError(f"{path}: no labelled transcript in it")
    return rows


def events_of(row: Transcript) -> list[Event]:
    """Return a transcript as the events of a room that has been there for long.

    Args:
        row: the transcript.
    """
    begin = min(_aware(line.ts) for line in row.messages)
    owner = next((line.sender for line in row.messages if line.role == "owner"), None)
    events: list[Event] = [
        Room(at=begin, room=row.id, topic=row.community, owner=owner, staff=row.staff, history="imported")
    ]
    for line in {one.sender: one for one in reversed(row.messages)}.values():
        role: Role = "owner" if line.role == "owner" else "staff" if line.role == "staff" else "member"
        joined = begin - _LONG_AGO
        events.append(
            Member(at=begin, room=row.id, member=line.sender, name=line.name, role=role, joined_at=joined)
        )
    return events + sorted((_message(row, line) for line in row.messages), key=lambda event: event.at)


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)).astimezone(UTC)


def _message(row: Transcript, line: Line) -> Message:
    mentions = tuple(line.mentions or ())
    return msgspec.convert(
        {
            "kind": "message",
            "at": _aware(line.ts),
            "room": row.id,
            "id": line.id,
            "sender": line.sender,
            "name": line.name,
            "type": _TYPES.get(line.type, line.type),
            "text": line.text or "",
            "mentions": ("all",) if "all" in mentions else mentions,
            "quote": line.quote,
        },
        Message,
    )

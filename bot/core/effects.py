"""Effects: everything the bot may do to the world, as frozen values.

An effect is decided by the core, worded by the shell (`words` names a text and its values),
kept in the outbox and carried out by a channel. `case` ties it to the numbered record it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Value = str | int | float | bool | None
Row = Mapping[str, Value]
Values = Mapping[str, Value | tuple[Row, ...]]
Via = Literal["room", "private"]


class Words(msgspec.Struct, frozen=True):
    """A text to be rendered: the catalogue's key, which of its wordings, and the values.

    Values are plain scalars, or tables (a tuple of rows) for texts that list things.
    """

    text: str
    values: Values = {}
    variant: int = 0


class _Effect(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    case: int | None = None


class Remind(_Effect, frozen=True, kw_only=True, tag="remind"):
    """A friendly reminder to one member, in the room (with a mention) or in private."""

    to: str
    room: str
    words: Words
    via: Via = "room"


class Warn(_Effect, frozen=True, kw_only=True, tag="warn"):
    """A formal warning to one member, in the room (with a mention) or in private."""

    to: str
    room: str
    words: Words
    via: Via = "room"


class Remove(_Effect, frozen=True, kw_only=True, tag="remove"):
    """Take a member out of one room; done only when the member list says so."""

    member: str
    room: str


class Ban(_Effect, frozen=True, kw_only=True, tag="ban"):
    """Keep a person out of every room of the operator."""

    member: str
    room: str


class Invite(_Effect, frozen=True, kw_only=True, tag="invite"):
    """Bring a member back into a room."""

    member: str
    room: str


class SendRoom(_Effect, frozen=True, kw_only=True, tag="send_room"):
    """Say something in a room; `urgent` lines answer a command and ignore quiet hours."""

    room: str
    words: Words
    mentions: tuple[str, ...] = ()
    urgent: bool = False


class SendPrivate(_Effect, frozen=True, kw_only=True, tag="send_private"):
    """Say something to one person in private; `purpose` says why (reply, checkin, ...)."""

    to: str
    purpose: str
    words: Words
    room: str | None = None


class AskFriend(_Effect, frozen=True, kw_only=True, tag="friend_request"):
    """Ask a person to become the account's friend, with a short greeting."""

    to: str
    purpose: str
    words: Words
    room: str | None = None


class AcceptFriend(_Effect, frozen=True, kw_only=True, tag="accept_friend"):
    """Accept a person's friend request; `request` is the platform's handle."""

    member: str
    request: str


class NotifyStaff(_Effect, frozen=True, kw_only=True, tag="notify_staff"):
    """Tell one member of staff in private."""

    to: str
    words: Words
    room: str | None = None


class Digest(_Effect, frozen=True, kw_only=True, tag="digest"):
    """The daily report to an operator, in private."""

    to: str
    words: Words


Effect = (
    Remind
    | Warn
    | Remove
    | Ban
    | Invite
    | SendRoom
    | SendPrivate
    | AskFriend
    | AcceptFriend
    | NotifyStaff
    | Digest
)

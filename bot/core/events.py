"""Events: everything the bot ever learns, as frozen values.

These types are the history format (docs/reference/history-format.md): one JSON object per line,
told apart by `kind`. `at` is the time of receipt (aware, never going back within an account);
`sent_at` is the platform's own time where it differs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

HISTORY_VERSION = 1

At = Annotated[datetime, msgspec.Meta(tz=True)]

# What a message may be beside words; each of these a room may not want. An article is a public account's.
CarryingType = Literal[
    "image",
    "link",
    "article",
    "miniprogram",
    "contact_card",
    "video",
    "voice",
    "file",
    "sticker",
    "chat_history",
    "red_packet",
    "transfer",
    "location",
]
MessageType = Literal["text", CarryingType, "system", "unknown"]
Role = Literal["member", "staff", "owner"]
RoomTrade = Literal["no_ads", "ads_allowed"]
Outcome = Literal["done", "failed", "unknown", "refused", "dropped"]


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    at: At


class Room(_Event, frozen=True, kw_only=True, tag="room"):
    """A room is known, or what is known of it changed; `staff` null says nothing of them."""

    room: str
    topic: str = ""
    owner: str | None = None
    staff: tuple[str, ...] | None = None
    policy: RoomTrade | None = None
    history: str | None = None


class Member(_Event, frozen=True, kw_only=True, tag="member"):
    """A member is in a room; `joined_at` null means long-standing, never newcomer."""

    room: str
    member: str
    name: str = ""
    role: Role = "member"
    joined_at: At | None = None
    inviter: str | None = None
    friend: bool | None = None


class Present(msgspec.Struct, frozen=True):
    """One line of a roster: who is in the room right now."""

    member: str
    name: str = ""
    friend: bool | None = None


class Roster(_Event, frozen=True, kw_only=True, tag="roster"):
    """The whole member list of a room, read fresh; the core works out what changed."""

    room: str
    members: tuple[Present, ...]


class Join(_Event, frozen=True, kw_only=True, tag="join"):
    """Somebody entered a room."""

    room: str
    member: str
    name: str = ""
    inviter: str | None = None
    friend: bool | None = None


class Leave(_Event, frozen=True, kw_only=True, tag="leave"):
    """Somebody left a room, or was removed from it by `remover`."""

    room: str
    member: str
    name: str = ""
    remover: str | None = None


class Rename(_Event, frozen=True, kw_only=True, tag="rename"):
    """A member calls themself something else."""

    room: str
    member: str
    name: str


class Link(msgspec.Struct, frozen=True):
    """A shared link card."""

    url: str = ""
    title: str = ""
    description: str = ""


class MiniProgram(msgspec.Struct, frozen=True):
    """A shared mini-program."""

    app: str = ""
    title: str = ""


class Card(msgspec.Struct, frozen=True):
    """A shared name card."""

    id: str | None = None
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A shared file or video."""

    name: str = ""


class Image(msgspec.Struct, frozen=True):
    """A picture: what its codes lead to, the text in it and what it looks like, where already known."""

    qr: tuple[str, ...] = ()
    ocr: str = ""
    path: str | None = None
    hash: str = ""


class Forwarded(msgspec.Struct, frozen=True):
    """One line of a forwarded record; one that is a record itself has `forwarded` lines of its own."""

    name: str = ""
    text: str = ""
    forwarded: tuple[Forwarded, ...] = ()


class Message(_Event, frozen=True, kw_only=True, tag="message"):
    """Somebody said something in a room, or in private to the bot (`room` null).

    `to` names the other side of a private message that the account itself sent.
    """

    room: str | None
    id: str
    sender: str
    to: str | None = None
    name: str = ""
    type: MessageType = "text"
    text: str = ""
    mentions: tuple[str, ...] = ()
    quote: str | None = None
    sent_at: At | None = None
    link: Link | None = None
    miniprogram: MiniProgram | None = None
    card: Card | None = None
    file: Attachment | None = None
    image: Image | None = None
    forwarded: tuple[Forwarded, ...] | None = None


class Enrich(_Event, frozen=True, kw_only=True, tag="enrich"):
    """What a slower look at an earlier message found: codes in its picture, text in it, its perceptual hash."""

    room: str | None
    id: str
    sender: str
    qr: tuple[str, ...] = ()
    ocr: str = ""
    hash: str = ""


class Recall(_Event, frozen=True, kw_only=True, tag="recall"):
    """A message was taken back by its sender."""

    room: str | None
    id: str


class FriendRequest(_Event, frozen=True, kw_only=True, tag="friend_request"):
    """Somebody asks to be the account's friend; `id` is the platform's handle to accept it."""

    member: str
    text: str = ""
    room: str | None = None
    id: str | None = None


class Friend(_Event, frozen=True, kw_only=True, tag="friend"):
    """The account and a person became friends, or no longer are."""

    member: str
    friend: bool = True


class RoomInvite(_Event, frozen=True, kw_only=True, tag="room_invite"):
    """Somebody invites the account into a room."""

    member: str
    topic: str = ""
    id: str | None = None


class Account(_Event, frozen=True, kw_only=True, tag="account"):
    """The account's own connection changed; `self_id` is the account's own contact id."""

    state: Literal["login", "logout", "connected", "disconnected"]
    self_id: str | None = None
    gap_seconds: float | None = None


class BanEntry(_Event, frozen=True, kw_only=True, tag="ban_entry"):
    """A line of a shared ban list: this person is banned from all rooms; `banned` false: no longer.

    `since` is when the ban was given, where the list says so.
    """

    member: str
    name: str = ""
    reason: str = ""
    banned: bool = True
    since: At | None = None


class Due(_Event, frozen=True, kw_only=True, tag="due"):
    """The time of a planned task has come; `task` is its natural key."""

    task: str


class Receipt(_Event, frozen=True, kw_only=True, tag="receipt"):
    """What became of an effect: `effect` is its id, `case` the case it belongs to."""

    effect: str
    effect_kind: str
    outcome: Outcome
    room: str | None = None
    to: str | None = None
    case: int | None = None
    detail: str = ""


Event = (
    Room
    | Member
    | Roster
    | Join
    | Leave
    | Rename
    | Message
    | Enrich
    | Recall
    | FriendRequest
    | Friend
    | RoomInvite
    | Account
    | BanEntry
    | Due
    | Receipt
)

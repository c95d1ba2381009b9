"""Ports: what the shell needs from a store, a channel and a clock, and the values that cross.

Nothing here does anything. Stores and channels implement these protocols; the shell knows only them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import msgspec

from bot.core.effects import Effect
from bot.core.events import At, Event
from bot.core.records import Change, Record

Guarantee = Literal["at_least_once", "at_most_once"]
OutboxStatus = Literal["todo", "sending", "done", "failed", "unknown", "refused", "dropped"]


class Settlement(msgspec.Struct, frozen=True):
    """The end of an outbox row, to be stored in the transaction that journals its receipt.

    `message_id` is the platform's id of what was sent, where it gave one: an echo is matched by it.
    """

    effect: str
    status: OutboxStatus
    at: At
    message_id: str | None = None
    detail: str = ""


class Received(msgspec.Struct, frozen=True):
    """An event as a channel hands it over.

    `key` is unique within the account and the same for every delivery of the same thing
    (`message:<id>`, `join:<room>:<member>:<time>`); a second one with a known key is dropped.
    `raw` is the original line of an imported event, kept so that unknown keys survive.
    """

    key: str
    event: Event
    settles: Settlement | None = None
    raw: bytes | None = None


class JournalRow(msgspec.Struct, frozen=True):
    """A journalled event; `seq` is its place in the account's history."""

    seq: int
    key: str
    event: Event


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """An effect on its way: `id` is unique for ever, `text` is what will be said, word for word.

    `conversation` is the room or person it goes to: rows of one conversation keep their order.
    Smaller `priority` goes first. `not_before` and `expires_at` bound the sending time.
    """

    id: str
    seq: int
    effect: Effect
    conversation: str
    priority: int
    guarantee: Guarantee
    created_at: At
    text: str | None = None
    not_before: At | None = None
    expires_at: At | None = None
    status: OutboxStatus = "todo"
    attempts: int = 0
    sent_at: At | None = None
    message_id: str | None = None
    detail: str = ""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """All that follows from one journalled event, committed as a whole.

    `line` is the decision as the decisions file has it; None where there is nothing to remember.
    """

    seq: int
    changes: tuple[Change, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    line: bytes | None = None


class Store(Protocol):
    """Keeps journal, state and outbox of one account; every method is all or nothing.

    Raises `StoreError` with the file's name and what to do when the medium fails.
    """

    async def open(self) -> None:
        """Open (creating and migrating as needed); raise StoreError when that cannot be."""

    async def close(self) -> None:
        """Finish what is queued and let go of the file."""

    async def append(self, items: Sequence[Received]) -> Sequence[int | None]:
        """Journal items durably in order, settling what they settle; a seq each, None if known already."""

    async def pending(self) -> Sequence[JournalRow]:
        """Return journalled events not yet decided, in order."""

    async def records(self) -> Sequence[Record]:
        """Return the whole state."""

    async def commit(self, decided: Sequence[Decided]) -> None:
        """Mark events decided and store their changes, effects and lines in one transaction."""

    async def unsent(self) -> Sequence[OutboxRow]:
        """Return rows with status todo, in order of creation."""

    async def undecided(self) -> Sequence[OutboxRow]:
        """Return rows with status unknown: nobody can tell whether they went out."""

    async def claim(self, effect: str, at: datetime) -> bool:
        """Turn a todo row into sending, durably, counting the attempt; False if it was no longer todo."""

    async def release(self, effect: str, not_before: datetime, detail: str) -> None:
        """Turn a sending row back into todo: it surely did not go out and is to be tried again."""

    async def recover(self, at: datetime) -> Sequence[OutboxRow]:
        """After a crash: at-least-once rows in sending become todo, others unknown; return the unknown."""

    async def sent_since(self, since: datetime) -> Sequence[OutboxRow]:
        """Return rows sent at or after `since` (done or unknown), for budgets that survive a restart."""

    async def journal(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, bytes]]:
        """Return (seq, raw event JSON) in order, for export."""

    async def lines(self, since: datetime, limit: int = 1000) -> Sequence[bytes]:
        """Return remembered decision lines since a moment, oldest first."""

    async def last_at(self) -> datetime | None:
        """Return the `at` of the newest journalled event."""

    async def backup(self, target: Path) -> None:
        """Write a complete, consistent copy of the store to a file that does not exist yet."""


class Sent(msgspec.Struct, frozen=True):
    """What the platform said of a sent message; `message_id` None where it gives none."""

    message_id: str | None = None


class Inbox(Protocol):
    """Where a channel puts what it receives; `put` waits while the bot is behind (bounded)."""

    async def put(self, item: Received) -> None:
        """Hand over one item; returns once it is queued in order."""


class LinkState(msgspec.Struct, frozen=True):
    """How the channel's link stands; `qr` is what the terminal and the alarm show at `scan`.

    `alive` is a sign of life of the platform behind the link (a heartbeat) and changes nothing else.
    """

    state: Literal["connecting", "connected", "disconnected", "login", "logout", "scan", "rejected", "alive"]
    detail: str = ""
    qr: str | None = None


class Channel(Protocol):
    """A connection to one chat platform with one account.

    The doing methods raise NotDeliveredError (surely not carried out, may be tried again),
    NotAllowedError or NotFriendError (refused for good) or UndecidedError (nobody can tell).
    """

    async def run(self, inbox: Inbox, on_link: Callable[[LinkState], None]) -> None:
        """Connect and stay so, feeding the inbox; raises ChannelRejectedError when refused for good."""

    async def close(self) -> None:
        """Let go of the connection; `run` returns."""

    async def say_room(self, room: str, text: str, mentions: Sequence[str]) -> Sent:
        """Say something in a room, mentioning members by id."""

    async def say_private(self, person: str, text: str) -> Sent:
        """Say something to a friend in private."""

    async def remove(self, room: str, member: str) -> None:
        """Ask the platform to take a member out of a room."""

    async def invite(self, room: str, member: str) -> None:
        """Ask the platform to bring a member into a room."""

    async def members(self, room: str) -> frozenset[str]:
        """Read afresh who is in a room.

        The account itself is in every room that it can read, so an empty answer says nothing.
        """

    async def ask_friend(self, person: str, hello: str, room: str | None) -> None:
        """Send a friend request with a greeting."""

    async def accept_friend(self, request: str) -> None:
        """Accept a friend request by its handle."""


class Clock(Protocol):
    """The time and the waiting, real or simulated."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    async def sleep_until(self, when: datetime) -> None:
        """Return at or after `when`."""


@runtime_checkable
class PictureChannel(Protocol):
    """A channel that can hand over the picture of a message."""

    async def picture(self, message_id: str) -> bytes | None:
        """Return the picture's bytes, or None if it is gone."""

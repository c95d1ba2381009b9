"""How each kind of effect travels: how soon, how often, for how long, and what it spends.

This table is the one place that says so. Smaller priorities go first:

    0  removals: an ad stays in front of everybody until its sender is out, and removals spend no words
    1  staff notices, answers to commands, requests for approval, and what a person waits for in front of us
    2  reminders and warnings: they answer a message just now and mean nothing an hour later
    3  lines in a room that nobody waits for
    5  private care (check-ins, soothing words)
    6  friend requests
    7  digests

Quiet hours are kept by everything that would make a member's phone ring about something that can wait
until morning. They are not kept by: removals (ads do not sleep, and nobody is rung), a reminder or
warning (it answers a line its reader wrote this minute, and one held back until morning would leave
them advertising untold all night), staff notices and digests (staff
chose to get them; the digest has its own hour), answers (whoever asks is awake), approvals (staff
again) and handshakes (the other side has just acted).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

import msgspec

from bot.core.effects import (
    AcceptFriend,
    AskFriend,
    Ban,
    Digest,
    Effect,
    Invite,
    NotifyStaff,
    Remind,
    Remove,
    SendPrivate,
    SendRoom,
    Warn,
    Words,
)
from bot.ports import Guarantee

Purse = Literal["removals", "words", "spare"]

REMOVAL: Final = 0
STAFF_NOTICE: Final = 1
REPLY: Final = 1
MODERATION: Final = 2
ROOM_LINE: Final = 3
PRIVATE_CARE: Final = 5
FRIEND_REQUEST: Final = 6
DIGEST: Final = 7

ANSWERING: Final = frozenset({"reply", "approval"})
"""Purposes of private words that somebody waits for, or that staff must decide on."""

TALKING: Final = frozenset({"talk", "parting", "checkin_answer", "greeting", "vouch"})
"""Purposes of private words that answer what somebody just wrote: they travel like answers, but whoever
asked to be left alone meanwhile is left alone."""

LEADING: Final = frozenset({"care", "talk"})
"""Purposes of private words by which the bot leads a case's talk: not said once a human leads or it is over."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """How one effect travels.

    `ttl` counts from its creation; after it the effect is dropped, because late words do harm.
    `purse` is the account's budget it spends: removals have their own; `spare` may use only part of the
    words' budget, so that moderation always finds room. `spread`: identical texts to different
    conversations are kept apart in time. `deed`: no words; it is ordered among the deeds of its
    conversation and does not wait behind words that wait for their budget.
    """

    priority: int
    guarantee: Guarantee
    ttl: timedelta
    purse: Purse
    obeys_quiet_hours: bool = False
    spread: bool = False
    in_room: bool = False
    to_person: bool = False
    deed: bool = False

    @property
    def counts_as_word(self) -> bool:
        """Whether it spends the account's words: everything but removals does."""
        return self.purse != "removals"


_REMOVAL = Delivery(
    priority=REMOVAL, guarantee="at_least_once", ttl=timedelta(days=1), purse="removals", deed=True
)
_HANDSHAKE = Delivery(
    priority=REPLY, guarantee="at_least_once", ttl=timedelta(days=3), purse="words", deed=True
)
_INVITE = Delivery(priority=REPLY, guarantee="at_most_once", ttl=timedelta(days=1), purse="words", deed=True)
# After a quarter of an hour the talk has moved on and a public reminder reads as an attack out of nowhere.
_MODERATION_IN_ROOM = Delivery(
    priority=MODERATION,
    guarantee="at_most_once",
    ttl=timedelta(minutes=15),
    purse="words",
    spread=True,
    in_room=True,
)
_MODERATION_PRIVATE = Delivery(
    priority=MODERATION,
    guarantee="at_most_once",
    ttl=timedelta(days=1),
    purse="words",
    spread=True,
    to_person=True,
)
_ROOM_ANSWER = Delivery(
    priority=REPLY, guarantee="at_most_once", ttl=timedelta(hours=1), purse="words", in_room=True
)
_ROOM_LINE = Delivery(
    priority=ROOM_LINE,
    guarantee="at_most_once",
    ttl=timedelta(days=1),
    purse="words",
    obeys_quiet_hours=True,
    spread=True,
    in_room=True,
)
# A post belongs to its hour: an evening's topic is none the next morning.
_POST = msgspec.structs.replace(_ROOM_LINE, ttl=timedelta(hours=1))
# Whoever is answered asked for it: it is not counted against what one person may get in a day.
_ANSWER = Delivery(priority=REPLY, guarantee="at_most_once", ttl=timedelta(hours=12), purse="words")
_NOTICE = Delivery(
    priority=STAFF_NOTICE, guarantee="at_most_once", ttl=timedelta(days=1), purse="words", to_person=True
)
_CARE = Delivery(
    priority=PRIVATE_CARE,
    guarantee="at_most_once",
    ttl=timedelta(days=3),
    purse="spare",
    obeys_quiet_hours=True,
    spread=True,
    to_person=True,
)
_FRIEND_REQUEST = Delivery(
    priority=FRIEND_REQUEST,
    guarantee="at_most_once",
    ttl=timedelta(days=7),
    purse="spare",
    obeys_quiet_hours=True,
    spread=True,
    to_person=True,
)
_DIGEST = Delivery(
    priority=DIGEST, guarantee="at_most_once", ttl=timedelta(days=1), purse="spare", to_person=True
)


_DELIVERIES: Final[dict[type[Effect], Delivery]] = {
    Remove: _REMOVAL,
    Ban: _REMOVAL,
    Invite: _INVITE,
    AcceptFriend: _HANDSHAKE,
    NotifyStaff: _NOTICE,
    Remind: _MODERATION_IN_ROOM,
    Warn: _MODERATION_IN_ROOM,
    SendRoom: _ROOM_LINE,
    SendPrivate: _CARE,
    AskFriend: _FRIEND_REQUEST,
    Digest: _DIGEST,
}


def delivery_of(effect: Effect) -> Delivery:
    """Return how an effect travels."""
    match effect:
        case Remind(via="private") | Warn(via="private"):
            return _MODERATION_PRIVATE
        case SendRoom(urgent=True):
            return _ROOM_ANSWER
        case SendRoom(words=Words(text="post.line")):
            return _POST
        case SendPrivate() if effect.purpose in ANSWERING or effect.purpose in TALKING:
            return _ANSWER
        case _:
            return _DELIVERIES[type(effect)]


def conversation_of(effect: Effect) -> str:
    """Return the room or person an effect goes to: within it, order is kept."""
    match effect:
        case Remind(via="private") | Warn(via="private"):
            return effect.to
        case Remove() | Ban() | Invite() | Remind() | Warn() | SendRoom():
            return effect.room
        case AcceptFriend():
            return effect.member
        case SendPrivate() | NotifyStaff() | Digest() | AskFriend():
            return effect.to


def room_of(effect: Effect) -> str | None:
    """Return the room an effect is about, whose hours it keeps; None where there is none."""
    match effect:
        case AcceptFriend() | Digest():
            return None
        case _:
            return effect.room


def person_of(effect: Effect) -> str | None:
    """Return the person an effect is done to or said to; None for a line to a whole room."""
    match effect:
        case Remove() | Ban() | Invite() | AcceptFriend():
            return effect.member
        case SendRoom():
            return None
        case _:
            return effect.to


def kind_of(effect: Effect) -> str:
    """Return an effect's kind as the history and decisions files write it."""
    return str(effect.__struct_config__.tag)

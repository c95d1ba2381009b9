"""What the bot knows, as frozen records; `State` holds them (bot.core.state).

A record is found again by its kind and its key (`record_key`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import msgspec

from bot.core.care.records import Care, Edition, Track
from bot.core.conflict.records import Episode, Spoken
from bot.core.effects import Effect
from bot.core.events import At, CarryingType, MessageType, Role, RoomTrade
from bot.core.members.checkin.records import CheckIn
from bot.core.members.health.records import Departure, RoomHealth
from bot.core.members.posts.records import Post, Posted
from bot.core.members.records import Badge, Helping
from bot.core.members.reported import Reported, Reporter

Mode = Literal["observe", "assist", "act"]
CaseKind = Literal[
    "sanction", "dispute", "complaint", "faction", "safety", "question", "check-in", "after-sales", "request"
]
CaseState = Literal[
    "open", "asked", "carrying", "done", "recorded", "rejected", "failed", "undone", "expired", "left"
]
Level = Literal["remind", "warn", "remove", "ban"]
# Where a case comes from: a rule's hit, an order or a verdict of staff, a banned person's return, a kicktree,
# members' reports; a request for a yes: to say a welcome, to let somebody in for whom a member vouches.
Origin = Literal["rule", "order", "verdict", "return", "tree", "report", "welcome", "vouch"]
Label = Literal["ad", "ok"]


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", omit_defaults=True):
    pass


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of a member's last messages in a room: `print` tells equal texts, `text` is kept for a minute only.

    `verdict` is the worst that was said of it so far: told again or edited, it is charged no second time.
    """

    at: At
    id: str
    type: MessageType = "text"
    print: int = 0
    text: str = ""
    verdict: Literal["ok", "suspect", "ad"] = "ok"


class Sent(msgspec.Struct, frozen=True):
    """How many messages of a type a member sent within the hour that began at `at`."""

    type: MessageType
    at: At
    count: int


class Asked(msgspec.Struct, frozen=True):
    """A request somebody made in a room moments ago."""

    at: At
    member: str
    text: str


class Copy(msgspec.Struct, frozen=True):
    """The skeleton of a recent message that something spoke against, to know it again in another room."""

    at: At
    room: str
    id: str
    sender: str
    bones: str


class AccountState(_Record, frozen=True, kw_only=True, tag="account"):
    """The account itself: its own contact id, the next case number, the last moment seen.

    `friends` counts the friend requests accepted on the local day `friends_on`.
    `pictures` are the hashes of pictures that were ads, `harmless_pictures` of those that staff called harmless.
    """

    self_id: str | None = None
    next_case: int = 1
    connected: bool = True
    unsure: tuple[str, ...] = ()
    friends_on: date | None = None
    friends: int = 0
    copies: tuple[Copy, ...] = ()
    pictures: tuple[str, ...] = ()
    harmless_pictures: tuple[str, ...] = ()


class RoomState(_Record, frozen=True, kw_only=True, tag="room"):
    """One room; `mode` is what `/mode` set (None: as configured), `adopted_at` when the bot first saw it."""

    room: str
    topic: str = ""
    owner: str | None = None
    staff: tuple[str, ...] = ()
    policy: RoomTrade | None = None
    mode: Mode | None = None
    adopted_at: At | None = None
    last_sent_at: At | None = None
    rostered: bool = False
    shrunk: int = 0
    left: bool = False
    asked: tuple[Asked, ...] = ()
    checkins_since: At | None = None
    checkins_paused: bool = False
    wave_at: At | None = None


class RoomDay(_Record, frozen=True, kw_only=True, tag="day"):
    """What happened in one room on one local day, in numbers; never text.

    `hours` are its messages by the hour of the room's clock (empty: none yet), `questions` those that members
    asked, `unanswered` those that nobody took up in time, `gone` who left, without names.
    """

    room: str
    day: date
    messages: int = 0
    talkers: int = 0
    joins: int = 0
    leaves: int = 0
    ads: int = 0
    suspects: int = 0
    unwelcome: int = 0
    reminds: int = 0
    warns: int = 0
    removes: int = 0
    asked: int = 0
    failed: int = 0
    bans: int = 0
    returns: int = 0
    overturned: int = 0
    hours: tuple[int, ...] = ()
    questions: int = 0
    unanswered: int = 0
    gone: tuple[Departure, ...] = ()


class Strike(msgspec.Struct, frozen=True):
    """One sanction that reached a member; it fades after the window the policy names.

    `unwelcome`: it was for a type of message the room does not want, which is no ad.
    """

    at: At
    level: Level
    case: int
    unwelcome: bool = False


class MemberState(_Record, frozen=True, kw_only=True, tag="member"):
    """One person in one room; `joined_at` None means long-standing (or unknown), never newcomer.

    `talk` counts messages that were more than filler; `sent` how many of the types that the room counts were
    sent within a day; `pardoned` means that a ban given elsewhere does not
    hold in this room. `days` counts days with a message of whatever kind, `answers` those given to others'
    questions, `thanked` thanks for it; `acknowledged_at` is when they said that they read the rules,
    `name_asked` how often they were asked for a fitting name. `weekly` are their messages of the last weeks
    they spoke within, the newest (`week`, counted from Mondays) first; `left_at` is when they were last seen
    to leave.
    """

    room: str
    member: str
    name: str = ""
    role: Role = "member"
    joined_at: At | None = None
    first_seen: At
    inviter: str | None = None
    last_at: At | None = None
    messages: int = 0
    talk: int = 0
    recent: tuple[Said, ...] = ()
    sent: tuple[Sent, ...] = ()
    strikes: tuple[Strike, ...] = ()
    last_case: int | None = None
    last_day: date | None = None
    days: int = 0
    answers: int = 0
    thanked: int = 0
    acknowledged_at: At | None = None
    name_asked: int = 0
    present: bool = True
    pardoned: bool = False
    week: int = 0
    weekly: tuple[int, ...] = ()
    left_at: At | None = None


class PersonState(_Record, frozen=True, kw_only=True, tag="person"):
    """One person across the account's rooms; `friend` None means not known.

    `ban_room` is where a ban was given (None: it came with a list), `ban_by` the person who gave it (None:
    the ladder did). Removals before `unbanned_at` no longer bring a ban nearer. `befriending` is when they
    were noticed adding people; of their `harmless_names` staff said that they are no ads, about their
    `asked_names` staff was asked; `tier` is what staff set by hand (None: by the rules), `tags` too.
    """

    member: str
    name: str = ""
    friend: bool | None = None
    opted_out: bool = False
    banned: bool = False
    ban_reason: str = ""
    ban_case: int | None = None
    ban_room: str | None = None
    ban_by: str | None = None
    banned_at: At | None = None
    unbanned_at: At | None = None
    wrote_at: At | None = None
    talk: int | None = None
    tags: tuple[str, ...] = ()
    harmless_names: tuple[str, ...] = ()
    asked_names: tuple[str, ...] = ()
    reporter: Reporter = Reporter()
    tier: str | None = None
    badges: tuple[Badge, ...] = ()
    befriending: tuple[At, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """Why a case exists: the rule that hit, its weight, the words it hit."""

    rule: str
    weight: float
    evidence: str


class Case(_Record, frozen=True, kw_only=True, tag="case"):
    """A numbered record of something that needed care, and what became of it.

    `held` are the effects that wait for a person's yes; `done` and `failed` list effect kinds
    by what their receipts said, so that nothing is called done which nobody verified. `words` are the
    message's own where the excerpt cuts them short, `pictures` the perceptual hashes of its pictures. `people`
    are those a kicktree would remove; a case that carries out one person's share of it, or one room's share
    of a ban, says `of` which case it is a part. Only the case of a conflict has `care`.
    `shows` is the excerpt of what is no text, as people read it: [video] and its title. `unwelcome` is the type
    a room does not want, where nothing else speaks against the message; `by_staff` means that the excerpt is a
    reason staff gave, and no words of the member; `asked_again` that a late yes was asked back about;
    `report` is what members reported.
    """

    number: int
    kind: CaseKind
    state: CaseState
    room: str
    member: str
    name: str = ""
    opened_at: At
    level: Level | None = None
    excerpt: str = ""
    event: str | None = None
    evidence: tuple[Evidence, ...] = ()
    held: tuple[Effect, ...] = ()
    pending: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    by: str | None = None
    until: At | None = None
    more: int = 0
    origin: Origin = "rule"
    inviter: str | None = None
    words: str = ""
    pictures: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    of: int | None = None
    care: Care | None = None
    shows: str = ""
    unwelcome: CarryingType | None = None
    by_staff: bool = False
    asked_again: bool = False
    report: Reported | None = None

    @property
    def shown(self) -> str:
        """What people are shown of the message: its words, with its type in front where it is no text."""
        return self.shows or self.excerpt

    @property
    def about_a_name(self) -> bool:
        """Whether rules led to it before its member said anything: by their name."""
        return self.origin == "rule" and self.event is None and self.of is None


class Task(_Record, frozen=True, kw_only=True, tag="task"):
    """Something that time will bring, under a natural key, so that planning twice does no harm."""

    key: str
    kind: str
    due_at: At
    room: str | None = None
    member: str | None = None
    case: int | None = None


class Seen(_Record, frozen=True, kw_only=True, tag="seen"):
    """A recent message that staff may want to judge: a newcomer's, or one of somebody who had a case before.

    A room keeps few of them: `slot` is the message's place in a ring, `number` counts on for ever.
    """

    room: str
    slot: int
    number: int
    message: str
    sender: str
    name: str
    words: str
    at: At


class Sample(_Record, frozen=True, kw_only=True, tag="sample"):
    """What staff said of one message, to learn from; one a case, so that undoing the case finds it.

    `score` is what the rules alone made of its words at that moment, for the model to learn what they miss.
    """

    case: int
    label: Label
    words: str
    room: str
    sender: str
    by: str
    at: At
    score: float = 0.0


class Vote(msgspec.Struct, frozen=True):
    """What the staff's verdict on one case says of a text."""

    case: int
    label: Label
    at: At


class KnownAd(_Record, frozen=True, kw_only=True, tag="known"):
    """What staff said of a text, found again by the hash of its skeleton; the newest word counts.

    `label`, `case` and `at` are the newest vote's; the earlier ones stay, so that taking one back leaves
    what others said.
    """

    hash: str
    label: Label
    case: int
    at: At
    votes: tuple[Vote, ...]


Record = (
    AccountState
    | RoomState
    | RoomDay
    | MemberState
    | PersonState
    | Case
    | Track
    | Edition
    | Spoken
    | Episode
    | Task
    | Seen
    | Sample
    | KnownAd
    | CheckIn
    | RoomHealth
    | Post
    | Posted
    | Helping
)


class Gone(msgspec.Struct, frozen=True):
    """A record that ceased to be, named as `record_key` names it."""

    kind: str
    key: str


Change = Record | Gone


@functools.lru_cache(maxsize=64)
def _iso(day: date) -> str:
    """Return a day as keys have it; every message of a day asks for the same few."""
    return day.isoformat()


def record_key(record: Record) -> tuple[str, str]:
    """Return the kind and the key under which a record is kept; the key is unique within its kind."""
    return _KEYS[type(record)](record)


# One look-up by type: a decision asks for the keys of four or five records.
_KEYS: dict[type, Callable[[Any], tuple[str, str]]] = {
    MemberState: lambda r: ("member", f"{r.room}\x1f{r.member}"),
    RoomDay: lambda r: ("day", f"{r.room}\x1f{_iso(r.day)}"),
    RoomState: lambda r: ("room", r.room),
    PersonState: lambda r: ("person", r.member),
    Case: lambda r: ("case", str(r.number)),
    Task: lambda r: ("task", r.key),
    Seen: lambda r: ("seen", f"{r.room}\x1f{r.slot}"),
    Sample: lambda r: ("sample", str(r.case)),
    KnownAd: lambda r: ("known", r.hash),
    Spoken: lambda r: ("spoken", f"{r.room}\x1f{r.slot}"),
    Episode: lambda r: ("episode", r.room),
    Track: lambda r: ("track", f"{r.case}\x1f{r.member}"),
    Edition: lambda r: ("edition", r.fingerprint),
    CheckIn: lambda r: ("checkin", str(r.number)),
    Helping: lambda r: ("helping", r.room),
    RoomHealth: lambda r: ("health", r.room),
    Post: lambda r: ("post", str(r.number)),
    Posted: lambda r: ("posted", r.room),
    AccountState: lambda r: ("account", ""),  # noqa: ARG005 - there is one
}

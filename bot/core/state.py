"""What the bot knows, as frozen records; `State` holds them and `apply` is its only mutator.

`decide` reads a state and returns the records that change. The lane applies them in memory and
commits the very same records with the effects they come from, so memory and disk cannot drift.
A record is found again by its kind and its key (`record_key`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from bot.core.ads.learning import Learning
from bot.core.care.records import Care, Edition, Track
from bot.core.conflict.records import RING, Episode, Spoken
from bot.core.effects import Effect
from bot.core.events import At, MessageType, Role, RoomTrade
from bot.core.members.checkin.records import CheckIn

Mode = Literal["observe", "assist", "act"]
CaseKind = Literal[
    "sanction", "dispute", "complaint", "faction", "safety", "question", "check-in", "after-sales"
]
CaseState = Literal[
    "open", "asked", "carrying", "done", "recorded", "rejected", "failed", "undone", "expired", "left"
]
Level = Literal["remind", "warn", "remove", "ban"]
# Where a case comes from: a rule's hit, an order or a verdict of staff, a banned person's return, a kicktree.
Origin = Literal["rule", "order", "verdict", "return", "tree"]
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

    `pictures` are the hashes of pictures that were ads, `harmless_pictures` of those that staff called harmless.
    """

    self_id: str | None = None
    next_case: int = 1
    connected: bool = True
    unsure: tuple[str, ...] = ()
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


class RoomDay(_Record, frozen=True, kw_only=True, tag="day"):
    """What happened in one room on one local day, in numbers; never text."""

    room: str
    day: date
    messages: int = 0
    talkers: int = 0
    joins: int = 0
    leaves: int = 0
    ads: int = 0
    suspects: int = 0
    reminds: int = 0
    warns: int = 0
    removes: int = 0
    asked: int = 0
    failed: int = 0
    bans: int = 0
    returns: int = 0
    overturned: int = 0


class Strike(msgspec.Struct, frozen=True):
    """One sanction that reached a member; it fades after the window the policy names."""

    at: At
    level: Level
    case: int


class MemberState(_Record, frozen=True, kw_only=True, tag="member"):
    """One person in one room; `joined_at` None means long-standing (or unknown), never newcomer.

    `talk` counts messages that were more than filler; `pardoned` means that a ban given elsewhere does not
    hold in this room.
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
    strikes: tuple[Strike, ...] = ()
    last_case: int | None = None
    last_day: date | None = None
    present: bool = True
    pardoned: bool = False


class PersonState(_Record, frozen=True, kw_only=True, tag="person"):
    """One person across the account's rooms; `friend` None means not known.

    `ban_room` is where a ban was given (None: it came with a list), `ban_by` the person who gave it (None:
    the ladder did). Removals before `unbanned_at` no longer bring a ban nearer. `befriending` is when they
    were noticed adding people.
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
    `shows` is the excerpt of what is no text, as people read it: [video] and its title.
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

    @property
    def shown(self) -> str:
        """What people are shown of the message: its words, with its type in front where it is no text."""
        return self.shows or self.excerpt


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
    AccountState: lambda r: ("account", ""),  # noqa: ARG005 - there is one
}


class State:
    """All records of one account in memory.

    Reading is open to all of the core; only the lane calls `apply`, once for every decision and in
    journal order, so the same history always leads to the same state.
    """

    def __init__(self, records: Iterable[Record] = ()) -> None:
        """Hold the given records (as a store returned them)."""
        self.account = AccountState()
        self.rooms: dict[str, RoomState] = {}
        self.days: dict[str, dict[date, RoomDay]] = {}
        self.members: dict[str, dict[str, MemberState]] = {}
        self.people: dict[str, PersonState] = {}
        self.cases: dict[int, Case] = {}
        self.tracks: dict[int, dict[str, Track]] = {}
        self.editions: dict[str, Edition] = {}
        self.spoken: dict[str, list[Spoken]] = {}
        self.episodes: dict[str, Episode] = {}
        self.tasks: dict[str, Task] = {}
        self.seen: dict[str, dict[int, Seen]] = {}
        self.last_seen: dict[str, int] = {}
        self.samples: dict[int, Sample] = {}
        self.known: dict[str, KnownAd] = {}
        self.checkins: dict[int, CheckIn] = {}
        self.last_checkin: dict[str, int] = {}
        self.learning = Learning()
        self._next_due: datetime | None = None
        self.apply(records)

    def member(self, room: str, member: str) -> MemberState | None:
        """Return a member of a room, present or not, or None if never seen there."""
        in_room = self.members.get(room)
        return None if in_room is None else in_room.get(member)

    def day(self, room: str, day: date) -> RoomDay | None:
        """Return the numbers of a room on a local day, or None if nothing happened."""
        days = self.days.get(room)
        return None if days is None else days.get(day)

    def is_due(self, now: datetime) -> bool:
        """Return whether the time of any task has come."""
        return self._next_due is not None and self._next_due <= now

    def due(self, now: datetime) -> list[Task]:
        """Return the tasks whose time has come, earliest first, equal times by key."""
        if not self.is_due(now):
            return []
        return sorted((t for t in self.tasks.values() if t.due_at <= now), key=lambda t: (t.due_at, t.key))

    @property
    def next_due(self) -> datetime | None:
        """The earliest moment at which any task is due."""
        return self._next_due

    def records(self) -> Iterator[Record]:
        """Yield every record, for a store that is filled anew."""
        yield self.account
        yield from self.rooms.values()
        for days in self.days.values():
            yield from days.values()
        for members in self.members.values():
            yield from members.values()
        yield from self.people.values()
        yield from self.cases.values()
        for tracks in self.tracks.values():
            yield from tracks.values()
        yield from self.editions.values()
        for spoken in self.spoken.values():
            yield from spoken
        yield from self.episodes.values()
        yield from self.tasks.values()
        for seen in self.seen.values():
            yield from seen.values()
        yield from self.samples.values()
        yield from self.known.values()
        yield from self.checkins.values()

    def apply(self, changes: Iterable[Change]) -> None:
        """Take over changed records; the only way a state ever changes."""
        tasks_changed = False
        for record in changes:
            if isinstance(record, MemberState):
                self.members.setdefault(record.room, {})[record.member] = record
            elif isinstance(record, RoomDay):
                self.days.setdefault(record.room, {})[record.day] = record
            elif isinstance(record, RoomState):
                self.rooms[record.room] = record
            elif isinstance(record, PersonState):
                self.people[record.member] = record
            elif isinstance(record, Case):
                self.cases[record.number] = record
            elif isinstance(record, Task):
                self.tasks[record.key] = record
                tasks_changed = True
            elif isinstance(record, AccountState):
                self.account = record
            elif isinstance(record, Spoken | Episode):
                self._keep_talk(record)
            elif isinstance(record, Seen | Sample | KnownAd | Track | Edition | CheckIn):
                self._keep_words(record)
            else:
                self._forget(record)
                tasks_changed = True
        if tasks_changed:
            self._next_due = min((t.due_at for t in self.tasks.values()), default=None)

    def _keep_talk(self, turn: Spoken | Episode) -> None:
        """Keep a turn in its room's ring, which stays in the order in which things were said."""
        if isinstance(turn, Episode):
            self.episodes[turn.room] = turn
            return
        turns = self.spoken.setdefault(turn.room, [])
        if turns and turns[-1].number >= turn.number:
            # A store gives its rows in any order.
            turns[:] = sorted((*(t for t in turns if t.slot != turn.slot), turn), key=lambda t: t.number)
            return
        turns.append(turn)
        if len(turns) > RING:
            del turns[0]

    def _keep_checkin(self, record: CheckIn) -> None:
        self.checkins[record.number] = record
        if record.number > self.last_checkin.get(record.person, 0):
            self.last_checkin[record.person] = record.number

    def _keep_words(self, record: Seen | Sample | KnownAd | Track | Edition | CheckIn) -> None:
        match record:
            case Track(case=number, member=member):
                self.tracks.setdefault(number, {})[member] = record
            case Edition(fingerprint=fingerprint):
                self.editions[fingerprint] = record
            case Seen(room=room, slot=slot):
                self.seen.setdefault(room, {})[slot] = record
                self.last_seen[room] = max(self.last_seen.get(room, 0), record.number)
            case Sample(case=number):
                self.samples[number] = record
                self.learning.add(record)
            case KnownAd(hash=fingerprint):
                self.known[fingerprint] = record
            case CheckIn():
                self._keep_checkin(record)

    def _forget(self, gone: Gone) -> None:  # noqa: C901, PLR0912 - one answer a kind reads best as a list
        match gone.kind:
            case "task":
                self.tasks.pop(gone.key, None)
            case "day":
                room, _, day = gone.key.partition("\x1f")
                self.days.get(room, {}).pop(date.fromisoformat(day), None)
            case "member":
                room, _, member = gone.key.partition("\x1f")
                self.members.get(room, {}).pop(member, None)
            case "person":
                self.people.pop(gone.key, None)
            case "case":
                self.cases.pop(int(gone.key), None)
            case "track":
                number, _, member = gone.key.partition("\x1f")
                self.tracks.get(int(number), {}).pop(member, None)
            case "edition":
                self.editions.pop(gone.key, None)
            case "spoken":
                room, _, slot = gone.key.partition("\x1f")
                self.spoken[room] = [t for t in self.spoken.get(room, []) if t.slot != int(slot)]
            case "episode":
                self.episodes.pop(gone.key, None)
            case "room":
                self.rooms.pop(gone.key, None)
            case "seen":
                room, _, slot = gone.key.partition("\x1f")
                self.seen.get(room, {}).pop(int(slot), None)
            case "sample":
                self.samples.pop(int(gone.key), None)
                self.learning.remove(int(gone.key))
            case "known":
                self.known.pop(gone.key, None)
            case "checkin":
                old = self.checkins.pop(int(gone.key), None)
                if old is not None and self.last_checkin.get(old.person) == old.number:
                    del self.last_checkin[old.person]
            case kind:
                raise ValueError(f"no record of kind {kind!r} can go")

"""The records of one account in memory: `apply` is their only mutator.

`decide` reads a state and returns the records that change. The lane applies them in memory and
commits the very same records with the effects they come from, so memory and disk cannot drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from bot.core.ads.learning import Learning
from bot.core.care.records import Edition, Track
from bot.core.conflict.records import RING, Episode, Spoken
from bot.core.members.checkin.records import CheckIn
from bot.core.members.health.records import RoomHealth
from bot.core.members.posts.records import Post, Posted
from bot.core.members.records import Helping
from bot.core.records import (
    AccountState,
    Case,
    Change,
    Gone,
    KnownAd,
    MemberState,
    PersonState,
    Record,
    RoomDay,
    RoomState,
    Sample,
    Seen,
    Task,
)


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
        self.health: dict[str, RoomHealth] = {}
        self.posts: dict[int, Post] = {}
        self.posted: dict[str, Posted] = {}
        self.helping: dict[str, Helping] = {}
        self.learning = Learning()
        self._rooms_of: dict[str, tuple[str, ...]] = {}
        self._alone: dict[str, tuple[str, ...]] = {}
        self._next_due: datetime | None = None
        self.apply(records)

    def member(self, room: str, member: str) -> MemberState | None:
        """Return a member of a room, present or not, or None if never seen there."""
        in_room = self.members.get(room)
        return None if in_room is None else in_room.get(member)

    def rooms_of(self, person: str) -> tuple[str, ...]:
        """Return the rooms a person is or was in: across rooms one person is one person."""
        return self._rooms_of.get(person, ())

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
        yield from self.health.values()
        yield from self.posts.values()
        yield from self.posted.values()
        yield from self.helping.values()

    def apply(self, changes: Iterable[Change]) -> None:
        """Take over changed records; the only way a state ever changes."""
        tasks_changed = False
        for record in changes:
            if isinstance(record, MemberState):
                self._keep_member(record)
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
            elif isinstance(record, Spoken | Episode | Helping):
                self._keep_talk(record)
            elif isinstance(record, Gone):
                self._forget(record)
                tasks_changed = True
            else:
                self._keep_words(record)
        if tasks_changed:
            self._next_due = min((t.due_at for t in self.tasks.values()), default=None)

    def _keep_member(self, member: MemberState) -> None:
        in_room = self.members.setdefault(member.room, {})
        entered = member.member not in in_room
        in_room[member.member] = member
        if not entered:
            return
        known = self._rooms_of.get(member.member)
        if known is not None:
            self._rooms_of[member.member] = tuple(sorted((*known, member.room)))
            return
        # Most people are in one room: those of a room share one tuple.
        alone = self._alone.get(member.room)
        if alone is None:
            alone = self._alone[member.room] = (member.room,)
        self._rooms_of[member.member] = alone

    def _keep_talk(self, turn: Spoken | Episode | Helping) -> None:
        """Keep a turn in its room's ring, which stays in the order in which things were said."""
        if isinstance(turn, Helping):
            self.helping[turn.room] = turn
            return
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

    def _keep_of_room(self, record: RoomHealth | Post | Posted) -> None:
        match record:
            case RoomHealth(room=room):
                self.health[room] = record
            case Post(number=number):
                self.posts[number] = record
            case Posted(room=room):
                self.posted[room] = record

    def _keep_checkin(self, record: CheckIn) -> None:
        self.checkins[record.number] = record
        if record.number > self.last_checkin.get(record.person, 0):
            self.last_checkin[record.person] = record.number

    def _keep_words(
        self,
        record: Seen | Sample | KnownAd | Track | Edition | CheckIn | RoomHealth | Post | Posted,
    ) -> None:
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
            case _:
                self._keep_of_room(record)

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
                self._rooms_of[member] = tuple(one for one in self.rooms_of(member) if one != room)
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
            case "health":
                self.health.pop(gone.key, None)
            case "post":
                self.posts.pop(int(gone.key), None)
            case "posted":
                self.posted.pop(gone.key, None)
            case "helping":
                self.helping.pop(gone.key, None)
            case "checkin":
                old = self.checkins.pop(int(gone.key), None)
                if old is not None and self.last_checkin.get(old.person) == old.number:
                    del self.last_checkin[old.person]
            case kind:
                raise ValueError(f"no record of kind {kind!r} can go")

"""A decision in the making: what changes and what follows, before it is handed over as frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.ads.score import Verdict
from bot.core.care.records import Edition, Track
from bot.core.effects import Effect
from bot.core.members.checkin.records import CheckIn
from bot.core.members.health.records import Departure, RoomHealth
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
    Task,
    record_key,
)
from bot.core.rules.view import Signal

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.events import Message
    from bot.core.policy import Policy
    from bot.core.state import State

_NO_HOURS = (0,) * 24

FlagKind = Literal["dispute", "complaint", "faction", "question", "safety"]


class Flag(msgspec.Struct, frozen=True):
    """Something a human should look at, raised at the message that made it clear."""

    kind: FlagKind
    case: int
    parties: tuple[str, ...]
    severity: Literal["low", "medium", "high"]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """All that follows from one event.

    `recorded` are effects that the room's mode only writes down; `effects` are to be carried out.
    `verdict` is None for anything but a message; `unwelcome` means that it is for the message's type alone.
    """

    verdict: Verdict | None = None
    score: float = 0.0
    reasons: tuple[Signal, ...] = ()
    effects: tuple[Effect, ...] = ()
    recorded: tuple[Effect, ...] = ()
    flags: tuple[Flag, ...] = ()
    unwelcome: bool = False
    changes: tuple[Change, ...] = ()
    task: str | None = None


class Draft:
    """Reads the state as this decision has changed it so far, and gathers what follows.

    `message` is the room message that is being decided on, where it is one, `talks` whether it says something.
    """

    __slots__ = (
        "_changed",
        "_today",
        "effects",
        "flags",
        "message",
        "now",
        "policy",
        "reasons",
        "recorded",
        "score",
        "state",
        "talks",
        "task",
        "unwelcome",
        "verdict",
    )

    def __init__(self, state: State, policy: Policy, now: datetime) -> None:
        """Start from a state at a moment."""
        self.state = state
        self.policy = policy
        self.now = now
        self.effects: list[Effect] = []
        self.recorded: list[Effect] = []
        self.flags: list[Flag] = []
        self.verdict: Verdict | None = None
        self.score = 0.0
        self.reasons: tuple[Signal, ...] = ()
        self.unwelcome = False
        self.task: str | None = None
        self.message: Message | None = None
        self.talks = False
        self._changed: dict[tuple[str, str], Change] = {}
        self._today: date | None = None

    @property
    def today(self) -> date:
        """The operator's local date of this decision."""
        if self._today is None:
            self._today = self.policy.day(self.now)
        return self._today

    def account(self) -> AccountState:
        """Return the account as it is now."""
        changed = self._changed.get(("account", ""))
        return changed if isinstance(changed, AccountState) else self.state.account

    def room(self, room: str) -> RoomState | None:
        """Return a room as it is now."""
        changed = self._changed.get(("room", room))
        return changed if isinstance(changed, RoomState) else self.state.rooms.get(room)

    def member(self, room: str, member: str) -> MemberState | None:
        """Return a member as they are now."""
        changed = self._changed.get(("member", f"{room}\x1f{member}"))
        return changed if isinstance(changed, MemberState) else self.state.member(room, member)

    def person(self, member: str) -> PersonState:
        """Return a person as they are now, or a blank record of them."""
        changed = self._changed.get(("person", member))
        if isinstance(changed, PersonState):
            return changed
        return self.state.people.get(member) or PersonState(member=member)

    def case(self, number: int) -> Case | None:
        """Return a case as it is now."""
        changed = self._changed.get(("case", str(number)))
        return changed if isinstance(changed, Case) else self.state.cases.get(number)

    def day(self, room: str) -> RoomDay:
        """Return today's numbers of a room."""
        changed = self._changed.get(("day", room))
        if isinstance(changed, RoomDay):
            return changed
        return self.state.day(room, self.today) or RoomDay(room=room, day=self.today)

    def known(self, fingerprint: str) -> KnownAd | None:
        """Return what staff said of a text, by the hash of its skeleton."""
        changed = self._changed.get(("known", fingerprint))
        if changed is not None:
            return changed if isinstance(changed, KnownAd) else None
        return self.state.known.get(fingerprint)

    def sample(self, case: int) -> Sample | None:
        """Return the staff's verdict on a case."""
        changed = self._changed.get(("sample", str(case)))
        if changed is not None:
            return changed if isinstance(changed, Sample) else None
        return self.state.samples.get(case)

    def track(self, case: int, member: str) -> Track | None:
        """Return how far a case's talk with one person is as of now."""
        changed = self._changed.get(("track", f"{case}\x1f{member}"))
        if changed is not None:
            return changed if isinstance(changed, Track) else None
        return self.state.tracks.get(case, {}).get(member)

    def tracks(self, case: int) -> list[Track]:
        """Return the talks of a case as they are now, in the order in which they began."""
        known = dict(self.state.tracks.get(case, {}))
        for changed in self._changed.values():
            if isinstance(changed, Track) and changed.case == case:
                known[changed.member] = changed
        return list(known.values())

    def tasks_now(self) -> list[Task]:
        """Return all that time will bring, as of now."""
        known = dict(self.state.tasks)
        for (kind, key), changed in self._changed.items():
            if isinstance(changed, Task):
                known[key] = changed
            elif kind == "task":
                known.pop(key, None)
        return list(known.values())

    def members_now(self, room: str) -> list[MemberState]:
        """Return the members of a room as they are now, present or not."""
        known = dict(self.state.members.get(room, {}))
        for changed in self._changed.values():
            if isinstance(changed, MemberState) and changed.room == room:
                known[changed.member] = changed
        return list(known.values())

    def tasks_of(self, case: int) -> list[Task]:
        """Return what time will still bring to a case, as of now."""
        known = {task.key: task for task in self.state.tasks.values() if task.case == case}
        for (kind, key), changed in self._changed.items():
            if isinstance(changed, Task) and changed.case == case:
                known[key] = changed
            elif kind == "task" and not isinstance(changed, Task):
                known.pop(key, None)
        return list(known.values())

    def edition(self, fingerprint: str) -> Edition | None:
        """Return a playbook as it stood when a case began with it."""
        changed = self._changed.get(("edition", fingerprint))
        if changed is not None:
            return changed if isinstance(changed, Edition) else None
        return self.state.editions.get(fingerprint)

    def checkin(self, number: int) -> CheckIn | None:
        """Return a check-in as it is now."""
        changed = self._changed.get(("checkin", str(number)))
        if changed is not None:
            return changed if isinstance(changed, CheckIn) else None
        return self.state.checkins.get(number)

    def last_checkin(self, person: str) -> CheckIn | None:
        """Return the last check-in with a person, in whatever room; None if there was none before this decision."""
        number = self.state.last_checkin.get(person)
        return None if number is None else self.checkin(number)

    def put(self, record: Record) -> None:
        """Change a record; a day's numbers are changed by `count` alone."""
        self._changed[record_key(record)] = record

    def drop(self, kind: str, key: str) -> None:
        """Let a record go."""
        self._changed[kind, key] = Gone(kind, key)

    def health(self, room: str) -> RoomHealth:
        """Return what is remembered of a room's health, or a blank record of it."""
        changed = self._changed.get(("health", room))
        if isinstance(changed, RoomHealth):
            return changed
        return self.state.health.get(room) or RoomHealth(room=room)

    def post(self, number: int) -> Post | None:
        """Return a scheduled post as it is now."""
        changed = self._changed.get(("post", str(number)))
        if changed is not None:
            return changed if isinstance(changed, Post) else None
        return self.state.posts.get(number)

    def posts(self) -> list[Post]:
        """Return the scheduled posts as they are now, by number."""
        known = dict(self.state.posts)
        for (kind, key), changed in self._changed.items():
            if isinstance(changed, Post):
                known[changed.number] = changed
            elif kind == "post":
                known.pop(int(key), None)
        return [known[number] for number in sorted(known)]

    def helping(self, room: str) -> Helping:
        """Return who asked, answered and thanked in a room of late, or a blank record of it."""
        changed = self._changed.get(("helping", room))
        if isinstance(changed, Helping):
            return changed
        return self.state.helping.get(room) or Helping(room=room)

    def posted(self, room: str) -> Posted:
        """Return what was posted in a room of late, or a blank record of it."""
        changed = self._changed.get(("posted", room))
        if isinstance(changed, Posted):
            return changed
        return self.state.posted.get(room) or Posted(room=room)

    def count(self, room: str, **more: int) -> None:
        """Add to today's numbers of a room."""
        today = self.day(room)
        for name in more:
            more[name] += getattr(today, name)
        # A decision changes no day but its own, so the room alone tells its days apart.
        self._changed["day", room] = msgspec.structs.replace(today, **more)

    def count_message(self, room: str, hour: int, *, new_talker: bool) -> None:
        """Add a message to today's numbers of a room.

        Args:
            room: its id.
            hour: of the room's clock.
            new_talker: whether its sender says something for the first time today.
        """
        today = self.day(room)
        hours = today.hours or _NO_HOURS
        self._changed["day", room] = msgspec.structs.replace(
            today,
            messages=today.messages + 1,
            talkers=today.talkers + new_talker,
            hours=(*hours[:hour], hours[hour] + 1, *hours[hour + 1 :]),
        )

    def count_departure(self, room: str, departure: Departure) -> None:
        """Add somebody who left to today's numbers of a room."""
        today = self.day(room)
        self._changed["day", room] = msgspec.structs.replace(
            today, leaves=today.leaves + 1, gone=(*today.gone, departure)
        )

    def new_case_number(self) -> int:
        """Take the next case number."""
        account = self.account()
        self.put(msgspec.structs.replace(account, next_case=account.next_case + 1))
        return account.next_case

    def decision(self) -> Decision:
        """Return what came of it, frozen."""
        return Decision(
            verdict=self.verdict,
            score=self.score,
            reasons=self.reasons,
            effects=tuple(self.effects),
            recorded=tuple(self.recorded),
            flags=tuple(self.flags),
            unwelcome=self.unwelcome,
            changes=tuple(self._changed.values()),
            task=self.task,
        )

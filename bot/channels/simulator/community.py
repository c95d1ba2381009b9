"""What community.toml says: people, rooms and how moody the platform is.

Wherever the file names a person, the name or the id may stand; `directory` tells whom it means.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from bot.core.events import Role, RoomTrade
from bot.core.records import Mode
from bot.core.settings import Care, RoomSettings

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Person(_Table, frozen=True, kw_only=True):
    """Somebody: `rooms` they are in from the start; `friend` None leaves it to chance."""

    id: Name
    name: Name
    rooms: tuple[str, ...] = ()
    persona: str = ""
    friend: bool | None = None


class RoomPlan(_Table, frozen=True, kw_only=True):
    """A room at the start of the week; `account` is the rank of the bot's own account in it."""

    id: Name
    topic: Name
    owner: str
    staff: tuple[str, ...] = ()
    account: Role = "staff"
    policy: RoomTrade = "no_ads"
    mode: Mode = "observe"


class Stubborn(_Table, frozen=True, kw_only=True):
    """A member whose removal silently fails: the first `times` times, or until a moment of the week."""

    member: str
    times: Annotated[int, msgspec.Meta(ge=0)] = 0
    until: str | None = None


class Limits(_Table, frozen=True, kw_only=True):
    """How the platform misbehaves: chances from 0 to 1, and members whose removal fails."""

    refused: Chance = 0.0
    lost: Chance = 0.0
    kick_fails: Chance = 0.0
    duplicated: Chance = 0.0
    stubborn: tuple[Stubborn, ...] = ()


class Community(_Table, frozen=True, kw_only=True):
    """The whole of community.toml: `starts` is day 1, `friends` the share of members who are friends."""

    name: Name
    starts: date
    days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 7
    timezone: str = "Asia/Shanghai"
    seed: int = 1
    friends: Chance = 0.2
    account: Person
    operator: str
    rooms: tuple[RoomPlan, ...]
    people: tuple[Person, ...]
    limits: Limits = Limits()
    care: Care = Care()

    @property
    def start(self) -> datetime:
        """The first moment of day 1, in UTC."""
        return self.moment(1, time())

    @property
    def end(self) -> datetime:
        """The first moment after the last day, in UTC."""
        return self.moment(self.days + 1, time())

    def moment(self, day: int, local: time) -> datetime:
        """Return the moment of a day (from 1) and a local time, in UTC."""
        here = datetime.combine(self.starts + timedelta(days=day - 1), local, ZoneInfo(self.timezone))
        return here.astimezone(UTC)

    def clock_time(self, text: str) -> datetime:
        """Return the moment that "DAY HH:MM[:SS]" names, in UTC; raise ValueError when it names none."""
        day, _, hour = text.strip().partition(" ")
        if not day.isdecimal() or not 1 <= int(day) <= self.days:
            raise ValueError(f"{text!r} is no moment of the week; write DAY HH:MM, DAY from 1 to {self.days}")
        try:
            local = time.fromisoformat(hour.strip())
        except ValueError:
            local = None
        if local is None or local.tzinfo is not None:
            raise ValueError(f"{text!r} is no moment of the week; write DAY HH:MM, for example 1 08:30")
        return self.moment(int(day), local)

    def directory(self) -> dict[str, str]:
        """Return who is meant by a name or an id: the id of a person or of the account."""
        everybody = (self.account, *self.people)
        return {p.name: p.id for p in everybody} | {p.id: p.id for p in everybody}

    def room_settings(self) -> dict[str, RoomSettings]:
        """Return what qunguan.toml would say of these rooms, by room id."""
        return {r.id: RoomSettings(mode=r.mode, policy=r.policy) for r in self.rooms}

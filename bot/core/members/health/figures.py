"""A room's health in figures: for the phone screen of `/room`, the digest, and the report of a replay."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.members.health.rhythm import recent_days, rhythm_of
from bot.core.members.health.weeks import lately
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.core.members.health.rhythm import Trend
    from bot.core.policy import Policy
    from bot.core.records import MemberState, RoomDay, RoomState
    from bot.core.state import State

LATELY = 28
HOURS = 24
_MOST_VOICES = 5
_BARS = "▁▂▃▄▅▆▇█"
_DAY = timedelta(days=1)


class Voice(msgspec.Struct, frozen=True):
    """Somebody and their part of the talk, 0 to 1."""

    member: str
    name: str
    messages: int
    share: float


class Cohort(msgspec.Struct, frozen=True):
    """Those who joined in one month (empty: nobody knows when): how many there are, are silent, never spoke."""

    joined: str
    members: int
    silent: int
    never: int


class Gone(msgspec.Struct, frozen=True):
    """People who left after the same thing; `days` is the median of their days in the room (None: unknown)."""

    after: str
    count: int
    days: float | None


class RoomFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How a room is; where a period is not said it is the last four weeks.

    `week` has the messages of each weekday (Monday first) by hour of the room's clock. `talkers` are members who
    spoke, `silent` those who did not for as long as check-ins wait, `never` those who were never heard.
    """

    room: str
    topic: str
    trend: Trend
    usual: float
    usual_before: float
    days_below: int
    days: int
    members: int
    talkers: int
    silent: int
    never: int
    messages: int
    joins: int
    leaves: int
    questions: int
    unanswered: int
    week: tuple[tuple[int, ...], ...]
    voices: tuple[Voice, ...]
    gone: tuple[Gone, ...]
    cohorts: tuple[Cohort, ...]

    @property
    def hours(self) -> tuple[int, ...]:
        """Messages by hour of the day."""
        return tuple(sum(day[hour] for day in self.week) for hour in range(HOURS))

    @property
    def top_share(self) -> float:
        """The part of the talk that its three busiest members carry."""
        return sum(voice.share for voice in self.voices[:3])


def figures_of(
    state: State, policy: Policy, room: RoomState, now: datetime, *, days: int = LATELY
) -> RoomFigures:
    """Return a room's figures.

    Args:
        state: what is known.
        policy: zones, staff, and how long silence is.
        room: which room.
        now: the moment.
        days: how many of the last days they are about.
    """
    today = policy.day(now)
    rhythm = rhythm_of(state, policy, room, today)
    numbers = recent_days(state, room.room, today, days)
    own = state.account.self_id
    everybody = state.members.get(room.room, {})
    people = [m for m in everybody.values() if m.present and m.member != own]
    members = [m for m in people if m.role == "member" and not is_staff(policy, room, m.member)]
    said = Counter({m.member: lately(m, today) for m in people})
    return RoomFigures(
        room=room.room,
        topic=room.topic or room.room,
        trend=rhythm.trend,
        usual=rhythm.now,
        usual_before=rhythm.before,
        days_below=rhythm.below,
        days=rhythm.days,
        members=len(members),
        talkers=sum(said[m.member] > 0 for m in members),
        silent=sum(_is_silent(m, policy, now) for m in members),
        never=sum(not m.messages for m in members),
        messages=sum(day.messages for day in numbers),
        joins=sum(day.joins for day in numbers),
        leaves=sum(day.leaves for day in numbers),
        questions=sum(day.questions for day in numbers),
        unanswered=sum(day.unanswered for day in numbers),
        week=_week(numbers, policy, room),
        voices=_voices(said, everybody),
        gone=_gone(numbers),
        cohorts=_cohorts(members, policy, now),
    )


def bars(numbers: Sequence[int]) -> str:
    """Return numbers as a row of little bars, the highest the fullest."""
    most = max(numbers, default=0)
    if not most:
        return _BARS[0] * len(numbers)
    return "".join(_BARS[-(-number * (len(_BARS) - 1) // most)] for number in numbers)


def busiest(numbers: Sequence[int], count: int) -> list[int]:
    """Return the places of the highest numbers, in their own order; none where all are zero."""
    places = sorted(range(len(numbers)), key=lambda place: (-numbers[place], place))[:count]
    return sorted(place for place in places if numbers[place])


def _is_silent(member: MemberState, policy: Policy, now: datetime) -> bool:
    since = max(member.last_at or member.first_seen, member.joined_at or member.first_seen)
    return now - since >= timedelta(days=policy.settings.checkin.silent_days)


def _voices(said: Counter[str], everybody: dict[str, MemberState]) -> tuple[Voice, ...]:
    whole = sum(said.values())
    most = sorted((m for m in said if said[m]), key=lambda m: (-said[m], m))[:_MOST_VOICES]
    return tuple(Voice(m, everybody[m].name or m, said[m], round(said[m] / whole, 4)) for m in most)


def _gone(numbers: Sequence[RoomDay]) -> tuple[Gone, ...]:
    days: dict[str, list[int]] = {}
    for day in numbers:
        for departure in day.gone:
            days.setdefault(departure.after, []).append(departure.days)
    found = []
    for after, stays in sorted(days.items(), key=lambda one: (-len(one[1]), one[0])):
        known = [stay for stay in stays if stay >= 0]
        found.append(Gone(after, len(stays), float(statistics.median(known)) if known else None))
    return tuple(found)


def _cohorts(members: Sequence[MemberState], policy: Policy, now: datetime) -> tuple[Cohort, ...]:
    groups: dict[str, list[MemberState]] = {}
    for member in members:
        joined = member.joined_at
        month = "" if joined is None else joined.astimezone(policy.zone).strftime("%Y-%m")
        groups.setdefault(month, []).append(member)
    return tuple(
        Cohort(
            month,
            len(group),
            sum(_is_silent(m, policy, now) for m in group),
            sum(not m.messages for m in group),
        )
        for month, group in sorted(groups.items())
    )


def _week(numbers: Sequence[RoomDay], policy: Policy, room: RoomState) -> tuple[tuple[int, ...], ...]:
    zone = ZoneInfo(policy.room(room.room).timezone)
    week = [[0] * HOURS for _ in range(7)]
    for day in numbers:
        for hour, count in enumerate(day.hours):
            if count:
                week[_date_of(policy, zone, day.day, hour).weekday()][hour] += count
    return tuple(tuple(row) for row in week)


def _date_of(policy: Policy, zone: ZoneInfo, day: date, hour: int) -> date:
    """Return the date on the room's calendar of an hour of a digest's day, which begins the evening before."""
    for date_there in (day, day - _DAY, day + _DAY):
        if policy.day(datetime.combine(date_there, time(hour, 30), zone)) == day:
            return date_there
    return day

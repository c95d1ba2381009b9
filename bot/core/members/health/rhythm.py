"""A room's rhythm against its own past: plain counts, medians and one sign test, so that one can say why.

The last two weeks stand beside the eight before them; both hold each weekday equally often. Public holidays
are left out of both, for then every room is quiet. A room falls quiet when the usual day (the median) of each of
the two weeks is at most a set share of what it was, and so many of their days lie below the old median that
chance alone would rarely do it (one-sided sign test, below 1 %).
"""

from __future__ import annotations

import math
import statistics
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.core.policy import Policy
    from bot.core.records import RoomDay, RoomState
    from bot.core.state import State

NOW, BEFORE = 14, 56
# A room with fewer days to compare with, or fewer words on its usual day, cannot be seen to fall.
_LEAST_DAYS, _LEAST_NOW, _LEAST_WORDS = 28, 7, 5
# Dead: for four weeks there was hardly a day on which anybody answered anybody.
_DEAD_WINDOW, _DEAD_DAYS, _DEAD_KNOWN = 28, 3, 56
_CHANCE = 0.01
_DAY = timedelta(days=1)

Trend = Literal["few", "steady", "falling", "dead"]


class Rhythm(NamedTuple):
    """How a room's talk stands: messages on its usual day now and before, and how many of its days are below.

    `few` means that there is too little to tell.
    """

    trend: Trend
    now: float
    before: float
    below: int
    days: int


def rhythm_of(state: State, policy: Policy, room: RoomState, today: date) -> Rhythm:
    """Return how a room's talk stands against its own past.

    Args:
        state: with the room's days.
        policy: knows public holidays, and how far talk must fall.
        room: which room.
        today: the operator's local date; only days before it count, they are over.
    """
    first = today if room.adopted_at is None else policy.day(room.adopted_at) + _DAY
    days = state.days.get(room.room, {})
    holidays = policy.days_off.holidays

    def said(day: date) -> int:
        known = days.get(day)
        return 0 if known is None else known.messages

    now = [said(d) for d in _days(today - NOW * _DAY, today) if d >= first and d not in holidays]
    old = today - (NOW + BEFORE) * _DAY
    before = [said(d) for d in _days(old, today - NOW * _DAY) if d >= first and d not in holidays]
    usual_now = float(statistics.median(now)) if now else 0.0
    usual = float(statistics.median(before)) if before else 0.0
    below = sum(count < usual for count in now)
    rhythm = Rhythm("steady", usual_now, usual, below, len(now))
    if _is_dead(days, first, today):
        return rhythm._replace(trend="dead")
    if len(before) < _LEAST_DAYS or len(now) < _LEAST_NOW or usual < _LEAST_WORDS:
        return rhythm._replace(trend="few")
    least = policy.settings.health.falls_to * usual
    halves = (now[: len(now) // 2], now[len(now) // 2 :])
    if all(statistics.median(half) <= least for half in halves) and chance(below, len(now)) < _CHANCE:
        return rhythm._replace(trend="falling")
    return rhythm


def chance(below: int, days: int) -> float:
    """Return how likely so many of the days lie below the old median by chance alone.

    Args:
        below: days below.
        days: all days.
    """
    return sum(math.comb(days, k) for k in range(below, days + 1)) / float(2**days)


def recent_days(state: State, room: str, today: date, count: int) -> list[RoomDay]:
    """Return the room's days within the last `count`, today included, oldest first."""
    days = state.days.get(room, {})
    return [days[d] for d in _days(today - (count - 1) * _DAY, today + _DAY) if d in days]


def _is_dead(days: dict[date, RoomDay], first: date, today: date) -> bool:
    if (today - first).days < _DEAD_KNOWN:
        return False
    window = [days[d] for d in _days(today - _DEAD_WINDOW * _DAY, today) if d in days]
    return sum(day.talkers > 1 for day in window) <= _DEAD_DAYS


def _days(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start += _DAY

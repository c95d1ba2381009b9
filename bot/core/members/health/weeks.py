"""A member's messages of the last weeks: a handful of numbers that move on as weeks pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bot.core.records import MemberState

WEEKS = 4


def week_of(day: date) -> int:
    """Return a day's week, counted from Mondays."""
    return (day.toordinal() - 1) // 7


def one_more(member: MemberState, day: date) -> tuple[int, tuple[int, ...]]:
    """Return week and weekly numbers of a member who just said something.

    Args:
        member: as they stood before.
        day: the operator's local date.
    """
    week, weekly = week_of(day), member.weekly
    if week <= member.week:
        return member.week, (weekly[0] + 1, *weekly[1:]) if weekly else (1,)
    passed = week - member.week
    if passed >= WEEKS or not weekly:
        return week, (1,)
    return week, (1, *(0,) * (passed - 1), *weekly)[:WEEKS]


def lately(member: MemberState, day: date) -> int:
    """Return how many messages a member said in this week and the three before.

    Args:
        member: of a room.
        day: the operator's local date.
    """
    passed = week_of(day) - member.week
    return sum(member.weekly[: max(0, WEEKS - passed)]) if passed >= 0 else sum(member.weekly)

"""What a history tells of its rooms: who is silent, when people are around, who leaves and why, who talks most."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.members.health.figures import bars, figures_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.effects import Row, Values
    from bot.core.members.health.figures import RoomFigures
    from bot.core.policy import Policy
    from bot.core.state import State

# What lies further back says little of how a room is.
_LONGEST = 366
_DAY = timedelta(days=1)


def room_figures(state: State, policy: Policy, first: datetime, last: datetime) -> list[RoomFigures]:
    """Return the figures of every room over a whole history, at most the last year of it.

    Args:
        state: as it is after the history.
        policy: what the operator decided.
        first: the moment of the first event.
        last: the moment of the last one.
    """
    days = min(_LONGEST, (policy.day(last) - policy.day(first)) // _DAY + 1)
    return [
        figures_of(state, policy, room, last, days=days)
        for room in sorted(state.rooms.values(), key=lambda r: r.room)
    ]


def values_of(room: RoomFigures, silent_days: int, days: int) -> Values:
    """Return a room's figures as values of the text `report.health`.

    Args:
        room: its figures.
        silent_days: from how many days on silence counts.
        days: how many days the figures are about.
    """
    most = max((count for day in room.week for count in day), default=0)
    week: tuple[Row, ...] = tuple(
        # The highest of all hours is the measure of every day.
        {"weekday": str(number), "bars": bars((*counts, most))[:-1], "messages": sum(counts)}
        for number, counts in enumerate(room.week, 1)
    )
    return {
        "room": room.topic,
        "days": days,
        "trend": room.trend,
        "usual": round(room.usual),
        "usual_before": round(room.usual_before),
        "members": room.members,
        "talkers": room.talkers,
        "silent": room.silent,
        "silent_percent": round(100 * room.silent / room.members) if room.members else 0,
        "silent_days": silent_days,
        "never": room.never,
        "cohorts": tuple(
            {"joined": c.joined, "members": c.members, "silent": c.silent, "never": c.never}
            for c in room.cohorts
        ),
        "messages": room.messages,
        "week": week,
        "joins": room.joins,
        "leaves": room.leaves,
        "gone": tuple(
            {"after": one.after, "count": one.count, "days": -1 if one.days is None else round(one.days)}
            for one in room.gone
        ),
        "questions": room.questions,
        "unanswered": room.unanswered,
        "voices": tuple({"name": v.name, "percent": round(100 * v.share)} for v in room.voices),
        "top": round(100 * room.top_share),
    }

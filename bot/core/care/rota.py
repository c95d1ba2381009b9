"""The rota: who is on duty in a room right now, who comes next, and when somebody will be.

Whoever sleeps is not rung: a rota has hours, and the operator is woken for what cannot wait only. Where no
rota is set, the room's staff are asked at any hour, as with everything else the bot tells them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import RoomState
    from bot.core.settings import Duty

_A_WEEK = 8


def on_duty(draft: Draft, room: RoomState) -> list[str]:
    """Return who is on duty in a room now, in the order in which they are asked; the operator comes later.

    Args:
        draft: the decision in the making.
        room: the room.
    """
    policy = draft.policy.room(room.room)
    if policy.duty:
        here = draft.now.astimezone(ZoneInfo(policy.timezone))
        line = [duty.who for duty in policy.duty if _covers(duty, here)]
    else:
        line = [*sorted(policy.staff), *room.staff, *([room.owner] if room.owner else [])]
    last = operator_of(draft, room)
    return [person for person in dict.fromkeys(line) if person != last and _can_be_told(draft, person)]


def operator_of(draft: Draft, room: RoomState) -> str | None:
    """Return to whom a case goes in the end: the operator, else the owner; None if neither can be told."""
    line = (draft.policy.settings.operator.id, room.owner)
    return next((person for person in line if person and _can_be_told(draft, person)), None)


def next_after(draft: Draft, room: RoomState, told: tuple[str, ...]) -> str | None:
    """Return who is told next: the first on duty who was not told yet, then the operator; None if all were.

    Args:
        draft: the decision in the making.
        room: the room.
        told: whoever was told before.
    """
    line = [*on_duty(draft, room), operator_of(draft, room)]
    return next((person for person in line if person and person not in told), None)


def next_turn(draft: Draft, room: RoomState, told: tuple[str, ...] = ()) -> datetime | None:
    """Return when the next turn of duty begins of somebody who was not told yet; None if there is none.

    Args:
        draft: the decision in the making.
        room: the room; without a rota there is no turn to wait for.
        told: whoever was told before.
    """
    policy = draft.policy.room(room.room)
    zone = ZoneInfo(policy.timezone)
    here = draft.now.astimezone(zone)
    begins = [
        moment
        for duty in policy.duty
        if duty.who not in told and _can_be_told(draft, duty.who)
        for ahead in range(_A_WEEK)
        if _on_weekday(duty, day := here.date() + timedelta(days=ahead))
        and (moment := datetime.combine(day, time.fromisoformat(duty.begins), zone)) > here
    ]
    return min(begins).astimezone(UTC) if begins else None


def awake_at(draft: Draft, room: RoomState) -> datetime:
    """Return the next moment outside the room's quiet hours; now, if it is outside."""
    policy = draft.policy.room(room.room)
    zone = ZoneInfo(policy.timezone)
    here = draft.now.astimezone(zone)
    if not _within(policy.quiet_from, policy.quiet_to, here.time()) or policy.quiet_from == policy.quiet_to:
        return draft.now
    end = datetime.combine(here.date(), time.fromisoformat(policy.quiet_to), zone)
    if end <= here:
        end += timedelta(days=1)
    return end.astimezone(UTC)


def _can_be_told(draft: Draft, person: str) -> bool:
    return person != draft.account().self_id and draft.person(person).friend is not False


def _covers(duty: Duty, here: datetime) -> bool:
    wall = here.time()
    if not _within(duty.begins, duty.ends, wall):
        return False
    over_midnight = duty.ends < duty.begins and wall < time.fromisoformat(duty.begins)
    return _on_weekday(duty, here.date() - timedelta(days=1) if over_midnight else here.date())


def _on_weekday(duty: Duty, day: date) -> bool:
    return not duty.weekdays or day.isoweekday() in duty.weekdays


def _within(begins: str, ends: str, wall: time) -> bool:
    """Return whether a wall-clock time lies from `begins` (included) to `ends`; equal hours are the whole day."""
    start, end = time.fromisoformat(begins), time.fromisoformat(ends)
    if start == end:
        return True
    return start <= wall < end if start < end else wall >= start or wall < end

"""When a member may be written to unasked: the room's own hours, outside its quiet hours, on working days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date

    from bot.core.policy import Policy

_DAY = timedelta(days=1)
_STEP = timedelta(minutes=15)
# The longest row of days off (Spring Festival with its weekends) is ten; beyond this the settings leave no hour.
_FARTHEST = 30


def may_write(policy: Policy, room: str, moment: datetime) -> bool:
    """Return whether a moment is one at which members of a room may be written to unasked.

    Args:
        policy: hours, days, zone.
        room: the room's id.
        moment: aware.
    """
    own, checkin = policy.room(room), policy.settings.checkin
    here = moment.astimezone(ZoneInfo(own.timezone))
    wall = here.time()
    if not time.fromisoformat(checkin.hours_from) <= wall < time.fromisoformat(checkin.hours_to):
        return False
    if _within(own.quiet_from, own.quiet_to, wall):
        return False
    return is_day(policy, here.date())


def is_day(policy: Policy, day: date) -> bool:
    """Return whether members are asked on a local day at all."""
    return policy.settings.checkin.days == "every_day" or policy.days_off.is_workday(day)


def moment_within(
    policy: Policy, room: str, after: datetime, before: datetime, share: float
) -> datetime | None:
    """Return a moment at which a room's member may be written to, or None if there is none in time.

    Args:
        policy: hours, days, zone.
        room: the room's id.
        after: not before this.
        before: not at or after this.
        share: which part of the first open stretch of hours has passed by then, 0 up to 1.
    """
    zone, checkin = ZoneInfo(policy.room(room).timezone), policy.settings.checkin
    day = after.astimezone(zone).date()
    for _ in range(_FARTHEST):
        # Reckoned in UTC, so that an hour that a change of clocks skips or repeats does no harm.
        begins = datetime.combine(day, time.fromisoformat(checkin.hours_from), zone).astimezone(UTC)
        ends = datetime.combine(day, time.fromisoformat(checkin.hours_to), zone).astimezone(UTC)
        begins, ends = max(begins, after.astimezone(UTC)), min(ends, before.astimezone(UTC))
        if begins >= before:
            return None
        if begins < ends and is_day(policy, day):
            wanted = begins + (ends - begins) * share
            found = _open(policy, room, wanted, ends) or _open(policy, room, begins, wanted)
            if found is not None:
                return found
        day += _DAY
    return None


def next_moment(policy: Policy, room: str, after: datetime) -> datetime | None:
    """Return the first moment from `after` on at which a room's member may be written to."""
    return moment_within(policy, room, after, after + _FARTHEST * _DAY, 0.0)


def _open(policy: Policy, room: str, moment: datetime, ends: datetime) -> datetime | None:
    while moment < ends:
        if may_write(policy, room, moment):
            return moment
        moment += _STEP
    return None


def _within(begins: str, ends: str, wall: time) -> bool:
    """Return whether a time is quiet; equal hours mean that none are."""
    start, end = time.fromisoformat(begins), time.fromisoformat(ends)
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end

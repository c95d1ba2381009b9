"""When whose digest is due: one task per reader and local date, so planning twice does no harm."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.core.records import Task

if TYPE_CHECKING:
    from datetime import date

    from bot.core.draft import Draft
    from bot.core.policy import Policy
    from bot.core.records import RoomState


def reader_of(policy: Policy, room: RoomState, self_id: str | None) -> str | None:
    """Return who reads about a room: the operator, else its owner, else named staff, else an admin.

    Nobody of another room is put in their place: what happens in a room is not told elsewhere. None when
    there is nobody but the bot itself, which `qunguan status` and the log then say.
    """
    if policy.settings.operator.id:
        return policy.settings.operator.id
    line = (room.owner, *sorted(policy.room(room.room).staff), *room.staff)
    return next((person for person in line if person and person != self_id), None)


def plan_digests(draft: Draft, room: RoomState) -> None:
    """Plan the next digest of the room's reader, if none is planned."""
    reader = reader_of(draft.policy, room, draft.account().self_id)
    if reader is None or any(t.kind == "digest" and t.member == reader for t in draft.state.tasks.values()):
        return
    plan_next(draft, reader, draft.policy.day(draft.now))


def plan_next(draft: Draft, reader: str, day: date) -> None:
    """Plan a reader's digest on `day`, or on the first following day whose hour is still to come."""
    due_at = moment_of(draft.policy, day)
    while due_at <= draft.now:
        day += timedelta(days=1)
        due_at = moment_of(draft.policy, day)
    draft.put(Task(key=f"digest:{reader}:{day.isoformat()}", kind="digest", due_at=due_at, member=reader))


def moment_of(policy: Policy, day: date) -> datetime:
    """Return the moment at which digests of a local day are due."""
    hour, minute = policy.settings.operator.digest_at.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), policy.zone)

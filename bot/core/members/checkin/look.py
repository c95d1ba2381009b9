"""The last look before a check-in goes out: it may have waited for hours, and much may have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.policy import Policy
    from bot.core.state import State

UNASKED = frozenset({"checkin", "checkin_reminder", "checkin_hello"})


def why_not_now(number: int | None, state: State, policy: Policy) -> str | None:
    """Return why a check-in is not to be said any more, or None if it may be.

    Args:
        number: the check-in's.
        state: what is known now.
        policy: what the operator decided, as of now.
    """
    record = None if number is None else state.checkins.get(number)
    room = None if record is None else state.rooms.get(record.room)
    if record is None or room is None:
        return "closed"
    if policy.mode(room) == "observe" or not policy.room(room.room).checkins or room.checkins_paused:
        return "observing"
    member, person = state.member(record.room, record.person), state.people.get(record.person)
    if member is None or not member.present:
        return "closed"
    if record.answered_at is not None or (member.last_at is not None and member.last_at > record.at):
        return "overtaken"
    checkin = policy.settings.checkin
    tags = () if person is None else person.tags
    if checkin.leave_alone_tag in tags or record.person in checkin.never:
        return "closed"
    return None

"""Bans: who is banned, where that holds, and when removals have been enough.

Only records are changed here; taking people out of rooms is done by `hands`, sending them away again by
`members.returning`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.digest.plan import reader_of
from bot.core.rules.view import excerpt
from bot.core.staff import is_immune, is_staff
from bot.core.text.one_line import on_one_line

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.events import BanEntry
    from bot.core.records import Case, PersonState, RoomState

replace = msgspec.structs.replace


def on_entry(event: BanEntry, draft: Draft) -> None:
    """Take over a line of a shared ban list; nobody is touched until they are next seen in a room."""
    person = draft.person(event.member)
    if not event.banned:
        if person.banned:
            lift(draft, event.member, unbanned_at=draft.now)
    elif not person.banned and event.member != draft.account().self_id:
        draft.put(
            replace(
                person,
                name=on_one_line(event.name) or person.name,
                banned=True,
                ban_reason=excerpt(on_one_line(event.reason)),
                ban_case=None,
                ban_room=None,
                ban_by=None,
                banned_at=draft.now if event.since is None else min(event.since, draft.now),
            )
        )


def is_about_an_ad(case: Case) -> bool:
    """Return whether a case came of an advert: found by a rule, reported by members, or called one by staff.

    A message of a type the room does not want is no advert for that.
    """
    if case.of is not None or case.unwelcome is not None:
        return False
    if case.origin == "report":
        return case.kind == "sanction"
    return case.origin == "verdict" or (case.origin == "rule" and bool(case.evidence))


def holds_in(draft: Draft, person: PersonState, room: RoomState) -> bool:
    """Return whether a person is banned from a room.

    A ban holds where it was given, and in every other room of the same operator that honours it.
    """
    if not person.banned:
        return False
    member = draft.member(room.room, person.member)
    if member is not None and member.pardoned:
        return False
    return room.room == person.ban_room or (
        draft.policy.room(room.room).honour_bans and _same_house(draft, person.ban_room, room)
    )


def rooms_held(draft: Draft, member: str, ban_room: str) -> list[RoomState]:
    """Return the rooms in which a ban given in `ban_room` would hold, that room first."""
    given_here = replace(draft.person(member), banned=True, ban_room=ban_room)
    rooms = sorted(draft.state.rooms.values(), key=lambda room: (room.room != ban_room, room.room))
    return [room for room in rooms if not room.left and holds_in(draft, given_here, room)]


def rooms_hit(draft: Draft, member: str, ban_room: str) -> list[RoomState]:
    """Return the rooms a ban would take a person out of right now, the room of the ban first.

    Args:
        draft: the decision in the making.
        member: the person.
        ban_room: where the ban is given.
    """
    return [room for room in rooms_held(draft, member, ban_room) if _is_in(draft, room, member)]


def immune_somewhere(draft: Draft, member: str, ban_room: str) -> RoomState | None:
    """Return a room in which the person can never be sanctioned, so that they cannot be banned from all."""
    rooms = rooms_held(draft, member, ban_room)
    return next((room for room in rooms if is_immune(draft.policy, draft.state, room, member)), None)


def is_ban_due(draft: Draft, room: RoomState, member: str) -> bool:
    """Return whether the removals of a person, in all rooms of the operator, are enough for a ban.

    Removals count that were done, for ads, and not before the person was last unbanned.
    """
    ladder = draft.policy.room(room.room).ladder
    if not ladder.ban_after or _strikes(draft, member) < ladder.ban_after:
        return False
    if immune_somewhere(draft, member, room.room) is not None:
        return False
    since = draft.now - timedelta(days=ladder.ban_window_days)
    unbanned_at = draft.person(member).unbanned_at
    if unbanned_at is not None:
        since = max(since, unbanned_at)
    return _removals(draft, room, member, since) >= ladder.ban_after


def ban(draft: Draft, case: Case) -> None:
    """Write a person down as banned because of a case."""
    person = draft.person(case.member)
    draft.put(
        replace(
            person,
            name=person.name or case.name,
            banned=True,
            ban_reason=case.excerpt,
            ban_case=case.number,
            ban_room=case.room,
            ban_by=case.by,
            banned_at=draft.now,
        )
    )
    draft.count(case.room, bans=1)


def lift(draft: Draft, member: str, *, unbanned_at: datetime | None = None) -> None:
    """Let a ban be over.

    Args:
        draft: the decision in the making.
        member: the person.
        unbanned_at: from when on removals count anew; None if there never should have been a ban.
    """
    person = draft.person(member)
    draft.put(
        replace(
            person,
            banned=False,
            ban_reason="",
            ban_case=None,
            ban_room=None,
            ban_by=None,
            banned_at=None,
            unbanned_at=unbanned_at or person.unbanned_at,
        )
    )


def may_lift(draft: Draft, person: PersonState, by: str) -> bool:
    """Return whether somebody may let a ban be over: staff of the room it was given in.

    A ban that came with a list belongs to the operator; without one, to any staff.
    """
    operator = draft.policy.settings.operator.id
    if by == operator:
        return True
    if person.ban_room is None:
        return operator is None and any(
            is_staff(draft.policy, room, by) for room in draft.state.rooms.values() if not room.left
        )
    room = draft.room(person.ban_room)
    return room is not None and is_staff(draft.policy, room, by)


def _is_in(draft: Draft, room: RoomState, member: str) -> bool:
    known = draft.member(room.room, member)
    return known is not None and known.present


def _same_house(draft: Draft, ban_room: str | None, room: RoomState) -> bool:
    """Return whether two rooms are one operator's; without one, whether the same owner reads about them."""
    if draft.policy.settings.operator.id is not None or ban_room is None:
        return True
    given_in = draft.room(ban_room)
    own = draft.account().self_id
    return given_in is not None and reader_of(draft.policy, given_in, own) == reader_of(
        draft.policy, room, own
    )


def _strikes(draft: Draft, member: str) -> int:
    """Return how many sanctions anywhere a person has: too few of them save the longer look."""
    known = [members[member] for members in draft.state.members.values() if member in members]
    return sum(len(one.strikes) for one in known)


def _removals(draft: Draft, room: RoomState, member: str, since: datetime) -> int:
    count = 0
    for other in rooms_held(draft, member, room.room):
        known = draft.member(other.room, member)
        for strike in () if known is None else known.strikes:
            case = (
                draft.case(strike.case) if strike.level in {"remove", "ban"} and strike.at >= since else None
            )
            count += case is not None and is_about_an_ad(case)
    return count

"""Banned people who come back: sent away again, whoever brought them, however they were noticed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.hands import BURST, HANDS, Proposal
from bot.core.members.bans import holds_in
from bot.core.staff import is_immune, is_staff

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import Case, MemberState, Mode, PersonState, RoomState

# What could not be done, or was only written down, is not tried again with every line the person writes.
_TRY_AGAIN = timedelta(hours=24)


def turn_away(
    draft: Draft, room: str, member: str, *, arrived: bool, inviter: str | None = None
) -> Case | None:
    """Open a case for a banned person who is in a room, and do what its mode says; None if all is well.

    A ban that a person gave is decided: `assist` asks about the ladder's and imported bans only. Whoever was
    brought back by staff themself is asked about in every mode that does anything.

    Args:
        draft: the decision in the making, in which the member is already present.
        room: the room.
        member: who is there.
        arrived: whether they came just now, as opposed to being noticed.
        inviter: who brought them this time, as far as is known.
    """
    person = draft.person(member)
    known_room, known = draft.room(room), draft.member(room, member)
    if known_room is None or known is None or not known.present or not holds_in(draft, person, known_room):
        return None
    if is_immune(draft.policy, draft.state, known_room, member):
        return None
    if _is_seen_to(draft, known, arrived=arrived):
        return None
    if arrived:
        draft.count(room, returns=1)
    number = draft.account().next_case
    HANDS[_mode(draft, known_room, person)].take(
        draft,
        Proposal(
            room=known_room,
            member=known,
            level="remove",
            sure=not _was_brought_by_staff(draft, known_room, inviter),
            excerpt=person.ban_reason,
            event=None,
            signals=(),
            origin="return",
            of=person.ban_case,
        ),
    )
    return draft.case(number)


def _mode(draft: Draft, room: RoomState, person: PersonState) -> Mode:
    mode = draft.policy.mode(room)
    return "act" if mode == "assist" and person.ban_by is not None else mode


def _was_brought_by_staff(draft: Draft, room: RoomState, inviter: str | None) -> bool:
    return inviter is not None and is_staff(draft.policy, room, inviter)


def _is_seen_to(draft: Draft, member: MemberState, *, arrived: bool) -> bool:
    """Return whether a removal of this member is under way, or was tried too recently to be tried again."""
    return any(
        case.state in {"carrying", "asked"}
        or (not arrived and case.state == "done" and draft.now - case.opened_at <= BURST)
        or (not arrived and case.state in _NOT_DONE and draft.now - case.opened_at <= _TRY_AGAIN)
        for case in draft.state.cases.values()
        if case.room == member.room
        and case.member == member.member
        and (case.origin == "return" or case.level == "ban")
    )


_NOT_DONE = frozenset({"recorded", "failed", "expired"})

"""Undoing: a sanction is taken back with everything that would punish again, in every room it reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.known import fingerprint, forget_copies, unlearn, words_of_case
from bot.core.effects import Invite, SendPrivate, Words
from bot.core.members import bans, befriending

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import Case

_UNDOABLE = frozenset({"carrying", "done", "failed"})

replace = msgspec.structs.replace


def can_be_undone(case: Case) -> bool:
    """Return whether something was done because of a case, or is being done."""
    return case.kind == "sanction" and case.state in _UNDOABLE


def is_a_mere_verdict(draft: Draft, case: Case) -> bool:
    """Return whether nothing was done because of a case but that staff said what its message is.

    Args:
        draft: the decision in the making.
        case: the case.
    """
    return not can_be_undone(case) and case.origin == "verdict" and draft.sample(case.number) is not None


def undo(draft: Draft, case: Case, by: str) -> bool:
    """Take a case back; returns whether somebody is invited back into a room.

    What is undone of one room's share of a ban is undone in all rooms, if `by` may decide that; else the
    ban no longer holds in this room alone. What was learned from the case is forgotten.

    Args:
        draft: the decision in the making.
        case: something was done because of it.
        by: who takes it back.
    """
    whole = _whole(draft, case)
    person = draft.person(case.member)
    of_the_ban = person.banned and person.ban_case == whole.number
    by_list = person.banned and person.ban_case is None and case.origin == "return"
    if (of_the_ban or by_list) and not bans.may_lift(draft, person, by):
        # The room is theirs, the ban is not.
        pardon_here(draft, case)
        taken_back = [case]
    else:
        taken_back = _with_parts(draft, whole)
        if of_the_ban or by_list:
            bans.lift(draft, case.member)
    invited: set[tuple[str, str]] = set()
    apologised: set[str] = set()
    for one in taken_back:
        _forget(draft, one, by)
        # Whoever was removed several times is brought back once.
        if {"remove", "ban"} & set(one.done) and (one.room, one.member) not in invited:
            invited.add((one.room, one.member))
            draft.effects.append(Invite(member=one.member, room=one.room, case=one.number))
        if one.origin != "tree" and one.member not in apologised:
            apologised.add(one.member)
            _apologise(draft, one)
    return bool(invited)


def same_text_elsewhere(draft: Draft, case: Case) -> int:
    """Return how many other cases stand that take the text, or a picture, of a case for an ad.

    Cases count and not people or votes: as long as one stands, the same text is not called harmless by taking
    back another. Staff who mean the text itself say so with `/notad`, and their newest word on it counts.

    Args:
        draft: the decision in the making.
        case: the case taken back.
    """
    key = fingerprint(words_of_case(case))
    known = None if key is None else draft.known(key)
    voted = {vote.case for vote in (() if known is None else known.votes) if vote.label == "ad"}
    count = 0
    for number in draft.state.cases:
        other = draft.case(number)
        if other is None or number == case.number:
            continue
        stands = can_be_undone(other) and bans.is_about_an_ad(other)
        alike = bool(set(case.pictures).intersection(other.pictures)) or (
            key is not None and fingerprint(words_of_case(other)) == key
        )
        count += number in voted or (stands and alike)
    return count


def _whole(draft: Draft, case: Case) -> Case:
    """Return the ban a case is part of; whoever a kicktree removed is brought back alone."""
    whole = None if case.of is None else draft.case(case.of)
    return whole if whole is not None and whole.origin != "tree" else case


def _with_parts(draft: Draft, whole: Case) -> list[Case]:
    parts = [case for number in draft.state.cases if (case := draft.case(number)) and case.of == whole.number]
    return [whole, *(part for part in parts if part.state in {*_UNDOABLE, "asked", "expired"})]


def _forget(draft: Draft, case: Case, by: str) -> None:
    """Clear what a case left: the strike, what was learned of it, the request that still waits."""
    member = draft.member(case.room, case.member)
    if member is not None:
        draft.put(replace(member, strikes=tuple(s for s in member.strikes if s.case != case.number)))
    unlearn(draft, case.number)
    forget_copies(draft, case)
    befriending.forget(draft, case)
    draft.drop("task", f"approval:{case.number}")
    if can_be_undone(case):
        draft.count(case.room, overturned=1)
        draft.put(replace(case, state="undone", pending=(), held=(), by=by))
    else:
        draft.put(replace(case, state="rejected", held=(), by=by))


def pardon_here(draft: Draft, case: Case) -> None:
    """Let a ban no longer hold in the room of a case: its staff want this person here."""
    member = draft.member(case.room, case.member)
    if member is not None:
        draft.put(replace(member, pardoned=True))


def _apologise(draft: Draft, case: Case) -> None:
    person = draft.person(case.member)
    if not person.friend or person.opted_out:
        return
    room = draft.room(case.room)
    words = Words("undo.apology", {"name": case.name, "room": room.topic if room else ""}, case.number)
    draft.effects.append(
        SendPrivate(to=case.member, purpose="apology", words=words, room=case.room, case=case.number)
    )

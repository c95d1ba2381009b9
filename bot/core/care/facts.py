"""Facts about a person: what may be said in their favour, and what staff should know before they speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members.badges import names_of
from bot.core.members.standing import brought_by
from bot.core.playbook.credit import Facts
from bot.core.text.one_line import short_name

if TYPE_CHECKING:
    from bot.core.care.records import Care
    from bot.core.draft import Draft
    from bot.core.effects import Row
    from bot.core.records import Case


def facts_of(draft: Draft, room: str, person: str) -> Facts:
    """Return what is known of a person in a room; what nobody knows stays unknown.

    Args:
        draft: the decision in the making.
        room: the room.
        person: the member.
    """
    member = draft.member(room, person)
    if member is None:
        return Facts()
    brought = brought_by(draft, person, (room,))
    days = None if member.joined_at is None else max(0, (draft.now - member.joined_at).days)
    badges = names_of(draft, person)
    return Facts(
        days=days,
        talk=member.talk,
        answers=member.answers,
        brought=brought,
        badge=badges[-1] if badges else "",
    )


def name_of(draft: Draft, room: str, person: str) -> str:
    """Return what a person is called in a room, or anywhere, or their id."""
    member = draft.member(room, person)
    return (member.name if member is not None else "") or draft.person(person).name or person


def shown_name(draft: Draft, room: str, person: str) -> str:
    """Return what a person is called as it may stand in a sentence: one short line."""
    return short_name(name_of(draft, room, person))


def history_of(draft: Draft, case: Case, person: str) -> Row:
    """Return a party's history as a row of the brief: tenure, messages, earlier cases.

    Args:
        draft: the decision in the making.
        case: the case that is told of.
        person: one of its parties.
    """
    member = draft.member(case.room, person)
    joined = None if member is None else member.joined_at
    known = draft.person(person)
    earlier = [
        other for number in draft.state.cases if (other := draft.case(number)) and _is_earlier(other, case)
    ]
    conflicts = [c for c in earlier if c.care is not None and person in c.care.parties]
    before = 0 if case.care is None else case.care.reopened * _was_in_it(case.care, person)
    sanctions = [c for c in earlier if c.care is None and c.kind == "sanction" and c.member == person]
    return {
        "name": name_of(draft, case.room, person),
        "days": -1 if joined is None else max(0, (draft.now - joined).days),
        "messages": 0 if member is None else member.messages,
        "conflicts": len(conflicts) + before,
        "sanctions": sum(1 for c in sanctions if c.done and c.state == "done"),
        "last": case.number if before else conflicts[-1].number if conflicts else 0,
        "friend": known.friend is not False,
        "opted_out": known.opted_out,
        "present": member is not None and member.present,
    }


def _was_in_it(care: Care, person: str) -> bool:
    """Return whether somebody had a part in a case before it was opened again."""
    again = next((note.at for note in reversed(care.notes) if note.what == "reopened"), None)
    return again is not None and any(turn.sender == person and turn.at < again for turn in care.turns)


def _is_earlier(other: Case, case: Case) -> bool:
    return other.room == case.room and other.number < case.number

"""Private words of members: passed on to staff in private, acknowledged once, never lost, never public."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.briefing import passed_on_text, tell_staff
from bot.core.effects import SendPrivate, Words
from bot.core.records import Case
from bot.core.rules.view import excerpt, words_of
from bot.core.staff import is_staff, staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import PersonState, RoomState

# Whoever writes several lines is told once that they arrived; a new talk after this is told again.
_ACKNOWLEDGE_AGAIN = timedelta(hours=6)
_SAME_TALK = timedelta(minutes=30)
_PASSED_ON = 300


def on_private(event: Message, draft: Draft) -> None:
    """Pass a member's private words on to staff, as a case that ends when staff has them."""
    room = room_of(event.sender, draft)
    if room is None or is_staff(draft.policy, room, event.sender):
        return
    person = draft.person(event.sender)
    talk = _talk_under_way(person, draft)
    case = Case(
        number=talk.number if talk is not None else draft.new_case_number(),
        kind="question",
        state="carrying",
        room=room.room,
        member=event.sender,
        name=event.name or person.name or event.sender,
        opened_at=talk.opened_at if talk is not None else draft.now,
        excerpt=excerpt(words_of(event), _PASSED_ON) or f"[{event.type}]",
        event=event.id,
        pending=("notify_staff",),
        more=talk.more + 1 if talk is not None else 0,
    )
    draft.put(case)
    tell_staff(draft, room, case, passed_on_text(case))
    if (draft.case(case.number) or case).failed:
        draft.put(msgspec.structs.replace(draft.case(case.number) or case, state="failed", pending=()))
        return
    if person.wrote_at is None or draft.now - person.wrote_at >= _ACKNOWLEDGE_AGAIN:
        draft.effects.append(
            SendPrivate(to=event.sender, purpose="reply", words=Words("private.passed_on"), room=room.room)
        )
    draft.put(msgspec.structs.replace(person, wrote_at=draft.now, talk=case.number))


def _talk_under_way(person: PersonState, draft: Draft) -> Case | None:
    """Return the case that a person's further words belong to, or None when a new talk begins."""
    if person.talk is None or person.wrote_at is None or draft.now - person.wrote_at > _SAME_TALK:
        return None
    return draft.case(person.talk)


def room_of(person: str, draft: Draft) -> RoomState | None:
    """Return whose staff shall hear a person: a room with somebody to hear, best that of their last case.

    Args:
        person: who speaks in private.
        draft: the decision in the making.
    """
    mine = [
        member
        for members in draft.state.members.values()
        if (member := members.get(person)) is not None and (member.present or member.last_case is not None)
    ]
    if not mine:
        return None
    rooms = [
        (staff_to_tell(draft, room) is not None, member.last_case or 0, member.present, room.room)
        for member in mine
        if (room := draft.room(member.room)) is not None and not room.left
    ]
    return draft.room(max(rooms)[-1]) if rooms else None

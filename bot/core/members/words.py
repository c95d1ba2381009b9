"""Private words of members: passed on to staff in private, acknowledged once, never lost, never public."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.briefing import tell_staff
from bot.core.effects import SendPrivate, Words
from bot.core.rules.view import excerpt, words_of
from bot.core.staff import is_staff
from bot.core.state import Case

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.state import RoomState

# Whoever writes several lines is told once that they arrived; a new talk after this is told again.
_ACKNOWLEDGE_AGAIN = timedelta(hours=6)
_PASSED_ON = 300

PRIVATE_WORD = "staff.private_word"


def on_private(event: Message, draft: Draft) -> None:
    """Pass a member's private words on to the staff of their room, as a case that ends when they do."""
    room = _room_of(event.sender, draft)
    if room is None or is_staff(draft.policy, room, event.sender):
        return
    person = draft.person(event.sender)
    case = Case(
        number=draft.new_case_number(),
        kind="question",
        state="carrying",
        room=room.room,
        member=event.sender,
        name=event.name or person.name or event.sender,
        opened_at=draft.now,
        excerpt=excerpt(words_of(event), _PASSED_ON) or f"[{event.type}]",
        event=event.id,
        pending=("notify_staff",),
    )
    draft.put(case)
    tell_staff(draft, room, case, PRIVATE_WORD)
    if (draft.case(case.number) or case).failed:
        draft.put(msgspec.structs.replace(draft.case(case.number) or case, state="failed", pending=()))
        return
    if person.wrote_at is None or draft.now - person.wrote_at >= _ACKNOWLEDGE_AGAIN:
        draft.effects.append(
            SendPrivate(to=event.sender, purpose="reply", words=Words("private.passed_on"), room=room.room)
        )
    draft.put(msgspec.structs.replace(person, wrote_at=draft.now))


def _room_of(person: str, draft: Draft) -> RoomState | None:
    """Return the room a person's words are about: that of their newest case, else the first they are in."""
    mine = [
        member
        for members in draft.state.members.values()
        if (member := members.get(person)) is not None and (member.present or member.last_case is not None)
    ]
    if not mine:
        return None
    chosen = max(mine, key=lambda m: (m.last_case or 0, m.present, m.room))
    room = draft.room(chosen.room)
    return None if room is None or room.left else room

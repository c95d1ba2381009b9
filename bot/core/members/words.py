"""Private words of members: passed on to staff in private, acknowledged once, never lost, never public."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import NotifyStaff, SendPrivate, Words
from bot.core.rules.view import excerpt
from bot.core.staff import is_staff, staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.state import RoomState

# Whoever writes several lines is told once that they arrived; a new talk after this is told again.
_ACKNOWLEDGE_AGAIN = timedelta(hours=6)
_PASSED_ON = 300


def on_private(event: Message, draft: Draft) -> None:
    """Pass a member's private words on to the staff of their room."""
    room = _room_of(event.sender, draft)
    if room is None or is_staff(draft.policy, room, event.sender):
        return
    to = staff_to_tell(draft, room)
    if to is None:
        return
    values = {
        "name": event.name or draft.person(event.sender).name or event.sender,
        "room": room.topic or room.room,
        "text": excerpt(event.text, _PASSED_ON),
        "type": event.type,
    }
    draft.effects.append(NotifyStaff(to=to, room=room.room, words=Words("staff.private_word", values)))
    person = draft.person(event.sender)
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

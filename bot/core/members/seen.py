"""What staff may want to judge: the last messages of newcomers and of those who had a case before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.records import Seen
from bot.core.rules.view import words_of

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import MemberState

# Staff judges what is still on the screen; older messages have their case's number.
RING = 60
LONGEST = 400

_NEW = timedelta(days=14)
_HARDLY_SPOKE = 3


def note(event: Message, member: MemberState, draft: Draft) -> None:
    """Keep a message of somebody the room does not know well, or who had a case before.

    Args:
        event: a message in a room.
        member: its sender as they stood before it.
        draft: the decision in the making.
    """
    new = member.joined_at is not None and draft.now - member.joined_at <= _NEW
    if new or member.talk < _HARDLY_SPOKE or member.last_case is not None:
        keep(event, draft)


def keep(event: Message, draft: Draft) -> None:
    """Keep a message in the room's ring; keeping it twice in one decision is once."""
    words = " ".join(words_of(event)[: 20 * LONGEST].split())[:LONGEST]  # the rest could only be blanks
    if event.room is None or not words:
        return
    number = 1 + draft.state.last_seen.get(event.room, 0)
    draft.put(
        Seen(
            room=event.room,
            slot=number % RING,
            number=number,
            message=event.id,
            sender=event.sender,
            name=event.name or (known.name if (known := draft.member(event.room, event.sender)) else ""),
            words=words,
            at=draft.now,
        )
    )

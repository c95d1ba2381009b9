"""Getting to know members by what they say in a room: one call a message, most of which end after two look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members import helping, newcomers

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import MemberState


def note(event: Message, member: MemberState, draft: Draft) -> None:
    """Take in what a room message shows of its sender and of those it answers or thanks; an ad shows nothing.

    Args:
        event: the message, told for the first time.
        member: its sender.
        draft: the decision in the making.
    """
    if draft.verdict != "ok":
        return
    if member.joined_at is not None and member.acknowledged_at is None:
        newcomers.acknowledged_in_room(event, member, draft)
    helping.note(event, draft)

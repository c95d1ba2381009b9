"""Whispered danger: somebody without any case under way speaks of harm in private; it becomes a case of safety."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.care import desk
from bot.core.conflict.news import Raised, Turn
from bot.core.members.words import room_of
from bot.core.rules.view import excerpt, words_of
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message

_SHOWN = 200


def on_private(event: Message, draft: Draft) -> bool:
    """Fetch a human at once for whoever speaks of danger in private; returns whether they were answered.

    Where the room only observes, staff is told and the words still take the way of all private words, so that
    the person hears that somebody will come.

    Args:
        event: private words of somebody whom no track and no check-in hears.
        draft: the decision in the making.
    """
    reader, room = draft.policy.reader, room_of(event.sender, draft)
    if reader is None or room is None or is_staff(draft.policy, room, event.sender):
        return False
    words = " ".join(words_of(event).split())
    if not words or reader.read(words, "communicate").reply != "safety":
        return False
    name = event.name or draft.person(event.sender).name or event.sender
    said = Turn(draft.now, event.id, event.sender, name, excerpt(words, _SHOWN))
    danger = Raised(
        kind="safety",
        severity="high",
        parties=(event.sender,),
        target=None,
        ringleaders=(),
        turns=(said,),
        event=event.id,
        private=True,
    )
    desk.take(danger, room, draft)
    return draft.policy.mode(room) != "observe"

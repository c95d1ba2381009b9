"""Questions in a room: which were asked, and which nobody took up in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.members.health.records import Question
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.members.health.records import RoomHealth
    from bot.core.records import RoomState

# Whoever talks within this time after a question most likely answers it; later it takes a mention or a quote.
_NEXT_TURN = timedelta(minutes=20)
# Several lines of one person are one question.
_SAME = timedelta(minutes=10)
_MOST_OPEN = 12

replace = msgspec.structs.replace


def heard(event: Message, room: RoomState, draft: Draft) -> None:
    """Take a message as an answer to open questions, or as a question of its own.

    What is a question is what `helping`, which hears it first, took for one. What staff asks of everybody is
    nobody's to take up.

    Args:
        event: a message in a room, told for the first time.
        room: the room.
        draft: the decision in the making.
    """
    known = draft.state.health.get(room.room)
    asked = draft.helping(room.room).asked
    is_one = bool(asked) and asked[-1].id == event.id and not is_staff(draft.policy, room, event.sender)
    if not is_one and (known is None or not known.open):
        return
    health = _closed(draft, draft.health(room.room))
    still = tuple(q for q in health.open if not _answers(event, q))
    if is_one and not any(q.member == event.sender and event.at - q.at <= _SAME for q in still):
        still = (*still, Question(event.at, event.sender, event.id))[-_MOST_OPEN:]
        draft.count(room.room, questions=1)
    if still != health.open:
        health = replace(health, open=still)
    if health is not known:
        draft.put(health)


def close_old(draft: Draft, room: str) -> None:
    """Count what nobody took up until now."""
    known = draft.state.health.get(room)
    if known is not None and known.open:
        draft.put(_closed(draft, draft.health(room)))


def _closed(draft: Draft, health: RoomHealth) -> RoomHealth:
    """Return a room's health without the questions whose time is over; they are counted as unanswered."""
    patience = timedelta(hours=draft.policy.settings.health.answer_hours)
    still = tuple(q for q in health.open if draft.now - q.at <= patience)
    if len(still) == len(health.open):
        return health
    draft.count(health.room, unanswered=len(health.open) - len(still))
    return replace(health, open=still)


def _answers(event: Message, question: Question) -> bool:
    if event.sender == question.member:
        return False
    if event.quote == question.message or question.member in event.mentions:
        return True
    return event.at - question.at <= _NEXT_TURN and event.type in {"text", "voice", "link", "file", "image"}

"""Help among members: who answered whose question, and who was thanked for it. Counted once, and never for oneself.

An answer is talk of another member that quotes the question, mentions whoever asked, or comes among the first
within minutes of it. Thanks go to whom they quote or mention, else to whoever answered the one who thanks, else to
whoever spoke just before. The same thanks count once a day, so that two friends cannot praise each other up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.members import badges
from bot.core.members.records import OpenQuestion
from bot.core.members.talk import asks, thanks
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.members.records import Helping

# Who quotes a question may answer it the next day; without a quote it is answered while it is on the screen.
_OPEN_FOR = timedelta(hours=24)
_ON_SCREEN = timedelta(minutes=10)
_JUST_BEFORE = timedelta(minutes=5)
_MOST_QUESTIONS = 5
# Of those who only speak up after a question, so many at most answer it; the rest goes on talking.
_FIRST_ANSWERS = 2
_MOST_THANKS = 60
_LONGEST = 600

replace = msgspec.structs.replace


def note(event: Message, draft: Draft) -> None:
    """Take in what a harmless room message shows of help.

    Args:
        event: the message.
        draft: the decision in the making.
    """
    room = event.room
    if room is None or event.type != "text" or len(event.text) > _LONGEST:
        return
    words = own_words(event.text)
    if thanks(words):
        _thank(event, draft)
    elif asks(words):
        _ask(event, draft)
    elif draft.talks:
        known = draft.state.helping.get(room)
        # Without a quote or a mention only what stands on the screen is answered, and not by everybody.
        if known is not None and known.asked and (event.quote or event.mentions or _waits(known, draft.now)):
            _answer(event, draft)


def _waits(helping: Helping, now: datetime) -> bool:
    newest = helping.asked[-1]
    return now - newest.at <= _ON_SCREEN and len(newest.by) < _FIRST_ANSWERS


def _ask(event: Message, draft: Draft) -> None:
    helping = draft.helping(event.room or "")
    since = draft.now - _OPEN_FOR
    kept = [q for q in helping.asked if q.at >= since and q.id != event.id]
    question = OpenQuestion(draft.now, event.id, event.sender)
    draft.put(replace(helping, asked=(*kept[-(_MOST_QUESTIONS - 1) :], question)))


def _answer(event: Message, draft: Draft) -> None:
    helping = draft.helping(event.room or "")
    question = _question_of(event, helping, draft.now)
    if question is None:
        return
    answered = replace(question, by=(*question.by, event.sender))
    asked = tuple(answered if q is question else q for q in helping.asked)
    draft.put(replace(helping, asked=asked))
    member = draft.member(helping.room, event.sender)
    if member is not None:
        draft.put(replace(member, answers=member.answers + 1))
        if not member.answers:
            badges.review(draft, event.sender)  # whoever helps for the first time is told of it on their card
        else:
            badges.look(draft, event.sender, member.answers + 1)


def _question_of(event: Message, helping: Helping, now: datetime) -> OpenQuestion | None:
    """Return the question that a message answers; nobody answers their own, or the same one twice."""
    sender, quote, mentions = event.sender, event.quote, event.mentions
    for question in reversed(helping.asked):
        age = now - question.at
        if age > _OPEN_FOR:
            break
        if question.member == sender or sender in question.by:
            continue
        if quote is not None or mentions:
            if question.id == quote or (quote is None and question.member in mentions):
                return question
        elif age > _ON_SCREEN:
            break
        elif len(question.by) < _FIRST_ANSWERS:
            return question
    return None


def _thank(event: Message, draft: Draft) -> None:
    helping = draft.helping(event.room or "")
    whom = _thanked(event, helping, draft)
    if whom is None or whom in {event.sender, draft.state.account.self_id}:
        return
    member = draft.member(helping.room, whom)
    today = draft.today
    earlier = helping.thanks if helping.day == today else ()
    if member is None or (event.sender, whom) in earlier:
        return
    draft.put(replace(helping, day=today, thanks=(*earlier, (event.sender, whom))[-_MOST_THANKS:]))
    draft.put(replace(member, thanked=member.thanked + 1))
    badges.look(draft, whom, member.thanked + 1)


def _thanked(event: Message, helping: Helping, draft: Draft) -> str | None:
    turns = draft.state.spoken.get(helping.room, [])
    if event.quote is not None:
        return next((turn.sender for turn in turns if turn.id == event.quote), None)
    mentioned = [one for one in event.mentions if one != "all"]
    if mentioned:
        return mentioned[0] if len(mentioned) == 1 else None
    for question in reversed(helping.asked):
        if question.member == event.sender and question.by:
            return question.by[-1]
    before = turns[-1] if turns else None
    if before is None or before.sender == event.sender or draft.now - before.at > _JUST_BEFORE:
        return None
    return before.sender

"""What is remembered of messages, and the scene it makes for the next one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.context import (
    Scene,
    asks_remembered,
    copies_remembered,
    copy_of,
    remembered,
)
from bot.core.ads.known import fingerprint
from bot.core.members import befriending, sent
from bot.core.members.probation import is_on_probation
from bot.core.members.standing import rank_of

if TYPE_CHECKING:
    from bot.core.ads.score import Judgement, Verdict
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import Case, Label, MemberState, RoomState, Said
    from bot.core.rules.view import View

replace = msgspec.structs.replace

# From this score on a message is kept to be known again in other rooms.
_WORTH_KEEPING = 0.2
# From harmless to worst.
_WORSE: tuple[Verdict, ...] = ("ok", "suspect", "ad")


def scene_in(event: Message, room: RoomState, member: MemberState, draft: Draft) -> Scene:
    """Return the scene of a message in a room.

    Args:
        event: the message.
        room: the room as it stood before.
        member: its sender; words remembered of them are those before this message.
        draft: the decision in the making.
    """
    policy = draft.policy
    own = policy.room(room.room)
    account = draft.account()
    person = draft.state.people.get(event.sender)
    return Scene(
        now=draft.now,
        room=room,
        member=member,
        trade=policy.trade(room),
        types=own.types,
        allow=own.allow,
        deny=own.deny,
        brand=policy.settings.defaults.brand,
        staff_names=_staff_names(room, draft),
        copies=account.copies,
        pictures=account.pictures,
        harmless_pictures=account.harmless_pictures,
        newcomer_days=own.ladder.newcomer_days,
        befriended=0 if person is None or not person.befriending else befriending.times(person, draft.now),
        harmless_names=() if person is None else person.harmless_names,
        known=_said_by_staff(event, draft) if draft.state.known else None,
        learned=draft.state.learning.model() if draft.state.samples else None,
        on_probation=member.joined_at is not None and is_on_probation(own.welcome, member, draft.now),
        rank_of=None if policy.members is None else functools.partial(rank_of, draft, event.sender),
    )


def remember(view: View, judgement: Judgement, draft: Draft, *, as_copy: bool = True) -> bool:
    """Keep what later messages need to know of this one; returns whether it was dealt with already.

    A message told twice, edited or looked at again is one message: it led to one case, and leads to no other.

    Args:
        view: the message.
        judgement: what came of it.
        draft: the decision in the making.
        as_copy: whether the same words in another room would speak against those, too.
    """
    scene, message = view.scene, view.message
    if scene is None or message.room is None:
        return False
    member = draft.member(message.room, message.sender) or scene.member
    said = None
    for old in member.recent:
        if old.id == message.id:
            said = old
    if said is None:
        recent = remembered(member, message, view.text, draft.now, judgement.verdict)
        if scene.types or member.sent:
            member = replace(
                member, sent=sent.with_one_more(member.sent, message.type, draft.now, scene.types)
            )
        draft.put(replace(member, recent=recent))
    elif _WORSE.index(judgement.verdict) > _WORSE.index(said.verdict):
        judged = replace(said, verdict=judgement.verdict)
        draft.put(replace(member, recent=tuple(judged if old is said else old for old in member.recent)))
    if judgement.asks and judgement.verdict == "ok":
        room = draft.room(message.room) or scene.room
        draft.put(replace(room, asked=asks_remembered(room, message, view.text, draft.now)))
    if as_copy and judgement.score >= _WORTH_KEEPING:
        copy = copy_of(message, view.bare, draft.now)
        if copy is not None:
            account = draft.account()
            draft.put(replace(account, copies=copies_remembered(account.copies, copy, draft.now)))
    if judgement.verdict == "ok":
        return False
    return _was_dealt_with(message.id, said, judgement.verdict, member, draft)


def _was_dealt_with(
    message: str, said: Said | None, verdict: Verdict, member: MemberState, draft: Draft
) -> bool:
    """Return whether a message led to something before that it would lead to now.

    One that was only asked about may still turn out to be sure: in its picture stands what its words left open.
    """
    case = case_of(message, member, draft)
    if case is not None and case.state != "asked":
        return True
    return said is not None and _WORSE.index(verdict) <= _WORSE.index(said.verdict)


def case_of(message: str, member: MemberState, draft: Draft) -> Case | None:
    """Return the case that a message of a member led to, if it is among their last.

    Args:
        message: its id.
        member: its sender.
        draft: the decision in the making.
    """
    numbers = (member.last_case, *(strike.case for strike in reversed(member.strikes)))
    cases = (None if number is None else draft.case(number) for number in numbers)
    return next((case for case in cases if case is not None and case.event == message), None)


def _staff_names(room: RoomState, draft: Draft) -> tuple[str, ...]:
    members = draft.state.members.get(room.room)
    if not members:
        return ()
    names = []
    for person in (room.owner, *room.staff, draft.state.account.self_id):
        member = members.get(person) if person is not None else None
        if member is not None and member.name:
            names.append(member.name)
    return tuple(names)


def _said_by_staff(event: Message, draft: Draft) -> Label | None:
    from bot.core.rules.view import words_of  # noqa: PLC0415 - the views know what memory keeps

    key = fingerprint(words_of(event))
    known = None if key is None else draft.known(key)
    return None if known is None else known.label

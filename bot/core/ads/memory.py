"""What is remembered of messages, and the scene it makes for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.context import (
    COPIES,
    Scene,
    asks_remembered,
    copies_remembered,
    copy_of,
    remembered,
)
from bot.core.ads.known import fingerprint

if TYPE_CHECKING:
    from bot.core.ads.score import Judgement
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.rules.view import View
    from bot.core.state import Label, MemberState, RoomState

replace = msgspec.structs.replace

# From this score on a message is kept to be known again in other rooms.
_WORTH_KEEPING = 0.2
_PICTURES = 500


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
    return Scene(
        now=draft.now,
        room=room,
        member=member,
        trade=policy.trade(room),
        types=own.types,
        allow=own.allow,
        deny=own.deny,
        brand=policy.settings.defaults.brand,
        staff_names=_staff_names(room, draft) if room.staff or room.owner else (),
        copies=account.copies,
        pictures=account.pictures,
        newcomer_days=own.ladder.newcomer_days,
        known=_said_by_staff(event, draft) if draft.state.known else None,
    )


def remember(view: View, judgement: Judgement, draft: Draft) -> bool:
    """Keep what later messages need to know of this one; returns whether it was acted upon already.

    A message told twice, edited or looked at again is one message: it led to one case, and leads to no other.

    Args:
        view: the message.
        judgement: what came of it.
        draft: the decision in the making.
    """
    scene, message = view.scene, view.message
    if scene is None or message.room is None:
        return False
    member = draft.member(message.room, message.sender) or scene.member
    again = False
    for said in member.recent:
        again = again or said.id == message.id
    if not again:
        draft.put(replace(member, recent=remembered(member, message, view.text, draft.now)))
    if judgement.asks and judgement.verdict == "ok":
        room = draft.room(message.room) or scene.room
        draft.put(replace(room, asked=asks_remembered(room, message, view.text, draft.now)))
    if judgement.score >= _WORTH_KEEPING:
        copy = copy_of(message, view.bare, draft.now)
        if copy is not None:
            account = draft.account()
            draft.put(replace(account, copies=copies_remembered(account.copies, copy, draft.now)))
    case = None if member.last_case is None else draft.case(member.last_case)
    return again and case is not None and case.event == message.id


def know_picture(print_: str, draft: Draft) -> None:
    """Take a picture up among those that were ads.

    Args:
        print_: its perceptual hash, 16 hexadecimal digits.
        draft: the decision in the making.
    """
    account = draft.account()
    if print_ not in account.pictures:
        draft.put(replace(account, pictures=(*account.pictures[-(_PICTURES - 1) :], print_)))


def forget_message(message: str, draft: Draft) -> None:
    """Forget a message that was no ad after all: it makes no copy of it suspect any more.

    Args:
        message: its id.
        draft: the decision in the making.
    """
    account = draft.account()
    if any(copy.id == message for copy in account.copies):
        kept = tuple(copy for copy in account.copies if copy.id != message)[-COPIES:]
        draft.put(replace(account, copies=kept))


def _staff_names(room: RoomState, draft: Draft) -> tuple[str, ...]:
    members = draft.state.members.get(room.room)
    if not members:
        return ()
    names = []
    for person in (room.owner, *room.staff):
        member = members.get(person) if person is not None else None
        if member is not None and member.name:
            names.append(member.name)
    return tuple(names)


def _said_by_staff(event: Message, draft: Draft) -> Label | None:
    from bot.core.rules.view import words_of  # noqa: PLC0415 - the views know what memory keeps

    key = fingerprint(words_of(event))
    known = None if key is None else draft.known(key)
    return None if known is None else known.label

"""Requests: what only a yes of staff sets going. The effects wait in a case until `/ok N`, `/no N`, or its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.briefing import asking_text, tell_staff
from bot.core.effects import Invite, SendPrivate, Words
from bot.core.records import Case, Task

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Effect
    from bot.core.records import Origin, RoomState

replace = msgspec.structs.replace


def ask_for_a_yes(
    draft: Draft,
    room: RoomState,
    held: tuple[Effect, ...],
    *,
    origin: Origin,
    name: str,
    excerpt: str,
    words: str,
    member: str = "",
) -> Case:
    """Open a request and tell staff; returns its case.

    Args:
        draft: the decision in the making.
        room: what it is about.
        held: what a yes sets going.
        origin: what kind of request it is.
        name: of whoever asks, or of those it is about, as lists of cases show it.
        excerpt: the reason, or the beginning of what would be said.
        words: the whole of what would be said, or whom it is about.
        member: who asks, where somebody does.
    """
    until = draft.now + timedelta(hours=draft.policy.settings.commands.approval_hours)
    case = Case(
        number=draft.new_case_number(),
        kind="request",
        state="asked",
        room=room.room,
        member=member,
        name=name,
        opened_at=draft.now,
        excerpt=excerpt,
        words=words,
        origin=origin,
        until=until,
    )
    case = replace(case, held=tuple(replace(effect, case=case.number) for effect in held))
    draft.put(case)
    draft.put(
        Task(key=f"approval:{case.number}", kind="approval", due_at=until, room=room.room, case=case.number)
    )
    draft.count(room.room, asked=1)
    tell_staff(draft, room, case, asking_text(case))
    return draft.case(case.number) or case


def grant(draft: Draft, case: Case, by: str) -> bool:
    """Do what a request asks for; returns whether anything is left for staff to do by hand.

    Args:
        draft: the decision in the making.
        case: in state `asked`.
        by: who said yes.
    """
    draft.drop("task", f"approval:{case.number}")
    draft.effects += case.held
    invites = any(isinstance(effect, Invite) for effect in case.held)
    draft.put(replace(case, state="done", held=(), by=by, done=tuple(_kind(e) for e in case.held)))
    if case.origin != "vouch":
        return False
    _answer(draft, case, "vouch.granted")
    return not invites


def refuse(draft: Draft, case: Case, by: str) -> None:
    """Let a request be refused, and say so kindly to whoever asked.

    Args:
        draft: the decision in the making.
        case: in state `asked`.
        by: who said no.
    """
    draft.drop("task", f"approval:{case.number}")
    draft.put(replace(case, state="rejected", held=(), by=by))
    if case.origin == "vouch":
        _answer(draft, case, "vouch.refused")


def not_invited(draft: Draft, case: Case, detail: str) -> None:
    """Tell staff that an invitation they agreed to could not be sent, so that they invite by hand."""
    room = draft.room(case.room)
    if room is None or "invite" in case.failed:
        return
    failed = replace(case, failed=(*case.failed, "invite"))
    draft.put(failed)
    tell_staff(draft, room, failed, "vouch.by_hand", detail=detail)


def _answer(draft: Draft, case: Case, text: str) -> None:
    room = draft.room(case.room)
    values = {"name": case.words, "room": "" if room is None else room.topic or room.room}
    draft.effects.append(
        SendPrivate(to=case.member, purpose="vouch", words=Words(text, values), room=case.room)
    )


def _kind(effect: Effect) -> str:
    return str(effect.__struct_config__.tag)

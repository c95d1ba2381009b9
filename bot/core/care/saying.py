"""Saying: the one calm line in the room, and what a playbook has for the room or for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care.brief import looking_after, tell
from bot.core.care.lines import care_of, known_to, line_of, to_room
from bot.core.conflict.reading import APOLOGY, ATTACK, BRUSHOFF, CALMING, CARE
from bot.core.effects import NotifyStaff, Words
from bot.core.playbook import walk
from bot.core.playbook.phrases import Texts

if TYPE_CHECKING:
    from bot.core.conflict.news import Raised
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, Role
    from bot.core.records import Case, RoomState

# A quarrel that flares up again this much later is another episode, and may hear a line of its own.
_EPISODE = timedelta(hours=6)
# Staff who spoke this recently are there themselves.
_STAFF_IS_THERE = timedelta(minutes=5)
_LONGEST_CHAIN = 10
_CALM, _SHARP = CALMING | CARE | APOLOGY, ATTACK | BRUSHOFF

replace = msgspec.structs.replace


def calm_line(draft: Draft, case: Case, room: RoomState, playbook: Playbook, news: Raised) -> str:
    """Return the calm line for the room, or nothing where none is to be said.

    None is said in a case of safety, twice in one episode, where the operator wants none, and where somebody
    of the staff is calming things already.

    Args:
        draft: the decision in the making.
        case: the case.
        room: the room.
        playbook: whose line it is.
        news: what was raised.
    """
    care = care_of(case)
    said_just_now = care.line_at is not None and draft.now - care.line_at < _EPISODE
    if news.kind == "safety" or said_just_now or not draft.policy.settings.care.room_line:
        return ""
    if _staff_calms(draft, room):
        return ""
    light = care.severity == "low" and playbook.room_line_low != Texts()
    texts = playbook.room_line_low if light else playbook.room_line
    line = line_of(draft, case, playbook, texts, f"room {care.reopened}", "room")
    return "" if line is None else line.text


def say_in_room(draft: Draft, case: Case, text: str, *, at_once: bool = True) -> None:
    """Say a line in the room, and remember when.

    Args:
        draft: the decision in the making.
        case: the case.
        text: the line.
        at_once: it answers words of this minute and does not wait for the morning.
    """
    case = draft.case(case.number) or case
    draft.put(replace(case, care=replace(care_of(case), line="", line_at=draft.now)))
    draft.effects.append(to_room(case, text, at_once=at_once))


def announce(draft: Draft, case: Case, playbook: Playbook, role: Role, *, at: str | None = None) -> None:
    """Say what a playbook has for the room or for whoever looks after the case; nobody's answer is waited for.

    Args:
        draft: the decision in the making.
        case: the case.
        playbook: its edition.
        role: the room's or the staff's.
        at: the step to begin with; None: the role's first.
    """
    room = draft.room(case.room)
    if room is None or (role.first is None and at is None):
        return
    known = known_to(draft, case, playbook, role.who, "")
    move: walk.Move | None = walk.start(playbook, role.id, known, at=at)
    for _ in range(_LONGEST_CHAIN):
        step = None if move is None or move.action != "say" or move.step is None else playbook.step(move.step)
        if step is None:
            return
        to = None if role.who == "room" else looking_after(draft, case, room)
        line = line_of(draft, case, playbook, step.texts, step.id, role.who, reader=to or "")
        if line is not None and role.who == "room":
            _for_the_room(draft, case, room, line.text, ask=step.approval)
        elif line is not None and to is not None:
            words = Words("care.line", {"text": line.text, "line": 0, "stays": False})
            draft.effects.append(NotifyStaff(to=to, room=case.room, words=words, case=case.number))
        move = walk.onward(playbook, step.id, known)


def _for_the_room(draft: Draft, case: Case, room: RoomState, text: str, *, ask: bool) -> None:
    if draft.policy.mode(room) == "act" and not ask:
        say_in_room(draft, case, text, at_once=False)
        return
    case = draft.case(case.number) or case
    draft.put(replace(case, care=replace(care_of(case), line=text)))
    tell(draft, case, "care.held_room", text=text)


def _staff_calms(draft: Draft, room: RoomState) -> bool:
    """Return whether somebody of the staff has just said something that calms or takes care, and no sharp word."""
    lately = [
        turn
        for turn in draft.state.spoken.get(room.room, [])
        if turn.staff and draft.now - turn.at <= _STAFF_IS_THERE
    ]
    calm = any(turn.kinds & _CALM for turn in lately)
    return calm and not any(turn.kinds & _SHARP for turn in lately)

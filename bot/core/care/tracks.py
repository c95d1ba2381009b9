"""Tracks: a playbook's run with one person, from the first line to its end.

Every move is the playbook's own (`bot.core.playbook.walk`); here it becomes a line, a request for staff's yes,
a human who goes on, or an end. In `assist`, and where a step asks for it, a line is held until staff says yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, danger, reaching, speaking
from bot.core.care.brief import step_name, tell
from bot.core.care.editions import playbook_of
from bot.core.care.facts import name_of
from bot.core.care.lines import care_of, known_to, line_of, to_person
from bot.core.care.parts import OF_STAFF, who_of
from bot.core.care.records import Held, Track
from bot.core.care.waits import stop_waiting
from bot.core.playbook import walk
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.care.lines import Line
    from bot.core.care.records import Manner
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, ReplyClass, Role, Step
    from bot.core.playbook.walk import Move
    from bot.core.records import Case

# A chain of steps that wait for nothing is short; a table that loops was let through by no check.
_LONGEST_CHAIN = 10

replace = msgspec.structs.replace


def begin(
    draft: Draft, case: Case, playbook: Playbook, role: Role, person: str, *, at: str | None = None
) -> None:
    """Begin a person's track, or begin it anew; whoever asked to be left alone is left alone.

    Args:
        draft: the decision in the making.
        case: the case.
        playbook: the edition this track keeps to its end.
        role: the person's.
        person: who is spoken to; of the staff only those whose role is theirs.
        at: the step to begin with, a follow-up's or one staff chose; None: the role's first.
    """
    room = draft.room(case.room)
    of_staff = room is not None and is_staff(draft.policy, room, person)
    if (role.who not in OF_STAFF and of_staff) or (role.first is None and at is None):
        return
    before = draft.track(case.number, person)
    if before is not None and before.state != "ended":
        return
    if case.kind != "safety" and danger.is_in_danger(draft, person):
        # Whoever may be in danger is a human's to talk to, whatever else they are part of.
        draft.put(replace(fresh(draft, case, role, person), state="human"))
        return
    track = fresh(draft, case, role, person)
    if draft.person(person).opted_out and not of_staff:
        draft.put(replace(track, state="ended", outcome=walk.OPTED_OUT))
        return
    draft.put(track)
    if draft.person(person).friend is False and not of_staff:
        reaching.cannot(draft, case, track)
        return
    known = known_to(draft, case, playbook, role.who, person)
    # Whoever may be in danger is not left waiting for the morning.
    manner: Manner = "talk" if case.kind == "safety" else "opening"
    go(draft, case, track, walk.start(playbook, role.id, known, at=at), manner=manner)


def fresh(draft: Draft, case: Case, role: Role, person: str) -> Track:
    """Return a track that has not begun; what was said on an earlier one of this case is not said again.

    Args:
        draft: the decision in the making.
        case: the case.
        role: the person's.
        person: who it is.
    """
    before = draft.track(case.number, person)
    track = Track(
        case=case.number,
        member=person,
        name=name_of(draft, case.room, person),
        role=role.id,
        edition=care_of(case).edition,
    )
    if before is None:
        return track
    return replace(
        track,
        used=before.used,
        replies=before.replies,
        kept=before.kept,
        lines=before.lines,
        stale=before.lines,
    )


def go(
    draft: Draft,
    case: Case,
    track: Track,
    move: Move,
    *,
    manner: Manner,
    read: ReplyClass | None = None,
    words: str = "",
) -> None:
    """Make a move, and those that follow without waiting for an answer.

    Args:
        draft: the decision in the making.
        case: the case.
        track: the person's, as it stands before the move.
        move: where the playbook leads.
        manner: whether the bot writes unasked, or answers.
        read: the class of the reply that led here.
        words: the reply.
    """
    playbook = playbook_of(draft, track.edition)
    if playbook is None:
        leave(draft, case, track, walk.Move("handover"), read=read, words=words)
        return
    for _ in range(_LONGEST_CHAIN):
        step = playbook.step(move.step) if move.step is not None else None
        if move.action == "end":
            end(draft, case, track, move)
            return
        line = None if step is None else _line(draft, case, playbook, track, step)
        if move.action != "say" or step is None or line is None:
            leave(draft, case, track, move, read=read, words=words)
            return
        if needs_yes(draft, case, playbook, track, step):
            held = Held(step=step.id, text=line.text, used=line.used, again=move.again)
            hold(draft, case, track, held, read=read, words=words)
            return
        known = known_to(draft, case, playbook, who_of(playbook, track), track.member)
        onward = walk.onward(playbook, step.id, known)
        last = onward is not None and onward.action != "say"
        track = speaking.said(draft, case, track, step, line, manner=manner, again=move.again, stays=last)
        if onward is None:
            return
        move = onward
    leave(draft, case, track, walk.Move("handover"))


def needs_yes(draft: Draft, case: Case, playbook: Playbook, track: Track, step: Step) -> bool:
    """Return whether staff must say yes before a step is said; what staff themselves are told needs none."""
    room = draft.room(case.room)
    if room is None or who_of(playbook, track) in OF_STAFF:
        return False
    return step.approval or draft.policy.mode(room) != "act"


def hold(
    draft: Draft, case: Case, track: Track, held: Held, *, read: ReplyClass | None = None, words: str = ""
) -> None:
    """Keep a line until staff says yes; they see what it answers. While the case opens, the brief shows it."""
    track = replace(track, held=held)
    draft.put(track)
    if care_of(draft.case(case.number) or case).told:
        tell(
            draft,
            case,
            "care.held",
            track=track,
            step=step_name(draft, case, track, held.step),
            text=held.text,
            reminder=held.reminder,
            aside=held.aside,
            read=read or "",
            words=words,
        )


def leave(
    draft: Draft,
    case: Case,
    track: Track,
    move: Move,
    *,
    read: ReplyClass | None = None,
    words: str = "",
    brief_follows: bool = False,
) -> None:
    """Hand a track to a human: the person hears a parting, staff hears why, and the bot is silent.

    Args:
        draft: the decision in the making.
        case: the case.
        track: the person's.
        move: how the playbook leaves the table, with its parting.
        read: the class of the reply that led here.
        words: the reply.
        brief_follows: the whole picture goes to staff next, so a parting that was said needs no line of its own.
    """
    stop_waiting(draft, track)
    parting = _parting(draft, case, track, move)
    track = replace(track, state="human", held=None)
    draft.put(track)
    room = draft.room(case.room)
    leads = room is not None and draft.policy.mode(room) == "act"
    if parting is not None and leads:
        track = replace(track, lines=track.lines + 1, used=(*track.used, *parting.used))
        draft.put(track)
        draft.effects.append(to_person(case, track, parting.text, "parting"))
    closing.wake(draft, case)
    if read is None and not care_of(draft.case(case.number) or case).told:
        return  # while the case opens, the brief says it
    if brief_follows and (leads or parting is None):
        return
    urgent = read in walk.ALWAYS
    tell(
        draft,
        case,
        "care.human",
        track=track,
        operator_too=read in {"safety", "legal-threat"},
        read=read or "",
        words=words,
        urgent=urgent,
        text=parting.text if parting is not None and not leads else "",
    )
    closing.expect_a_human(draft, case)


def end(draft: Draft, case: Case, track: Track, move: Move) -> None:
    """End a track with its outcome; when everybody's has ended the case is over."""
    stop_waiting(draft, track)
    parting = _parting(draft, case, track, move)
    track = replace(track, state="ended", outcome=move.outcome, held=None)
    room = draft.room(case.room)
    left_alone = move.outcome == walk.OPTED_OUT or draft.person(track.member).opted_out
    if parting is not None and not left_alone and room is not None and draft.policy.mode(room) == "act":
        track = replace(track, lines=track.lines + 1, used=(*track.used, *parting.used))
        draft.effects.append(to_person(case, track, parting.text, "parting"))
    draft.put(track)
    closing.conclude(draft, case)


def _line(draft: Draft, case: Case, playbook: Playbook, track: Track, step: Step) -> Line | None:
    return line_of(draft, case, playbook, step.texts, step.id, who_of(playbook, track), track)


def _parting(draft: Draft, case: Case, track: Track, move: Move) -> Line | None:
    playbook = playbook_of(draft, track.edition)
    texts = None if playbook is None else walk.parting_of(playbook, move)
    if playbook is None or texts is None:
        return None
    who = who_of(playbook, track)
    if who in OF_STAFF:
        return None
    return line_of(draft, case, playbook, texts, f"parting {move.parting}", who, track)

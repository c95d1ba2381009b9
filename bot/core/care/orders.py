"""Orders: what a person of the staff does with a case by one line: take, say, skip, hand over, close."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bot.core.care import closing, danger, speaking, tracks
from bot.core.care.brief import brief
from bot.core.care.editions import playbook_of
from bot.core.care.lines import Line, care_of, known_to, line_of
from bot.core.care.opening import begin_tracks
from bot.core.care.parts import who_of
from bot.core.care.saying import say_in_room
from bot.core.care.waits import cancel, stop_waiting
from bot.core.playbook import walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.care.records import Manner, Track
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, Step
    from bot.core.records import Case

ROOM = "room"

# Whoever wrote this recently is in the middle of a talk: the answer does not wait for the morning.
_JUST_NOW = timedelta(hours=1)

replace = msgspec.structs.replace


class Sent(NamedTuple):
    """A line that was sent because staff wanted it: to whom, of which step, and the sentence."""

    person: str
    step: str
    text: str


def touch(draft: Draft, case: Case, by: str, what: str, words: str = "") -> Case:
    """Note that a human did something in a case: the promise of a first answer is kept, nobody else is asked."""
    care = care_of(case)
    care = replace(
        closing.noted(draft, care, what, by=by, words=words),
        answered_at=care.answered_at or draft.now,
        owner=care.owner or by,
    )
    case = replace(case, care=care)
    draft.put(case)
    cancel(draft, case.number, "care-take")
    cancel(draft, case.number, "care-answer")
    return case


def take_over(draft: Draft, case: Case, by: str) -> Case:
    """Let a person of the staff lead from here: the bot is silent on every track of the case."""
    case = replace(case, care=replace(care_of(case), owner=by, silent=True, line=""))
    case = touch(draft, case, by, "taken")
    for track in draft.tracks(case.number):
        if track.state == "open":
            stop_waiting(draft, track)
            draft.put(replace(track, state="human", held=None))
    return case


def hand_over(draft: Draft, case: Case, by: str, to: str) -> Case:
    """Let another of the staff look after a case; they get the whole picture."""
    case = touch(draft, case, by, "handed", words=to)
    case = replace(case, care=replace(care_of(case), owner=to))
    draft.put(case)
    brief(draft, case, to, cause="handed")
    return draft.case(case.number) or case


def hand_back(draft: Draft, case: Case, by: str) -> Case:
    """Let the bot lead again, from where each track stands."""
    case = touch(draft, case, by, "handed back")
    case = replace(case, care=replace(care_of(case), silent=False))
    draft.put(case)
    for track in draft.tracks(case.number):
        if track.state == "human" and track.step and not danger.is_in_danger(draft, track.member):
            led = replace(track, state="open", since=draft.now)
            draft.put(led)
            speaking.wait_for_answer(draft, case, led)
    room = draft.room(case.room)
    if room is not None:
        # Where a word in the room was enough so far, they are spoken to alone now, because staff wants it.
        begin_tracks(draft, room, case, anew=False)
    return draft.case(case.number) or case


def people_waiting(
    draft: Draft, case: Case, steps: Collection[str] | None, person: str | None
) -> list[Track]:
    """Return the tracks on which a line waits for a yes: of some steps, of a person, or any."""
    return [
        track
        for track in draft.tracks(case.number)
        if track.held is not None
        and track.state == "open"
        and (steps is None or track.held.step in steps)
        and person in {None, track.member}
    ]


def say_held(draft: Draft, case: Case, waiting: list[Track], by: str) -> list[Sent]:
    """Send the lines that wait for a yes; each track then goes on as its playbook says."""
    case = touch(draft, case, by, "said")
    sent = []
    for track in waiting:
        held, playbook = track.held, playbook_of(draft, track.edition)
        step = None if playbook is None or held is None else playbook.step(held.step)
        if held is None or playbook is None or step is None:
            continue
        sent.append(Sent(track.member, held.step, held.text))
        if held.reminder:
            speaking.reminded(draft, case, track, held.text, held.used)
            continue
        if held.aside:
            speaking.said_aside(draft, case, track, held.text, held.used)
            continue
        line = Line(held.text, held.used)
        now = speaking.said(draft, case, track, step, line, manner=_manner(draft, track), again=held.again)
        known = known_to(draft, case, playbook, who_of(playbook, now), now.member)
        onward = walk.onward(playbook, step.id, known)
        if onward is not None:
            tracks.go(draft, case, now, onward, manner="talk")
    return sent


def say_step(draft: Draft, case: Case, step: Step, person: str, by: str) -> Sent | None:
    """Say a step's line to one person because staff wants it, whoever leads; None if it cannot be said.

    No sentence is said to the same person twice: where all wordings are used up it is for staff to find words.

    Args:
        draft: the decision in the making.
        case: the case.
        step: of its playbook.
        person: whom staff named, or the one person whose role it is.
        by: who wants it said.
    """
    track = draft.track(case.number, person)
    version, playbook = playbook_with(draft, case, step)
    role = None if playbook is None else playbook.role(step.role)
    if playbook is None or role is None or draft.person(person).opted_out:
        return None
    if track is None or track.state == "ended":
        track = tracks.fresh(draft, case, role, person)
    if track.edition != version:
        track = replace(track, edition=version, role=role.id)
    line = line_of(draft, case, playbook, step.texts, step.id, role.who, track)
    if line is None or line.used[0] in track.used:
        return None
    case = touch(draft, case, by, "said", words=step.id)
    stop_waiting(draft, track)
    track = replace(track, stale=track.lines)
    speaking.said(draft, case, track, step, line, manner=_manner(draft, track), stays=True)
    return Sent(person, step.id, line.text)


def playbook_with(draft: Draft, case: Case, step: Step) -> tuple[str, Playbook | None]:
    """Return the playbook a step is of, with its edition: the case's, or one that a talk of it began with."""
    editions = (care_of(case).edition, *(track.edition for track in draft.tracks(case.number)))
    for version in dict.fromkeys(editions):
        playbook = playbook_of(draft, version)
        if playbook is not None and playbook.step(step.id) == step:
            return version, playbook
    return "", None


def skip(draft: Draft, case: Case, track: Track, by: str) -> None:
    """Leave out the line that waits, or what the person has not answered, and go to what follows it."""
    case = touch(draft, case, by, "skipped", words=track.held.step if track.held is not None else track.step)
    playbook = playbook_of(draft, track.edition)
    at = track.held.step if track.held is not None else track.step
    step = None if playbook is None else playbook.step(at)
    reminder = track.held is not None and (track.held.reminder or track.held.aside)
    stop_waiting(draft, track)
    track = replace(track, held=None, step=at)
    draft.put(track)
    if reminder or playbook is None or step is None:
        return
    known = known_to(draft, case, playbook, who_of(playbook, track), track.member)
    target = step.then or walk.target_of(playbook, step, "calm") or "handover"
    if target in {"human", "handover", "stay"} or target.startswith("end:"):
        move = walk.Move(
            "end" if target.startswith("end:") else "handover",
            outcome=target.removeprefix("end:") if target.startswith("end:") else None,
        )
    else:
        move = walk.start(playbook, track.role, known, at=target)
    tracks.go(draft, case, track, move, manner="opening")


def say_room_line(draft: Draft, case: Case, by: str) -> str:
    """Say the line that waits for the room; returns it, empty if none waits."""
    text = care_of(case).line
    if text:
        case = touch(draft, case, by, "said", words=ROOM)
        say_in_room(draft, case, text)
    return text


def _manner(draft: Draft, track: Track) -> Manner:
    """Return whether a line answers what the person just wrote, or comes unasked and keeps the quiet hours."""
    last = track.replies[-1].at if track.replies else None
    return "talk" if last is not None and draft.now - last <= _JUST_NOW else "opening"

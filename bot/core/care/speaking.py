"""Speaking: a line is said to a person of a case, and from there on an answer is waited for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care.editions import playbook_of
from bot.core.care.lines import to_person
from bot.core.care.parts import OF_STAFF, who_of
from bot.core.care.waits import plan, stop_waiting
from bot.core.effects import NotifyStaff, Words

if TYPE_CHECKING:
    from bot.core.care.lines import Line
    from bot.core.care.records import Manner, Track
    from bot.core.draft import Draft
    from bot.core.playbook.model import Step
    from bot.core.records import Case

replace = msgspec.structs.replace


def said(
    draft: Draft,
    case: Case,
    track: Track,
    step: Step,
    line: Line,
    *,
    manner: Manner,
    again: bool = False,
    stays: bool = False,
) -> Track:
    """Say a step's line to its person, and wait for the answer; returns the track as it stands then."""
    playbook = playbook_of(draft, track.edition)
    track = replace(
        track,
        step=step.id,
        since=draft.now,
        held=None,
        used=(*track.used, *line.used),
        stayed=track.stayed + 1 if again else 0,
        lines=track.lines + 1,
        reached=False,
    )
    draft.put(track)
    if playbook is not None and who_of(playbook, track) in OF_STAFF:
        words = Words("care.line", {"text": line.text, "line": track.lines, "stays": stays})
        draft.effects.append(NotifyStaff(to=track.member, room=case.room, words=words, case=case.number))
    else:
        draft.effects.append(to_person(case, track, line.text, manner, stays=stays))
    wait_for_answer(draft, case, track)
    return track


def said_aside(draft: Draft, case: Case, track: Track, text: str, used: tuple[tuple[str, int], ...]) -> None:
    """Say something in between to a person who just wrote: the track stays where it is and waits anew."""
    track = replace(track, held=None, used=(*track.used, *used), lines=track.lines + 1, since=draft.now)
    draft.put(track)
    draft.effects.append(to_person(case, track, text, "talk"))
    wait_for_answer(draft, case, track)


def reminded(draft: Draft, case: Case, track: Track, text: str, used: tuple[tuple[str, int], ...]) -> None:
    """Remind a person of a step they did not answer; their patience does not begin anew."""
    track = replace(track, held=None, used=(*track.used, *used))
    draft.put(track)
    draft.effects.append(to_person(case, track, text, "opening"))


def wait_for_answer(draft: Draft, case: Case, track: Track) -> None:
    """Plan the reminder and the end of patience of the step a track stands at; planning twice does no harm."""
    playbook = playbook_of(draft, track.edition)
    step = None if playbook is None else playbook.step(track.step)
    stop_waiting(draft, track)
    if step is None or step.wait is None or track.state != "open":
        return
    wait = step.wait
    plan(draft, case, "care-wait", draft.now + timedelta(hours=wait.hours), track.member)
    if wait.reminder is not None and wait.reminder.hours < wait.hours:
        plan(draft, case, "care-remind", draft.now + timedelta(hours=wait.reminder.hours), track.member)

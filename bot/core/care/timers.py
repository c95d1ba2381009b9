"""What time brings to a case: nobody took it, nobody answered, a promise is broken, a follow-up is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, hearing, reaching, speaking, tracks
from bot.core.care.brief import brief, tell
from bot.core.care.editions import playbook_of
from bot.core.care.levels import is_word_enough
from bot.core.care.lines import care_of, line_of
from bot.core.care.parts import who_of
from bot.core.care.records import Held
from bot.core.care.rota import awake_at, next_after, next_turn, operator_of
from bot.core.care.saying import announce
from bot.core.care.waits import number_in, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.records import Case, Task

replace = msgspec.structs.replace


def take(draft: Draft, case: Case, _task: Task) -> None:
    """Give a case that nobody took to the next of the rota; to the operator in the end, and by day."""
    room, care = draft.room(case.room), care_of(case)
    if room is None or care.owner is not None:
        return
    to = next_after(draft, room, care.told)
    if to is None:
        turn = next_turn(draft, room, care.told)
        if turn is not None:
            plan(draft, case, "care-take", turn)
        return
    minutes = timedelta(minutes=draft.policy.settings.care.take_minutes)
    awake = awake_at(draft, room)
    if to == operator_of(draft, room) and awake > draft.now and not is_urgent(case):
        plan(draft, case, "care-take", awake)
        return
    brief(draft, case, to, cause="passed" if care.told else "")
    if not is_word_enough(draft, case):
        plan(draft, case, "care-take", draft.now + minutes)


def is_urgent(case: Case) -> bool:
    """Return whether a case may wake people."""
    return case.kind == "safety" or care_of(case).severity == "high"


def answer(draft: Draft, case: Case, _task: Task) -> None:
    """Tell the operator that no human did anything in time."""
    if care_of(case).answered_at is None:
        _late(draft, case, "answer")


def resolve(draft: Draft, case: Case, _task: Task) -> None:
    """Tell the operator that a case is not resolved in time."""
    _late(draft, case, "resolve")


def quiet(draft: Draft, case: Case, _task: Task) -> None:
    """Close a case for which a word in the room was enough, where nobody looks after it."""
    if care_of(case).owner is None:
        closing.close(draft, case, closing.QUIET)
    else:
        closing.expect_resolution(draft, case)


def listen(draft: Draft, case: Case, task: Task) -> None:
    """Read what a person wrote: nothing more came."""
    track = _track(draft, task)
    if track is not None:
        hearing.finished(draft, case, track)


def wait(draft: Draft, case: Case, task: Task) -> None:
    """Go on without an answer."""
    track = _track(draft, task)
    if track is not None:
        hearing.silent(draft, case, track)


def remind(draft: Draft, case: Case, task: Task) -> None:
    """Remind a person once of what they did not answer."""
    track = _track(draft, task)
    playbook = None if track is None else playbook_of(draft, track.edition)
    step = None if playbook is None or track is None else playbook.step(track.step)
    room = draft.room(case.room)
    if track is None or playbook is None or step is None or step.wait is None or room is None:
        return
    if track.state != "open" or track.heard or track.held is not None or step.wait.reminder is None:
        return
    slot = f"{step.id} reminder"
    who = who_of(playbook, track)
    line = line_of(draft, case, playbook, step.wait.reminder.texts, slot, who, track)
    if line is None:
        return
    if tracks.needs_yes(draft, case, playbook, track, step):
        held = Held(step=step.id, text=line.text, used=line.used, reminder=True)
        tracks.hold(draft, case, track, held)
    else:
        speaking.reminded(draft, case, track, line.text, line.used)


def followup(draft: Draft, case: Case, task: Task) -> None:
    """Ask how things are, some time after a good end; not whoever wants to be left alone, and not in a new quarrel."""
    playbook = playbook_of(draft, care_of(case).edition)
    number = number_in(task.key)
    if case.state != "done" or playbook is None or number >= len(playbook.followups):
        return
    due = playbook.followups[number]
    role = playbook.role(due.role)
    if role is None:
        return
    if role.who in {"room", "staff"}:
        announce(draft, case, playbook, role, at=due.step)
    elif task.member is not None:
        tracks.begin(draft, case, playbook, role, task.member, at=due.step)


def gentle(draft: Draft, case: Case, _task: Task) -> None:
    """Ask people who cannot be written to, to write."""
    reaching.ask_gently(draft, case)


def forget(draft: Draft, case: Case, _task: Task) -> None:
    """Let the words of a closed case go."""
    closing.forget(draft, case)


def on_task(task: Task, draft: Draft) -> None:
    """Do what a case's wait was for; whatever was planned for a case that is over does nothing."""
    case = None if task.case is None else draft.case(task.case)
    if case is None or case.care is None:
        return
    if case.state != "open" and task.kind in _WHILE_OPEN:
        return
    room = draft.room(case.room)
    if task.kind != "care-forget" and (room is None or room.left or draft.policy.mode(room) == "observe"):
        return
    _WAITS[task.kind](draft, case, task)


def _late(draft: Draft, case: Case, promise: str) -> None:
    care = care_of(case)
    draft.put(replace(case, care=replace(care, late=(*care.late, promise))))
    hours = (draft.now - case.opened_at) / timedelta(hours=1)
    tell(draft, case, "care.late", operator_too=True, promise=promise, hours=int(hours))


def _track(draft: Draft, task: Task) -> Track | None:
    return None if task.case is None or task.member is None else draft.track(task.case, task.member)


_WAITS: dict[str, Callable[[Draft, Case, Task], None]] = {
    "care-take": take,
    "care-answer": answer,
    "care-resolve": resolve,
    "care-quiet": quiet,
    "care-listen": listen,
    "care-wait": wait,
    "care-remind": remind,
    "care-followup": followup,
    "care-gentle": gentle,
    "care-forget": forget,
}
KINDS = tuple(_WAITS)
_WHILE_OPEN = frozenset({"care-take", "care-answer", "care-resolve", "care-quiet", "care-gentle"})

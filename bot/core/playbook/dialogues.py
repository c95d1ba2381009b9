"""Scripted talks: a playbook's own tests, walked with the very functions that run a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.core.playbook import walk
from bot.core.playbook.asides import aside_for
from bot.core.playbook.model import Purpose, ReplyClass
from bot.core.playbook.problem import Problem
from bot.core.playbook.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.playbook.model import Dialogue, Playbook

# Reads a reply to a step of a purpose into its class.
Reader = Callable[[str, Purpose], ReplyClass]


def dialogue_problems(playbook: Playbook, reader: Reader | None = None) -> Iterator[Problem]:
    """Yield where scripted talks do not go as they say.

    Args:
        playbook: the table, already known to be walkable.
        reader: reads replies; None: each is read as the talk says.
    """
    for role in playbook.roles:
        talks = [talk for talk in playbook.dialogues if talk.role == role.id]
        waits = any(step.role == role.id and step.then is None for step in playbook.steps)
        if waits and not talks:
            yield Problem(f"role {role.id}", "has no scripted talk", "add a [[dialogue]] with role and turns")
    for talk in playbook.dialogues:
        problem = walked(playbook, talk, reader)
        if problem is not None:
            yield problem


def walked(playbook: Playbook, talk: Dialogue, reader: Reader | None = None) -> Problem | None:
    """Return the first thing that goes otherwise than a talk says, or None.

    Args:
        playbook: the table.
        talk: one of its scripted talks.
        reader: reads replies; None: each is read as the talk says.
    """
    where = f"dialogue {talk.name}"
    known = set(VARIABLES) - set(talk.lacks)
    try:
        move = walk.start(playbook, talk.role, known, talk.start)
        stayed, lines = 0, 1
        for turn in talk.turns:
            move, said = _after_lines_that_wait_for_nothing(playbook, move, known)
            lines += said
            stands = move.step if move.action == "say" else f"{move.action} {move.outcome or ''}".strip()
            if move.step is None or stands != turn.at:
                return Problem(
                    where, f"at {turn.reply!r} it stands at {stands}, not at {turn.at}", "mend either"
                )
            step = playbook.step(turn.at)
            aside = aside_for(turn.reply, step) if step is not None and turn.reply else None
            if aside != turn.aside:
                said_instead = "no aside" if aside is None else f"the aside {aside}"
                return Problem(where, f"{turn.reply!r} is answered with {said_instead}", "mend the talk")
            if aside is not None:
                continue
            if reader is not None and step is not None:
                read = reader(turn.reply, step.purpose)
                if read != turn.reads:
                    return Problem(
                        where, f"{turn.reply!r} is read as {read}, not {turn.reads}", "mend either"
                    )
            move = walk.after(playbook, move.step, turn.reads, known, stayed=stayed, lines=lines)
            stayed = stayed + 1 if move.again else 0
            lines += 1
        move, _ = _after_lines_that_wait_for_nothing(playbook, move, known)
    except ValueError as error:
        return Problem(where, str(error), "mend the table, or the talk")
    ends = f"end:{move.outcome}" if move.action == "end" else move.step or move.action
    if ends != talk.ends:
        return Problem(where, f"ends with {ends}, not with {talk.ends}", "mend either")
    return None


def _after_lines_that_wait_for_nothing(
    playbook: Playbook, move: walk.Move, known: set[str]
) -> tuple[walk.Move, int]:
    said = 0
    while move.step is not None:
        further = walk.onward(playbook, move.step, known)
        if further is None:
            break
        move = further
        said += 1
    return move, said

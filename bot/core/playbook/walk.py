"""How a track moves: a step and the class of a reply give the next step or the end; the only place that knows.

The running engine and the tests of dialogues call the very same functions, so a dialogue that passes says
what will happen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.playbook.model import Danger, Playbook, ReplyClass, Step
    from bot.core.playbook.phrases import Texts

Action = Literal["say", "human", "handover", "end"]

# Whatever a table says, these are not negotiable: a person is fetched, or the talk is over.
ALWAYS: dict[ReplyClass, str] = {
    "safety": "human",
    "wants-human": "human",
    "legal-threat": "human",
}
OPTED_OUT = "opted-out"


class Move(msgspec.Struct, frozen=True):
    """Where a track goes.

    `say`: the step `step` is said (`again`: it is the same step once more, so `stayed` grows by one).
    `human`, `handover`, `end`: the track leaves the table; `parting` names the text to say (None: nothing),
    `outcome` the outcome of an end.
    """

    action: Action
    step: str | None = None
    outcome: str | None = None
    parting: str | None = None
    again: bool = False


def start(playbook: Playbook, role: str, known: Collection[str], at: str | None = None) -> Move:
    """Return the first move of a role's track.

    Args:
        playbook: the table.
        role: a role's id.
        known: the variables whose values are known.
        at: the step to begin with (a follow-up's); None: the role's first.

    Raises:
        ValueError: the role does not exist, or has no first step.
    """
    of = playbook.role(role)
    first = at or (None if of is None else of.first)
    if first is None:
        raise ValueError(f"playbook {playbook.id}: role {role} has no first step")
    return _to(playbook, first, known, None)


def after(
    playbook: Playbook,
    step: str,
    reply: ReplyClass,
    known: Collection[str],
    *,
    stayed: int = 0,
    lines: int = 0,
    danger: Danger | None = None,
) -> Move:
    """Return where a reply of a class leads.

    Args:
        playbook: the table.
        step: the step the track stands at.
        reply: the reply's class; `silent` when the wait is over.
        known: the variables whose values are known.
        stayed: how often this step was said again already.
        lines: how many lines the bot said on this track so far, reminders not counted.
        danger: which one the reply speaks of, where it is read as `safety`.

    Raises:
        ValueError: the step does not exist, or says nothing about the class.
    """
    at = _step(playbook, step)
    target = target_of(playbook, at, reply)
    if target is None:
        raise ValueError(f"playbook {playbook.id}: step {step} does not say what follows {reply}")
    if target == "stay":
        if stayed >= at.patience or lines >= playbook.most_lines:
            return _leaving(playbook, "handover", reply)
        return Move("say", step, again=True)
    if reply == "safety" and f"safety-{danger}" in playbook.partings:
        return Move("human", parting=f"safety-{danger}")
    move = _to(playbook, target, known, reply)
    if move.action == "say" and lines >= playbook.most_lines:
        return _leaving(playbook, "handover", reply)
    return move


def onward(playbook: Playbook, step: str, known: Collection[str]) -> Move | None:
    """Return where a track goes right after a step was said, or None where it waits for a reply.

    A track that leaves the table this way has no parting: the step just said was it.

    Args:
        playbook: the table.
        step: the step that was just said.
        known: the variables whose values are known.

    Raises:
        ValueError: the step does not exist.
    """
    then = _step(playbook, step).then
    if then is None:
        return None
    return msgspec.structs.replace(_to(playbook, then, known, None), parting=None)


def target_of(playbook: Playbook, step: Step, reply: ReplyClass) -> str | None:
    """Return what a step says about a reply class, with the table's defaults; None if nothing.

    Args:
        playbook: the table.
        step: one of its steps.
        reply: the class.
    """
    if reply == "silent":
        return None if step.wait is None else step.wait.then
    if reply in ALWAYS:
        return ALWAYS[reply]
    if reply == "opt-out":
        return f"end:{OPTED_OUT}"
    return step.replies.get(reply) or playbook.replies.get(reply)


def parting_of(playbook: Playbook, move: Move) -> Texts | None:
    """Return what is said as a track leaves the table, or None for nothing.

    Args:
        playbook: the table.
        move: a move that leaves it.
    """
    return None if move.parting is None else playbook.partings.get(move.parting)


def _to(playbook: Playbook, target: str, known: Collection[str], reply: ReplyClass | None) -> Move:
    """Follow a target to a step that can be said; each step is passed over at most once."""
    passed: set[str] = set()
    while target not in passed:
        if target in {"human", "handover"} or target.startswith("end:"):
            return _leaving(playbook, target, reply)
        step = _step(playbook, target)
        if all(name in known for name in step.needs):
            return Move("say", step.id)
        passed.add(target)
        target = step.without or "handover"
    return _leaving(playbook, "handover", reply)


def _leaving(playbook: Playbook, target: str, reply: ReplyClass | None) -> Move:
    outcome = target.removeprefix("end:") if target.startswith("end:") else None
    names = (reply, outcome or target)
    parting = next((name for name in names if name is not None and name in playbook.partings), None)
    action: Action = "end" if outcome is not None else "human" if target == "human" else "handover"
    return Move(action, outcome=outcome, parting=parting)


def _step(playbook: Playbook, step: str) -> Step:
    found = playbook.step(step)
    if found is None:
        raise ValueError(f"playbook {playbook.id}: there is no step {step}")
    return found

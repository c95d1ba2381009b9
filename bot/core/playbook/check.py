"""Checks of a playbook's table: everything leads somewhere, everything ends, nothing is out of reach.

What the texts say is checked in `bot.core.playbook.wordings`, the scripted talks in
`bot.core.playbook.dialogues`; `problems_of` asks all of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.core.playbook import walk
from bot.core.playbook.dialogues import dialogue_problems
from bot.core.playbook.model import REPLY_CLASSES
from bot.core.playbook.problem import Problem
from bot.core.playbook.variables import VARIABLES
from bot.core.playbook.wordings import text_problems
from bot.core.rules.engine import PatternRefusedError, compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.playbook.dialogues import Reader
    from bot.core.playbook.model import Playbook, Role, Step
    from bot.core.playbook.refused import RefusedCue

# Feelings first, information later: whoever is angry is not asked for suggestions.
_FOR_THE_ANGRY = {"soothe", "praise", "empathise"}
_SPOKEN_WITH = {"party", "ringleader", "target", "attacker"}
_LEAVING = {"human", "handover"}
_FIXED: dict[str, str] = {"opt-out": f"end:{walk.OPTED_OUT}"}
_FIXED.update((reply, target) for reply, target in walk.ALWAYS.items())


def problems_of(
    playbook: Playbook, reader: Reader | None = None, refused: tuple[RefusedCue, ...] = ()
) -> list[Problem]:
    """Return all that is wrong with a playbook.

    Args:
        playbook: the table.
        reader: reads the replies of scripted talks; None: they are taken as read as they say.
        refused: what no text to members may say.
    """
    found = [
        *_twice(playbook),
        *_head_problems(playbook),
        *_role_problems(playbook),
        *_followup_problems(playbook),
        *(problem for step in playbook.steps for problem in _step_problems(playbook, step)),
    ]
    if not found:
        # These walk the table, which is of use only where every step leads to what there is.
        found += [*_unreachable(playbook), *_endless(playbook)]
    found += text_problems(playbook, refused)
    if not found:
        found += dialogue_problems(playbook, reader)
    return found


def _twice(playbook: Playbook) -> Iterator[Problem]:
    kinds: dict[str, list[str]] = {
        "step": [step.id for step in playbook.steps],
        "role": [role.id for role in playbook.roles],
        "outcome": [outcome.id for outcome in playbook.outcomes],
        "credit": [line.id for line in playbook.credit],
        "dialogue": [talk.name for talk in playbook.dialogues],
        "level": [level.id for level in playbook.levels],
    }
    for kind, names in kinds.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield Problem(f"{kind} {name}", "stands twice", "give each its own id")


def _head_problems(playbook: Playbook) -> Iterator[Problem]:
    for cue in playbook.picked_when:
        try:
            compiled(cue)
        except PatternRefusedError as error:
            yield Problem("picked_when", f"cannot be run: {error}", "write it as RE2 syntax")
    for reply, target in playbook.replies.items():
        yield from _fixed_problems("replies", reply, target)
        if target == "stay" or (target not in _LEAVING and not target.startswith("end:")):
            where = "a table's own replies lead to human, handover or end:..."
            yield Problem("replies", f"{reply} leads to {target!r}", where)
        elif not _exists(playbook, target):
            yield _no_outcome("replies", target)
    if walk.OPTED_OUT not in {outcome.id for outcome in playbook.outcomes}:
        yield Problem("outcomes", f"there is no {walk.OPTED_OUT}", "who wants no more words must have an end")
    for level in playbook.levels:
        if level.id in {"ask_to_leave", "remove"} and level.by == "bot":
            yield Problem(
                f"level {level.id}", "is decided by the bot", 'only a human may: by = "staff" or "operator"'
            )


def _role_problems(playbook: Playbook) -> Iterator[Problem]:
    for role in playbook.roles:
        first = None if role.first is None else playbook.step(role.first)
        if role.first is not None and first is None:
            yield Problem(f"role {role.id}", f"starts at {role.first!r}, which is no step", "name one")
        elif first is not None and first.role != role.id:
            yield Problem(
                f"role {role.id}", f"starts at {first.id}, a step of {first.role}", "start at one of its own"
            )
        used = role.first is not None or any(followup.role == role.id for followup in playbook.followups)
        if not used:
            yield Problem(
                f"role {role.id}", "has neither a first step nor a follow-up", "give it one, or drop it"
            )


def _followup_problems(playbook: Playbook) -> Iterator[Problem]:
    outcomes = {outcome.id for outcome in playbook.outcomes}
    for number, followup in enumerate(playbook.followups, 1):
        where = f"followup {number}"
        step = playbook.step(followup.step)
        if step is None:
            yield Problem(where, f"begins with {followup.step!r}, which is no step", "name one")
        elif step.role != followup.role:
            yield Problem(
                where, f"{step.id} is a step of {step.role}, not of {followup.role}", "name its role"
            )
        for outcome in sorted(set(followup.after) - outcomes):
            yield _no_outcome(where, f"end:{outcome}")


def _step_problems(playbook: Playbook, step: Step) -> Iterator[Problem]:
    where = f"step {step.id}"
    role = playbook.role(step.role)
    if role is None:
        yield Problem(where, f"is of the role {step.role!r}, which there is not", "declare it under [[role]]")
        return
    if step.then is not None:
        if step.replies or step.wait is not None:
            yield Problem(where, "goes on at once and yet waits for replies", "drop `then`, or the rest")
        yield from _target_problems(playbook, step, "then", step.then)
    else:
        yield from _reply_problems(playbook, step, role)
    for name in step.needs:
        if name not in VARIABLES:
            yield Problem(
                where, f"needs {name!r}, which is no variable", f"there are: {', '.join(VARIABLES)}"
            )
    if step.needs:
        if step.without is None:
            yield Problem(where, "does not say where to go when what it needs is unknown", "add `without`")
        else:
            yield from _target_problems(playbook, step, "without", step.without)


def _reply_problems(playbook: Playbook, step: Step, role: Role) -> Iterator[Problem]:
    where = f"step {step.id}"
    if role.who in {"room", "staff"}:
        yield Problem(where, f"waits for replies of {role.who}", "a line to them goes on at once: add `then`")
        return
    if step.wait is None:
        yield Problem(where, "does not say how long it waits", "add wait = { hours = ..., then = ... }")
    else:
        yield from _target_problems(playbook, step, "wait", step.wait.then)
        reminder = step.wait.reminder
        if reminder is not None and reminder.hours >= step.wait.hours:
            yield Problem(where, "reminds when the wait is over", "remind earlier than wait.hours")
    for reply, target in step.replies.items():
        if reply == "silent":
            yield Problem(where, "says `silent` among its replies", "silence is wait.then")
            continue
        yield from _fixed_problems(where, reply, target)
        yield from _target_problems(playbook, step, reply, target)
    missing = [
        reply
        for reply in REPLY_CLASSES
        if reply != "silent" and walk.target_of(playbook, step, reply) is None
    ]
    if missing:
        yield Problem(
            where, f"does not say what follows {', '.join(missing)}", "add it to the step's replies"
        )
    answer = step.replies.get("angry")
    angry = None if answer is None else playbook.step(answer)
    if role.who in _SPOKEN_WITH and angry is not None and angry.purpose not in _FOR_THE_ANGRY:
        yield Problem(
            where,
            f"answers anger with {angry.id} ({angry.purpose})",
            f"feelings first: lead to a step that is one of {', '.join(sorted(_FOR_THE_ANGRY))}",
        )


def _fixed_problems(where: str, reply: str, target: str) -> Iterator[Problem]:
    fixed = _FIXED.get(reply)
    if fixed is not None and target != fixed:
        yield Problem(where, f"{reply} leads to {target!r}", f"it always leads to {fixed}: leave it out")


def _target_problems(playbook: Playbook, step: Step, label: str, target: str) -> Iterator[Problem]:
    where = f"step {step.id}"
    if target == "stay":
        if label in {"then", "without", "wait"}:
            yield Problem(
                where, f"{label} is `stay`: it would say the same for ever", "name a step or an end"
            )
        return
    if target in _LEAVING:
        return
    if target.startswith("end:"):
        if not _exists(playbook, target):
            yield _no_outcome(where, target)
        return
    other = playbook.step(target)
    if other is None:
        yield Problem(
            where,
            f"{label} leads to {target!r}, which there is not",
            "name a step, stay, human, handover or end:<outcome>",
        )
    elif other.role != step.role:
        yield Problem(where, f"{label} leads to {target}, a step of {other.role}", "stay within one role")
    elif target == step.id:
        yield Problem(where, f"{label} leads to the step itself", "write `stay`, which has an end")


def _exists(playbook: Playbook, target: str) -> bool:
    return target in _LEAVING or playbook.outcome(target.removeprefix("end:")) is not None


def _no_outcome(where: str, target: str) -> Problem:
    return Problem(where, f"{target!r} is no outcome", "declare it under [[outcome]]")


def _ways(playbook: Playbook, step: Step, *, own: bool = False) -> set[str]:
    """Return where a step leads; its `own` ways are those that its author wrote."""
    if step.then is not None:
        ways = {step.then}
    else:
        replies = [reply for reply in REPLY_CLASSES if not (own and (reply in _FIXED or reply == "silent"))]
        ways = {target for reply in replies if (target := walk.target_of(playbook, step, reply)) is not None}
    return ways | ({step.without or "handover"} if step.needs else set())


def _unreachable(playbook: Playbook) -> Iterator[Problem]:
    waiting = [role.first for role in playbook.roles if role.first is not None]
    waiting += [followup.step for followup in playbook.followups]
    seen: set[str] = set()
    while waiting:
        step = playbook.step(waiting.pop())
        if step is not None and step.id not in seen:
            seen.add(step.id)
            waiting += _ways(playbook, step)
    for step in playbook.steps:
        if step.id not in seen:
            yield Problem(f"step {step.id}", "is never reached", "let a reply lead to it, or drop it")


def _endless(playbook: Playbook) -> Iterator[Problem]:
    """Find the steps that no answer brings to an end, and the rows of lines that run in a circle."""
    ends: set[str] = set()
    grew = True
    while grew:
        grew = False
        for step in playbook.steps:
            ways = _ways(playbook, step, own=True)
            over = any(way in _LEAVING or way.startswith("end:") or way in ends for way in ways)
            if over and step.id not in ends:
                ends.add(step.id)
                grew = True
    for step in playbook.steps:
        if step.id not in ends:
            yield Problem(
                f"step {step.id}",
                "never ends, whatever is answered",
                "let a reply lead to an end or handover",
            )
        elif _runs_in_a_circle(playbook, step):
            yield Problem(f"step {step.id}", "goes on at once in a circle", "let the circle wait for a reply")


def _runs_in_a_circle(playbook: Playbook, step: Step) -> bool:
    seen = {step.id}
    at: Step | None = step
    while at is not None and at.then is not None:
        if at.then in seen:
            return True
        seen.add(at.then)
        at = playbook.step(at.then)
    return False

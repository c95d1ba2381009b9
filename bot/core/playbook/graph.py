"""A playbook drawn: as a Mermaid flow chart for documents and as plain lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.playbook.model import REPLY_CLASSES
from bot.core.playbook.walk import target_of

if TYPE_CHECKING:
    from bot.core.playbook.model import Playbook, Step
    from bot.core.settings import Language


def ways_of(playbook: Playbook, step: Step) -> dict[str, tuple[str, ...]]:
    """Return where a step leads: each target with the labels of what leads there.

    Labels are reply classes, `then` (at once) and `without` (what it needs is not known).

    Args:
        playbook: the table.
        step: one of its steps.
    """
    ways: dict[str, list[str]] = {}
    if step.then is not None:
        ways.setdefault(step.then, []).append("then")
    else:
        for reply in REPLY_CLASSES:
            target = target_of(playbook, step, reply)
            if target is not None:
                ways.setdefault(target, []).append(reply)
    if step.needs:
        ways.setdefault(step.without or "handover", []).append("without")
    return {target: tuple(labels) for target, labels in ways.items()}


def as_mermaid(playbook: Playbook, language: Language = "zh") -> str:
    """Return the graph as a Mermaid flow chart.

    Args:
        playbook: the table.
        language: of the titles.
    """
    lines = ["flowchart TD"]
    for role in playbook.roles:
        steps = [step for step in playbook.steps if step.role == role.id]
        if not steps:
            continue
        lines.append(f'  subgraph {_node("role", role.id)}["{_quoted(role.title.of(language))}"]')
        lines += [f'    {_node("step", step.id)}["{step.id}<br/>{step.purpose}"]' for step in steps]
        if role.first is not None:
            lines.append(f"    {_node('start', role.id)}(( )) --> {_node('step', role.first)}")
        for step in steps:
            for target, labels in ways_of(playbook, step).items():
                to = _node("step", step.id) if target == "stay" else _target(playbook, role.id, target)
                lines.append(f'    {_node("step", step.id)} -->|"{", ".join(labels)}"| {to}')
        for end in _leavings(playbook, steps):
            title = _title(playbook, end, language)
            lines.append(f'    {_target(playbook, role.id, end)}(["{_quoted(title)}"])')
        lines.append("  end")
    for number, followup in enumerate(playbook.followups, 1):
        lines.append(f'  followup{number}{{{{"+{followup.hours:g} h"}}}} -.-> {_node("step", followup.step)}')
    return "\n".join(lines) + "\n"


def as_text(playbook: Playbook, language: Language = "zh") -> str:
    """Return the graph as lines to read in a terminal.

    Args:
        playbook: the table.
        language: of the titles.
    """
    lines = [f"{playbook.id}  {playbook.title.of(language)}"]
    for role in playbook.roles:
        steps = [step for step in playbook.steps if step.role == role.id]
        if not steps:
            continue
        lines += ["", f"[{role.id}] {role.title.of(language)} ({role.who})"]
        for step in steps:
            mark = "* " if step.id == role.first else "  "
            wait = "" if step.wait is None else f", waits {step.wait.hours:g} h"
            lines.append(f"{mark}{step.id} ({step.purpose}{wait})")
            lines += [
                f"      {', '.join(labels)} -> {target}" for target, labels in ways_of(playbook, step).items()
            ]
    lines += [
        f"+ {followup.hours:g} h after a good end -> {followup.step} ({followup.role})"
        for followup in playbook.followups
    ]
    return "\n".join(lines) + "\n"


def _leavings(playbook: Playbook, steps: list[Step]) -> list[str]:
    ids = {step.id for step in playbook.steps}
    return list(
        dict.fromkeys(
            target
            for step in steps
            for target in ways_of(playbook, step)
            if target != "stay" and target not in ids
        )
    )


def _title(playbook: Playbook, target: str, language: Language) -> str:
    outcome = playbook.outcome(target.removeprefix("end:"))
    return target if outcome is None else outcome.title.of(language)


def _target(playbook: Playbook, role: str, target: str) -> str:
    if playbook.step(target) is not None:
        return _node("step", target)
    return _node("end", f"{role}-{target.removeprefix('end:')}")


def _node(kind: str, name: str) -> str:
    return f"{kind}_{name.replace('-', '_')}"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")

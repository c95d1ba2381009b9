"""A playbook drawn: as a Mermaid flow chart for documents and as plain lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.playbook.model import REPLY_CLASSES
from bot.core.playbook.walk import ALWAYS, OPTED_OUT, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.core.playbook.model import Playbook, Step
    from bot.core.settings import Language


# What leads to the same place whatever a table says: drawn once, not at every step.
_EVERYWHERE = {**ALWAYS, "opt-out": f"end:{OPTED_OUT}"}


def ways_of(playbook: Playbook, step: Step) -> dict[str, tuple[str, ...]]:
    """Return where a step leads: each target with the labels of what leads there; what holds at every step is not told.

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
            if reply in _EVERYWHERE:
                continue
            target = target_of(playbook, step, reply)
            if target is not None:
                ways.setdefault(target, []).append(reply)
    if step.needs:
        ways.setdefault(step.without or "handover", []).append("without")
    return {target: tuple(labels) for target, labels in ways.items()}


def as_mermaid(playbook: Playbook, language: Language, names: Mapping[str, str]) -> str:
    """Return the graph as a Mermaid flow chart.

    Args:
        playbook: the table.
        language: of the titles.
        names: what people read for reply classes, purposes and ways out; what it lacks is shown as it is.
    """
    lines = ["flowchart TD"]
    for role in playbook.roles:
        steps = [step for step in playbook.steps if step.role == role.id]
        if not steps:
            continue
        lines.append(f'  subgraph {_node("role", role.id)}["{_quoted(role.title.of(language))}"]')
        for step in steps:
            title = playbook.title_of(step.id, language)
            purpose = names.get(step.purpose, step.purpose)
            label = title if purpose in title else f"{title}<br/>{purpose}"
            lines.append(f'    {_node("step", step.id)}["{_quoted(label)}"]')
        if role.first is not None:
            lines.append(f"    {_node('start', role.id)}(( )) --> {_node('step', role.first)}")
        for step in steps:
            for target, labels in ways_of(playbook, step).items():
                to = _node("step", step.id) if target == "stay" else _target(playbook, role.id, target)
                lines.append(
                    f'    {_node("step", step.id)} -->|"{_quoted(_joined(labels, language, names))}"| {to}'
                )
        for end in _leavings(playbook, steps):
            title = _title(playbook, end, language, names)
            lines.append(f'    {_target(playbook, role.id, end)}(["{_quoted(title)}"])')
        lines.append("  end")
    for number, (target, labels) in enumerate(_everywhere().items(), 1):
        says = f"{names.get('always', 'always')}<br/>{_joined(labels, language, names)}"
        to = _quoted(_title(playbook, target, language, names))
        lines.append(f'  always{number}{{{{"{_quoted(says)}"}}}} -.-> leads{number}(["{to}"])')
    for number, followup in enumerate(playbook.followups, 1):
        begins = _after(followup.hours, names)
        lines.append(f'  followup{number}{{{{"{begins}"}}}} -.-> {_node("step", followup.step)}')
    return "\n".join(lines) + "\n"


def as_text(playbook: Playbook, language: Language, names: Mapping[str, str]) -> str:
    """Return the graph as lines to read in a terminal; a step's id, which commands take, stands behind its name.

    Args:
        playbook: the table.
        language: of the titles.
        names: what people read for reply classes, purposes and ways out; what it lacks is shown as it is.
    """
    lines = [f"{playbook.id}  {playbook.title.of(language)}"]
    for role in playbook.roles:
        steps = [step for step in playbook.steps if step.role == role.id]
        if not steps:
            continue
        lines += ["", f"[{role.title.of(language)}]"]
        for step in steps:
            mark = "* " if step.id == role.first else "  "
            wait = "" if step.wait is None else f"  {step.wait.hours:g} h"
            lines.append(f"{mark}{playbook.title_of(step.id, language)} ({step.id}){wait}")
            lines += [
                f"      {_joined(labels, language, names)} -> {_title(playbook, target, language, names)}"
                for target, labels in ways_of(playbook, step).items()
            ]
    lines.append("")
    lines += [
        f"{names.get('always', 'always')}: {_joined(labels, language, names)} -> "
        f"{_title(playbook, target, language, names)}"
        for target, labels in _everywhere().items()
    ]
    for followup in playbook.followups:
        told = playbook.role(followup.role)
        whose = followup.role if told is None else told.title.of(language)
        step_name = playbook.title_of(followup.step, language)
        lines.append(f"{_after(followup.hours, names)} -> {step_name} [{whose}]")
    return "\n".join(lines) + "\n"


def _everywhere() -> dict[str, tuple[str, ...]]:
    ways: dict[str, tuple[str, ...]] = {}
    for reply, target in _EVERYWHERE.items():
        ways[target] = (*ways.get(target, ()), reply)
    return ways


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


def _title(playbook: Playbook, target: str, language: Language, names: Mapping[str, str]) -> str:
    if playbook.step(target) is not None:
        return playbook.title_of(target, language)
    outcome = playbook.outcome(target.removeprefix("end:")) if target.startswith("end:") else None
    return names.get(target, target) if outcome is None else outcome.title.of(language)


def _joined(labels: Iterable[str], language: Language, names: Mapping[str, str]) -> str:
    return ("、" if language == "zh" else ", ").join(names.get(label, label) for label in labels)


def _after(hours: float, names: Mapping[str, str]) -> str:
    return f"{names.get('followup', 'followup')} +{hours:g} h"


def _target(playbook: Playbook, role: str, target: str) -> str:
    if playbook.step(target) is not None:
        return _node("step", target)
    return _node("end", f"{role}-{target.removeprefix('end:')}")


def _node(kind: str, name: str) -> str:
    return f"{kind}_{name.replace('-', '_')}"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")

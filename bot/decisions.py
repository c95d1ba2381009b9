"""The decisions file: one JSON line for every message, and for everything else that caused something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from bot.core.ads.score import Verdict
from bot.core.draft import Flag
from bot.core.events import At
from bot.core.rules.view import Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.draft import Decision
    from bot.core.effects import Effect, Words
    from bot.core.events import Event

DECISIONS_VERSION = 1


class DecisionLine(msgspec.Struct, omit_defaults=True):
    """The shape of a line, for its JSON Schema; `decision_line` writes it.

    `event` is the message's id, null where time (`task`) or another event (`kind`) caused something.
    `would` are effects that a room in mode observe only writes down.
    """

    event: str | None
    at: At
    effects: tuple[dict[str, Any], ...]
    room: str | None = None
    task: str | None = None
    kind: str | None = None
    verdict: Verdict | None = None
    score: float | None = None
    reasons: tuple[Signal, ...] | None = None
    flags: tuple[Flag, ...] | None = None
    would: tuple[dict[str, Any], ...] | None = None


class _OrdinaryLine(msgspec.Struct, kw_only=True):
    """The line of ordinary talk; nearly all lines are this one, so it is encoded without a detour."""

    event: str | None
    room: str | None
    at: At
    verdict: Verdict = "ok"
    score: float = 0.0
    reasons: tuple[Signal, ...] = ()
    effects: tuple[dict[str, Any], ...] = ()
    flags: tuple[Flag, ...]


_encode = msgspec.json.Encoder().encode


def is_worth_a_line(decision: Decision) -> bool:
    """Return whether a decision caused anything beyond bookkeeping, or is a message's."""
    return (
        decision.verdict is not None
        or decision.task is not None
        or bool(decision.effects or decision.recorded or decision.flags)
    )


def is_worth_remembering(decision: Decision) -> bool:
    """Return whether a decision is kept in the store: the plain `ok` of ordinary talk is not."""
    return bool(
        decision.effects
        or decision.recorded
        or decision.flags
        or decision.task is not None
        or decision.score > 0
    )


def decision_line(
    event: Event, decision: Decision, render: Callable[[Words], str], more_effects: tuple[Effect, ...] = ()
) -> bytes:
    """Return the JSON line of a decision, as docs/reference/decisions-format.md has it.

    Args:
        event: what was decided on.
        decision: what came of it.
        render: gives the words' sentence.
        more_effects: what followed at once when the effects were carried out (replay).
    """
    if decision.verdict == "ok" and not decision.reasons and not decision.effects and not decision.recorded:
        return _encode(
            _OrdinaryLine(
                event=getattr(event, "id", None),
                room=getattr(event, "room", None),
                at=event.at,
                flags=decision.flags,
            )
        )
    line: dict[str, Any] = {"event": getattr(event, "id", None) if decision.task is None else None}
    if decision.task is not None:
        line["task"] = decision.task
    else:
        line["room"] = getattr(event, "room", None)
        if decision.verdict is None:
            line["kind"] = event.__struct_config__.tag
    line["at"] = event.at
    if decision.verdict is not None:
        line |= {"verdict": decision.verdict, "score": decision.score, "reasons": decision.reasons}
    line["effects"] = [effect_value(effect, render) for effect in (*decision.effects, *more_effects)]
    if decision.recorded:
        line["would"] = [effect_value(effect, render) for effect in decision.recorded]
    if decision.verdict is not None or decision.flags:
        line["flags"] = decision.flags
    return _encode(line)


def effect_value(effect: Effect, render: Callable[[Words], str]) -> dict[str, Any]:
    """Return an effect as the decisions file has it: worded, without its template.

    Args:
        effect: what is to be done.
        render: gives the words' sentence.
    """
    value: dict[str, Any] = msgspec.to_builtins(effect)
    words = getattr(effect, "words", None)
    if words is not None:
        del value["words"]
        value["text"] = render(words)
    return value

"""The score: a message's signals added up, and the verdict that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import Signal, View
    from bot.core.settings import Scoring

Verdict = Literal["ok", "suspect", "ad"]


class Judgement(msgspec.Struct, frozen=True):
    """A message's own verdict with its score and the signals it comes from."""

    verdict: Verdict
    score: float
    signals: tuple[Signal, ...]


INNOCENT = Judgement("ok", 0.0, ())


def judge(view: View, rules: RuleSet, scoring: Scoring) -> Judgement:
    """Return the verdict on one message.

    Args:
        view: the message.
        rules: the compiled packs.
        scoring: the scores from which a message is suspect, or an ad.
    """
    return judgement_of(rules.signals(view), scoring)


def judgement_of(signals: Sequence[Signal], scoring: Scoring) -> Judgement:
    """Return what signals add up to.

    Args:
        signals: those that count here.
        scoring: the scores from which a message is suspect, or an ad.
    """
    if not signals:
        return INNOCENT
    score = round(max(0.0, sum(signal.weight for signal in signals)), 4)
    verdict: Verdict = "ad" if score >= scoring.ad else "suspect" if score >= scoring.suspect else "ok"
    return Judgement(verdict, score, tuple(signals))

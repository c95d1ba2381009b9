"""What a reply sounds like: a small linear model over runs of one to three characters, a second opinion.

Cues know what was thought of; this has seen some hundred replies and guesses at the rest. It is trained by
scripts/train_replies_model.py, which also says how much it helps; it never decides alone whether somebody
is in danger, wants a person or wants to be left alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from bot.core.playbook.model import ReplyClass

if TYPE_CHECKING:
    from bot.core.playbook.model import Purpose

_LONGEST_RUN = 3
# A longer reply is read from its beginning.
_LONGEST = 200


class MoodWeights(msgspec.Struct, frozen=True):
    """A trained model as its file has it.

    `weights` has for every gram one whole number a mood, of which each is worth `step`; `purposes` what the
    step that was answered adds, `share` how much the model counts beside the cues.
    """

    moods: tuple[ReplyClass, ...]
    share: float
    step: float
    bias: tuple[float, ...]
    purposes: dict[str, tuple[float, ...]]
    grams: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]


class MoodModel:
    """A trained model, immutable, ready to read."""

    def __init__(self, weights: MoodWeights) -> None:
        """Hold a model.

        Raises:
            ValueError: its parts do not match.
        """
        if len(weights.grams) != len(weights.weights) or len(weights.bias) != len(weights.moods):
            raise ValueError("every gram has its weights, every mood its bias")
        self._weights = weights
        self._of_gram = dict(zip(weights.grams, weights.weights, strict=True))

    def opinion(self, words: str, purpose: Purpose) -> dict[ReplyClass, float]:
        """Return what speaks for each mood: the logarithm of its probability, times the model's share.

        Args:
            words: the plain view of a reply.
            purpose: of the step it answers.
        """
        model = self._weights
        runs = runs_of(words)
        scale = model.step / math.sqrt(len(runs) or 1)
        at = model.purposes.get(purpose, (0.0,) * len(model.moods))
        sums = [bias + more for bias, more in zip(model.bias, at, strict=True)]
        for run in sorted(runs):
            known = self._of_gram.get(run)
            if known is not None:
                sums = [total + scale * weight for total, weight in zip(sums, known, strict=True)]
        highest = max(sums)
        whole = highest + math.log(sum(math.exp(total - highest) for total in sums))
        return {mood: model.share * (total - whole) for mood, total in zip(model.moods, sums, strict=True)}


def runs_of(words: str) -> set[str]:
    """Return the runs of one to three characters in a text; training and reading share this function.

    Args:
        words: the plain view of a reply.
    """
    text = f"\x02{words[:_LONGEST]}\x03"
    return {
        text[start : start + length]
        for length in range(1, _LONGEST_RUN + 1)
        for start in range(len(text) - length + 1)
    }

"""What a message reads like: a linear model over short runs of characters, trained before it shipped.

Runs of one to three characters (and some longer words) each carry a weight, found by
scripts/train_ads_model.py; where and how long somebody is in the room, and what kind of message it is,
carry a few more. One automaton finds all runs in one pass, so a message costs time in proportion to its
length and nothing more. How good it is, and what it cannot do: docs/explanation/language-model.md.
"""

from __future__ import annotations

import functools
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

import daachorse
import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.events import MessageType

Tenure = Literal["hours", "days", "fortnight", "settled", "old"]

BEGIN, END = "\x02", "\x03"
# All digits are alike: which numbers an ad names says nothing, that it names eleven in a row does.
_digits_to_zero = functools.partial(re.compile("[1-9]").sub, "0")
# An account's name as people write it; digits are zeros by then.
_account_name = re.compile(r"[a-z][a-z0_-]{5,}").search

# A longer message is read at its ends and in four places between: an ad is no novel.
_LONGEST = 4000
_WINDOW = 500
# Below this length a message counts as if it were this long: two characters prove little.
_SHORTEST = 4
_LENGTH_UNIT = 100
_LENGTH_CAP = 1.5

_CERTAIN = 30.0
_WORTH_EXPLAINING = 0.2
_PHRASES = 3
_LONGEST_PHRASE = 12

_DAYS: tuple[tuple[float, Tenure], ...] = ((1, "hours"), (3, "days"), (15, "fortnight"), (60, "settled"))

# Probability -> weight of the signal, straight lines between. Found on what seven writers wrote, each
# scored by the model of the other six (docs/explanation/language-model.md): 0.5 alone asks staff, 0.9 alone
# acts.
CURVE = (
    (0.0, -0.3),
    (0.03, -0.2),
    (0.2, 0.0),
    (0.5, 0.4),
    (0.615, 0.5),
    (0.875, 0.8),
    (0.92, 0.9),
    (1.0, 1.0),
)


class Features(msgspec.Struct, frozen=True):
    """What is known about a message beside its words; the defaults are what speaks for nothing."""

    tenure: Tenure = "settled"
    type: MessageType = "text"
    trade_room: bool = False
    qr: bool = False


class Opinion(msgspec.Struct, frozen=True):
    """How much a message reads like an ad (0 to 1), and its own words that weigh most, strongest first."""

    probability: float
    strongest: tuple[tuple[str, float], ...] = ()


NOTHING_TO_READ = Opinion(0.0)


class Weights(msgspec.Struct, frozen=True):
    """A trained model as its file has it: `weights[i] * step` is what `grams[i]` adds to the log odds.

    The sum over a text's runs is divided by its length to the power `power`; `structure` holds what each
    feature adds, by the names `named_features` gives.
    """

    version: str
    bias: float
    power: Annotated[float, msgspec.Meta(ge=0, le=1)]
    step: float
    structure: dict[str, float]
    grams: tuple[str, ...]
    weights: tuple[Annotated[int, msgspec.Meta(ge=-127, le=127)], ...]


def tenure_of(days: float | None) -> Tenure:
    """Return the class of a time in the room; unknown is settled, for nobody is a newcomer because of a gap.

    Args:
        days: since joining, or None if nobody knows.
    """
    if days is None:
        return "settled"
    return next((tenure for limit, tenure in _DAYS if days < limit), "old")


def shaped(text: str) -> str:
    """Return a text as the model reads it: with marks at both ends, all digits 0, a long one sampled.

    Args:
        text: the plain view with disguises undone.
    """
    if len(text) > _LONGEST:
        text = _sampled(text)
    return f"{BEGIN}{_digits_to_zero(text)}{END}"


def named_features(shape: str, features: Features) -> dict[str, float]:
    """Return the structural features that are not 0, by name; training and scoring share this function.

    Args:
        shape: a text as `shaped` returns it.
        features: what else is known.
    """
    named = {f"type:{features.type}": 1.0, f"tenure:{features.tenure}": 1.0, "length": _length(shape)}
    named["trade_room"] = float(features.trade_room)
    named["qr"] = float(features.qr)
    named["account_name"] = float(_account_name(shape) is not None)
    return {name: value for name, value in named.items() if value}


class LanguageModel:
    """A trained model, immutable, ready to read."""

    def __init__(self, weights: Weights) -> None:
        """Build the automaton.

        Raises:
            ValueError: grams and weights do not match.
        """
        if len(weights.grams) != len(weights.weights) or len(set(weights.grams)) != len(weights.grams):
            raise ValueError("every gram has one weight, and stands once")
        self.version = weights.version
        self._power = weights.power
        self._bias = weights.bias
        self._step = weights.step
        self._structure = dict(weights.structure)
        self._weight_of = weights.weights
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(list(weights.grams))
        self._context: dict[Features, float] = {}

    def log_odds(self, text: str, features: Features) -> float:
        """Return the log odds that a message is an ad.

        Args:
            text: its own words in the plain view with disguises undone.
            features: what else is known.
        """
        shape = shaped(text)
        return self._log_odds(shape, self._automaton.find_overlapping(shape), features)

    def score(self, text: str, features: Features) -> Opinion:
        """Return what a message reads like; the same message always gives the same opinion.

        Args:
            text: its own words in the plain view with disguises undone.
            features: what else is known.
        """
        if not text or text.isspace():
            return NOTHING_TO_READ
        shape = shaped(text)
        found = self._automaton.find_overlapping(shape)
        probability = _probability(self._log_odds(shape, found, features))
        if probability < _WORTH_EXPLAINING:
            return Opinion(probability)
        return Opinion(probability, self._strongest(_sampled(text), found, self._share(shape)))

    def _log_odds(self, shape: str, found: list[tuple[int, int, int]], features: Features) -> float:
        context = self._context.get(features)
        if context is None:
            context = self._context[features] = self._bias + self._sum(named_features("", features))
        structure = self._structure
        context += structure.get("length", 0.0) * _length(shape)
        if "account_name" in structure and _account_name(shape):
            context += structure["account_name"]
        # Comprehensions, for the interpreter runs these two faster than any call (measured: half the time).
        weight_of = self._weight_of
        gained = sum([weight_of[gram] for gram in {gram for _, _, gram in found}])
        return context + gained * self._share(shape)

    def _share(self, shape: str) -> float:
        return float(self._step * max(len(shape), _SHORTEST) ** -self._power)

    def _sum(self, named: dict[str, float]) -> float:
        return sum(self._structure.get(name, 0.0) * value for name, value in sorted(named.items()))

    def _strongest(
        self, text: str, found: Iterable[tuple[int, int, int]], share: float
    ) -> tuple[tuple[str, float], ...]:
        """Return the stretches of a text that speak most for an ad, with what they add to the log odds."""
        # The shape has one mark in front, so the text's first character is the shape's second.
        each = [0.0] * (len(text) + 2)
        seen: set[int] = set()
        for start, end, gram in found:
            if gram in seen:
                continue
            seen.add(gram)
            part = self._weight_of[gram] * share / (end - start)
            for place in range(start, end):
                each[place] += part
        phrases = [_best_part(each, start, end) for start, end in _positive_runs(each[1:-1])]
        phrases.sort(key=lambda phrase: (-phrase[2], phrase[0]))
        worded = [(" ".join(text[start:end].split()), round(gain, 3)) for start, end, gain in phrases]
        return tuple(phrase for phrase in worded if len(phrase[0]) > 1)[:_PHRASES]


def language_signal(opinion: Opinion) -> float:
    """Return the weight of the signal `language/ads`, by CURVE.

    What reads like talk speaks against other signals.

    Args:
        opinion: what the model says of a message.
    """
    if opinion is NOTHING_TO_READ:
        return 0.0
    for (left, low), (right, high) in pairwise(CURVE):
        if opinion.probability <= right:
            return round(low + (high - low) * (opinion.probability - left) / (right - left), 4)
    return CURVE[-1][1]


def evidence(opinion: Opinion) -> str:
    """Return an opinion's strongest words as people read them: 『想要的跟我说』『名额』."""
    return "".join(f"『{phrase}』" for phrase, _ in opinion.strongest)


def _sampled(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    gap = (len(text) - 2 * _WINDOW) // 5
    places = [_WINDOW + gap * n for n in range(1, 5)]
    middle = [text[place : place + _WINDOW] for place in places]
    return "\n".join((text[: 2 * _WINDOW], *middle, text[-2 * _WINDOW :]))


def _length(shape: str) -> float:
    length = (len(shape) - 2) / _LENGTH_UNIT
    return length if 0 < length < _LENGTH_CAP else _LENGTH_CAP if length > 0 else 0.0


def _probability(log_odds: float) -> float:
    # Beyond this the result is 0 or 1 in every digit that anybody reads, and exp could overflow.
    if log_odds > _CERTAIN:
        log_odds = _CERTAIN
    elif log_odds < -_CERTAIN:
        log_odds = -_CERTAIN
    return 1 / (1 + math.exp(-log_odds))


def _positive_runs(each: list[float]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = None
    for place, gain in enumerate([*each, 0.0]):
        if gain > 0 and start is None:
            start = place
        elif gain <= 0 and start is not None:
            runs.append((start, place))
            start = None
    return runs


def _best_part(each: list[float], start: int, end: int) -> tuple[int, int, float]:
    """Return the stretch of a run that gains most within the length people still read, and its gain."""
    last = max(start + 1, end - _LONGEST_PHRASE + 1)
    sums = [(sum(each[n + 1 : min(n + _LONGEST_PHRASE, end) + 1]), -n) for n in range(start, last)]
    gain, place = max(sums)
    return -place, min(-place + _LONGEST_PHRASE, end), gain

"""What a message reads like: a linear model over short runs of characters, trained before it shipped.

Runs of one to three characters (and some longer words) each carry a weight, found by
scripts/train_ads_model.py; where and how long somebody is in the room, and what kind of message it is,
carry a few more. One automaton finds all longer runs in one pass, so a message costs time in proportion to
its length and nothing more. How good it is, and what it cannot do: docs/explanation/language-model.md.
"""

from __future__ import annotations

import functools
import itertools
import re
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

_ZEROS = itertools.repeat(0)

# A longer message is read at its ends and in four places between: an ad is no novel.
_LONGEST = 4000
_WINDOW = 500
# Below this length a message counts as if it were this long: two characters prove little.
_SHORTEST = 4
_LENGTH_UNIT = 100
_LENGTH_CAP = 1.5

_PHRASES = 3
# Of 127: runs that weigh so much speak for themselves. One talk in ten has enough of them to be worth reading
# in full; what they miss is one ad in 250 (scripts/train_ads_model.py works the gate out).
STRONG_RUN, STRONG_CHARACTER = 8, 40
# Log odds below this never make a message suspect by themselves, whatever the preset.
_WORTH_READING = -0.25
_LONGEST_PHRASE = 12
# People read the beginning of a long message, so its evidence is looked for there.
_TOLD_FROM = 1000
_MARKS = " ,.!?;:~、。…"

_DAYS: tuple[tuple[float, Tenure], ...] = ((1, "hours"), (3, "days"), (15, "fortnight"), (60, "settled"))


class Features(msgspec.Struct, frozen=True):
    """What is known about a message beside its words; the defaults are what speaks for nothing."""

    tenure: Tenure = "settled"
    type: MessageType = "text"
    trade_room: bool = False
    qr: bool = False


class Weights(msgspec.Struct, frozen=True):
    """A trained model as its file has it: `weights[i] * step` is what `grams[i]` adds to the log odds.

    The sum over a text's runs is divided by its length to the power `power`; `structure` holds what each
    feature adds, by the names `named_features` gives. `gate` says how much a text's strongest runs alone add
    up to, where all its runs together add up to so much at least (pairs of the latter and the former).
    """

    version: str
    bias: float
    power: Annotated[float, msgspec.Meta(ge=0, le=1)]
    step: float
    structure: dict[str, float]
    grams: tuple[str, ...]
    weights: tuple[Annotated[int, msgspec.Meta(ge=-127, le=127)], ...]
    gate: tuple[tuple[float, float], ...] = ()


def tenure_of(days: float | None) -> Tenure:
    """Return the class of a time in the room; unknown is settled, for nobody is a newcomer because of a gap.

    Args:
        days: since joining, or None if nobody knows.
    """
    if days is None:
        return "settled"
    for limit, tenure in _DAYS:
        if days < limit:
            return tenure
    return "old"


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
        self._per_length = self._structure.get("length", 0.0)
        self._for_account_name = self._structure.get("account_name", 0.0)
        # Single characters are most of what a text has and are looked up; the automaton finds the longer runs.
        self._weight_of = dict(zip(weights.grams, weights.weights, strict=True))
        self._single = {gram: weight for gram, weight in self._weight_of.items() if len(gram) == 1}
        self._longer = [gram for gram in weights.grams if len(gram) > 1]
        self._weight_of_longer = [self._weight_of[gram] for gram in self._longer]
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._longer)
        self._gate = weights.gate
        strong = [gram for gram, weight in self._weight_of.items() if weight >= strength(gram)]
        self._weight_of_strong = [self._weight_of[gram] for gram in strong]
        self._strong = daachorse.CharwiseDoubleArrayAhoCorasick(strong)
        self._context: dict[Features, tuple[float, float]] = {}
        self._last: tuple[str, Features | None, float] = ("", None, 0.0)

    def log_odds(self, text: str, features: Features) -> float:
        """Return the log odds that a message is an ad: 0 is fifty-fifty.

        Args:
            text: its own words in the plain view with disguises undone.
            features: what else is known.
        """
        # One message is asked about up to three times, and reading it is what costs.
        read, known, odds = self._last
        if read is text and known is features:
            return odds
        shape = shaped(text)
        odds = (self._context.get(features) or self._known(features))[0]
        odds += self._per_length * _length(shape)
        if self._for_account_name and _account_name(shape):
            odds += self._for_account_name
        gained = sum(map(self._single.get, set(shape), _ZEROS))
        found = self._automaton.find_overlapping(shape)
        if found:
            weight_of = self._weight_of_longer
            gained += sum([weight_of[gram] for gram in {gram for _, _, gram in found}])
        odds += gained * self._share(shape)
        self._last = (text, features, odds)
        return odds

    def between(self, features: Features, other: Features) -> float:
        """Return how much more the same words are worth with some features than with others.

        Args:
            features: what is known of a message.
            other: what else might be known of it.
        """
        first = self._context.get(features) or self._known(features)
        return first[0] - (self._context.get(other) or self._known(other))[0]

    def may_be_ad(self, text: str, features: Features) -> bool:
        """Return whether a message reads enough like an ad to be one when nothing else speaks against it.

        Args:
            text: its own words in the plain view with disguises undone.
            features: what else is known.
        """
        least = (self._context.get(features) or self._known(features))[1]
        shape = shaped(text)
        weight_of = self._weight_of_strong
        promised = sum([weight_of[run] for _, _, run in self._strong.find_overlapping(shape)])
        return promised * self._share(shape) >= least and self.log_odds(text, features) >= _WORTH_READING

    def _known(self, features: Features) -> tuple[float, float]:
        """Return what features add to the log odds, and what the strongest runs must add up to with them."""
        odds = self._bias + self._sum(named_features("", features))
        self._context[features] = known = (odds, _between(self._gate, _WORTH_READING - odds))
        return known

    def strongest(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return the stretches of a text that speak most for an ad, with what they add to the log odds.

        Args:
            text: its own words in the plain view with disguises undone.
        """
        text = text[:_TOLD_FROM]
        shape = shaped(text)
        share = self._share(shape)
        # Strong runs that touch are one stretch; they come in the order of their ends.
        stretches: list[tuple[int, int, int]] = []
        for first, end, run in self._strong.find_overlapping(shape):
            start, gain = first, self._weight_of_strong[run]
            while stretches and start <= stretches[-1][1]:
                before, _, gained = stretches.pop()
                start, gain = min(start, before), gain + gained
            stretches.append((start, end, gain))
        stretches.sort(key=lambda stretch: (-stretch[2], stretch[0]))
        # The shape has one mark in front, so the text's first character is the shape's second.
        phrases = [
            (
                " ".join(text[max(0, start - 1) : end - 1][: 4 * _LONGEST_PHRASE].split()).strip(_MARKS),
                round(gain * share, 3),
            )
            for start, end, gain in stretches[: 2 * _PHRASES]
        ]
        return tuple((said[:_LONGEST_PHRASE], gain) for said, gain in phrases if len(said) > 1)[:_PHRASES]

    def _share(self, shape: str) -> float:
        return float(self._step * max(len(shape), _SHORTEST) ** -self._power)

    def _sum(self, named: dict[str, float]) -> float:
        return sum(self._structure.get(name, 0.0) * value for name, value in sorted(named.items()))


def evidence(strongest: Iterable[tuple[str, float]]) -> str:
    """Return the words that weigh most as people read them: 『想要的跟我说』『名额』.

    Args:
        strongest: as `LanguageModel.strongest` returns it.
    """
    return "".join(f"『{phrase}』" for phrase, _ in strongest)


def strength(run: str) -> int:
    """Return from which weight on a run is a strong one."""
    return STRONG_RUN if len(run) > 1 else STRONG_CHARACTER


def _between(points: tuple[tuple[float, float], ...], place: float) -> float:
    """Return the value at a place on the straight lines between points; none at all ask for nothing."""
    if not points or place < points[0][0]:
        return 0.0
    for (left, low), (right, high) in itertools.pairwise(points):
        if place <= right:
            return low + (high - low) * (place - left) / (right - left)
    return points[-1][1]


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

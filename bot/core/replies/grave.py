"""What must never be overheard, heard without its words: a linear model of the four that come first.

Somebody who has the cat's food counted out and the passwords written down names no death. The model adds up
runs of one to four characters, ideas (`Concept`: words by what they are about) and pairs of ideas, one
number for each of its heads: `safety`, `opt-out`, `wants-human`, `legal-threat`, and `danger`, which is
safety said before everybody in a room. It is trained by scripts/train_replies_model.py, which also chooses
from where on each is heard. Why it heard something is said in the words that weighed most.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Literal

import daachorse
import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.replies.cue import Concept

Head = Literal["safety", "opt-out", "wants-human", "legal-threat", "danger"]
HEADS: tuple[Head, ...] = ("safety", "opt-out", "wants-human", "legal-threat", "danger")

RUN = 4
# A longer text is read from its beginning: who is in danger does not write an essay first.
_LONGEST = 200
# Below this length a text counts as if it were this long: two characters prove little.
_SHORTEST = 4
_BEGIN, _END = "\x02", "\x03"
_NOTHING = -99.0
_EVIDENCE = 3


class Limits(msgspec.Struct, frozen=True):
    """From which log odds a head is heard: alone, beside a cue for it, and as a mere maybe."""

    alone: float
    beside: float
    maybe: float


class GraveWeights(msgspec.Struct, frozen=True):
    """A trained model as its file has it: whole numbers, one a head, of which each is worth `step`.

    `concepts`, `pairs` (of ideas, by their places) and `grams` are what is looked for; `purposes` is what the
    step that was answered adds, in plain log odds.
    """

    heads: tuple[Head, ...]
    limits: dict[Head, Limits]
    step: float
    bias: tuple[float, ...]
    purposes: dict[str, tuple[float, ...]]
    concepts: tuple[str, ...]
    of_concept: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int], ...]
    of_pair: tuple[tuple[int, ...], ...]
    grams: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]


class Ideas:
    """Finds which ideas a text touches; immutable once made."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Build one automaton of all their words."""
        of_word: dict[str, list[str]] = {}
        known = tuple(concepts)
        for concept in known:
            for word in concept.all_words():
                of_word.setdefault(word, []).append(concept.id)
        self.words = sorted(of_word)
        self._of_word = [tuple(of_word[word]) for word in self.words]
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self.words)
        alarming = sorted({word for concept in known if concept.alarms for word in concept.all_words()})
        self._alarming = daachorse.CharwiseDoubleArrayAhoCorasick(alarming) if alarming else None

    def alarm(self, words: str) -> bool:
        """Return whether a text touches an idea without which nothing is taken for danger.

        Args:
            words: the plain view of a text.
        """
        return self._alarming is not None and bool(self._alarming.find(words))

    def found(self, words: str) -> dict[str, str]:
        """Return the ideas in a text, each with the longest word for it.

        Args:
            words: the plain view of a text.
        """
        found: dict[str, str] = {}
        for _, _, number in self._automaton.find_overlapping(words):
            word = self.words[number]
            for idea in self._of_word[number]:
                if len(word) > len(found.get(idea, "")):
                    found[idea] = word
        return found


class GraveModel:
    """A trained model with the ideas it knows, immutable, ready to read."""

    def __init__(self, weights: GraveWeights, ideas: Ideas) -> None:
        """Hold a model.

        Raises:
            ValueError: its parts do not match.
        """
        if weights.heads != HEADS or set(weights.limits) != set(HEADS):
            raise ValueError("a model that hears something else than this program asks for")
        parts = (
            (weights.grams, weights.weights),
            (weights.concepts, weights.of_concept),
            (weights.pairs, weights.of_pair),
        )
        if any(len(names) != len(numbers) for names, numbers in parts):
            raise ValueError("every gram, idea and pair has its weights")
        self.limits = weights.limits
        self._weights = weights
        self._ideas = ideas
        self._place = {idea: number for number, idea in enumerate(weights.concepts)}
        self._of_pair = dict(zip(weights.pairs, weights.of_pair, strict=True))
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(list(weights.grams))
        self._danger_of = [numbers[HEADS.index("danger")] for numbers in weights.weights]

    def log_odds(self, words: str, purpose: str) -> dict[Head, float]:
        """Return the log odds of each head: 0 is fifty-fifty.

        Args:
            words: the plain view of a reply.
            purpose: of the step it answers.
        """
        model, words = self._weights, words[:_LONGEST]
        at = model.purposes.get(purpose, (0.0,) * len(HEADS))
        grams = [model.weights[number] for number in self._runs(words)]
        scale = scale_of(words)
        ideas = self._numbers_of(self._ideas.found(words))
        return {
            head: model.bias[n]
            + at[n]
            + model.step
            * (scale * sum([numbers[n] for numbers in grams]) + sum([numbers[n] for numbers in ideas]))
            for n, head in enumerate(HEADS)
        }

    def danger(self, words: str) -> float:
        """Return the log odds that a message in a room speaks of danger; cheap where it touches no alarming idea.

        Args:
            words: the plain view of a message's own words.
        """
        words = words[:_LONGEST]
        if not self._ideas.alarm(words):
            return _NOTHING
        found = self._ideas.found(words)
        model, head = self._weights, HEADS.index("danger")
        of_gram = self._danger_of
        gained = scale_of(words) * sum([of_gram[number] for number in self._runs(words)])
        gained += sum([numbers[head] for numbers in self._numbers_of(found)])
        return model.bias[head] + model.step * gained

    def evidence(self, words: str, head: Head) -> tuple[str, ...]:
        """Return the words of a text that weighed most for a head, the heaviest first.

        Args:
            words: the plain view of a text.
            head: what was heard.
        """
        model, words = self._weights, words[:_LONGEST]
        n = HEADS.index(head)
        gains: dict[str, float] = {}
        scale = scale_of(words)
        for number in self._runs(words):
            run = model.grams[number].strip(f"{_BEGIN}{_END} ,.!?")
            if len(run) > 1:
                gains[run] = gains.get(run, 0.0) + scale * model.weights[number][n]
        for idea, word in self._ideas.found(words).items():
            if idea in self._place:
                gains[word] = gains.get(word, 0.0) + model.of_concept[self._place[idea]][n]
        told: list[str] = []
        for run in sorted((run for run, gain in gains.items() if gain > 0), key=lambda r: (-gains[r], r)):
            if not any(run in other or other in run for other in told):
                told.append(run)
        return tuple(told[:_EVIDENCE])

    def _runs(self, words: str) -> set[int]:
        found = self._automaton.find_overlapping(f"{_BEGIN}{words}{_END}")
        return {number for _, _, number in found}

    def _numbers_of(self, found: Iterable[str]) -> list[tuple[int, ...]]:
        """Return the weights of ideas and of their pairs."""
        places = sorted(self._place[idea] for idea in found if idea in self._place)
        numbers = [self._weights.of_concept[place] for place in places]
        of_pair = self._of_pair
        return numbers + [of_pair[pair] for pair in itertools.combinations(places, 2) if pair in of_pair]


def runs_of(words: str) -> set[str]:
    """Return the runs of one to four characters in a text, as training knows them.

    Args:
        words: the plain view of a text.
    """
    text = f"{_BEGIN}{words[:_LONGEST]}{_END}"
    return {
        text[start : start + length]
        for length in range(1, RUN + 1)
        for start in range(len(text) - length + 1)
    }


def scale_of(words: str) -> float:
    """Return what one run of a text counts: the longer a text, the less; training and reading share this.

    Args:
        words: the plain view of a text.
    """
    return 0.5 / math.sqrt(max(_SHORTEST, len(words[:_LONGEST])) + 2)

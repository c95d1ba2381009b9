"""What staff's verdicts teach: a small linear model over runs of characters, for this operator alone.

A support vector machine over the single characters and pairs of a text, fitted to what the rules' score
leaves open. It is a function of the set of verdicts and of nothing else: in whatever order they came, and
whatever was taken back since, the same verdicts make the same model. Nothing is learned that cannot be
unlearned.

How one voice is kept from deciding: no verdict pulls harder than `PULL`, so it moves no text's value by more
than `BAND` (`Model`); and what rests on one verdict alone is at most asked about, never acted on (`may_act`).
Choices and figures: docs/explanation/detection.md.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.language import shaped
from bot.core.text.disguise import undisguised
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.core.records import Label, Sample

# Before so many verdicts of each kind the model stays silent.
QUORUM = 30
# Before so many of both kinds together it may make a message suspect, not more.
SURE_FROM = 100
# Of what it would act on by itself so much must have been ads, and so many, by verdicts it had not learned from.
PRECISION, FEWEST_SURE = 0.97, 20
# The newest so many of each kind are learned from, so memory and time are bounded and old campaigns fade.
KEPT = 500
# The most that one verdict can weigh (the box constraint of the machine).
PULL = 1.0
# An ad says what it is at its beginning; characters.
_READ = 240
# How readily the model moves its border: the square of the constant feature.
_BIAS = 0.5
# How far one verdict moves the value of a text at most: PULL times the lengths of two texts.
BAND = PULL * (1 + _BIAS)
# A score stands so far from the one from which staff is asked, at most; and the bot acts so much above that.
_BORDER, _REACH, _ACTS = 0.5, 1.0, 0.4
# What a point of the rules' score is worth beside the words; at 1.2 the rules neither drown nor decide.
_TRUST = 1.2
# The fit ends after so many rounds, or when no verdict's pull moves by more than this.
_ROUNDS, _SETTLED = 30, 0.01
# Where staff confirm more than they reject, ordinary talk is missing among the verdicts: more is asked for.
_USUAL_SHARE, _SHIFT = 0.2, 0.15
# A value nearer to 0 says nothing.
SPEAKS = 0.12
MOST, LEAST = 1.5, -1.0
_PHRASES = 3
_NOTHING = itertools.repeat(0.0)


class Lesson(msgspec.Struct, frozen=True):
    """One text with what staff said it is, and what the rules made of it."""

    key: int
    label: Label
    shape: str
    at: datetime
    score: float = 0.0


def lesson_of(sample: Sample) -> Lesson:
    """Return what there is to learn from a verdict.

    Args:
        sample: the verdict.
    """
    shape = _shape(undisguised(plain(sample.words[: 2 * _READ])))
    return Lesson(sample.case, sample.label, shape, sample.at, sample.score)


class Learning:
    """An operator's lessons, and the model they make; made anew when it is next asked for after a change."""

    def __init__(self, samples: Iterable[Sample] = ()) -> None:
        """Learn from verdicts, in any order."""
        self._samples = {sample.case: sample for sample in samples}
        self._lessons: dict[int, Lesson] = {}
        self._verdicts = Counter(sample.label for sample in self._samples.values())
        self._model: Model | None = None
        self._stale = True

    def add(self, sample: Sample) -> None:
        """Learn from a verdict; an earlier one on the same case is replaced."""
        self.remove(sample.case)
        self._samples[sample.case] = sample
        self._verdicts[sample.label] += 1
        self._stale = True

    def remove(self, case: int) -> None:
        """Unlearn a verdict, if there is one: the model is then as if it had never been."""
        gone = self._samples.pop(case, None)
        if gone is not None:
            self._lessons.pop(case, None)
            self._verdicts[gone.label] -= 1
            self._stale = True

    def model(self) -> Model | None:
        """Return what the verdicts make, or None before there are enough of each kind."""
        if self._stale:
            enough = min(self._verdicts["ad"], self._verdicts["ok"]) >= QUORUM
            self._model = Model(self._in_force()) if enough else None
            self._stale = False
        return self._model

    def _in_force(self) -> list[Lesson]:
        """Return the lessons that count: the newest of each kind."""
        newest = sorted(self._samples.values(), key=lambda sample: (sample.at, sample.case), reverse=True)
        kept = [sample for label in ("ad", "ok") for sample in [s for s in newest if s.label == label][:KEPT]]
        known = self._lessons
        self._lessons = {s.case: known.get(s.case) or lesson_of(s) for s in kept}
        return list(self._lessons.values())


class _Row(msgspec.Struct, frozen=True):
    """A text to fit to: its runs, 1 for an ad or -1, and where the rules see it."""

    runs: tuple[str, ...]
    side: float
    place: float


class Model:
    """A fitted model: what each run of characters is worth.

    Fitted is the minimum of |w|^2 / 2 plus `PULL` times the hinge losses of all texts, which is strongly
    convex: taking a text x out moves w by PULL * |x| at most, and the value of another text y by PULL * |x| *
    |y|. Every text has the length 1, and a constant feature beside it: that makes `BAND`.
    """

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        """Fit to lessons that count."""
        lessons = list(lessons)
        rows = _rows(lessons)
        self._worth, self._bias, pulls = _fit(rows)
        self._bias -= _shift(rows)
        self.is_sure = len(lessons) >= SURE_FROM and _is_precise(rows)
        self._ads = [
            (frozenset(row.runs), pull * len(row.runs) ** -0.5, pull * _BIAS)
            for row, pull in zip(rows, pulls, strict=True)
            if row.side > 0 and pull
        ]

    def value(self, text: str) -> float:
        """Return where a text stands by its words alone: above 0 it is like the ads staff confirmed.

        Args:
            text: a message's own words in the plain view with disguises undone.
        """
        return self._value(_runs_of(_shape(text)))

    def weight(self, text: str) -> float:
        """Return the weight of the signal for a text.

        Args:
            text: a message's own words in the plain view with disguises undone.
        """
        if not text or text.isspace():
            return 0.0
        value = self.value(text)
        if -SPEAKS < value < SPEAKS:
            return 0.0
        return round(max(LEAST, min(value / _TRUST, MOST)), 4)

    def may_act(self, text: str, weight: float) -> bool:
        """Return whether a text's weight is enough to act on: verdicts enough, and not one of them alone.

        Args:
            text: as `weight` was given it.
            weight: how much it must have without the verdict that does most to make it an ad.
        """
        if not self.is_sure:
            return False
        runs = _runs_of(_shape(text))
        share = len(runs) ** -0.5
        loudest = max(
            (pull * len(runs & of) * share + constant for of, pull, constant in self._ads), default=0.0
        )
        return (self._value(runs) - loudest) / _TRUST >= weight

    def strongest(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return the pairs of characters that speak most for a text's side, with what they add to the score.

        Args:
            text: a message's own words in the plain view with disguises undone.
        """
        runs = _runs_of(_shape(text))
        share = len(runs) ** -0.5 / _TRUST
        side = 1 if self._value(runs) > 0 else -1
        gains = ((side * self._worth.get(run, 0.0), run) for run in runs if len(run.strip("\x02\x03 ")) > 1)
        speaking = sorted((pair for pair in gains if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
        return tuple((run, round(side * gain * share, 3)) for gain, run in speaking[:_PHRASES])

    def _value(self, runs: set[str] | tuple[str, ...]) -> float:
        return self._bias + sum(map(self._worth.get, runs, _NOTHING)) * float(len(runs) ** -0.5)


def _rows(lessons: Iterable[Lesson]) -> list[_Row]:
    """Return the texts, each once, in an order of their own; a text of both labels cancels."""
    votes: Counter[str] = Counter()
    scores: dict[str, list[float]] = {}
    for lesson in lessons:
        votes[lesson.shape] += 1 if lesson.label == "ad" else -1
        scores.setdefault(lesson.shape, []).append(lesson.score)
    rows = []
    for shape, vote in sorted(votes.items()):
        if vote:
            said = scores[shape]
            place = max(-_REACH, min(_REACH, math.fsum(said) / len(said) - _BORDER))
            rows.append(_Row(tuple(sorted(_runs_of(shape))), math.copysign(1.0, vote), place))
    return rows


def _fit(rows: Sequence[_Row]) -> tuple[dict[str, float], float, list[float]]:
    """Return what runs are worth, the constant, and each text's pull: dual coordinate descent, in one order.

    Source: Hsieh et al., A dual coordinate descent method for large-scale linear SVM (2008), algorithm 1.

    Args:
        rows: the texts.
    """
    worth = dict.fromkeys(itertools.chain.from_iterable(row.runs for row in rows), 0.0)
    bias, pulls = 0.0, [0.0] * len(rows)
    length = 1 + _BIAS
    for _ in range(_ROUNDS):
        moved = 0.0
        for number, row in enumerate(rows):
            share, side, old = len(row.runs) ** -0.5, row.side, pulls[number]
            value = bias + _TRUST * row.place + share * sum(map(worth.__getitem__, row.runs))
            new = min(max(old - (side * value - 1) / length, 0.0), PULL)
            if new == old:
                continue
            pulls[number] = new
            step = side * (new - old)
            moved = max(moved, abs(step))
            bias += _BIAS * step
            gain = share * step
            for run in row.runs:
                worth[run] += gain
        if moved < _SETTLED:
            break
    return worth, bias, pulls


def _is_precise(rows: Sequence[_Row]) -> bool:
    """Return whether of what it would act on enough are ads, each half of the texts judged by the other's fit.

    Args:
        rows: the texts.
    """
    ads = others = 0
    for mine, other in ((rows[0::2], rows[1::2]), (rows[1::2], rows[0::2])):
        worth, bias, _ = _fit(mine)
        bias -= _shift(mine)
        for row in other:
            value = bias + sum(map(worth.get, row.runs, _NOTHING)) * float(len(row.runs) ** -0.5)
            if value + _TRUST * row.place >= _TRUST * _ACTS:
                ads, others = ads + (row.side > 0), others + (row.side < 0)
    return ads >= FEWEST_SURE and ads / (ads + others) >= PRECISION


def _shift(rows: Sequence[_Row]) -> float:
    if not rows:
        return 0.0
    ads = sum(row.side > 0 for row in rows)
    share = math.log((1 + ads) / (1 + len(rows) - ads))
    return _SHIFT * max(0.0, share - math.log(_USUAL_SHARE / (1 - _USUAL_SHARE)))


def _runs_of(shape: str) -> set[str]:
    """Return the single characters and the pairs of a shape, each once."""
    return {*shape, *map(operator.add, shape, shape[1:])}


def _shape(text: str) -> str:
    return shaped(text[:_READ])

"""What staff's verdicts teach: a small linear model over runs of characters, for this operator alone.

It is a function of the set of verdicts and of nothing else: in whatever order they came, and whatever was
taken back since, the same verdicts make the same model. Nothing is learned that cannot be unlearned.

How one voice is kept from deciding: every text is weighed twice, once as if one sample on the side of the
ads were missing, once as if one on the other side were. Only where both agree does the model speak. So one
more sample can make it fall silent, or speak where it was silent; it can never turn its `ok` into `ad` or
back (the proof stands at `_table`). Choices and figures: docs/explanation/language-model.md.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Literal

import daachorse
import msgspec

from bot.core.ads.language import shaped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.core.state import Label, Sample

LEARNING_VERSION = 1

# Before so many verdicts of each kind the model stays silent.
QUORUM = 30
# The newest so many of each kind are learned from, so memory and time are bounded and old campaigns fade.
KEPT = 500
# Staff's own talk counts as ok, but it shall not outweigh verdicts, nor make up for missing ones.
TALK_KEPT = 200
# The same text again and again is one campaign, not many opinions.
COPIES = 2
_READ = 240
_RUN = 3
# Added to both rates: what a run is worth that the other side has never used.
_PRIOR = 0.01
_POWER = 0.6
# The greater the share of ads among the verdicts, the less ordinary talk the model knows, and the more
# evidence it wants before it speaks; in a room where staff confirm every fifth, the least.
_FROM, _FROM_PER_SHARE, _USUAL_SHARE = 0.3, 2.0, 0.2
_AT_FROM, _GAIN = 0.2, 0.4
_MOST, _LEAST = 0.9, -0.5
_PHRASES = 3


class Lesson(msgspec.Struct, frozen=True):
    """One text with what it is; `talk` marks what staff said themselves, which nobody judged."""

    key: str
    label: Label
    shape: str
    at: datetime
    talk: bool = False


class Learned(msgspec.Struct, frozen=True):
    """What the verdicts say of a text: the weight of the signal `learned/ads`, and its strongest runs."""

    weight: float = 0.0
    strongest: tuple[tuple[str, float], ...] = ()


SILENT = Learned()


def lesson_of(sample: Sample, text: str) -> Lesson:
    """Return what there is to learn from a verdict.

    Args:
        sample: the verdict.
        text: its words in the plain view with disguises undone, as `Learning.opinion` will be given others.
    """
    return Lesson(str(sample.case), sample.label, _shape(text), sample.at)


def talk_of_staff(message: str, text: str, at: datetime) -> Lesson:
    """Return what there is to learn from staff's own words: that such words are no ad.

    Args:
        message: the message's id.
        text: its words, in the same view.
        at: when it was said.
    """
    return Lesson(f"talk:{message}", "ok", _shape(text), at, talk=True)


class Learning:
    """The lessons in force, and the model they make; made anew when it is next asked after a change."""

    def __init__(self, lessons: Iterable[Lesson] = ()) -> None:
        """Learn from lessons, in any order."""
        self._lessons = {lesson.key: lesson for lesson in lessons}
        self._model: _Model | None = None
        self._stale = True

    def add(self, lesson: Lesson) -> None:
        """Learn a lesson; another with its key is replaced."""
        self._lessons[lesson.key] = lesson
        self._stale = True
        if lesson.talk:
            self._forget_old_talk()

    def remove(self, key: str) -> None:
        """Unlearn a lesson, if it is there: the model is then as if it had never been."""
        if self._lessons.pop(key, None) is not None:
            self._stale = True

    def speaks(self) -> bool:
        """Return whether there are verdicts enough of each kind."""
        verdicts = Counter(lesson.label for lesson in self._lessons.values() if not lesson.talk)
        return min(verdicts["ad"], verdicts["ok"]) >= QUORUM

    def opinion(self, text: str) -> Learned:
        """Return what the verdicts say of a text.

        Args:
            text: a message's own words in the plain view with disguises undone.
        """
        if self._stale:
            self._model = _model(in_force(self._lessons.values())) if self.speaks() else None
            self._stale = False
        if self._model is None or not text or text.isspace():
            return SILENT
        return self._model.opinion(_shape(text))

    def _forget_old_talk(self) -> None:
        talk = [lesson for lesson in self._lessons.values() if lesson.talk]
        if len(talk) > 2 * TALK_KEPT:
            for lesson in _newest(talk, len(talk))[TALK_KEPT:]:
                del self._lessons[lesson.key]


class _Model:
    """A table of runs and what each is worth at least and at most, ready to be looked up."""

    def __init__(self, table: dict[str, tuple[float, float]], threshold: float) -> None:
        self._threshold = threshold
        self._runs = sorted(table)
        self._worth = tuple(table[run] for run in self._runs)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._runs)

    def opinion(self, shape: str) -> Learned:
        found = {run for _, _, run in self._automaton.find_overlapping(shape)}
        share = (_RUN * len(shape)) ** -_POWER
        # fsum: the same to the last digit in whatever order a set is walked through.
        least = math.fsum([self._worth[run][0] for run in found]) * share
        most = math.fsum([self._worth[run][1] for run in found]) * share
        weight = weight_of(least, most, self._threshold)
        if not weight:
            return SILENT
        side = 0 if weight > 0 else 1
        worth = sorted(((self._worth[run][side], self._runs[run]) for run in found), reverse=weight > 0)
        speaking = [
            (run.strip("\x02\x03"), gain) for gain, run in worth if gain * weight > 0 and len(run) > 1
        ]
        return Learned(
            weight, tuple((run, round(gain * share, 3)) for run, gain in speaking if run)[:_PHRASES]
        )


def threshold_of(lessons: Iterable[Lesson]) -> float:
    """Return from which evidence on the model calls something an ad; it is always above 0.

    Args:
        lessons: that count.
    """
    labels = Counter(lesson.label for lesson in lessons)
    share = labels["ad"] / max(1, labels.total())
    return _FROM + _FROM_PER_SHARE * max(0.0, share - _USUAL_SHARE)


def weight_of(least: float, most: float, threshold: float) -> float:
    """Return the weight of the signal between what a text is worth at least and at most.

    Args:
        least: the evidence for an ad with one sample of its side missing.
        most: the same with one sample of the other side missing.
        threshold: as `threshold_of` gives it.
    """
    if least > threshold:
        return round(min(_AT_FROM + _GAIN * (least - threshold), _MOST), 4)
    if most < 0:
        return round(max(_GAIN * most, _LEAST), 4)
    return 0.0


def in_force(lessons: Iterable[Lesson]) -> list[Lesson]:
    """Return the lessons that count: the newest of each kind.

    Args:
        lessons: all of them, in any order.
    """
    kinds: dict[Literal["ad", "ok", "talk"], list[Lesson]] = {"ad": [], "ok": [], "talk": []}
    for lesson in lessons:
        kinds["talk" if lesson.talk else lesson.label].append(lesson)
    most = {"ad": KEPT, "ok": KEPT, "talk": TALK_KEPT}
    return [lesson for kind, of_kind in kinds.items() for lesson in _newest(of_kind, most[kind])]


def evidence_range(lessons: Iterable[Lesson], text: str) -> tuple[float, float]:
    """Return what a text is worth at least and at most; for tests and for explaining, not for every message.

    Args:
        lessons: that count.
        text: in the plain view with disguises undone.
    """
    table, shape = _table(lessons), _shape(text)
    share = (_RUN * len(shape)) ** -_POWER
    worth = [table[run] for run in _runs_of(shape) if run in table]
    return math.fsum(low for low, _ in worth) * share, math.fsum(high for _, high in worth) * share


def _model(lessons: list[Lesson]) -> _Model | None:
    table = _table(lessons)
    return _Model(table, threshold_of(lessons)) if table else None


def _table(lessons: Iterable[Lesson]) -> dict[str, tuple[float, float]]:
    """Return what each run is worth, at least and at most.

    With a of A ads and o of O others that have the run, the least is log((a-1)/A + c) - log(o/(O-1) + c),
    the most log(a/(A-1) + c) - log((o-1)/O + c). One sample more or less changes a, A, o and O by one at
    most (a text counts once however it is labelled, see `_counted`), so the least after the change is never
    above the most before it, for (a+1-1)/(A+1) <= a/(A-1) and o/(O-1) >= (o-1)/O, and so on; what is added
    up keeps that order.
    """
    ads, others = _counted(lessons)
    in_ads, in_others = _occurrences(ads), _occurrences(others)
    all_ads, all_others = max(sum(ads.values()), 2), max(sum(others.values()), 2)
    table = {}
    for run in in_ads.keys() | in_others.keys():
        a, o = in_ads[run], in_others[run]
        least = math.log(max(a - 1, 0) / all_ads + _PRIOR) - math.log(o / (all_others - 1) + _PRIOR)
        most = math.log(a / (all_ads - 1) + _PRIOR) - math.log(max(o - 1, 0) / all_others + _PRIOR)
        table[run] = (least, most)
    return table


def _counted(lessons: Iterable[Lesson]) -> tuple[Counter[str], Counter[str]]:
    """Return the texts that count as ads and as others, and how often each does; contradictions cancel."""
    votes: Counter[str] = Counter()
    for lesson in lessons:
        votes[lesson.shape] += 1 if lesson.label == "ad" else -1
    ads = Counter({shape: min(vote, COPIES) for shape, vote in votes.items() if vote > 0})
    return ads, Counter({shape: min(-vote, COPIES) for shape, vote in votes.items() if vote < 0})


def _occurrences(texts: Counter[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for shape, times in texts.items():
        for run in _runs_of(shape):
            counts[run] += times
    return counts


def _runs_of(shape: str) -> set[str]:
    return {shape[n : n + size] for size in range(1, _RUN + 1) for n in range(len(shape) - size + 1)}


def _shape(text: str) -> str:
    return shaped(text[:_READ])


def _newest(lessons: list[Lesson], most: int) -> list[Lesson]:
    return sorted(lessons, key=lambda lesson: (lesson.at, lesson.key), reverse=True)[:most]

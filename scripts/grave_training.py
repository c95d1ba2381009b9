"""Trains the model of what must never be overheard (bot.core.replies.grave), for train_replies_model.py.

Each head is one logistic regression of its replies against all others. Ordinary talk keeps false alarms
rare: answers to check-ins, the turns of conversations in which nothing happens, and small talk. From where
on a head is heard is chosen by leaving out one source after the other, never by what a model has seen.
Needs numpy, scipy and scikit-learn, which the program itself does not.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.core.replies.grave import HEADS, GraveModel, GraveWeights, Ideas, Limits, runs_of, scale_of
from bot.core.text.normalise import plain
from scripts.gram_models import matrix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bot.core.replies.cue import CueFile
    from bot.core.replies.grave import Head

# Between 5 and 20 recall differs by less than 0.02; the shares of ideas and pairs likewise between 0.35 and 1.
STRENGTH = 10.0
OF_IDEA, OF_PAIR, OF_PURPOSE = 0.4, 0.3, 0.5
SEEN = 2  # a run must occur in so many texts
# What a line of a room weighs beside a reply: of replies it says a little, of danger in rooms all.
ROOM, ROOM_DANGER, CHECKIN = 0.3, 3.0, 0.5
# Below this a gram's weights change next to no reading.
LEAST = 0.16
SMALL_FOLDS = 5
HANDS = ("hand_2", "hand_3", "hand_4", "hand_5")
# Shares of other replies that may be taken for it, cues included. A look too many is cheap for safety; a talk
# that was ended for nobody's wish is not.
FALSE: dict[Head, float] = {"safety": 0.02, "opt-out": 0.012, "wants-human": 0.009, "legal-threat": 0.02}
FALSE_MAYBE = 0.06  # the same, where it is said as a maybe only
# Shares of messages in rooms.
FALSE_ROOM, FALSE_ROOM_MAYBE = 1 / 2000, 1 / 500
# A cue is believed unless the model says so clearly that it means something else; of danger it always is.
BESIDE: dict[Head, float] = {
    "safety": -99.0,
    "opt-out": -4.0,
    "wants-human": -4.0,
    "legal-threat": -4.0,
    "danger": -99.0,
}


class Text(NamedTuple):
    """A text to learn from: who wrote it, the purpose of the step it answers, and what it reads as."""

    source: str
    at: str
    words: str
    reads: str


class Parts(NamedTuple):
    """Which features count: the two ideas alone, and both."""

    grams: bool = True
    ideas: bool = True


def room_texts(conflict: Path, datasets: Path) -> list[Text]:
    """Return what is said in rooms where nothing happens.

    Args:
        conflict: the folder of labelled conversations.
        datasets: the folder of small talk.
    """
    texts = [
        Text(path.stem, "", plain(message["text"]).strip(), "room")
        for path in sorted(conflict.glob("*.jsonl"))
        for talk in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if talk["label"] == "none"
        for message in talk["messages"]
        if (message.get("type") or "text") == "text" and (message.get("text") or "").strip()
    ]
    small = (datasets / "smalltalk_train.jsonl").read_text(encoding="utf-8").splitlines()
    return texts + [
        Text(f"small{n % SMALL_FOLDS}", "", plain(json.loads(line)["text"]).strip(), "room")
        for n, line in enumerate(small)
    ]


def checkin_texts(checkin: Path) -> list[Text]:
    """Return answers to check-ins that were written for training; those that ask for somebody are left out."""
    return [
        Text(
            f"checkin-{name}",
            "follow_up",
            plain(row["text"]).strip(),
            "opt-out" if row["followup"] == "optout" else "checkin",
        )
        for name in ("fresh", "more", "written")
        for row in map(json.loads, (checkin / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
        if row["followup"] != "human" and row["reason"] != "want_quit"
    ]


BOTH = Parts()


class Trainer:
    """All texts with their features, from which models of any part of them are trained."""

    def __init__(self, texts: list[Text], cues: CueFile) -> None:
        """Find the features of all texts once."""
        self.texts = texts
        self.ideas = Ideas(cues.concept)
        self._concepts = sorted(concept.id for concept in cues.concept)
        self._runs = [runs_of(text.words) for text in texts]
        self._scales = [scale_of(text.words) for text in texts]
        found = [sorted(map(self._concepts.index, self.ideas.found(text.words))) for text in texts]
        self._pairs = sorted({pair for some in found for pair in itertools.combinations(some, 2)})
        place = {pair: n for n, pair in enumerate(self._pairs)}
        of_ideas = _ones(found, len(self._concepts)) * OF_IDEA
        paired = [[place[pair] for pair in itertools.combinations(some, 2)] for some in found]
        self._of_ideas = hstack([of_ideas, _ones(paired, len(self._pairs)) * OF_PAIR]).tocsr()
        self._purposes = sorted({text.at for text in texts} - {""})
        known = [[self._purposes.index(text.at)] if text.at else [] for text in texts]
        self._at = _ones(known, len(self._purposes)) * OF_PURPOSE
        self._reads = np.array([text.reads for text in texts])
        self._sources = np.array([text.source for text in texts])

    def trained(
        self, without: Iterable[str] = (), parts: Parts = BOTH, *, unseen: frozenset[str] = frozenset()
    ) -> GraveWeights:
        """Return a model of all sources but some, with limits that mean nothing yet.

        Args:
            without: sources to leave out.
            parts: which features count.
            unseen: texts to leave out, wherever they are from.
        """
        use = ~np.isin(self._sources, sorted(without))
        use &= np.array([text.words not in unseen for text in self.texts])
        replies = use & (self._reads != "room")
        seen = Counter(run for n in np.flatnonzero(use) for run in self._runs[n])
        said = set().union(*(self._runs[n] for n in np.flatnonzero(replies)))
        grams = sorted(run for run in said if seen[run] >= SEEN) if parts.grams else []
        runs = matrix_of(self._runs, grams, self._scales)
        ideas = self._of_ideas if parts.ideas else self._of_ideas * 0.0
        rows = hstack([runs, ideas, self._at]).tocsr()
        plain_rows = hstack([runs, ideas, self._at * 0.0]).tocsr()
        fits = [self._fit(head, plain_rows if head == "danger" else rows, use) for head in HEADS]
        return self._weights(grams, fits)

    def _fit(self, head: Head, rows: csr_matrix, use: np.ndarray) -> tuple[np.ndarray, float]:
        room = self._reads == "room"
        weight = np.where(room, ROOM_DANGER if head == "danger" else ROOM, 1.0)
        weight[np.char.startswith(self._sources, "checkin")] = CHECKIN
        right = (self._reads == ("safety" if head == "danger" else head)).astype(int)
        fit = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, tol=1e-3)
        fit.fit(rows[use], right[use], sample_weight=weight[use])
        return fit.coef_[0], float(fit.intercept_[0])

    def _weights(self, grams: list[str], fits: list[tuple[np.ndarray, float]]) -> GraveWeights:
        weights = np.vstack([found for found, _ in fits])
        ends = np.cumsum([len(grams), len(self._concepts), len(self._pairs)])
        runs, ideas, pairs, at = np.split(weights, ends, axis=1)
        ideas, pairs, at = ideas * OF_IDEA, pairs * OF_PAIR, at * OF_PURPOSE
        step = float(max(np.abs(runs).max(initial=0), np.abs(ideas).max(), 1e-6)) / 127

        def whole(numbers: np.ndarray, n: int) -> tuple[int, ...]:
            return tuple(round(value / step) for value in numbers[:, n])

        kept = [n for n in range(len(grams)) if np.abs(runs[:, n]).max() >= LEAST]
        paired = [n for n in range(len(self._pairs)) if any(whole(pairs, n))]
        return GraveWeights(
            heads=HEADS,
            limits=dict.fromkeys(HEADS, Limits(0.0, 0.0, 0.0)),
            step=round(step, 9),
            bias=tuple(round(bias, 6) for _, bias in fits),
            purposes={
                name: tuple(round(float(value), 4) for value in at[:, n])
                for n, name in enumerate(self._purposes)
            },
            concepts=tuple(self._concepts),
            of_concept=tuple(whole(ideas, n) for n in range(len(self._concepts))),
            pairs=tuple(self._pairs[n] for n in paired),
            of_pair=tuple(whole(pairs, n) for n in paired),
            grams=tuple(grams[n] for n in kept),
            weights=tuple(whole(runs, n) for n in kept),
        )

    def odds(self, weights: GraveWeights, source: str) -> list[tuple[Text, dict[Head, float]]]:
        """Return what a model says of each text of a source."""
        model = GraveModel(weights, self.ideas)
        return [
            (text, model.log_odds(text.words, text.at) | {"danger": model.danger(text.words)})
            for text in self.texts
            if text.source == source
        ]

    def room_odds(self) -> list[tuple[Text, float]]:
        """Return what is said of each line of a room by a model that has not seen its writer or its fold."""
        writers = sorted({t.source for t in self.texts if t.reads == "room" and not _small(t)})
        found: list[tuple[Text, float]] = []
        for fold in range(SMALL_FOLDS):
            out = {f"small{fold}", *writers[fold::SMALL_FOLDS]}
            weights = self.trained(out)
            for source in sorted(out):
                found += [(text, odds["danger"]) for text, odds in self.odds(weights, source)]
        return found


def limits_of(
    held: list[tuple[Text, dict[Head, float]]],
    rooms: list[tuple[Text, float]],
    named: Callable[[Text], set[str]],
) -> dict[Head, Limits]:
    """Return from where on each head is heard, so that false alarms stay as rare as they must be.

    Args:
        held: replies as read by models that have not seen their source.
        rooms: lines of rooms as read by models that have not seen their writer.
        named: which of the four the cues hear in a reply.
    """
    limits: dict[Head, Limits] = {}
    by_cue = [named(text) for text, _ in held]
    for head in HEADS[:-1]:
        others, always = [], 0
        for (text, odds), heard in zip(held, by_cue, strict=True):
            if text.reads != head:
                if head in heard and odds[head] >= BESIDE[head]:
                    always += 1
                else:
                    others.append(odds[head])
        count = len(others) + always
        alone = _limit(others, FALSE[head] * count - always)
        limits[head] = Limits(alone, BESIDE[head], min(alone, _limit(others, FALSE_MAYBE * count - always)))
    lines = [odds for _, odds in rooms]
    sure = _limit(lines, FALSE_ROOM * len(lines))
    limits["danger"] = Limits(sure, BESIDE["danger"], _limit(lines, FALSE_ROOM_MAYBE * len(lines)))
    return limits


def with_limits(weights: GraveWeights, limits: dict[Head, Limits]) -> GraveWeights:
    """Return a model that hears from these limits on."""
    return msgspec.structs.replace(weights, limits=limits)


def _limit(odds: list[float], allowed: float) -> float:
    """Return the least log odds that at most so many of these reach."""
    falling = sorted(odds, reverse=True)
    return round(falling[max(0, int(allowed))] + 0.0001, 4)


def _small(text: Text) -> bool:
    return text.source.startswith("small")


def _ones(columns: list[list[int]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *map(len, columns)])
    flat = [column for some in columns for column in some]
    return csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(columns), width))

"""Trains and measures data/models/ads.model, the shipped language model of the ad detector.

    python scripts/train_ads_model.py measure [--datasets DIR]
    python scripts/train_ads_model.py train   [--datasets DIR] [--with-dev]

Needs numpy, scipy and scikit-learn (tried with scikit-learn 1.9), which the program itself never imports.
DIR holds qq_group_ads_train.jsonl and smalltalk_train.jsonl (data/evaluation/ads/README.md says what they
are). The same rows and the same versions of those libraries give the same file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import daachorse
import msgspec
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from bot.core.ads.language import (  # noqa: E402 - found only once the path is set
    Features,
    LanguageModel,
    Weights,
    named_features,
    shaped,
    strength,
    tenure_of,
)
from bot.core.text.normalise import plain  # noqa: E402
from bot.models import written_weights  # noqa: E402

try:
    from bot.core.text.disguise import undisguised
except ImportError:  # the view is being written by another hand

    def undisguised(text: str) -> str:
        """Return the text as it is."""
        return text


CORPUS = HERE / "data" / "evaluation" / "ads"
MODEL = HERE / "data" / "models" / "ads.model"
DATASETS = Path(__file__).resolve().parents[2] / "shared" / "datasets"

# What was tried and why these: docs/explanation/language-model.md.
RUN = 3  # longest run of characters
SEEN = 3  # a run must occur in so many rows
POWER = 0.25  # how much long messages are held back
CONCEPTS = 0.5  # how readily the words of a concept share weight
STRUCTURE = 0.5  # how readily structural features take weight
FAINT = 2  # of 127: grams that weigh no more are left out of the file
STRENGTH = 4.0  # inverse of the regularisation
SMALL_TALK = 0.5  # weight of one row of small talk
QQ_OK, QQ_AD = 0.2, 0.3  # weight of one row of the QQ groups: another kind of room

PRECISE = 0.97  # what acting alone asks for
# The chance from which the signal asks staff by itself, and acts by itself, under rules/language.toml.
ASKS, ACTS = 0.615, 0.92
GATES = (-1.0, 0.0, 1.0, 2.0, 3.0)  # log odds from the words, for which the gate is worked out
MISSED = 0.004  # share of the messages of at least these log odds that the gate may miss

STAFF = re.compile(r"管理员|物业|助教|老师|团长|群主|班主任|业委会|教练|主理人")
STAFF_DAYS = 60  # as the scorer of the project takes it


@dataclass
class Row:
    """One labelled message as the model sees it."""

    shape: str
    text: str
    features: Features
    ad: bool
    fold: str
    weight: float = 1.0
    staff: bool = False
    disguised: bool = False
    soft: bool = False
    named: dict[str, float] = field(default_factory=dict)


def row_of(raw: dict[str, Any], fold: str, weight: float = 1.0) -> Row:
    """Return a labelled row of any of the files."""
    kind = raw.get("type", "text")
    extra = {
        "link": ("title", "description", "url"),
        "miniprogram": ("title", "description"),
        "image": ("ocr", "qr"),
    }.get(kind, () if kind in {"text", "chat_history"} else ("title",))
    parts = [raw.get("text"), *(raw.get(key) for key in extra)]
    text = undisguised(plain("\n".join(part for part in parts if isinstance(part, str) and part)))
    days = raw.get("sender_tenure_days")
    features = Features(
        tenure=tenure_of(None if days is None else float(days)),
        type=kind,
        trade_room=raw.get("room_policy") == "ads_allowed",
        qr=bool(raw.get("qr")),
    )
    shape = shaped(text)
    return Row(
        shape=shape,
        text=text,
        features=features,
        ad=raw["label"] in {"ad", "spam"},
        fold=fold,
        weight=weight,
        staff=float(days or 0) >= STAFF_DAYS and bool(STAFF.search(raw.get("sender_nick") or "")),
        disguised=raw.get("obfuscation", "none") != "none",
        soft=bool(raw.get("hard")),
        named=named_features(shape, features),
    )


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


class Vocabulary:
    """Which runs, concepts and structural features there are, and a row's values for them."""

    def __init__(self, rows: list[Row]) -> None:
        """Collect them from rows."""
        seen = Counter(run for row in rows for run in runs_of(row.shape))
        self.runs = sorted(run for run, times in seen.items() if times >= SEEN)
        concepts = tomllib.loads((CORPUS / "concepts.toml").read_text(encoding="utf-8"))
        self.concepts = sorted(concepts)
        self.concepts_of: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.concepts):
            for word in concepts[name].split():
                self.concepts_of[word].append(number)
        self.words = sorted(self.concepts_of)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self.words)
        self.named = sorted({name for row in rows for name in row.named})
        self._run_at = {run: n for n, run in enumerate(self.runs)}
        self._named_at = {n: at for at, n in enumerate(self.named, len(self.runs) + len(self.concepts))}

    def matrix(self, rows: list[Row]) -> csr_matrix:
        """Return the rows' values, one row each."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for row in rows:
            share = max(4, len(row.shape)) ** -POWER
            at = [self._run_at[run] for run in sorted(runs_of(row.shape)) if run in self._run_at]
            columns += at
            values += [share] * len(at)
            words = {hit[2] for hit in self._automaton.find_overlapping(row.shape)}
            counts = Counter(number for word in words for number in self.concepts_of[self.words[word]])
            for number, times in sorted(counts.items()):
                columns.append(len(self.runs) + number)
                values.append(times * share * CONCEPTS)
            for name, value in sorted(row.named.items()):
                if name in self._named_at:
                    columns.append(self._named_at[name])
                    values.append(value * STRUCTURE)
            ends.append(len(columns))
        width = len(self.runs) + len(self.concepts) + len(self.named)
        return csr_matrix((values, columns, ends), shape=(len(rows), width))

    def weights(self, fit: LogisticRegression, slope: float, offset: float, version: str) -> Weights:
        """Return what ships: a concept's weight becomes part of each of its words' weights."""
        numbers = fit.coef_[0] * slope
        gains = dict(zip(self.runs, numbers[: len(self.runs)], strict=True))
        for word, concepts in self.concepts_of.items():
            shared = sum(numbers[len(self.runs) + number] for number in concepts) * CONCEPTS
            gains[word] = gains.get(word, 0.0) + shared
        step = max(map(abs, gains.values())) / 127
        whole = {gram: round(gain / step) for gram, gain in gains.items()}
        grams = sorted(
            (gram for gram, weight in whole.items() if abs(weight) > FAINT), key=lambda g: (whole[g], g)
        )
        named = numbers[len(self.runs) + len(self.concepts) :] * STRUCTURE
        return Weights(
            version=version,
            bias=round(float(fit.intercept_[0] * slope + offset), 6),
            power=POWER,
            step=round(float(step), 9),
            structure={name: round(float(gain), 4) for name, gain in zip(self.named, named, strict=True)},
            grams=tuple(grams),
            weights=tuple(whole[gram] for gram in grams),
        )


def runs_of(shape: str) -> set[str]:
    """Return the runs of characters of a shape, each once."""
    return {shape[n : n + size] for size in range(1, RUN + 1) for n in range(len(shape) - size + 1)}


def fitted(matrix: csr_matrix, rows: list[Row]) -> LogisticRegression:
    """Return the model that fits rows, ads and others of the written corpora counting the same in all."""
    ad = np.array([row.ad for row in rows])
    written = np.array([row.weight == 1.0 for row in rows])
    weight = np.array([row.weight for row in rows])
    weight[ad & written] *= (~ad & written).sum() / (ad & written).sum()
    return LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=3000).fit(
        matrix, ad, sample_weight=weight
    )


def folds(rows: list[Row], names: list[str], others: list[Row]) -> np.ndarray:
    """Return the scores of rows, each fold scored by a model that never saw it."""
    scores = np.zeros(len(rows))
    for name in names:
        known = [row for row in rows if row.fold != name and not row.staff] + others
        asked = [n for n, row in enumerate(rows) if row.fold == name]
        words = Vocabulary(known)
        fit = fitted(words.matrix(known), known)
        scores[asked] = fit.decision_function(words.matrix([rows[n] for n in asked]))
    return scores


def platt(scores: np.ndarray, ad: np.ndarray) -> tuple[float, float]:
    """Return slope and offset that make scores log odds (Platt 1999)."""
    fit = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), ad)
    return float(fit.coef_[0][0]), float(fit.intercept_[0])


def wilson(part: int, whole: int) -> str:
    """Return a share with its 95 % interval (Wilson 1927)."""
    if not whole:
        return "-"
    z, p = 1.96, part / whole
    middle = (p + z * z / 2 / whole) / (1 + z * z / whole)
    reach = z * np.sqrt(p * (1 - p) / whole + z * z / 4 / whole**2) / (1 + z * z / whole)
    return f"{p:.3f} [{middle - reach:.3f}, {middle + reach:.3f}]"


def tell(title: str, odds: np.ndarray, rows: list[Row]) -> None:
    """Print what the signal alone would do; staff are never judged."""
    signal = np.array([chance(odd) for odd in odds])
    signal[[row.staff for row in rows]] = -1
    ad, disguised, soft = (
        np.array([getattr(row, key) for row in rows]) for key in ("ad", "disguised", "soft")
    )
    print(f"\n{title}: {ad.sum()} ads, {(~ad).sum()} others")
    for name, limit in (("ask", ASKS), ("act", ACTS)):
        hit = signal >= limit
        print(f"  {name}: precision {wilson(int((hit & ad).sum()), int(hit.sum()))}", end="  ")
        print(f"recall {wilson(int((hit & ad).sum()), int(ad.sum()))}", end="  ")
        print(f"false alarms {wilson(int((hit & ~ad).sum()), int((~ad).sum()))}")
        kinds = (("plain", ad & ~disguised), ("disguised", ad & disguised), ("soft", ad & soft))
        print(
            "       recall", ", ".join(f"{k} {wilson(int((hit & m).sum()), int(m.sum()))}" for k, m in kinds)
        )
    if not ad.any():
        return
    odds = np.where([row.staff for row in rows], -99, odds)
    order = np.argsort(-odds)
    precise = np.flatnonzero(np.cumsum(ad[order]) / np.arange(1, len(order) + 1) >= PRECISE)
    last = precise[-1] if len(precise) else 0
    print(
        f"  recall at precision {PRECISE}: {ad[order][: last + 1].sum() / ad.sum():.3f}",
        f"(from p {chance(odds[order][last]):.3f})",
    )
    for alarms in (0.01, 0.06):
        limit = np.quantile(odds[~ad], 1 - alarms)
        print(
            f"  recall at {alarms:.0%} false alarms: {(odds[ad] > limit).mean():.3f}",
            f"(from p {chance(limit):.3f})",
        )


def gate(weights: Weights, rows: list[Row]) -> tuple[tuple[float, float], ...]:
    """Return what a row's strongest runs add up to at least, where all of them add up to so much."""
    of = dict(zip(weights.grams, weights.weights, strict=True))
    strong = daachorse.CharwiseDoubleArrayAhoCorasick([g for g in of if of[g] >= strength(g)])
    names = [g for g in of if of[g] >= strength(g)]
    all_, promise = [], []
    for row in rows:
        share = weights.step * max(len(row.shape), 4) ** -weights.power
        all_.append(sum(of.get(run, 0) for run in runs_of(row.shape)) * share)
        promise.append(sum(of[names[at]] for _, _, at in strong.find_overlapping(row.shape)) * share)
    gained, promised = np.array(all_), np.array(promise)
    return tuple((at, round(float(np.quantile(promised[gained >= at], MISSED)), 3)) for at in GATES)


def chance(odds: float) -> float:
    """Return the probability of log odds."""
    return float(1 / (1 + np.exp(-odds)))


def corpora(datasets: Path) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Return the rows of the writers, of the development set, of small talk and of the QQ groups."""
    files = sorted(CORPUS.glob("writer_*.jsonl"))
    written = [row_of(raw, path.stem[-1]) for path in files for raw in read(path)]
    dev = [row_of(raw, "dev") for raw in read(CORPUS / "dev.jsonl")]
    raw_talk = read(datasets / "smalltalk_train.jsonl")
    talk = [row_of(raw, f"t{n % 3}", SMALL_TALK) for n, raw in enumerate(raw_talk)]
    # The file is ordered; 7919 is a prime, so the folds are not.
    raw_qq = read(datasets / "qq_group_ads_train.jsonl")
    qq = [
        row_of(raw, f"q{n * 7919 % 5}", QQ_AD if raw["label"] == "spam" else QQ_OK)
        for n, raw in enumerate(raw_qq)
    ]
    return written, dev, talk, qq


def main() -> None:
    """Measure or train."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("measure", "train"))
    asked.add_argument("--datasets", type=Path, default=DATASETS)
    asked.add_argument(
        "--with-dev", action="store_true", help="train on the development set too (then it measures nothing)"
    )
    asked.add_argument("--out", type=Path, default=MODEL)
    args = asked.parse_args()

    written, dev, talk, qq = corpora(args.datasets)
    if args.with_dev:
        written += dev
    names = sorted({row.fold for row in written})
    scores = folds(written, names, talk + qq)
    ad = np.array([row.ad for row in written])
    judged = np.array([not row.staff for row in written])
    slope, offset = platt(scores[judged], ad[judged])

    known = [row for row in written if not row.staff] + talk + qq
    words = Vocabulary(known)
    fit = fitted(words.matrix(known), known)
    version = f"{len(written)} rows"
    weights = words.weights(fit, slope, offset, version)
    weights = msgspec.structs.replace(weights, gate=gate(weights, [*known, *dev]))
    model = LanguageModel(weights)
    if args.what == "train":
        about = {"made_by": "scripts/train_ads_model.py", "licence": "MIT, as the program"}
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_bytes(written_weights(weights, about))
        print(f"{args.out}: {args.out.stat().st_size} bytes, {len(weights.grams)} grams")
    exact = fit.decision_function(words.matrix(dev)) * slope + offset
    read_back = np.array([model.log_odds(row.text, row.features) for row in dev])
    print(
        f"slope {slope:.3f}, offset {offset:.3f};",
        f"the file differs from the fit by at most {abs(exact - read_back).max():.3f}",
    )
    if args.what == "measure":
        odds = scores * slope + offset
        for name in names:
            of = np.array([row.fold == name for row in written])
            tell(
                f"writer {name}, by the model of the others", odds[of], [r for r in written if r.fold == name]
            )
        tell("all writers, each by the model of the others", odds, written)
        tell("development set", read_back, dev)
        if qq:
            tell(
                "QQ groups, 5 folds",
                folds(qq, sorted({r.fold for r in qq}), [*written, *talk]) * slope + offset,
                qq,
            )
        small = folds(talk, ["t0", "t1", "t2"], [*written, *qq]) * slope + offset
        tell("small talk, 3 folds", small, talk)
        for n in np.argsort(-small)[:8]:
            print("   ", round(float(small[n]), 2), talk[n].text[:60])


if __name__ == "__main__":
    main()

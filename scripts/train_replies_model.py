"""Measure and train the models by which replies are read: how they sound, and what must not be overheard.

    python scripts/train_replies_model.py measure [--datasets DIR]
    python scripts/train_replies_model.py train [--datasets DIR]

The corpus is data/evaluation/replies: mediation_dev.jsonl (24 private mediations), three sets of replies
written for this project in three sittings, and four (hand_2 to hand_5) by independent hands. `measure` reads
each source by models that were trained on the others; within mediation_dev it also leaves out groups of
cases. `train` writes data/models/replies.model and data/models/grave.model; the same corpus and the same
versions of the libraries give the same files. DIR holds smalltalk_train.jsonl, of which the models must
know that it is nothing (data/evaluation/conflict/README.md says what it is); rows of it are not shipped.
Needs numpy, scipy and scikit-learn, which the program itself does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.core.playbook.model import REPLY_CLASSES  # noqa: E402
from bot.core.replies.cue import CueFile  # noqa: E402
from bot.core.replies.grave import HEADS, GraveModel, GraveWeights  # noqa: E402
from bot.core.replies.moods import MoodModel, MoodWeights, runs_of  # noqa: E402
from bot.core.replies.reader import FIRST, MOODS, ReplyReader  # noqa: E402
from bot.core.text.normalise import plain  # noqa: E402
from bot.playbooks import load_cues  # noqa: E402
from scripts.gram_models import macro_f1, mood_matrix, quantised, write  # noqa: E402
from scripts.grave_training import (  # noqa: E402
    HANDS,
    Parts,
    Text,
    Trainer,
    checkin_texts,
    limits_of,
    room_texts,
    with_limits,
)

CORPUS = ROOT / "data" / "evaluation" / "replies"
MODELS = ROOT / "data" / "models"
DATASETS = ROOT.parent / "shared" / "datasets"
# Chosen by leaving one source out: between 3 and 20 the figures differ by less than 0.02.
STRENGTH = 10.0
SHARE = 0.85
PURPOSE_SCALE = 0.5
# Below this a gram's weights change next to no reading of the corpus ; it halves the file.
LEAST = 0.27
FOLDS = 6
# The flags of mediation_dev that are classes of their own here.
FLAGS = {
    "human_request": "wants-human",
    "self_harm": "safety",
    "threat": "safety",
    "health": "safety",
    "legal_threat": "legal-threat",
    "privacy": "legal-threat",
}


class Reply(NamedTuple):
    """One labelled reply: `reads` by the table's classes, `mood` without the four that come first."""

    source: str
    case: str
    at: str
    text: str
    reads: str
    mood: str


def corpus() -> list[Reply]:
    """Return all labelled replies."""
    rows = []
    for talk in read("mediation_dev"):
        for turn in talk["turns"]:
            if turn["who"] == "party":
                mood = turn["reply_class"].replace("optout", "opt-out")
                reads = FLAGS.get(turn["flag"], mood)
                rows.append(Reply("mediation_dev", talk["case"], turn["step"], turn["text"], reads, mood))
    for source in ("written", "fresh", "more", "ordinary", *HANDS):
        rows += [
            Reply(source, source, row["at"], row["text"], row["reads"], row["reads"]) for row in read(source)
        ]
    return rows


def read(source: str) -> list[dict]:
    """Return a file's rows."""
    path = CORPUS / f"{source}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def trained(rows: list[Reply]) -> MoodWeights:
    """Return a model trained on the moods of rows."""
    rows = [row for row in rows if row.mood in MOODS]
    grams, matrix = mood_matrix([plain(row.text) for row in rows], runs_of)
    purposes = sorted({row.at for row in rows})
    at = csr_matrix([[PURPOSE_SCALE * (row.at == purpose) for purpose in purposes] for row in rows])
    fit = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-4)
    fit.fit(hstack([matrix, at]).tocsr(), [row.mood for row in rows])
    order = [list(fit.classes_).index(mood) for mood in MOODS]
    weights = fit.coef_[order]
    words, steps = weights[:, : len(grams)], weights[:, len(grams) :]
    step, kept, numbers = quantised(words, grams, LEAST)
    of_purpose = {
        purpose: tuple(round(float(value) * PURPOSE_SCALE, 6) for value in steps[:, n])
        for n, purpose in enumerate(purposes)
    }
    # Of these there are no examples; what is asked there is answered like an offer.
    of_purpose |= dict.fromkeys(("inform", "share"), of_purpose["resolve"])
    return MoodWeights(
        moods=MOODS,
        share=SHARE,
        step=step,
        bias=tuple(round(float(value), 6) for value in fit.intercept_[order]),
        purposes=of_purpose,
        grams=kept,
        weights=numbers,
    )


class Hearing:
    """The models of what must be heard first, each trained once."""

    def __init__(self, rows: list[Reply], cues: CueFile, datasets: Path) -> None:
        """Read all texts there are to learn from."""
        replies = [Text(row.source, row.at, plain(row.text).strip(), row.reads) for row in rows]
        rooms = room_texts(ROOT / "data" / "evaluation" / "conflict", datasets)
        answers = checkin_texts(ROOT / "data" / "evaluation" / "checkin")
        self.trainer = Trainer([*replies, *answers, *rooms], cues)
        self.rules = ReplyReader(cues.cue, cues.prior)
        self._without: dict[str, GraveWeights] = {}
        self.rooms = self.trainer.room_odds()
        self.sources = tuple(dict.fromkeys(row.source for row in rows))
        held = [one for source in self.sources for one in self.trainer.odds(self.without(source), source)]
        self.limits = limits_of(held, self.rooms, self.named)

    def named(self, text: Text) -> set[str]:
        """Return what the cues hear in a reply."""
        return {cue.reads for cue in self.rules.found(text.words, text.at)}

    def without(self, source: str) -> GraveWeights:
        """Return a model that has not seen a source."""
        if source not in self._without:
            self._without[source] = self.trainer.trained({source})
        return self._without[source]

    def model(self, weights: GraveWeights) -> GraveModel:
        """Return a model that hears from the chosen limits on."""
        return GraveModel(with_limits(weights, self.limits), self.trainer.ideas)


def tell(title: str, pairs: list[tuple[str, str]]) -> None:
    """Print accuracy, macro-F1 over the classes that occur, and each class's F1 and recall."""
    mean, scores, recalls = macro_f1(pairs)
    accuracy = sum(gold == got for gold, got in pairs) / len(pairs)
    print(f"{title}: n {len(pairs)}, accuracy {accuracy:.3f}, macro-F1 {mean:.3f}")
    told = [f"{reply} {scores[reply]:.2f}/{recalls[reply]:.2f}" for reply in REPLY_CLASSES if reply in scores]
    print("   F1/recall:", ", ".join(told))


def tell_grave(title: str, rows: list[Reply], reader: ReplyReader, *, wrong: bool) -> None:
    """Print recall and false alarms of what must be heard first, however else a reply is read."""
    read = [reader.read(row.text, row.at) for row in rows]
    told = []
    for head in FIRST:
        yes = [head in got.also for row, got in zip(rows, read, strict=True) if row.reads == head]
        no = [head in got.also for row, got in zip(rows, read, strict=True) if row.reads != head]
        told.append(f"{head} {np.mean(yes) if yes else 1:.2f}/{np.mean(no):.3f}")
    maybe = [(row.reads == "safety", got.maybe_safety) for row, got in zip(rows, read, strict=True)]
    more = sum(yes and got for yes, got in maybe) / max(1, sum(yes for yes, _ in maybe))
    idle = sum(got and not yes for yes, got in maybe) / sum(not yes for yes, _ in maybe)
    print(f"   {title}: recall/false alarms {', '.join(told)}; a maybe of safety {more:.2f}/{idle:.3f}")
    for row, got in zip(rows, read, strict=True):
        heads = set(got.also) - {row.reads} | ({row.reads} & set(FIRST)) - set(got.also)
        if wrong and heads:
            print(f"      {row.reads} heard as {', '.join(got.also) or got.reply}: {row.text} {got.evidence}")


def read_by(reader: ReplyReader, rows: list[Reply]) -> list[tuple[str, str]]:
    """Return gold and reading of each row."""
    return [(row.reads, reader.read(row.text, row.at).reply) for row in rows]


def measure(rows: list[Reply], datasets: Path, *, wrong: bool) -> None:
    """Print how well replies are read, each by models that have not seen its source or its case."""
    cues = load_cues()
    hearing = Hearing(rows, cues, datasets)
    for head in HEADS:
        print(f"{head}: heard from {hearing.limits[head]}")
    rooms(hearing)
    for source in dict.fromkeys(row.source for row in rows):
        mine = [row for row in rows if row.source == source]
        moods = MoodModel(trained([row for row in rows if row.source != source]))
        before = ReplyReader(cues.cue, cues.prior, moods)
        tell(f"{source}, cues and the moods of the other sources", read_by(before, mine))
        reader = ReplyReader(cues.cue, cues.prior, moods, hearing.model(hearing.without(source)))
        tell(f"{source}, heard by the model of the other sources too", read_by(reader, mine))
        tell_grave("cues", mine, before, wrong=False)
        tell_grave("cues and model", mine, reader, wrong=wrong)
    dev = [row for row in rows if row.source == "mediation_dev"]
    cases = sorted({row.case for row in dev})
    pairs, moods = [], []
    for fold in range(FOLDS):
        out = set(cases[fold::FOLDS])
        model = MoodModel(trained([row for row in rows if row.case not in out]))
        held = [row for row in dev if row.case in out]
        unseen = frozenset(plain(row.text).strip() for row in held)
        grave = hearing.model(hearing.trainer.trained(unseen=unseen))
        reader = ReplyReader(cues.cue, cues.prior, model, grave)
        pairs += read_by(reader, held)
        moods += [(row.mood, _mood(reader, row)) for row in held]
    tell(f"mediation_dev, {FOLDS} groups of cases left out in turn", pairs)
    tell("   the same by the data's own eight classes", moods)
    ideas(hearing)


def rooms(hearing: Hearing) -> None:
    """Print how often danger is heard in rooms, by models that have not seen the writer."""
    held = [one for hand in HANDS for one in hearing.trainer.odds(hearing.without(hand), hand)]
    for name, limit in (("sure", hearing.limits["danger"].alone), ("maybe", hearing.limits["danger"].maybe)):
        small = [odds >= limit for text, odds in hearing.rooms if text.source.startswith("small")]
        talks = [odds >= limit for text, odds in hearing.rooms if not text.source.startswith("small")]
        hints = [odds["danger"] >= limit for text, odds in held if text.reads == "safety"]
        print(
            f"danger in rooms, {name}: small talk {sum(small)}/{len(small)}, talks {sum(talks)}/{len(talks)}",
            end="",
        )
        print(f", of the hints of the hands {np.mean(hints):.2f}")


def ideas(hearing: Hearing) -> None:
    """Print what each idea is worth: runs of characters alone, words of concepts alone, and both."""
    for title, parts in (
        ("runs alone", Parts(ideas=False)),
        ("concepts alone", Parts(grams=False)),
        ("both", Parts()),
    ):
        told = []
        for hand in HANDS:
            weights = hearing.without(hand) if title == "both" else hearing.trainer.trained({hand}, parts)
            read = hearing.trainer.odds(weights, hand)
            for head in FIRST:
                falling = sorted((odds[head] for text, odds in read if text.reads != head), reverse=True)
                limit = falling[int(0.03 * len(falling))]
                told.append(
                    (head, np.mean([odds[head] > limit for text, odds in read if text.reads == head]))
                )
        means = [f"{head} {np.mean([share for name, share in told if name == head]):.2f}" for head in FIRST]
        print(f"{title}, no cues: recall at 3 % false alarms, mean of the hands left out: {', '.join(means)}")


def _mood(reader: ReplyReader, row: Reply) -> str:
    reading = reader.read(row.text, row.at)
    return "opt-out" if reading.reply == "opt-out" else reading.mood


def main() -> None:
    """Measure or train."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("measure", "train"))
    asked.add_argument("--datasets", type=Path, default=DATASETS)
    asked.add_argument("--wrong", action="store_true", help="show what was overheard, and heard for nothing")
    asked.add_argument("--out", type=Path, default=MODELS, help="the folder of the models")
    args = asked.parse_args()
    rows = corpus()
    if args.what == "measure":
        measure(rows, args.datasets, wrong=args.wrong)
        return
    moods = trained(rows)
    write(moods, "train_replies_model", args.out / "replies.model", len(moods.grams))
    hearing = Hearing(rows, load_cues(), args.datasets)
    grave = with_limits(hearing.trainer.trained(), hearing.limits)
    write(grave, "train_replies_model", args.out / "grave.model", len(grave.grams))


if __name__ == "__main__":
    main()

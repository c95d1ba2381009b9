"""Measure and train the model of why members were silent.

    python scripts/train_checkin_model.py measure
    python scripts/train_checkin_model.py train

The corpus is data/evaluation/checkin: dev.jsonl (120 replies) and two sets written for this project in other
sittings. `measure` reads dev by five folds, each by a model that has not seen it (the other sources staying),
with and without the cues, and each other source by a model of the rest. `train` writes
data/models/checkin.model; the same corpus gives the same file.
Needs numpy, scipy and scikit-learn, which the program itself does not.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.checkins import load_reason_cues  # noqa: E402
from bot.core.members.checkin.cue import FOLLOW_UPS, REASONS, ReasonCues  # noqa: E402
from bot.core.members.checkin.reading import AnswerReader, ReasonModel, ReasonWeights  # noqa: E402
from bot.core.replies.moods import runs_of  # noqa: E402
from bot.core.text.normalise import plain  # noqa: E402
from bot.playbooks import load_reader  # noqa: E402
from scripts.gram_models import macro_f1, mood_matrix, quantised, write  # noqa: E402

CORPUS = ROOT / "data" / "evaluation" / "checkin"
MODEL = ROOT / "data" / "models" / "checkin.model"
# Chosen by leaving one source out: between 3 and 30 the figures differ by less than 0.02.
STRENGTH = 10.0
SHARE = 0.9
# Below this a gram's weights change no reading of the corpus; it halves the file.
LEAST = 0.3
FOLDS = 5
# Never trained on: what `measure` says of it is what a stranger's words may expect.
HELD_OUT = {"held"}
SEED = 5


class Reply(NamedTuple):
    """One labelled answer to a check-in."""

    source: str
    text: str
    reason: str
    followup: str


def corpus(*, held_out: bool = False) -> list[Reply]:
    """Return all labelled replies to train on, or those that are only measured on."""
    return [
        Reply(path.stem, row["text"], row["reason"], row["followup"])
        for path in sorted(CORPUS.glob("*.jsonl"))
        if (path.stem in HELD_OUT) == held_out
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def trained(rows: list[Reply]) -> ReasonWeights:
    """Return a model trained on rows."""
    grams, matrix = mood_matrix([plain(row.text).strip() for row in rows], runs_of)
    heads, bias = [], []
    for names, labels in ((REASONS, [r.reason for r in rows]), (FOLLOW_UPS, [r.followup for r in rows])):
        fit = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-4).fit(matrix, labels)
        order = [list(fit.classes_).index(name) for name in names]
        heads.append(fit.coef_[order])
        bias += [round(float(value), 6) for value in fit.intercept_[order]]
    weights = np.vstack(heads)
    step, kept, numbers = quantised(weights, grams, LEAST)
    seen = {reason: Counter(r.followup for r in rows if r.reason == reason) for reason in REASONS}
    usual = {
        reason: tuple(
            round(math.log((seen[reason][f] + 0.5) / (seen[reason].total() + 2.5)), 4) for f in FOLLOW_UPS
        )
        for reason in REASONS
    }
    return ReasonWeights(
        reasons=REASONS,
        followups=FOLLOW_UPS,
        share=SHARE,
        step=step,
        bias=tuple(bias),
        usual=usual,
        grams=kept,
        weights=numbers,
    )


def tell(title: str, rows: list[Reply], read: list[tuple[str, str]], *, wrong: bool = False) -> None:
    """Print how well rows were read."""
    reason, each, _ = macro_f1([(row.reason, got[0]) for row, got in zip(rows, read, strict=True)])
    follow, _, _ = macro_f1([(row.followup, got[1]) for row, got in zip(rows, read, strict=True)])
    stop = [got[1] == "optout" for row, got in zip(rows, read, strict=True) if row.followup == "optout"]
    false = sum(g[1] == "optout" for row, g in zip(rows, read, strict=True) if row.followup != "optout")
    print(f"{title}: n {len(rows)}, reason macro-F1 {reason:.3f}, follow-up macro-F1 {follow:.3f}, ", end="")
    print(f"opt-out recall {sum(stop)}/{len(stop)}, false opt-outs {false}")
    print("   F1:", ", ".join(f"{name} {score:.2f}" for name, score in each.items()))
    for row, got in zip(rows, read, strict=True):
        if wrong and got != (row.reason, row.followup):
            print(f"   {row.reason}/{row.followup} read {got[0]}/{got[1]}: {row.text}")


def read_by(reader: AnswerReader, rows: list[Reply]) -> list[tuple[str, str]]:
    """Return reason and follow-up of each row as read."""
    read = [reader.read(row.text) for row in rows]
    return [(one.reason, one.followup) for one in read]


def measure(rows: list[Reply], *, wrong: bool) -> None:
    """Print how well answers are read by models that have not seen them."""
    cues, first = ReasonCues(load_reason_cues()), load_reader()
    dev = [row for row in rows if row.source == "dev"]
    rest = [row for row in rows if row.source != "dev"]
    held_out = corpus(held_out=True)
    shipped = AnswerReader(cues, ReasonModel(trained(rows)), first)
    tell("held, by a model of all others", held_out, read_by(shipped, held_out), wrong=wrong)
    random.Random(SEED).shuffle(dev)  # noqa: S311 - repeatable, no secret
    for title, use in (("dev, five folds, model alone (no reason cues)", None), ("dev, five folds", cues)):
        held, read = [], []
        for fold in range(FOLDS):
            out = dev[fold::FOLDS]
            model = ReasonModel(trained(rest + [row for row in dev if row not in out]))
            used = use or ReasonCues([cue for cue in cues.cues if cue.followup == "optout"])
            held += out
            read += read_by(AnswerReader(used, model, first), out)
        tell(title, held, read, wrong=wrong and use is not None)
    for source in dict.fromkeys(row.source for row in rest):
        out = [row for row in rows if row.source == source]
        model = ReasonModel(trained([row for row in rows if row.source != source]))
        tell(
            f"{source}, by a model of the rest",
            out,
            read_by(AnswerReader(cues, model, first), out),
            wrong=wrong,
        )


def main() -> None:
    """Measure or train."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("measure", "train"))
    asked.add_argument("--wrong", action="store_true", help="show what was read wrongly")
    asked.add_argument("--out", type=Path, default=MODEL)
    args = asked.parse_args()
    rows = corpus()
    if args.what == "measure":
        measure(rows, wrong=args.wrong)
        return
    weights = trained(rows)
    write(weights, "train_checkin_model", args.out, len(weights.grams))


if __name__ == "__main__":
    main()

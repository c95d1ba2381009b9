"""Measure and train the model of how replies sound.

    python scripts/train_replies_model.py measure
    python scripts/train_replies_model.py train

The corpus is data/evaluation/replies: mediation_dev.jsonl (24 private mediations), three sets of replies
written for this project in three sittings, and one (hand_2) by an independent hand. `measure` reads each
source by a model that was trained on the others, with and without the cues; within mediation_dev it also
leaves out groups of cases, the other sources staying. `train` writes data/models/replies.model; the same
corpus gives the same file.
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
from bot.core.replies.moods import MoodModel, MoodWeights, runs_of  # noqa: E402
from bot.core.replies.reader import MOODS, ReplyReader  # noqa: E402
from bot.core.text.normalise import plain  # noqa: E402
from bot.models import written_weights  # noqa: E402
from bot.playbooks import load_cues  # noqa: E402

CORPUS = ROOT / "data" / "evaluation" / "replies"
MODEL = ROOT / "data" / "models" / "replies.model"
# Chosen by leaving one source out: between 3 and 20 the figures differ by less than 0.02.
STRENGTH = 10.0
SHARE = 0.85
PURPOSE_SCALE = 0.5
# Below this a gram's weights change next to no reading of the corpus (one of 1027); it halves the file.
LEAST = 0.135
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
    for source in ("written", "fresh", "more", "hand_2"):
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
    texts = [runs_of(plain(row.text)) for row in rows]
    grams = sorted(set().union(*texts))
    place = {gram: number for number, gram in enumerate(grams)}
    pairs = [(n, place[run]) for n, runs in enumerate(texts) for run in sorted(runs)]
    values = [1 / np.sqrt(len(texts[n])) for n, _ in pairs]
    matrix = csr_matrix((values, tuple(zip(*pairs, strict=True))), shape=(len(rows), len(grams)))
    purposes = sorted({row.at for row in rows})
    at = csr_matrix([[PURPOSE_SCALE * (row.at == purpose) for purpose in purposes] for row in rows])
    fit = LogisticRegression(C=STRENGTH, max_iter=5000, tol=1e-8)
    fit.fit(hstack([matrix, at]).tocsr(), [row.mood for row in rows])
    order = [list(fit.classes_).index(mood) for mood in MOODS]
    weights = fit.coef_[order]
    words, steps = weights[:, : len(grams)], weights[:, len(grams) :]
    step = float(np.abs(words).max()) / 127
    kept = [n for n in range(len(grams)) if np.abs(words[:, n]).max() >= LEAST]
    of_purpose = {
        purpose: tuple(round(float(value) * PURPOSE_SCALE, 6) for value in steps[:, n])
        for n, purpose in enumerate(purposes)
    }
    # Of these there are no examples; what is asked there is answered like an offer.
    of_purpose |= dict.fromkeys(("inform", "share"), of_purpose["resolve"])
    return MoodWeights(
        moods=MOODS,
        share=SHARE,
        step=round(step, 9),
        bias=tuple(round(float(value), 6) for value in fit.intercept_[order]),
        purposes=of_purpose,
        grams=tuple(grams[n] for n in kept),
        weights=tuple(tuple(round(value / step) for value in words[:, n]) for n in kept),
    )


def tell(title: str, pairs: list[tuple[str, str]]) -> None:
    """Print accuracy, macro-F1 over the classes that occur, and each class's F1 and recall."""
    classes = [reply for reply in REPLY_CLASSES if any(reply == gold for gold, _ in pairs)]
    told, scores = [], []
    for reply in classes:
        hit = sum(gold == reply == got for gold, got in pairs)
        golds, gots = sum(gold == reply for gold, _ in pairs), sum(got == reply for _, got in pairs)
        scores.append(2 * hit / (golds + gots))
        told.append(f"{reply} {scores[-1]:.2f}/{hit / golds:.2f}")
    accuracy = sum(gold == got for gold, got in pairs) / len(pairs)
    print(f"{title}: n {len(pairs)}, accuracy {accuracy:.3f}, macro-F1 {np.mean(scores):.3f}")
    print("   F1/recall:", ", ".join(told))


def read_by(reader: ReplyReader, rows: list[Reply]) -> list[tuple[str, str]]:
    """Return gold and reading of each row."""
    return [(row.reads, reader.read(row.text, row.at).reply) for row in rows]


def measure(rows: list[Reply]) -> None:
    """Print how well replies are read, each by a model that has not seen its source or its case."""
    cues = load_cues()
    rules = ReplyReader(cues.cue, cues.prior)
    for source in dict.fromkeys(row.source for row in rows):
        mine = [row for row in rows if row.source == source]
        others = [row for row in rows if row.source != source]
        tell(f"{source}, cues alone", read_by(rules, mine))
        reader = ReplyReader(cues.cue, cues.prior, MoodModel(trained(others)))
        tell(f"{source}, cues and the model of the other sources", read_by(reader, mine))
    dev = [row for row in rows if row.source == "mediation_dev"]
    cases = sorted({row.case for row in dev})
    pairs, moods = [], []
    for fold in range(FOLDS):
        out = set(cases[fold::FOLDS])
        model = MoodModel(trained([row for row in rows if row.case not in out]))
        reader = ReplyReader(cues.cue, cues.prior, model)
        held = [row for row in dev if row.case in out]
        pairs += read_by(reader, held)
        moods += [(row.mood, _mood(reader, row)) for row in held]
    tell(f"mediation_dev, {FOLDS} groups of cases left out in turn", pairs)
    tell("   the same by the data's own eight classes", moods)


def _mood(reader: ReplyReader, row: Reply) -> str:
    reading = reader.read(row.text, row.at)
    return "opt-out" if reading.reply == "opt-out" else reading.mood


def main() -> None:
    """Measure or train."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("measure", "train"))
    asked.add_argument("--out", type=Path, default=MODEL)
    args = asked.parse_args()
    rows = corpus()
    if args.what == "measure":
        measure(rows)
        return
    weights = trained(rows)
    about = {"made_by": "scripts/train_replies_model.py", "licence": "MIT, as the program"}
    args.out.write_bytes(written_weights(weights, about))
    print(f"{args.out}: {args.out.stat().st_size} bytes, {len(weights.grams)} grams")


if __name__ == "__main__":
    main()

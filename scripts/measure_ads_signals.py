"""Measures the ad detector with each pack of rules removed in turn, and each rule that is asked for.

    python scripts/measure_ads_signals.py [--rules]

What writers wrote is judged with a language model that never saw that writer
(scripts/train_ads_model.py makes the folds);
the development set and small talk with one that never saw them. Needs what that script needs.
"""

from __future__ import annotations

import argparse
import math
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import train_ads_model as trained  # noqa: E402 - found only once the path is set

from bot import evaluation  # noqa: E402
from bot.core.ads.context import Scene  # noqa: E402
from bot.core.ads.language import Features, Opinion  # noqa: E402
from bot.core.ads.preset import Preset  # noqa: E402
from bot.core.ads.score import judge  # noqa: E402
from bot.core.rules.kind import Why  # noqa: E402
from bot.core.rules.view import view_of  # noqa: E402
from bot.core.settings import Scoring  # noqa: E402
from bot.core.state import MemberState, RoomState  # noqa: E402
from bot.packs import compile_rules, load_packs  # noqa: E402

NOON = evaluation._NOON  # noqa: SLF001 - the same moment as `qunguan evaluate`


class Told:
    """Stands in for the language model: says what the fold's model said of the message at hand."""

    odds = 0.0

    def score(self, text: str, features: Features) -> Opinion:  # noqa: ARG002 - shape of LanguageModel
        """Return what was said."""
        return Opinion(1 / (1 + math.exp(-max(-30.0, min(30.0, self.odds)))))


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rules", action="store_true", help="remove single rules too")
    args = asked.parse_args()
    told = Told()
    rules = compile_rules(load_packs(), told)  # type: ignore[arg-type]
    sets = odds_of_sets()
    packs = sorted({rule.partition("/")[0] for rule in rules.specs})
    without = [None, *packs, *(sorted(rules.specs) if args.rules else [])]
    print(f"{'without':28}" + "".join(f"{name + ': act P / R, ask R / FPR':>44}" for name in sets))
    for name in without:
        preset = Preset(id="trial", name=Why("试", "trial"), weights={} if name is None else {name: 0})
        line = f"{name or '(nothing)':28}"
        for rows in sets.values():
            line += f"{figures(rows, rules, told, preset):>44}"
        print(line, flush=True)


def odds_of_sets() -> dict[str, list[tuple[evaluation.Labelled, float]]]:
    """Return each set's rows with the log odds that a model gives them which never saw them."""
    t = trained
    files = sorted(t.CORPUS.glob("writer_*.jsonl"))
    written = [t.row_of(raw, path.stem[-1]) for path in files for raw in t.read(path)]
    dev = [t.row_of(raw, "dev") for raw in t.read(t.CORPUS / "dev.jsonl")]
    talk = [
        t.row_of(raw, f"t{n % 3}", t.SMALL_TALK)
        for n, raw in enumerate(t.read(t.DATASETS / "smalltalk_train.jsonl"))
    ]
    scores = t.folds(written, sorted({row.fold for row in written}), talk)
    judged = np.array([not row.staff for row in written])
    slope, offset = t.platt(scores[judged], np.array([row.ad for row in written])[judged])
    known = [row for row in written if not row.staff] + talk
    words = t.Vocabulary(known)
    of_dev = t.fitted(words.matrix(known), known).decision_function(words.matrix(dev))
    of_talk = t.folds(talk, ["t0", "t1", "t2"], written)
    labelled = [row for path in files for row in evaluation.read_labelled(path)]
    small = [evaluation.Labelled(text=row.text, label="ok", id=str(n)) for n, row in enumerate(talk)]
    return {
        "writers": list(zip(labelled, scores * slope + offset, strict=True)),
        "dev": list(
            zip(evaluation.read_labelled(t.CORPUS / "dev.jsonl"), of_dev * slope + offset, strict=True)
        ),
        "small talk": list(zip(small, of_talk * slope + offset, strict=True)),
    }


def figures(rows: list[tuple[evaluation.Labelled, float]], rules, told: Told, preset: Preset) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Return precision and recall of acting, recall and false alarms of asking."""
    counts = {"ad": [0, 0], "suspect": [0, 0]}
    ads = sum(row.is_ad for row, _ in rows)
    for row, odds in rows:
        nick = row.sender_nick or ""
        staff = row.sender_tenure_days >= 60 and any(w in nick for w in evaluation._STAFF_WORDS)  # noqa: SLF001, PLR2004
        if staff:
            continue
        told.odds = float(odds)
        message = evaluation._message(row)  # noqa: SLF001
        joined = NOON - timedelta(days=row.sender_tenure_days)
        member = MemberState(room="r", member="u", name=nick, joined_at=joined, first_seen=joined)
        scene = Scene(
            now=NOON, room=RoomState(room="r", topic=row.community), member=member, trade=row.room_policy
        )
        verdict = judge(view_of(message, scene), rules, Scoring(), preset).verdict
        if verdict != "ok":
            counts["suspect"][row.is_ad] += 1
        if verdict == "ad":
            counts["ad"][row.is_ad] += 1
    others = len(rows) - ads
    acted, asked = counts["ad"], counts["suspect"]
    if not ads:
        return f"ask {asked[0]} act {acted[0]} of {others}"
    precision = acted[1] / max(1, sum(acted))
    return f"{precision:.3f} / {acted[1] / ads:.3f}, {asked[1] / ads:.3f} / {asked[0] / others:.3f}"


if __name__ == "__main__":
    main()

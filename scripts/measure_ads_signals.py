"""Measures the ad detector with each pack of rules removed in turn, and each rule that is asked for.

    python scripts/measure_ads_signals.py [--rules]

What writers wrote is judged with a language model that never saw that writer, the QQ groups and small talk with
one that never saw that fold (scripts/train_ads_model.py makes the folds), the development set with one that never
saw it. Trade rooms are the rooms of writers and development set that allow ads. Needs what that script needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import train_ads_model as trained  # noqa: E402 - found only once the path is set

from bot import evaluation  # noqa: E402
from bot.core.ads import language  # noqa: E402
from bot.core.ads.context import Scene  # noqa: E402
from bot.core.ads.language import Features  # noqa: E402
from bot.core.ads.preset import Preset  # noqa: E402
from bot.core.ads.score import judge  # noqa: E402
from bot.core.records import MemberState, RoomState  # noqa: E402
from bot.core.rules.kind import Why  # noqa: E402
from bot.core.rules.registry import RuleSet  # noqa: E402
from bot.core.rules.view import Signal, View, view_of  # noqa: E402
from bot.core.settings import Scoring  # noqa: E402
from bot.packs import compile_rules, load_packs  # noqa: E402

NOON = evaluation._NOON  # noqa: SLF001 - the same moment as `qunguan evaluate`
WORTH_READING = language._WORTH_READING  # noqa: SLF001 - the same bound as the shipped model
STAFF_DAYS = 60


class Told:
    """Stands in for the language model: says what the fold's model said of the message at hand."""

    odds = 0.0

    def log_odds(self, text: str, features: Features) -> float:  # noqa: ARG002 - shape of LanguageModel
        """Return what was said."""
        return self.odds

    def may_be_ad(self, text: str, features: Features) -> bool:  # noqa: ARG002 - the same
        """Return whether that is worth reading in full; the shipped model's gate misses one in 250 of these."""
        return self.odds >= WORTH_READING

    def strongest(self, text: str) -> tuple[tuple[str, float], ...]:  # noqa: ARG002 - the same
        """Return nothing: evidence is no figure."""
        return ()


class Once:
    """Rules that are asked once about each message; what is removed is taken out of their answers."""

    def __init__(self, rules: RuleSet) -> None:
        """Begin with nothing asked."""
        self._rules = rules
        self._found: dict[View, list[Signal]] = {}
        self._adjusted: dict[View, list[Signal]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a rule set has
        """Return what the rules have."""
        return getattr(self._rules, name)

    def signals(self, view: View, **_: object) -> list[Signal]:
        """Return what was found, all of it."""
        if view not in self._found:
            self._found[view] = self._rules.signals(view)
        return list(self._found[view])

    def adjustments(self, view: View, against: Sequence[Signal] = ()) -> list[Signal]:
        """Return what speaks for or against the sender, beside what was found."""
        if view not in self._adjusted:
            self._adjusted[view] = self._rules.adjustments(view)
        guilty = {signal.rule for signal in against if signal.weight > 0}
        guilty |= {rule.partition("/")[0] for rule in guilty}
        specs = self._rules.specs
        return [
            s for s in self._adjusted[view] if guilty.isdisjoint(getattr(specs[s.rule], "not_beside", ()))
        ]

    def told(self, signals: list[Signal], _: View) -> tuple[Signal, ...]:
        """Return signals as they are: evidence is no figure."""
        return tuple(signals)


class Row(NamedTuple):
    """A message as rules see it, its log odds, and whether it is an ad."""

    view: View
    odds: float
    ad: bool


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rules", action="store_true", help="remove single rules too")
    asked.add_argument("--datasets", type=Path, default=trained.DATASETS)
    args = asked.parse_args()
    told = Told()
    rules = Once(compile_rules(load_packs(), told))  # type: ignore[arg-type]
    sets = {name: seen(pairs) for name, pairs in odds_of_sets(args.datasets).items()}
    packs = sorted({rule.partition("/")[0] for rule in rules.specs})
    without = [None, *packs, *(sorted(rules.specs) if args.rules else [])]
    print(f"{'without':28}" + "".join(f"{name + ': act P / R, ask R / FPR':>44}" for name in sets))
    for name in without:
        preset = Preset(id="trial", name=Why("试", "trial"), weights={} if name is None else {name: 0})
        line = f"{name or '(nothing)':28}"
        for rows in sets.values():
            line += f"{figures(rows, rules, told, preset):>44}"
        print(line, flush=True)


def odds_of_sets(datasets: Path) -> dict[str, list[tuple[evaluation.Labelled, float]]]:
    """Return each set's rows with the log odds that a model gives them which never saw them.

    Args:
        datasets: the folder of qq_group_ads_train.jsonl and smalltalk_train.jsonl.
    """
    t = trained
    files = sorted(t.CORPUS.glob("writer_*.jsonl"))
    written, dev, talk, qq = t.corpora(datasets)
    scores = t.folds(written, sorted({row.fold for row in written}), talk + qq)
    judged = np.array([not row.staff for row in written])
    slope, offset = t.platt(scores[judged], np.array([row.ad for row in written])[judged])
    known = [row for row in written if not row.staff] + talk + qq
    words = t.Vocabulary(known)
    of_dev = t.fitted(words.matrix(known), known).decision_function(words.matrix(dev))
    of_talk = t.folds(talk, sorted({row.fold for row in talk}), written + qq)
    of_qq = t.folds(qq, sorted({row.fold for row in qq}), written + talk)
    labelled = [row for path in files for row in evaluation.read_labelled(path)]
    sets = {
        "writers": (labelled, scores),
        "dev": (evaluation.read_labelled(t.CORPUS / "dev.jsonl"), of_dev),
        "QQ groups": (evaluation.read_labelled(datasets / "qq_group_ads_train.jsonl"), of_qq),
        "small talk": (evaluation.read_labelled(datasets / "smalltalk_train.jsonl"), of_talk),
    }
    paired = {
        name: list(zip(rows, odds * slope + offset, strict=True)) for name, (rows, odds) in sets.items()
    }
    traded = [pair for pair in paired["writers"] + paired["dev"] if pair[0].room_policy == "ads_allowed"]
    return {**paired, "trade rooms": traded}


def seen(pairs: list[tuple[evaluation.Labelled, float]]) -> list[Row]:
    """Return labelled messages as rules see them; what staff say is judged by nobody and counts as not found.

    Args:
        pairs: messages with the log odds a model gives them.
    """
    rows = []
    for row, odds in pairs:
        nick = row.sender_nick or ""
        staff = row.sender_tenure_days >= STAFF_DAYS and any(w in nick for w in evaluation._STAFF_WORDS)  # noqa: SLF001
        joined = NOON - timedelta(days=row.sender_tenure_days)
        member = MemberState(room="r", member="u", name=nick, joined_at=joined, first_seen=joined)
        scene = Scene(
            now=NOON, room=RoomState(room="r", topic=row.community), member=member, trade=row.room_policy
        )
        message = evaluation._message(row)  # noqa: SLF001
        if staff:
            message = msgspec.structs.replace(message, text="", type="sticker")
        rows.append(Row(view_of(message, scene), float(odds), row.is_ad))
    return rows


def figures(rows: list[Row], rules: Once, told: Told, preset: Preset) -> str:
    """Return precision and recall of acting, recall and false alarms of asking."""
    counts = {"ad": [0, 0], "suspect": [0, 0]}
    ads = sum(row.ad for row in rows)
    for row in rows:
        told.odds = row.odds
        verdict = judge(row.view, rules, Scoring(), preset).verdict  # type: ignore[arg-type]
        if verdict != "ok":
            counts["suspect"][row.ad] += 1
        if verdict == "ad":
            counts["ad"][row.ad] += 1
    others = len(rows) - ads
    acted, asked = counts["ad"], counts["suspect"]
    if not ads:
        return f"ask {asked[0]} act {acted[0]} of {others}"
    precision = acted[1] / max(1, sum(acted))
    return f"{precision:.3f} / {acted[1] / ads:.3f}, {asked[1] / ads:.3f} / {asked[0] / others:.3f}"


if __name__ == "__main__":
    main()

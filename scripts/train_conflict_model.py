"""Trains and measures data/models/conflict.model and the weights of the cues in rules/conflict.

    python scripts/train_conflict_model.py measure FILE...   each file is one hand; leave one hand out
    python scripts/train_conflict_model.py train FILE...     all of them; writes the model and the weights

Needs numpy, scipy and scikit-learn, which the program itself never imports. FILE holds labelled transcripts,
one a line (data/evaluation/conflict/README.md says what they are). The same rows and the same versions of
those libraries give the same file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from bot.conflict_evaluation import Outcome, evaluation, outcomes  # noqa: E402 - found only once the path is set
from bot.conflict_packs import load_conflict_packs  # noqa: E402 - found only once the path is set
from bot.core.conflict.cue import CueSet, CueSpec  # noqa: E402 - found only once the path is set
from bot.core.conflict.judge import ConflictModel, ConflictWeights, KindWeights, Tree, WindowWeights  # noqa: E402
from bot.core.conflict.reading import MARKS, TurnReader, TurnWeights, marks_of, shaped  # noqa: E402
from bot.core.conflict.records import RING, Spoken  # noqa: E402
from bot.core.conflict.sides import KINDS, side_numbers  # noqa: E402
from bot.core.conflict.talk import turn_of  # noqa: E402
from bot.core.conflict.window import NAMES, around, may_have_turned, numbers  # noqa: E402
from bot.core.events import Message  # noqa: E402
from bot.core.policy import Policy  # noqa: E402
from bot.core.rules.view import words_of  # noqa: E402
from bot.core.settings import Settings  # noqa: E402
from bot.core.text.normalise import plain  # noqa: E402
from bot.models import written_weights  # noqa: E402
from bot.transcripts import read_transcripts  # noqa: E402

CORPUS = HERE / "data" / "evaluation" / "conflict"
MODEL = HERE / "data" / "models" / "conflict.model"
PACKS = HERE / "rules" / "conflict"
DATASETS = HERE.parent / "shared" / "datasets"

SEEN = 3  # a run of characters must occur in so many turns
TURN_C = 0.3  # inverse of the regularisation of turns
AIR_C = 0.1  # and of the talk around them
AIR_LASTS = 3  # turns after the deadline that still count as said in a quarrel
WINDOW_C = 0.03  # and of windows
OWN = 1.0  # weight of a single turn written for training
# Public talk that is no conversation: lines of small talk and of QQ groups, shuffled into rooms.
CROWD, CROWD_LINES = 100, 25  # rooms of each set, lines of a room
CROWD_TURN, CROWD_WINDOW = 0.005, 0.2  # weight of a line, of a window
CROWD_AIR = 0.5  # weight of a line where it says how talk sounds in which nothing happens
TREES, DEPTH, RATE = 150, 2, 0.08
FOLDS = (7,)  # turns are held back: the window model sees what unseen turns read like
FALSE_ALARMS = 0.08  # the threshold is set so that so many no-conflict talks are flagged
# What a cue weighs before anything is learned; learning moves each from here.
PRIOR = {
    **dict.fromkeys(("attack", "question", "command", "accusation", "sarcasm", "threat"), 1.0),
    **dict.fromkeys(("demand", "waiting", "hurt"), 1.0),
    **dict.fromkeys(("laughter", "friendly", "play", "thanks"), -1.0),
    "pile": 0.6,
    "apology": -0.5,
    "outside": -0.7,
}


@dataclass
class Talk:
    """One transcript: its messages, who is staff, and where it turned (None: never)."""

    id: str
    hand: str
    label: str
    messages: list[Message]
    texts: list[str]
    staff: frozenset[str]
    parties: frozenset[str]
    span: tuple[int, int] | None


@dataclass
class One:
    """One turn as the turn model learns it."""

    text: str
    cues: list[str]
    marks: int
    quarrel: bool
    weight: float = 1.0


def talk_of(row: dict[str, Any], hand: str) -> Talk:
    """Return a transcript from its line."""
    place = {m["id"]: n for n, m in enumerate(row["messages"])}
    messages = []
    for m in row["messages"]:
        kind = m.get("type") or "text"
        kind = {"redpacket": "red_packet", "recall": "system"}.get(kind, kind)
        messages.append(
            msgspec.convert(
                {
                    "kind": "message", "at": m["ts"] if "+" in m["ts"] else m["ts"] + "+08:00", "room": row["id"],
                    "id": m["id"],
                    "sender": m["sender"], "name": m.get("name", ""), "type": kind, "text": m.get("text") or "",
                    "mentions": list(m.get("mentions") or []), "quote": m.get("quote"),
                },
                Message,
            )
        )  # fmt: skip
    span = None
    if row["label"] != "none":
        begin = row.get("earliest_ok")
        span = (place[begin] if begin else max(0, place[row["onset"]] - 3), place[row["deadline"]])
    staff = {m["sender"] for m in row["messages"] if (m.get("role") or "member") != "member"}
    return Talk(
        row["id"], hand, row["label"], messages, [plain(words_of(m)) for m in messages],
        frozenset(row.get("staff") or ()) | staff, frozenset(row.get("parties") or ()), span,
    )  # fmt: skip


def read(files: list[Path]) -> list[Talk]:
    """Return all transcripts; a file is a hand."""
    return [
        talk_of(json.loads(line), file.stem)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def crowd(folder: Path) -> list[Talk]:
    """Return rooms of public lines in which nobody quarrels with anybody: the hand is called crowd."""
    talks = []
    for file in ("smalltalk_train.jsonl", "qq_group_ads_train.jsonl"):
        path = folder / file
        if not path.is_file():
            raise SystemExit(
                f"{path} is missing: without ordinary talk a model hears quarrels in it; --datasets"
            )
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = [row["text"] for row in rows if row.get("label") != "ad"]
        for number in range(min(CROWD, len(lines) // CROWD_LINES // 2)):
            said = lines[number * CROWD_LINES : (number + 1) * CROWD_LINES]
            messages = [
                {"id": f"m{n}", "ts": f"2026-03-02T08:{n:02}:00", "sender": f"u{n % 6}", "text": text}
                for n, text in enumerate(said)
            ]
            row = {"id": f"{path.stem}-{number}", "label": "none", "messages": messages}
            talks.append(talk_of(row, "crowd"))
    return talks


def written_turns(cues: CueSet) -> list[One]:
    """Return the single turns that were written for training."""
    found = []
    for name, quarrel in (("quarrel", True), ("grievance", True), ("calm", False)):
        for line in (CORPUS / f"turns-{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                text = plain(line)
                read_ = TurnReader(cues).read(text)
                found.append(One(shaped(text), list(read_.cues), marks_of(text), quarrel, OWN))
    return found


def turns_of(talk: Talk, reader: TurnReader) -> list[Spoken]:
    """Return a transcript's turns as the watch makes them."""
    made: list[Spoken] = []
    ring: deque[Spoken] = deque(maxlen=RING)
    for message, text in zip(talk.messages, talk.texts, strict=True):
        turn = turn_of(message, text, list(ring), reader, talk.staff)
        ring.append(turn)
        made.append(turn)
    return made


def said_in(talk: Talk) -> list[One]:
    """Return a transcript's turns, whoever speaks, by whether it had turned when they were said."""
    return [
        One(shaped(text.strip()), [], 0, talk.span is not None and place >= talk.span[0],
            CROWD_AIR if talk.hand == "crowd" else 1.0)
        for place, (message, text) in enumerate(zip(talk.messages, talk.texts, strict=True))
        if message.type == "text" and text.strip()
        and (talk.span is None or place <= talk.span[1] + AIR_LASTS)
    ]  # fmt: skip


class TurnModel:
    """Cue weights and runs of characters, learned together."""

    def __init__(self, specs: tuple[CueSpec, ...], talks: list[Talk], extra: list[One]) -> None:
        """Fit."""
        self.specs = specs
        self.ids = [spec.id for spec in specs]
        cold = TurnReader(CueSet(specs))
        rows = list(extra)
        for talk in talks:
            for place, (turn, text) in enumerate(zip(turns_of(talk, cold), talk.texts, strict=True)):
                if turn.read and not turn.staff:
                    quarrel = bool(talk.span and turn.sender in talk.parties and place >= talk.span[0])
                    names = [spec.id for spec in cold.cues.found(text.strip())]
                    marks = turn.marks
                    weight = CROWD_TURN if talk.hand == "crowd" else 1.0
                    rows.append(One(shaped(text.strip()), names, marks, quarrel, weight))
        self.vector = CountVectorizer(
            analyzer="char", ngram_range=(1, 3), min_df=SEEN, binary=True, lowercase=False
        )
        self.vector.fit([row.text for row in rows])
        self.line = LogisticRegression(C=TURN_C, max_iter=500)
        self.line.fit(
            self._matrix(rows), [row.quarrel for row in rows], sample_weight=[row.weight for row in rows]
        )
        around_ = [turn for talk in talks for turn in said_in(talk)]
        self.air = LogisticRegression(C=AIR_C, max_iter=500)
        self.air.fit(
            self._runs([row.text for row in around_]),
            [row.quarrel for row in around_],
            sample_weight=[row.weight for row in around_],
        )

    def _runs(self, texts: list[str]) -> csr_matrix:
        runs = self.vector.transform(texts).astype(float)
        size = np.maximum(1, np.asarray(runs.sum(1)).ravel()) ** -0.5
        return diags(size) @ runs * 2

    def _prior(self, name: str) -> float:
        return PRIOR.get(next(s.kind for s in self.specs if s.id == name), 0.0)

    def _matrix(self, rows: list[One]) -> csr_matrix:
        idle = {"brushoff", "care", "safety"}
        kind = {spec.id: spec.kind for spec in self.specs}
        cues = csr_matrix(
            [[i in row.cues and kind[i] not in idle for i in self.ids] for row in rows], dtype=float
        )
        marks = csr_matrix([[row.marks >> n & 1 for n in range(len(MARKS))] for row in rows], dtype=float)
        prior = csr_matrix([[sum(self._prior(i) for i in row.cues)] for row in rows], dtype=float)
        return hstack([self._runs([row.text for row in rows]), cues, marks, prior]).tocsr()

    def weights(self) -> tuple[dict[str, float], TurnWeights]:
        """Return the cues' weights and those of marks and runs."""
        values = self.line.coef_[0]
        names = self.vector.get_feature_names_out()
        n, c, m = len(names), len(self.ids), len(MARKS)
        runs, cues, marks, prior = values[:n] * 2, values[n : n + c], values[n + c : n + c + m], values[-1]
        step = float(np.abs(runs).max()) / 127
        cue_weights = {
            i: round(float(w + prior * self._prior(i)), 2) for i, w in zip(self.ids, cues, strict=True)
        }
        whole = np.rint(runs / step).astype(int)
        air = self.air.coef_[0] * 2
        air_step = float(np.abs(air).max()) / 127
        turn = TurnWeights(
            bias=round(float(self.line.intercept_[0]), 4),
            marks=tuple(round(float(w), 4) for w in marks),
            step=step,
            grams=tuple(names),
            weights=tuple(int(w) for w in whole),
            air_bias=round(float(self.air.intercept_[0]), 4),
            air_step=air_step,
            air=tuple(int(w) for w in np.rint(air / air_step)),
        )
        return cue_weights, turn

    def reader(self) -> TurnReader:
        """Return a reader with what was learned."""
        cue_weights, turn = self.weights()
        return TurnReader(CueSet(weighed(self.specs, cue_weights)), turn)


def weighed(specs: tuple[CueSpec, ...], weights: dict[str, float]) -> tuple[CueSpec, ...]:
    """Return cues with other weights."""
    return tuple(msgspec.structs.replace(s, weight=max(-5.0, min(5.0, weights[s.id]))) for s in specs)


def design(talks: list[Talk], turns: dict[str, list[Spoken]]) -> tuple[np.ndarray, ...]:
    """Return the windows' numbers, what is right (-1: does not matter), the talk and the place of each."""
    rows, right, owner, places, sides = [], [], [], [], []
    for index, talk in enumerate(talks):
        made = turns[talk.id]
        for place, turn in enumerate(made):
            if turn.staff or not turn.read or not may_have_turned(made[max(0, place - RING) : place], turn):
                continue
            look = around(made[max(0, place - RING + 1) : place + 1])
            rows.append(numbers(look))
            sides.append(side_numbers(look))
            if talk.span is None or place < talk.span[0]:
                right.append(0)
            else:
                right.append(1 if place <= talk.span[1] else -1)
            owner.append(index)
            places.append(place)
    return np.array(rows, float), np.array(right), np.array(owner), np.array(places), np.array(sides, float)


def window_weights(
    rows: np.ndarray, right: np.ndarray, sides: np.ndarray, kinds: np.ndarray, weight: np.ndarray
) -> WindowWeights:
    """Fit line, trees and kinds."""
    known = right >= 0
    middle, spread = rows[known].mean(0), rows[known].std(0) + 1e-6
    line = LogisticRegression(C=WINDOW_C, max_iter=3000).fit(
        (rows[known] - middle) / spread, right[known], sample_weight=weight[known]
    )
    weights = line.coef_[0] / spread
    bias = float(line.intercept_[0] - (middle * weights).sum())
    forest = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=DEPTH, learning_rate=RATE, l2_regularization=10, min_samples_leaf=25,
        early_stopping=False, random_state=1,
    ).fit(rows[known], right[known], sample_weight=weight[known])  # fmt: skip
    trees = [tree_of(stage[0].nodes) for stage in forest._predictors]  # noqa: SLF001 - it has no other way out
    told = right == 1
    m2, s2 = sides[told].mean(0), sides[told].std(0) + 1e-6
    sort = LogisticRegression(C=0.1, max_iter=3000, class_weight="balanced")
    sort.fit((sides[told] - m2) / s2, kinds[told])
    w2 = sort.coef_ / s2
    b2 = sort.intercept_ - (w2 * m2).sum(1)
    return WindowWeights(
        names=NAMES,
        bias=round(bias, 4),
        weights=tuple(round(float(w), 5) for w in weights),
        base=round(float(np.ravel(forest._baseline_prediction)[0]), 5),  # noqa: SLF001
        trees=tuple(trees),
        threshold=0.0,
        kind=KindWeights(
            bias=tuple(round(float(b), 4) for b in b2),
            weights=tuple(tuple(round(float(w), 5) for w in row) for row in w2),
        ),
    )


def tree_of(nodes: np.ndarray) -> Tree:
    """Return one tree of scikit-learn's as the program reads it."""
    return Tree(
        at=tuple(-1 if n["is_leaf"] else int(n["feature_idx"]) for n in nodes),
        bound=tuple(0.0 if n["is_leaf"] else float(n["num_threshold"]) for n in nodes),
        left=tuple(int(n["left"]) for n in nodes),
        right=tuple(int(n["right"]) for n in nodes),
        value=tuple(round(float(n["value"]), 5) if n["is_leaf"] else 0.0 for n in nodes),
    )


def fitted(
    specs: tuple[CueSpec, ...], talks: list[Talk], extra: list[One]
) -> tuple[TurnModel, WindowWeights]:
    """Fit everything; windows are learned from turns that the turn model had not seen."""
    parts = []
    for folds in FOLDS:
        turns: dict[str, list[Spoken]] = {}
        index = np.arange(len(talks))
        for known, held in GroupKFold(folds).split(index, index, index):
            reader = TurnModel(specs, [talks[i] for i in known], extra).reader()
            for i in held:
                turns[talks[i].id] = turns_of(talks[i], reader)
        parts.append(design(talks, turns))
    rows, right, owner, _, sides = (np.concatenate([part[n] for part in parts]) for n in range(5))
    weight = np.array([CROWD_WINDOW if talks[o].hand == "crowd" else 1.0 for o in owner])
    kinds = np.array([KINDS.index(talks[o].label) if talks[o].label in KINDS else 0 for o in owner])
    return TurnModel(specs, talks, extra), window_weights(rows, right, sides, kinds, weight)


def scored(
    talks: list[Talk], reader: TurnReader, window: WindowWeights
) -> dict[str, list[tuple[int, float]]]:
    """Return for every talk the places that were looked at and their tension."""
    model = ConflictModel(reader.cues, ConflictWeights("", TurnWeights(0, (), 0, (), (), 0, 0, ()), window))
    found = {}
    for talk in talks:
        made = turns_of(talk, reader)
        found[talk.id] = [
            (n, model.tension(numbers(around(made[max(0, n - RING + 1) : n + 1]))))
            for n, turn in enumerate(made)
            if turn.read and not turn.staff and may_have_turned(made[max(0, n - RING) : n], turn)
        ]
    return found


def figures(talks: list[Talk], scores: dict[str, list[tuple[int, float]]], bound: float) -> tuple[float, ...]:
    """Return accuracy, recall on time, false alarms and early flags at a threshold."""
    hit = quiet = wrong = missed = early = 0
    for talk in talks:
        first = next((n for n, score in scores[talk.id] if score > bound), None)
        if talk.span is None:
            quiet += first is None
            wrong += first is not None
        elif first is not None and talk.span[0] <= first <= talk.span[1]:
            hit += 1
        else:
            missed += 1
            early += first is not None and first < talk.span[0]
    return (
        (hit + quiet) / len(talks), hit / max(1, hit + missed), wrong / max(1, wrong + quiet), early,
    )  # fmt: skip


def measure(
    specs: tuple[CueSpec, ...], talks: list[Talk], files: list[Path], *, show: bool, mixed: bool = False
) -> float:
    """Leave one hand out; print figures over thresholds and return the one to ship."""
    extra = written_turns(CueSet(specs))
    scores: dict[str, list[tuple[int, float]]] = {}
    public = [talk for talk in talks if talk.hand == "crowd"]
    talks = [talk for talk in talks if talk.hand != "crowd"]
    hands = list(dict.fromkeys(talk.hand for talk in talks))
    rows = [row for file in files for row in read_transcripts(file)]
    settings = msgspec.convert({"operator": {"id": "operator"}}, Settings)
    shown = (0.6, 0.8, 1.0)
    played: dict[float, list[Outcome]] = {}
    for hand in range(5) if mixed else hands:
        held = [t for n, t in enumerate(talks) if (n % 5 if mixed else t.hand) == hand]
        turn, window = fitted(specs, [*(talk for talk in talks if talk not in held), *public], extra)
        reader = turn.reader()
        found = scored(held, reader, window)
        scores |= found
        for bound in shown:
            weights = ConflictWeights("", turn.weights()[1], msgspec.structs.replace(window, threshold=bound))
            policy = Policy(settings, conflict=ConflictModel(reader.cues, weights))
            wanted = {talk.id for talk in held}
            played[bound] = [*played.get(bound, []), *outcomes((r for r in rows if r.id in wanted), policy)]
        best = max((figures(held, found, b), b) for b in np.arange(-2, 3, 0.1))
        print(f"{hand}: best {[round(x, 3) for x in best[0]]} at {best[1]:.1f}", flush=True)
    for bound, found_ in played.items():
        print_played(bound, found_)
    if show:
        print_flags(played[0.8])
    chosen, best = 0.0, 0.0
    for bound in np.arange(-1, 2.6, 0.1):
        accuracy, on_time, wrong, early = figures(talks, scores, float(bound))
        print(
            f"{bound:5.1f}  first flag only: accuracy {accuracy:.3f}  on time {on_time:.3f}  false {wrong:.3f}  {early}"
        )
        if wrong <= FALSE_ALARMS and accuracy > best:
            best, chosen = accuracy, float(bound)
    print(f"chosen {chosen:.1f}")
    return chosen


def print_played(bound: float, found: list[Outcome]) -> None:
    """Print the figures of talks as the program plays them."""
    told = evaluation(found)
    kinds = {name: one.value for name, one in told.on_time_by.items()}
    print(
        f"as played at {bound}: accuracy {told.accuracy.value:.3f}  on time {told.on_time.value:.3f}  "
        f"false alarms {told.false_alarms.value:.3f}  early {told.early}  kind {told.kind_right.value:.3f}  "
        f"parties {told.parties.value:.3f}  {kinds}"
    )


def print_flags(found: list[Outcome]) -> None:
    """Print what was flagged in every talk."""
    for one in found:
        flags = [(r.place, r.flag.kind, r.flag.parties) for r in one.raised]
        print(one.transcript.id, one.transcript.label, one.result, one.transcript.parties, flags)


def main() -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("measure", "train"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--datasets", type=Path, default=DATASETS, help="where the public sets are")
    parser.add_argument("--threshold", type=float, default=None)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--mixed", action="store_true", help="hold back every fifth talk instead of a hand")
    args = parser.parse_args()
    specs = tuple(spec for pack in load_conflict_packs() for spec in pack.cues)
    files = args.files or sorted(CORPUS.glob("*.jsonl"))
    talks = read(files) + crowd(args.datasets)
    print(f"{len(talks)} talks, {sum(t.span is not None for t in talks)} conflicts")
    if args.what == "measure":
        measure(specs, talks, files, show=args.show, mixed=args.mixed)
        return
    bound = args.threshold if args.threshold is not None else measure(specs, talks, files, show=False)
    turn, window = fitted(specs, talks, written_turns(CueSet(specs)))
    cue_weights, turn_weights = turn.weights()
    kind = {spec.id: spec.kind for spec in specs}
    for path in sorted(PACKS.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        for name, weight in cue_weights.items():
            if kind[name] not in {"safety", "brushoff", "care"}:
                text = re.sub(
                    rf'(id = "{name}"\nkind = "[a-z]+"\nweight = )[-0-9.]+', rf"\g<1>{weight}", text
                )
        path.write_text(text, encoding="utf-8")
    weights = ConflictWeights("1", turn_weights, msgspec.structs.replace(window, threshold=round(bound, 3)))
    content = written_weights(
        weights, {"made_by": "scripts/train_conflict_model.py", "talks": str(len(talks))}
    )
    MODEL.write_bytes(content)
    print(f"{MODEL}: {len(content)} bytes, {datetime.now().astimezone():%F %T}")


if __name__ == "__main__":
    main()

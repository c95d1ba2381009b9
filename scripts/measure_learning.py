"""Measures what learning from 200 verdicts of a room brings (docs/explanation/detection.md, Learning).

    python scripts/measure_learning.py [--datasets DIR] [--draws N]

The room is the QQ groups of qq_group_ads_train.jsonl, judged by all rules, with the learned signal and the
index of known texts, as a room's messages are. The shipped language model is tried twice: one that never saw
an ad of these groups, as in a room of a kind nobody knew, and the one that ships, by five folds. What staff
judged never counts in a figure. Writes nothing; needs what train_ads_model.py needs. How verdicts come about:

    as they come   200 messages at random
    even           100 ads and 100 others at random
    asked          messages come one by one; staff answers what the bot asks about, marks three of five ads it
                   missed (`/ad`) and one of fifty others (`/notad`), until there are 200; the rest is judged
    quiz           from the room's history the bot asks about the 200 it is least sure of; the rest is judged
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import train_ads_model as training  # noqa: E402 - found only once the path is set
from measure_ads_signals import NOON, Told  # noqa: E402

from bot.core.ads.context import Scene  # noqa: E402
from bot.core.ads.known import fingerprint  # noqa: E402
from bot.core.ads.learning import Learning, Model  # noqa: E402
from bot.core.ads.score import judge  # noqa: E402
from bot.core.events import Message  # noqa: E402
from bot.core.records import MemberState, RoomState, Sample  # noqa: E402
from bot.core.rules.view import view_of  # noqa: E402
from bot.core.settings import Scoring  # noqa: E402
from bot.packs import compile_rules, load_packs  # noqa: E402

VERDICTS = 200
# Staff's habits in `asked`: shares of missed ads and of other talk that they judge unasked.
MARKS_ADS, MARKS_OTHERS = 0.6, 0.02
# In `asked` and `quiz` the bot thinks again after so many verdicts.
AGAIN = 20
ASK, ACT = 0.5, 0.9
SETTLED = NOON - timedelta(days=30)


class Class:
    """A room's messages, what the rules make of them, and what staff taught."""

    def __init__(self, texts: list[str], ad: np.ndarray, odds: np.ndarray) -> None:
        """Look at every message once without anything learned."""
        self.ad = ad
        self._odds = odds
        self._told = Told()
        self._rules = compile_rules(load_packs(), self._told)  # type: ignore[arg-type]
        self._messages = [
            Message(at=NOON, room="r", id=str(n), sender="u", text=t) for n, t in enumerate(texts)
        ]
        self._keys = [fingerprint(text) for text in texts]
        self.alone = [self._alone(n) for n in range(len(texts))]

    def _alone(self, n: int) -> float:
        self._told.odds = float(self._odds[n])
        view = view_of(self._messages[n])
        return self._rules.weighed(s for s in self._rules.signals(view) if s.weight)

    def taught(self, judged: list[int]) -> tuple[Model | None, dict[str | None, str]]:
        """Return what verdicts on messages teach."""
        samples = [
            Sample(
                case=n,
                label="ad" if self.ad[n] else "ok",
                words=self._messages[n].text,
                room="r",
                sender="u",
                by="s",
                at=NOON,
                score=self.alone[n],
            )
            for n in judged
        ]
        known = {self._keys[n]: samples[at].label for at, n in enumerate(judged) if self._keys[n]}
        return Learning(samples).model(), known

    def score(self, n: int, taught: tuple[Model | None, dict[str | None, str]]) -> float:
        """Return a message's score."""
        self._told.odds = float(self._odds[n])
        scene = Scene(
            now=NOON,
            room=RoomState(room="r"),
            member=MemberState(room="r", member="u", joined_at=SETTLED, first_seen=SETTLED),
            learned=taught[0],
            known=taught[1].get(self._keys[n]),  # type: ignore[arg-type]
        )
        return judge(view_of(self._messages[n], scene), self._rules, Scoring()).score


def lesson(room: Class, way: str, chance: random.Random) -> tuple[list[int], list[int]]:
    """Return which messages staff judged, and which are to be judged by the bot after that."""
    order = list(range(len(room.ad)))
    chance.shuffle(order)
    if way == "as they come":
        return order[:VERDICTS], order[VERDICTS:]
    if way == "even":
        half = VERDICTS // 2
        judged = [n for n in order if room.ad[n]][:half] + [n for n in order if not room.ad[n]][:half]
        return judged, sorted(set(order) - set(judged))
    judged: list[int] = []
    taught = room.taught([])
    if way == "asked":
        for place, n in enumerate(order):
            asked = room.score(n, taught) >= ASK
            if asked or chance.random() < (MARKS_ADS if room.ad[n] else MARKS_OTHERS):
                judged.append(n)
                if not len(judged) % AGAIN:
                    taught = room.taught(judged)
                if len(judged) == VERDICTS:
                    return judged, order[place + 1 :]
        return judged, []
    while len(judged) < VERDICTS:
        left = sorted(set(order) - set(judged))
        value = {n: room.score(n, taught) if taught[0] else room.alone[n] for n in left}
        judged += sorted(left, key=lambda n: abs(value[n] - (ASK if taught[0] else 0.1)))[:AGAIN]
        taught = room.taught(judged)
    return judged, sorted(set(order) - set(judged))


def f1(said: np.ndarray, ad: np.ndarray) -> float:
    """Return the harmonic mean of precision and recall."""
    return float(2 * (said & ad).sum() / max(1, said.sum() + ad.sum()))


def figures(score: np.ndarray, ad: np.ndarray) -> dict[str, float]:
    """Return what asking and acting achieve."""
    ask, act = score >= ASK, score >= ACT
    return {
        "F1": f1(ask, ad),
        "recall": float(ask[ad].mean()),
        "false alarms": float(ask[~ad].mean()),
        "F1 at the best threshold": max(f1(score >= cut, ad) for cut in np.linspace(0.05, 1.2, 47)),
        "act: precision": float(ad[act].mean()) if act.any() else 1.0,
        "act: recall": float(act[ad].mean()),
    }


def flipped(room: Class, judged: list[int], rest: list[int], chance: random.Random) -> tuple[float, float]:
    """Return how many messages that were ok one wrong verdict makes suspect, and how many ads."""
    before = room.taught(judged)
    wrong = chance.choice([n for n in rest if not room.ad[n]])
    room.ad[wrong] = True
    after = room.taught([*judged, wrong])
    room.ad[wrong] = False
    others = chance.sample([n for n in rest if not room.ad[n] and n != wrong], 300)
    calm = [n for n in others if room.score(n, before) < ASK]
    scores = [room.score(n, after) for n in calm]
    share = len([n for n in rest if not room.ad[n]]) / len(others)
    return sum(s >= ASK for s in scores) * share, sum(s >= ACT for s in scores) * share


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--datasets", type=Path, default=training.DATASETS)
    asked.add_argument("--draws", type=int, default=5)
    args = asked.parse_args()
    t = training
    written, _, talk, qq = t.corpora(args.datasets)
    texts = [raw["text"] for raw in t.read(args.datasets / "qq_group_ads_train.jsonl")]
    ad = np.array([row.ad for row in qq])
    scores = t.folds(written, sorted({row.fold for row in written}), talk + qq)
    judged = np.array([not row.staff for row in written])
    slope, offset = t.platt(scores[judged], np.array([row.ad for row in written])[judged])
    known = [row for row in written if not row.staff] + talk
    words = t.Vocabulary(known)
    fresh = t.fitted(words.matrix(known), known).decision_function(words.matrix(qq))
    shipped = t.folds(qq, sorted({row.fold for row in qq}), [*written, *talk])
    for name, odds in (("never saw such ads", fresh), ("as shipped, 5 folds", shipped)):
        room = Class(texts, ad, odds * slope + offset)
        without = np.array([room.score(n, (None, {})) for n in range(len(ad))])
        raw = np.array(room.alone)
        at_one = float((raw[ad] > np.quantile(raw[~ad], 0.99)).mean())
        print(
            f"{name}: nothing learned", told(figures(without, ad)), f"recall at 1 % false alarms {at_one:.3f}"
        )
        for way in ("as they come", "even", "asked", "quiz"):
            found: dict[str, list[float]] = {}
            for seed in range(args.draws):
                chance = random.Random(seed)  # noqa: S311 - repeatable randomness is wanted
                known_now, rest = lesson(room, way, chance)
                began = time.process_time()
                taught = room.taught(known_now)
                more = {"seconds to learn": time.process_time() - began}
                more |= figures(np.array([room.score(n, taught) for n in rest]), ad[rest])
                more["ads among the verdicts"] = float(ad[known_now].mean())
                more["suspect by one wrong verdict"], more["ad by it"] = flipped(
                    room, known_now, rest, chance
                )
                for key, value in more.items():
                    found.setdefault(key, []).append(value)
            spread = f"({min(found['F1']):.3f} to {max(found['F1']):.3f})"
            print(
                f"  {way}:",
                told({key: statistics.fmean(of) for key, of in found.items()}),
                spread,
                flush=True,
            )


def told(of: dict[str, float]) -> str:
    """Return figures as one line."""
    return ", ".join(f"{name} {value:.3f}" for name, value in of.items())


if __name__ == "__main__":
    main()

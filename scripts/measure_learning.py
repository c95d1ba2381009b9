"""Measures what learning from 200 verdicts of a room brings (docs/explanation/language-model.md).

    python scripts/measure_learning.py [--datasets DIR]

The room is the QQ groups of qq_group_ads_train.jsonl. The shipped model is tried twice: one that never saw
an ad of these groups (as in a room of a kind nobody knew), and the one that ships, by five folds. Needs what
train_ads_model.py needs. Several random draws each; `ask` is a sum of both signals from 0.5 on.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import train_ads_model as training

from bot.core.ads.language import Opinion, language_signal, shaped
from bot.core.ads.learning import Learning, Lesson

AT = datetime(2026, 1, 1, tzinfo=UTC)
DRAWS = 5
ASK = 0.5


def signals(odds: np.ndarray) -> np.ndarray:
    """Return the weights of the shipped signal."""
    return np.array([language_signal(Opinion(1 / (1 + np.exp(-odd)))) for odd in odds])


def f1(said: np.ndarray, ad: np.ndarray) -> float:
    """Return the harmonic mean of precision and recall."""
    return float(2 * (said & ad).sum() / (said.sum() + ad.sum()))


def draw(ad: np.ndarray, way: str, seed: int) -> list[int]:
    """Return which 200 messages staff judged: as many of each kind, or as they come."""
    chance = random.Random(seed)  # noqa: S311 - repeatable randomness is wanted
    if way == "natural":
        return chance.sample(range(len(ad)), 200)
    ads, others = ([int(n) for n in np.flatnonzero(which)] for which in (ad, ~ad))
    return chance.sample(ads, 100) + chance.sample(others, 100)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--datasets", type=Path, default=training.DATASETS)
    args = asked.parse_args()
    written, _, talk, qq = training.corpora(args.datasets)
    ad = np.array([row.ad for row in qq])
    known = [row for row in written if not row.staff] + talk
    words = training.Vocabulary(known)
    fresh = training.fitted(words.matrix(known), known).decision_function(words.matrix(qq))
    shipped = training.folds(qq, sorted({row.fold for row in qq}), [*written, *talk])
    for name, odds in (("never saw such ads", fresh), ("as shipped, 5 folds", shipped)):
        prior = signals(odds * 0.9)
        alone = odds > np.quantile(odds[~ad], 0.99)
        print(
            f"{name}: without learning recall at 1 % false alarms {alone[ad].mean():.3f},",
            f"F1 of ask {f1(prior >= ASK, ad):.3f}",
        )
        for way in ("even", "natural"):
            scores, threshold_free, alarms = [], [], []
            for seed in range(DRAWS):
                judged = draw(ad, way, seed)
                lessons = (
                    Lesson(str(n), "ad" if ad[n] else "ok", shaped(qq[n].text[:240]), AT) for n in judged
                )
                learning = Learning(lessons)
                total = prior + np.array([learning.opinion(row.text).weight for row in qq])
                rest = np.setdiff1d(np.arange(len(qq)), judged)
                said = total[rest] >= ASK
                scores.append(f1(said, ad[rest]))
                threshold_free.append(
                    max(f1(total[rest] >= cut, ad[rest]) for cut in np.linspace(-0.4, 1.2, 65))
                )
                alarms.append((said & ~ad[rest]).sum() / (~ad[rest]).sum())
            print(
                f"  200 verdicts, {way}: F1 of ask {np.mean(scores):.3f}",
                f"(draws {min(scores):.3f} to {max(scores):.3f}), false alarms {np.mean(alarms):.3f},",
                f"F1 at the best threshold {np.mean(threshold_free):.3f}",
            )


if __name__ == "__main__":
    main()

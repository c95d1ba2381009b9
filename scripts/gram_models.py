"""What the training scripts share: runs of characters as a matrix, whole numbers for weights, macro-F1.

Needs numpy and scipy, which the program itself does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from bot.models import written_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bot.models import AnyWeights


def matrix_of(texts: Sequence[set[str]], grams: Sequence[str], scales: Iterable[float]) -> csr_matrix:
    """Return one row a text with its scale wherever it has a gram; grams not asked for are left out.

    Args:
        texts: the runs of each text.
        grams: the columns.
        scales: what a run of each text counts.
    """
    place = {gram: number for number, gram in enumerate(grams)}
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for runs, scale in zip(texts, scales, strict=True):
        at = sorted(place[run] for run in runs if run in place)
        columns += at
        values += [scale] * len(at)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(texts), len(grams)))


def mood_matrix(texts: Sequence[str], runs_of: Callable[[str], set[str]]) -> tuple[list[str], csr_matrix]:
    """Return all runs of texts, sorted, and the matrix in which a text's runs share one unit of length.

    Args:
        texts: plain views.
        runs_of: what finds the runs of one.
    """
    runs = [runs_of(text) for text in texts]
    grams = sorted(set().union(*runs))
    return grams, matrix_of(runs, grams, [1 / np.sqrt(len(some)) for some in runs])


def quantised(
    weights: np.ndarray, grams: Sequence[str], least: float
) -> tuple[float, tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """Return the worth of one step, the grams worth keeping, and their weights as whole numbers up to 127.

    Args:
        weights: one row a class, one column a gram.
        grams: the columns.
        least: a gram whose weights are all smaller is left out.
    """
    step = float(np.abs(weights).max()) / 127
    kept = [n for n in range(len(grams)) if np.abs(weights[:, n]).max() >= least]
    whole = tuple(tuple(round(value / step) for value in weights[:, n]) for n in kept)
    return round(step, 9), tuple(grams[n] for n in kept), whole


def macro_f1(pairs: Sequence[tuple[str, str]]) -> tuple[float, dict[str, float], dict[str, float]]:
    """Return the mean F1 over the labels that occur, and each one's F1 and recall.

    Args:
        pairs: what is right, and what was read.
    """
    scores, recalls = {}, {}
    for name in sorted({gold for gold, _ in pairs}):
        hit = sum(gold == name == got for gold, got in pairs)
        golds, gots = sum(gold == name for gold, _ in pairs), sum(got == name for _, got in pairs)
        scores[name], recalls[name] = 2 * hit / (golds + gots), hit / golds
    return sum(scores.values()) / len(scores), scores, recalls


def write(weights: AnyWeights, script: str, out: Path, count: int) -> None:
    """Write a model's file and say how large it is.

    Args:
        weights: the trained model.
        script: which script made it.
        out: the file.
        count: how many grams it has.
    """
    about = {"made_by": f"scripts/{script}.py", "licence": "MIT, as the program"}
    out.write_bytes(written_weights(weights, about))
    print(f"{out}: {out.stat().st_size} bytes, {count} grams")

"""Whether a room's talk turned: a small model over the window's numbers, trained before it shipped.

A weighted sum and a few shallow trees, half and half. docs/explanation/conflicts.md says how good it is and
what it cannot see.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from bot.core.conflict.reading import TurnReader, TurnWeights

if TYPE_CHECKING:
    from bot.core.conflict.cue import CueSet


# A tree as it is walked: a fork of (which number, bound, left, right), or a leaf of (value,).
Walked = tuple[Any, ...]  # Any: a tree holds trees
_FORK = 4


class Tree(msgspec.Struct, frozen=True, array_like=True):
    """A decision tree: at node i go to `left[i]` where number `at[i]` is at most `bound[i]`, else `right[i]`.

    A node whose `at` is -1 is a leaf that adds `value[i]`.
    """

    at: tuple[int, ...]
    bound: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]


class KindWeights(msgspec.Struct, frozen=True):
    """What tells the kinds apart: for each of `KINDS` one weight a number, and a bias."""

    bias: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]


class WindowWeights(msgspec.Struct, frozen=True):
    """The model over the window's numbers: `names` are theirs, so that a model of other numbers is refused."""

    names: tuple[str, ...]
    bias: float
    weights: tuple[float, ...]
    base: float
    trees: tuple[Tree, ...]
    threshold: float
    kind: KindWeights


class ConflictWeights(msgspec.Struct, frozen=True):
    """All of the shipped model of conflicts."""

    version: str
    turn: TurnWeights
    window: WindowWeights


def _walked(tree: Tree, node: int = 0) -> Walked:
    if tree.at[node] < 0:
        return (tree.value[node],)
    left, right = _walked(tree, tree.left[node]), _walked(tree, tree.right[node])
    return (tree.at[node], tree.bound[node], left, right)


def _with_what_follows(trees: tuple[Tree, ...]) -> list[tuple[Walked, float]]:
    """Return the trees, each with the most that it and all after it can add."""
    found, most = [], 0.0
    for tree in reversed(trees):
        leaves = [value for at, value in zip(tree.at, tree.value, strict=True) if at < 0]
        most += max(leaves)
        found.append((_walked(tree), most))
    return found[::-1]


class ConflictModel:
    """Cues and weights together, as the watch asks them."""

    def __init__(self, cues: CueSet, weights: ConflictWeights | None = None) -> None:
        """Compile.

        Args:
            cues: from the packs.
            weights: of the shipped model; without one nothing but danger is raised.
        """
        self.reader = TurnReader(cues, None if weights is None else weights.turn)
        self.window = None if weights is None else weights.window
        self._trees = [] if weights is None else _with_what_follows(weights.window.trees)

    def tension(self, numbers: list[float], least: float = -math.inf) -> float:
        """Return the log-odds that a room's talk turned, above the threshold: positive means it did.

        Args:
            numbers: what the window adds up to.
            least: what matters; where the result can no longer be above it, anything not above it is returned.
        """
        window = self.window
        if window is None:
            return -1.0
        line = window.bias
        for number, weight in zip(numbers, window.weights, strict=True):
            line += number * weight
        wanted = 2 * (least + window.threshold) - line
        grown = window.base
        for first, most in self._trees:
            if grown + most <= wanted:
                return least
            tree = first
            while len(tree) == _FORK:
                tree = tree[2] if numbers[tree[0]] <= tree[1] else tree[3]
            grown += tree[0]
        return (line + grown) / 2 - window.threshold

    def leaning(self, numbers: list[float]) -> tuple[float, ...]:
        """Return how much a window looks like each kind, in the order of `KINDS`.

        Args:
            numbers: what tells the kinds apart (`sides.side_numbers`).
        """
        window = self.window
        if window is None:
            return ()
        kinds = window.kind
        return tuple(
            round(bias + sum(number * weight for number, weight in zip(numbers, weights, strict=True)), 2)
            for bias, weights in zip(kinds.bias, kinds.weights, strict=True)
        )

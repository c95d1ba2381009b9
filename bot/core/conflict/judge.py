"""Whether a room's talk turned: a small model over the window's numbers, trained before it shipped.

A weighted sum and a few shallow trees, half and half. docs/explanation/conflicts.md says how good it is and
what it cannot see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.conflict.reading import TurnReader, TurnWeights

if TYPE_CHECKING:
    from bot.core.conflict.cue import CueSet


# Where the weighted sum is so low, no trees make up for it.
_HOPELESS = -3.0


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

    def tension(self, numbers: list[float]) -> float:
        """Return the log-odds that a room's talk turned, above the threshold: positive means it did.

        Args:
            numbers: what the window adds up to.
        """
        window = self.window
        if window is None:
            return -1.0
        line = window.bias
        for number, weight in zip(numbers, window.weights, strict=True):
            line += number * weight
        if line < _HOPELESS:
            return line
        grown = window.base
        for tree in window.trees:
            node = 0
            at, bound, left, right = tree.at, tree.bound, tree.left, tree.right
            while at[node] >= 0:
                node = left[node] if numbers[at[node]] <= bound[node] else right[node]
            grown += tree.value[node]
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

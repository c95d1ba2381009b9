"""Rule kind `learned`: what this operator's own verdicts say of a message (bot/core/ads/learning.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.language import evidence
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_BEGINNING = 30


class Spec(RuleSpec, frozen=True, kw_only=True, tag="learned"):
    """A learned rule: the model's own weight times `weight`, `cap` at most, `floor` at least.

    Where the model may not act alone, it adds no more than `asks` beyond what the language model holds
    against it: that is enough to ask, not to act.
    """

    asks: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.85
    cap: Annotated[float, msgspec.Meta(ge=0, le=5)] = 1.5
    floor: Annotated[float, msgspec.Meta(ge=-5, le=0)] = -1.0

    def prepare(self, engine: Engine) -> LearnedWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return LearnedWatcher(self.weight, self.asks, self.cap, self.floor)


class LearnedWatcher(msgspec.Struct, frozen=True):
    """Weighs what the verdicts teach; silent where there are too few."""

    weight: float
    asks: float
    cap: float
    floor: float
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the message's beginning, with the share of the weight that its likeness to ads is worth."""
        scene = view.scene
        if scene is None or scene.learned is None:
            return None
        worth = scene.learned.weight(view.bare) * self.weight
        if worth > self.asks and not scene.learned.may_act(view.bare, self.asks / self.weight):
            worth = min(worth, self.asks - rules.against(view))
        worth = max(self.floor, min(worth, self.cap))
        return Found(view.text[:_BEGINNING], worth / self.weight) if worth else None

    def tell(self, view: View, rules: RuleSet) -> str:  # noqa: ARG002 - shape of Watcher
        """Return the pairs of characters that weigh most."""
        scene = view.scene
        return "" if scene is None or scene.learned is None else evidence(scene.learned.strongest(view.bare))

"""Rule kind `learned`: what this operator's own verdicts say of a message (bot/core/ads/learning.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.language import evidence
from bot.core.rules.tone import ToneSpec, ToneWatcher

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine
    from bot.core.rules.kind import Found
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(ToneSpec, frozen=True, kw_only=True, tag="learned"):
    """A learned rule: the model's own weight times `weight`, `cap` at most, `floor` at least.

    Where the model may not act alone, it adds no more than `asks` beyond what the language model holds
    against it: that is enough to ask, not to act.
    """

    asks: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.85

    def prepare(self, engine: Engine) -> LearnedWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return LearnedWatcher(weight=self.weight, cap=self.cap, floor=self.floor, asks=self.asks)


class LearnedWatcher(ToneWatcher, frozen=True, kw_only=True):
    """Weighs what the verdicts teach; silent where there are too few."""

    asks: float

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the message's beginning, with the share of the weight that its likeness to ads is worth."""
        scene = view.scene
        if scene is None or scene.learned is None:
            return None
        worth = scene.learned.weight(view.bare) * self.weight
        if worth > self.asks and not scene.learned.may_act(view.bare, self.asks / self.weight):
            worth = min(worth, self.asks - rules.against(view))
        return self.found(view, worth)

    def tell(self, view: View, rules: RuleSet) -> str:  # noqa: ARG002 - shape of Watcher
        """Return the pairs of characters that weigh most."""
        scene = view.scene
        return "" if scene is None or scene.learned is None else evidence(scene.learned.strongest(view.bare))

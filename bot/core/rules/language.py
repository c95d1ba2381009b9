"""Rule kind `language`: what the shipped language model says a message reads like (bot/core/ads/language.py)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.language import Features, Tenure, evidence, tenure_of
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_WORDLESS = 2
_BEGINNING = 30


@functools.cache
def _features(tenure: Tenure, kind: MessageType, trade_room: bool, qr: bool) -> Features:  # noqa: FBT001 - quicker so
    """Return the features; there are few combinations, and each is hashed again and again."""
    return Features(tenure=tenure, type=kind, trade_room=trade_room, qr=qr)


def _features_of(view: View) -> Features:
    scene, image = view.scene, view.message.image
    return _features(
        tenure_of(None if scene is None else scene.days),
        view.message.type,
        scene is not None and scene.trade == "ads_allowed",
        image is not None and bool(image.qr),
    )


class Spec(RuleSpec, frozen=True, kw_only=True, tag="language"):
    """A language rule: `weight` is what even odds to a factor of e add; `cap` the most, `floor` the least.

    The model's log odds (0: fifty-fifty) times `weight`, plus `offset`.
    """

    offset: float = 0.0
    cap: Annotated[float, msgspec.Meta(ge=0, le=5)] = 1.0
    floor: Annotated[float, msgspec.Meta(ge=-5, le=0)] = -0.5

    def prepare(self, engine: Engine) -> LanguageWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return LanguageWatcher(self.weight, self.offset, self.cap, self.floor)


class LanguageWatcher(msgspec.Struct, frozen=True):
    """Weighs what the model says; silent where no model is loaded."""

    weight: float
    offset: float
    cap: float
    floor: float
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the message's beginning, with the share of the weight that the odds are worth."""
        model = rules.language
        if model is None or len(view.text) < _WORDLESS:
            return None
        odds = model.log_odds(view.bare, _features_of(view))
        worth = min(max(self.weight * odds + self.offset, self.floor), self.cap)
        return Found(view.text[:_BEGINNING], worth / self.weight) if worth else None

    def promises(self, view: View, rules: RuleSet) -> bool:
        """Return whether looking could make a message suspect that nothing else speaks against."""
        model = rules.language
        return model is not None and model.may_be_ad(view.bare, _features_of(view))

    def tell(self, view: View, rules: RuleSet) -> str:
        """Return the words that weigh most."""
        return "" if rules.language is None else evidence(rules.language.strongest(view.bare))

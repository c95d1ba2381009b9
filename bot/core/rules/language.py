"""Rule kind `language`: what the shipped language model says a message reads like (bot/core/ads/language.py)."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.language import Features, Tenure, evidence, tenure_of
from bot.core.rules.kind import Found, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_WORDLESS = 2
# Below this chance nothing more is worked out: the weight is at its floor for all but odd settings.
_SURELY_TALK = 0.003


@functools.cache
def _features(tenure: Tenure, kind: MessageType, *, trade_room: bool, qr: bool) -> Features:
    """Return the features; there are few combinations, and each is hashed again and again."""
    return Features(tenure=tenure, type=kind, trade_room=trade_room, qr=qr)


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
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the strongest words, with the share of the weight that the odds are worth."""
        model = rules.language
        if model is None or len(view.text) < _WORDLESS:
            return None
        scene, image = view.scene, view.message.image
        opinion = model.score(
            view.bare,
            _features(
                tenure_of(None if scene is None else scene.days),
                view.message.type,
                trade_room=scene is not None and scene.trade == "ads_allowed",
                qr=image is not None and bool(image.qr),
            ),
        )
        chance = opinion.probability
        if not chance:
            return None
        if chance <= _SURELY_TALK:
            return Found("", self.floor / self.weight)
        chance = min(chance, 1 - 1e-6)
        worth = min(max(self.weight * math.log(chance / (1 - chance)) + self.offset, self.floor), self.cap)
        return Found(evidence(opinion) or f"{chance:.2f}", worth / self.weight) if worth else None

"""Rule kind `language`: what the shipped language model says a message reads like (bot/core/ads/language.py).

The model was trained on Chinese. Of an English sentence it says little, and that little counts as little.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.language import Features, Tenure, evidence, tenure_of
from bot.core.rules.tone import ToneSpec, ToneWatcher

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.kind import Found
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_WORDLESS = 2
_chinese = re.compile("[\u3400-\u9fff]").search
_words = re.compile(r"[^\W\d_]{2,}").findall
_SENTENCE = 4
# Words that make a text English; none of them is a syllable of pinyin, for Chinese in Latin letters is Chinese.
_COMMON = (
    "about after all and any are ask at best but by call could day days did do does don first for free from get glad "
    "good got great has have help here how if in is it just know last like make more my need new next not now of on "
    "one only or our out over per please price really register sell so sold some still than thanks that the their them "
    "then there they this time today tomorrow tonight too up us very want was week were what when where which who will "
    "with work would year years your yours"
)
_ENGLISH = frozenset(_COMMON.split())


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


class Spec(ToneSpec, frozen=True, kw_only=True, tag="language"):
    """A language rule: `weight` is what even odds to a factor of e add; `cap` the most, `floor` the least.

    The model's log odds (0: fifty-fifty) times `weight`, plus `offset`; times `foreign` for a sentence of
    English.
    """

    offset: float = 0.0
    foreign: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def prepare(self, engine: Engine) -> LanguageWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return LanguageWatcher(
            weight=self.weight, cap=self.cap, floor=self.floor, offset=self.offset, foreign=self.foreign
        )


class LanguageWatcher(ToneWatcher, frozen=True, kw_only=True):
    """Weighs what the model says; silent where no model is loaded."""

    offset: float
    foreign: float

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the message's beginning, with the share of the weight that the odds are worth."""
        model = rules.language
        if model is None or len(view.text) < _WORDLESS:
            return None
        return self.found(view, self._worth(view, rules))

    def promises(self, view: View, rules: RuleSet) -> bool:
        """Return whether looking could make a message suspect that nothing else speaks against."""
        model = rules.language
        return model is not None and model.may_be_ad(view.bare, _features_of(view))

    def of_tenure(self, view: View, rules: RuleSet) -> float:
        """Return which share of what was found comes from how long the sender has been in the room.

        What the words alone would have weighed is what they weigh where nobody knows how long that is.
        """
        model = rules.language
        if model is None or view.scene is None:
            return 0.0
        features = _features_of(view)
        unknown = msgspec.structs.replace(features, tenure=tenure_of(None))
        worth = self._worth(view, rules)
        less = self.weight * model.between(features, unknown)
        said, alone = self._bounded(worth), self._bounded(worth - less * self._foreign(view))
        return 1.0 - alone / said if said else 0.0

    def _worth(self, view: View, rules: RuleSet) -> float:
        """Return what the odds are worth before cap and floor."""
        odds = 0.0 if rules.language is None else rules.language.log_odds(view.bare, _features_of(view))
        return (self.weight * odds + self.offset) * self._foreign(view)

    def _foreign(self, view: View) -> float:
        return self.foreign if _is_foreign(view.text) else 1.0

    def tell(self, view: View, rules: RuleSet) -> str:
        """Return the words that weigh most."""
        return "" if rules.language is None else evidence(rules.language.strongest(view.bare))


def _is_foreign(text: str) -> bool:
    """Return whether a text is a sentence of English; an account's name is none."""
    if _chinese(text) is not None:
        return False
    words = _words(text)
    return len(words) >= _SENTENCE and not _ENGLISH.isdisjoint(words)

"""Rule kind `phrase`: any of a set of phrases occurs.

For words that say it all by themselves; everything else wants structure (`contact_offer`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Hits, RuleSpec
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine


class Spec(RuleSpec, frozen=True, kw_only=True, tag="phrase"):
    """A phrase rule; `words` are matched in the plain view, so write them as you would say them."""

    words: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> PhraseMatcher:
        """Register the words."""
        return PhraseMatcher(engine.phrases(plain(word) for word in self.words))


class PhraseMatcher(msgspec.Struct, frozen=True):
    """Hits where any word occurs."""

    handle: int

    @property
    def handles(self) -> tuple[int, ...]:
        """The one handle of all the words."""
        return (self.handle,)

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:
        """Return the first word found."""
        start, end = engine.span(self.handle, text, hits[self.handle])
        return text[start:end]

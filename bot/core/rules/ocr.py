"""Rule kind `ocr`: patterns in the text of a picture; a poster talks differently from people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.engine import compiled
from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="ocr"):
    """A poster rule: at least `at_least` of the patterns match the picture's text."""

    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    at_least: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1

    def prepare(self, engine: Engine) -> PosterWatcher:  # noqa: ARG002 - pictures are too rare for the common scan
        """Compile the patterns."""
        for pattern in self.patterns:
            compiled(pattern)
        return PosterWatcher(self.patterns, self.at_least)


class PosterWatcher(msgspec.Struct, frozen=True):
    """Hits on the text of a picture."""

    patterns: tuple[str, ...]
    at_least: int
    types: frozenset[MessageType] | None = frozenset({"image"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the words that hit."""
        image = view.message.image
        if image is None or not image.ocr:
            return None
        text = plain(image.ocr)
        found = [match.group() for pattern in self.patterns if (match := compiled(pattern).search(text))]
        return Found(" … ".join(found)) if len(found) >= self.at_least else None

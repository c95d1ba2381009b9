"""Rule kind `request`: somebody asks for a product, a service or a contact; who answers them is no advertiser.

It weighs nothing by itself: the room remembers it for a few minutes (`fact` `answers-request`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Hits, RuleSpec

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine


class Spec(RuleSpec, frozen=True, kw_only=True, tag="request"):
    """A request rule; `patterns` as in `regex`, `weight` is 0."""

    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> RequestMatcher:
        """Register the patterns."""
        return RequestMatcher(tuple(engine.pattern(pattern) for pattern in self.patterns))


class RequestMatcher(msgspec.Struct, frozen=True):
    """Hits where something is asked for."""

    handles: tuple[int, ...]

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:
        """Return the words that ask."""
        for handle in self.handles:
            if handle in hits:
                start, end = engine.span(handle, text, hits[handle])
                return text[start:end]
        return None

"""Rule kind `regex`: a pattern matches, in linear time; `not_with` lets a second one excuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Hits, RuleSpec

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine


class Spec(RuleSpec, frozen=True, kw_only=True, tag="regex"):
    """A pattern rule; `patterns` are RE2 syntax on the plain view, `not_with` excuses the hit."""

    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    not_with: tuple[str, ...] = ()

    def prepare(self, engine: Engine) -> RegexMatcher:
        """Register the patterns."""
        return RegexMatcher(
            tuple(engine.pattern(pattern) for pattern in self.patterns),
            tuple(engine.pattern(pattern) for pattern in self.not_with),
        )


class RegexMatcher(msgspec.Struct, frozen=True):
    """Hits where any pattern matches and no excuse does."""

    handles: tuple[int, ...]
    excuses: tuple[int, ...]

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:
        """Return the words the first matching pattern covers."""
        if any(excuse in hits for excuse in self.excuses):
            return None
        for handle in self.handles:
            if handle in hits:
                start, end = engine.span(handle, text, hits[handle])
                return text[start:end].strip() or text[:60]
        return None

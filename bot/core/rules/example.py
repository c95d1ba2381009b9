"""Copy this file to add a rule kind: it is found by its `Spec` and needs no entry elsewhere.

Rule kind `shouting` would hit messages of many exclamation marks. This example is complete and
tested, but `EXAMPLE = True` keeps it out of the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Hits, RuleSpec

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine

EXAMPLE = True


class Spec(RuleSpec, frozen=True, kw_only=True, tag="shouting"):
    """The rule's own keys; the shared ones (id, weight, why, hits, passes) are inherited."""

    marks: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5

    def prepare(self, engine: Engine) -> ShoutingMatcher:
        """Register one cheap pattern, so that quiet messages never reach `match`."""
        return ShoutingMatcher((engine.pattern("!{3}"),), self.marks)


class ShoutingMatcher(msgspec.Struct, frozen=True):
    """Hits where the message has at least so many exclamation marks."""

    handles: tuple[int, ...]
    marks: int

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:  # noqa: ARG002 - shape of Matcher
        """Return the marks themselves as evidence."""
        count = text.count("!")
        return "!" * count if count >= self.marks else None

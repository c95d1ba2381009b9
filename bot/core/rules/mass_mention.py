"""Rule kind `mass_mention`: somebody who is no staff calls the whole room, or many members at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="mass_mention"):
    """A mention rule: everybody, or `members` or more at once."""

    members: Annotated[int, msgspec.Meta(ge=2, le=500)] = 6

    def prepare(self, engine: Engine) -> MentionWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return MentionWatcher(self.members)


class MentionWatcher(msgspec.Struct, frozen=True):
    """Hits on a call to everybody or to many."""

    members: int
    types: frozenset[MessageType] | None = frozenset({"text"})
    needs: Needs = "mentions"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return how many were called."""
        called = view.message.mentions
        if not called:
            return None
        if "all" in called:
            return Found("@all")
        return Found(f"@ ×{len(called)}") if len(set(called)) >= self.members else None

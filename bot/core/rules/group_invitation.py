"""Rule kind `group_invitation`: pulls members into other groups (乱拉群), by words, code or shared card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.engine import compiled
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="group_invitation"):
    """An invitation rule: `patterns` on a link's or card's own words and address."""

    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> InvitationWatcher:
        """Compile the patterns."""
        del engine
        for pattern in self.patterns:
            compiled(pattern)
        return InvitationWatcher(self.patterns)


class InvitationWatcher(msgspec.Struct, frozen=True):
    """Hits on a shared invitation into a group."""

    patterns: tuple[str, ...]
    types: frozenset[MessageType] | None = frozenset(
        {"link", "article", "miniprogram", "image", "system", "contact_card"}
    )
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the words of the invitation."""
        for pattern in self.patterns:
            match = compiled(pattern).search(view.addresses)
            if match is not None:
                return Found(match.group())
        return None

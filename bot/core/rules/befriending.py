"""Rule kind `befriending`: somebody adds member after member (大肆加人).

Seen by the friend requests that reach the account itself and by members' reports, which are counted in the
person's record; the next thing they say in a room then weighs more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="befriending"):
    """A befriending rule: `times` requests or reports of one person."""

    times: Annotated[int, msgspec.Meta(ge=1, le=50)] = 2

    def prepare(self, engine: Engine) -> BefriendingWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return BefriendingWatcher(self.times)


class BefriendingWatcher(msgspec.Struct, frozen=True):
    """Hits on somebody who was reported for adding members."""

    times: int
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = True

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return how often."""
        scene = view.scene
        if scene is None or scene.befriended < self.times:
            return None
        return Found(f"×{scene.befriended}")

"""Rule kind `copies`: the same ad in several rooms; told by its words, whoever says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.context import alike, copy_of
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="copies"):
    """A copies rule: alike to a suspicious message of another room by at least `alike` (Jaccard, 3-grams).

    Source of 0.5: detection/findings.md, section 5: from there on it is the same campaign.
    """

    alike: Annotated[float, msgspec.Meta(ge=0.3, le=1)] = 0.5

    def prepare(self, engine: Engine) -> CopiesWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return CopiesWatcher(self.alike)


class CopiesWatcher(msgspec.Struct, frozen=True):
    """Hits where another room heard the same; asked only of what something speaks against already."""

    alike: float
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = True

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the copy's beginning."""
        scene = view.scene
        if scene is None or not scene.copies:
            return None
        own = copy_of(view.message, view.bare, scene.now)
        if own is None:
            return None
        for other in reversed(scene.copies):
            if other.room != own.room and alike(own.bones, other.bones) >= self.alike:
                return Found(other.bones[:30])
        return None

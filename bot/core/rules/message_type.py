"""Rule kind `message_type`: a kind of message that a room does not want (off until its operator names it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.context import DAY
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="message_type"):
    """A type rule; the room's `types` say which, and how many in 24 hours are still let pass (0: none)."""

    def prepare(self, engine: Engine) -> TypeWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return TypeWatcher()


class TypeWatcher(msgspec.Struct, frozen=True):
    """Hits on the first message of a type beyond those that are let pass."""

    types: frozenset[MessageType] | None = frozenset(
        {
            "link", "miniprogram", "video", "image", "contact_card", "file", "chat_history", "voice",
            "sticker", "location", "red_packet", "transfer",
        }
    )  # fmt: skip
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the type and how many there were."""
        scene, kind = view.scene, view.message.type
        if scene is None or kind not in scene.types:
            return None
        before = sum(1 for said in scene.said_since(DAY) if said.type == kind and said.id != view.message.id)
        passing = scene.types[kind]
        return Found(f"{kind}: {before + 1} > {passing}") if before >= passing else None

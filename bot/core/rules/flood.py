"""Rule kind `flood`: so many messages of one member within so many seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


# WeChat sends nine pictures at one tap: those of a burst are one gesture, as are its voices and stickers.
_ONE_GESTURE: frozenset[MessageType] = frozenset({"image", "voice", "sticker", "video"})


class Spec(RuleSpec, frozen=True, kw_only=True, tag="flood"):
    """A flood rule: `messages` within `seconds`, this one counted; at most 8 are remembered."""

    messages: Annotated[int, msgspec.Meta(ge=2, le=8)] = 7
    seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 15

    def prepare(self, engine: Engine) -> FloodWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return FloodWatcher(self.messages, timedelta(seconds=self.seconds))


class FloodWatcher(msgspec.Struct, frozen=True):
    """Hits from the n-th message within the span on."""

    messages: int
    span: timedelta
    types: frozenset[MessageType] | None = None
    needs: Needs = "history"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return how many messages came within the span."""
        scene = view.scene
        if scene is None or len(scene.member.recent) < self.messages - 1:
            return None
        within = [said for said in scene.member.recent if scene.now - said.at <= self.span]
        talk = sum(1 for said in within if said.type not in _ONE_GESTURE)
        sent = talk < len(within)
        if view.message.type in _ONE_GESTURE:
            sent = True
        else:
            talk += 1
        if talk + sent < self.messages:
            return None
        return Found(f"{self.messages} / {self.span.total_seconds():.0f} s")

"""Rule kind `newcomer`: a link, card, code or contact among somebody's first words in a room, or on probation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.rules.engine import PatternRefusedError
from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.urls import urls_in

if TYPE_CHECKING:
    from bot.core.ads.context import Scene
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

Carries = Literal["link", "miniprogram", "contact_card", "code", "file", "video", "record"]
_TYPES: dict[MessageType, Carries] = {
    "link": "link",
    "article": "link",
    "miniprogram": "miniprogram",
    "contact_card": "contact_card",
    "file": "file",
    "video": "video",
    "chat_history": "record",
}


class Spec(RuleSpec, frozen=True, kw_only=True, tag="newcomer"):
    """A newcomer rule: within the first `days`, or among the first `messages` of somebody who came lately.

    `probation` asks instead whether the probation lasts that the room has for newcomers.
    """

    carries: Annotated[tuple[Carries, ...], msgspec.Meta(min_length=1)]
    days: Annotated[float, msgspec.Meta(ge=0, le=365)] = 1
    messages: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    probation: bool = False

    def prepare(self, engine: Engine) -> NewcomerWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher.

        Raises:
            PatternRefusedError: it would hit nobody.
        """
        if not self.days and not self.messages:
            raise PatternRefusedError("days and messages are both 0: nobody would be a newcomer")
        return NewcomerWatcher(frozenset(self.carries), self.days, self.messages, self.probation)


class NewcomerWatcher(msgspec.Struct, frozen=True):
    """Hits on what strangers bring along."""

    carries: frozenset[Carries]
    days: float
    messages: int
    probation: bool = False
    types: frozenset[MessageType] | None = None
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return what was brought."""
        scene = view.scene
        message = view.message
        if scene is None or scene.days is None or not self._holds(scene, scene.days):
            return None
        carried = _TYPES.get(message.type)
        if message.image is not None and message.image.qr:
            carried = "code"
        if carried is None and urls_in(view.text):
            carried = "link"
        return Found(carried) if carried in self.carries else None

    def _holds(self, scene: Scene, days: float) -> bool:
        if self.probation:
            return scene.on_probation
        return days < self.days or (scene.is_newcomer and scene.member.messages < self.messages)

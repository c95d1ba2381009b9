"""Rule kind `message_type`: a kind of message that a room does not want (off until its operator names it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec

from bot.core.events import CarryingType
from bot.core.members import sent
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import Message, MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="message_type"):
    """A type rule; the room's `types` say which, and how many in 24 hours are still let pass (0: none)."""

    def prepare(self, engine: Engine) -> TypeWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return TypeWatcher()


_CARRYING: dict[str, CarryingType] = {kind: kind for kind in get_args(CarryingType)}


class TypeWatcher(msgspec.Struct, frozen=True):
    """Hits on the first message of a type beyond those that are let pass."""

    types: frozenset[MessageType] | None = frozenset(get_args(CarryingType))
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the type and how many there were."""
        scene, kind = view.scene, view.message.type
        if scene is None or kind not in scene.types:
            return None
        if any(said.id == view.message.id for said in scene.member.recent):
            # Looked at again, or told twice: it was counted when it came, and others came since.
            return None
        before = sent.within_a_day(scene.member.sent, kind, scene.now)
        passing = scene.types[kind]
        return Found(f"{kind}: {before + 1} > {passing}") if before >= passing else None


def carried(message: Message) -> CarryingType | None:
    """Return a message's type, or None if it is mere words or a notice."""
    return _CARRYING.get(message.type)

"""Rule kind `known`: staff judged this very text before; digits, emoji and punctuation make no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="known"):
    """A rule on what staff said last of the text: `ad` or `ok`."""

    label: Literal["ad", "ok"]

    def prepare(self, engine: Engine) -> KnownWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return KnownWatcher(self.label)


class KnownWatcher(msgspec.Struct, frozen=True):
    """Hits on a text in the index."""

    label: Literal["ad", "ok"]
    types: frozenset[MessageType] | None = None
    needs: Needs = "verdict"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the text's beginning."""
        if view.scene is None or view.scene.known != self.label:
            return None
        return Found(view.text[:40])

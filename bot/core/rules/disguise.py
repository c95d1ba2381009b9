"""Rule kind `disguise`: words of a pack show only after a disguise was undone; who hides them knows why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="disguise"):
    """A disguise rule: something of `packs` hits in the view without disguises, and did not in the plain one."""

    packs: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> DisguiseWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return DisguiseWatcher(self.packs)


class DisguiseWatcher(msgspec.Struct, frozen=True):
    """Hits on hidden words."""

    packs: tuple[str, ...]
    types: frozenset[MessageType] | None = None
    needs: Needs = "disguise"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the words that were hidden."""
        if view.bare == view.text:
            return None
        open_ = {signal.rule for signal in rules.words(view.text)}
        for signal in rules.words(view.bare):
            if signal.rule not in open_ and signal.rule.split("/")[0] in self.packs:
                return Found(signal.evidence)
        return None

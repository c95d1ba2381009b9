"""Rule kind `forwarded`: what a forwarded record says, when somebody who just came forwards it.

Forwarded words are never charged like own ones: they can raise a question, and never decide alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_MOST_LINES, _LONGEST = 50, 2000


class Spec(RuleSpec, frozen=True, kw_only=True, tag="forwarded"):
    """A record rule: its lines weigh `from_score` together, and its bringer came within `days`."""

    from_score: Annotated[float, msgspec.Meta(ge=0.1, le=5)] = 0.9
    days: Annotated[float, msgspec.Meta(gt=0, le=365)] = 3

    def prepare(self, engine: Engine) -> RecordWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return RecordWatcher(self.from_score, self.days)


class RecordWatcher(msgspec.Struct, frozen=True):
    """Hits on a forwarded ad; records within records arrive flat, and only so much of them is read."""

    from_score: float
    days: float
    types: frozenset[MessageType] | None = frozenset({"chat_history"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the record's words that hit."""
        lines, scene = view.message.forwarded, view.scene
        if not lines or scene is None or scene.days is None or scene.days >= self.days:
            return None
        own = rules.words(view.text)
        if any(signal.weight < 0 for signal in own):
            # "Mind this one" above a record is a warning.
            return None
        text = plain("\n".join(line.text for line in lines[:_MOST_LINES])[:_LONGEST])
        found = rules.alone(text, view.message)
        if rules.weighed(found) < self.from_score:
            return None
        return Found(max(found, key=lambda signal: signal.weight).evidence)

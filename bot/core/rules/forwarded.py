"""Rule kind `forwarded`: what a forwarded record says, when somebody who just came forwards it.

Forwarded words are never charged like own ones: they can raise a question, and never decide alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.events import Forwarded, MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_MOST_LINES, _DEEPEST, _LONGEST = 200, 4, 4000


class Spec(RuleSpec, frozen=True, kw_only=True, tag="forwarded"):
    """A record rule: its lines weigh `from_score` together, and its bringer came within `days`."""

    from_score: Annotated[float, msgspec.Meta(ge=0.1, le=2)] = 0.9
    days: Annotated[float, msgspec.Meta(gt=0, le=365)] = 3

    def prepare(self, engine: Engine) -> RecordWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return RecordWatcher(self.from_score, self.days)


class RecordWatcher(msgspec.Struct, frozen=True):
    """Hits on a forwarded ad, also in a record within the record; only so much of them is read."""

    from_score: float
    days: float
    types: frozenset[MessageType] | None = frozenset({"chat_history"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the record's words that hit; behind ↳, how deep they lie in records within records."""
        lines, scene = view.message.forwarded, view.scene
        if not lines or scene is None or scene.days is None or scene.days >= self.days:
            return None
        own = rules.words(view.text)
        if any(signal.weight < 0 for signal in own):
            # "Mind this one" above a record is a warning.
            return None
        read = lines_in(lines)
        text = plain("\n".join(words for _, words in read)[:_LONGEST])
        found = rules.alone(text, view.message)
        if rules.weighed(found) < self.from_score:
            return None
        heaviest = [s.evidence for s in sorted(found, key=lambda s: -s.weight)]
        # Words of one line have a place; what the record as a whole reads like has none.
        places = ((depth, words) for words in heaviest for depth, line in read if words in plain(line))
        depth, words = next(places, (1, heaviest[0]))
        return Found(words if depth == 1 else f"↳{depth} {words}")


def lines_in(lines: tuple[Forwarded, ...]) -> list[tuple[int, str]]:
    """Return the words of a record's lines in order, each with its depth, 1 being the record's own.

    Args:
        lines: of a record; of records within it only so many, so deep, are read.
    """
    read: list[tuple[int, str]] = []
    waiting = [(1, line) for line in reversed(lines[:_MOST_LINES])]
    while waiting and len(read) < _MOST_LINES:
        depth, line = waiting.pop()
        read.append((depth, line.text))
        if depth < _DEEPEST:
            waiting += [(depth + 1, within) for within in reversed(line.forwarded[:_MOST_LINES])]
    return read

"""What the rule kinds share that read a whole message and weigh both ways: `language` and `learned`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.view import View

_BEGINNING = 30


class ToneSpec(RuleSpec, frozen=True, kw_only=True):
    """A rule that weighs `cap` at most and `floor` at least: mere tone, no order and no deed."""

    cap: Annotated[float, msgspec.Meta(gt=0, le=5)] = 1.0
    floor: Annotated[float, msgspec.Meta(ge=-5, le=0)] = -1.0


class ToneWatcher(msgspec.Struct, frozen=True, kw_only=True):
    """Weighs what a model says of a message."""

    weight: float
    cap: float
    floor: float
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = False

    def found(self, view: View, worth: float) -> Found | None:
        """Return the message's beginning, with the share of the weight that it is worth; None: nothing.

        Args:
            view: the message.
            worth: what it weighs before cap and floor.
        """
        worth = self._bounded(worth)
        return Found(view.text[:_BEGINNING], worth / self.weight) if worth else None

    def _bounded(self, worth: float) -> float:
        return max(self.floor, min(worth, self.cap))

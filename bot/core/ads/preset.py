"""Presets: how careful a room is, as factors on scores and weights; chosen per operator or per room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Why
from bot.core.rules.view import Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_Factor = Annotated[float, msgspec.Meta(ge=0, le=3)]

_ONE = (1.0, 1.0)

# What an operator ordered or staff said of this very thing: no room's manner makes it weigh less.
ORDERS = frozenset(
    {
        *("link/denied", "link/allowed", "behaviour/unwanted-type"),
        *("known/ad", "known/ok", "known/harmless-picture"),
    }
)


class Preset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A preset as its file has it.

    `suspect` and `ad` multiply the scores of [scoring]; `weights` multiply the weights of a rule or of a
    whole pack, by id; 0 switches it off. Explicit orders (`ORDERS`) keep their weight, and so do rules of the
    operator's own that weigh as much as an ad, unless a preset names the very rule.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    name: Why
    suspect: Annotated[float, msgspec.Meta(ge=0.1, le=5)] = 1.0
    ad: Annotated[float, msgspec.Meta(ge=0.1, le=5)] = 1.0
    weights: dict[str, _Factor] = {}

    @property
    def factors(self) -> tuple[float, float]:
        """The least and the most that a weight is multiplied with."""
        return (min(1.0, *self.weights.values()), max(1.0, *self.weights.values())) if self.weights else _ONE

    def weigh(self, signals: Iterable[Signal], orders: Collection[str] = ORDERS) -> list[Signal]:
        """Return signals as this preset weighs them, without those it switched off.

        Args:
            signals: of one message.
            orders: the rules that no factor for a whole pack touches.
        """
        if not self.weights:
            return list(signals)
        weighed = []
        for signal in signals:
            if signal.rule in ORDERS:
                weighed.append(signal)
                continue
            factor = self.weights.get(signal.rule)
            if factor is None:
                pack = signal.rule.partition("/")[0]
                factor = 1.0 if signal.rule in orders else self.weights.get(pack, 1.0)
            if factor == 1.0:
                weighed.append(signal)
            elif factor:
                weighed.append(Signal(signal.rule, round(signal.weight * factor, 4), signal.evidence))
        return weighed

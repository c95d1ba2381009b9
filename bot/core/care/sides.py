"""Sides: whether a dispute has two, or one of them keeps at another who hardly answers.

To call somebody an attacker who only flared up at a joke would be a wrong of its own, so it takes several hot
turns, and none of the first two may follow words of the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.core.conflict.news import Turn
    from bot.core.conflict.records import Spoken

_A_PAIR = 2
# Turns more likely sharp than not: so many of the one, and of the other one at most.
_HOT, _KEEPS_AT, _ONCE = 0.0, 3, 1
# How many times more than the other they spoke at all, and how long words may have set somebody off.
_TIMES = 3
_SET_OFF = timedelta(minutes=5)


def one_sided(
    parties: Sequence[str], turns: Sequence[Turn], spoken: Iterable[Spoken] = ()
) -> tuple[str, str] | None:
    """Return who keeps at whom, or None where both do it or it cannot be told.

    Args:
        parties: of a dispute.
        turns: what was said, as the case knows it.
        spoken: the room's last turns, the quiet ones too; who answers calmly answers all the same.
    """
    if len(parties) != _A_PAIR:
        return None
    hot = {party: [t.at for t in turns if t.weight > _HOT and t.sender == party] for party in parties}
    attacker, target = sorted(parties, key=lambda party: -len(hot[party]))
    if len(hot[attacker]) < _KEEPS_AT or len(hot[target]) > _ONCE:
        return None
    said: dict[str, tuple[str, datetime]] = {turn.event: (turn.sender, turn.at) for turn in turns}
    said |= {turn.id: (turn.sender, turn.at) for turn in spoken}
    first, second = hot[attacker][:2]
    theirs = [at for sender, at in said.values() if sender == target and at >= first - _SET_OFF]
    own = [at for sender, at in said.values() if sender == attacker and at >= first]
    if any(at <= second for at in theirs) or len(theirs) * _TIMES > len(own):
        return None
    return attacker, target

"""Who stands against whom once a talk turned: the kind of trouble, its parties, its target and ringleaders."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.core.conflict.reading import (
    ATTACK,
    BRUSHOFF,
    GRIEVANCE,
    MENTIONS_STAFF,
    PILE,
    QUOTES_STAFF,
    STAFF_WORD,
    YOU_ALL,
    bits,
    is_addressed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.core.conflict.records import Spoken
    from bot.core.conflict.window import Around

SideKind = Literal["dispute", "complaint", "faction"]
KINDS: tuple[SideKind, ...] = ("dispute", "complaint", "faction")
NAMES = (
    "own-heat", "their-heat", "their-turns", "turns-taken", "to-other", "to-me", "to-staff", "staff-words",
    "staff-turns", "brush-off", "after-staff", "staff-after-me", "grievances", "attacks", "rally",
    "warm-others", "hot-others", "pilers", "says-you", "other-says-you", "you-all", "other-hot",
    "other-to-staff", "other-piles", "other-grieves", "own-turns",
)  # fmt: skip
_RALLY = bits("pile")
_WARM, _HOT = -0.6, 0.2
_A_FACTION = 3
_JOINS = 1.0
_FADES = 0.88


class Side(NamedTuple):
    """What was found out: the kind, who is party to it, whom it is against, who leads."""

    kind: SideKind
    parties: tuple[str, ...]
    target: str | None
    ringleaders: tuple[str, ...]


def side_numbers(look: Around) -> list[float]:
    """Return what tells the kinds of trouble apart, in the order of `NAMES`.

    Args:
        look: the turns around one that was read, not of staff.
    """
    turns, own, other, theirs, staff, rest = look
    sender = turns[-1].sender
    taken = 0
    before = None
    for turn in turns:
        if turn.sender in (sender, other) and turn.read:
            taken += before is not None and before != turn.sender
            before = turn.sender
    pairs = list(pairwise(turns))
    grievances = attacks = 0
    for turn in own[-3:]:
        grievances |= turn.kinds & GRIEVANCE
        attacks |= turn.kinds & ATTACK
    others = {turn.sender for turn in rest if turn.read and turn.heat > _WARM}
    hot = {turn.sender for turn in rest if turn.read and turn.heat > _HOT}
    pilers = {turn.sender for turn in turns if turn.kinds & PILE and not turn.staff}
    return [
        _top(own), _top(theirs), len(theirs), taken,
        sum(other in turn.to for turn in own), sum(sender in turn.to for turn in theirs),
        sum(bool(turn.marks & (QUOTES_STAFF | MENTIONS_STAFF)) for turn in own),
        sum(bool(turn.kinds & STAFF_WORD) for turn in own),
        len(staff), sum(bool(turn.kinds & BRUSHOFF) for turn in staff),
        sum(a.staff and b.sender == sender for a, b in pairs),
        sum(b.staff and a.sender == sender for a, b in pairs),
        grievances.bit_count(), attacks.bit_count(), sum(bool(turn.kinds & _RALLY) for turn in own),
        len(others), len(hot), len(pilers),
        sum(is_addressed(turn.marks) for turn in own), sum(is_addressed(turn.marks) for turn in theirs),
        sum(bool(turn.marks & YOU_ALL) for turn in own), _top(theirs) > _HOT,
        sum(bool(turn.marks & (QUOTES_STAFF | MENTIONS_STAFF)) or bool(turn.kinds & STAFF_WORD) for turn in theirs),
        sum(bool(turn.kinds & PILE) for turn in theirs),
        sum(bool(turn.kinds & GRIEVANCE) for turn in theirs), len(own),
    ]  # fmt: skip


def _top(turns: Sequence[Spoken]) -> float:
    return max((turn.heat for turn in turns), default=-3.0)


def side_of(look: Around, kind: SideKind) -> Side:
    """Return who is party to what, given the kind it looks most like.

    Args:
        look: the turns around one that was read, not of staff.
        kind: what the model says; where too few took part for it, the next likely one is taken.
    """
    turns, other, staff, rest = look.turns, look.other, look.staff, look.rest
    last = turns[-1]
    heat = heat_of(turns)
    against_us = _against_staff(look)
    if kind == "complaint" and len({t.sender for t in turns if t.kinds & PILE and not t.staff}) >= _A_FACTION:
        kind = "faction"  # three who second one another are more than one who complains
    if kind == "faction":
        target = None if against_us else _mobbed(turns, heat)
        party = _faction(turns, heat, target)
        if len(party) >= _A_FACTION:
            leaders = tuple(sorted(party, key=lambda person: -heat.get(person, 0.0))[:2])
            return Side("faction", party, target or ("staff" if staff else "brand"), leaders)
        kind = "complaint" if against_us else "dispute"
    if kind == "complaint" or other is None:
        loudest = max(heat, key=lambda person: (heat[person], person == last.sender), default=last.sender)
        return Side("complaint", (loudest,), "staff" if staff else "brand", ())
    pair = [last.sender, _spoken_to(look, other, heat)]
    for turn in rest:
        joins = turn.heat > _HOT and set(turn.to) & set(pair)
        if turn.read and joins and heat.get(turn.sender, 0.0) > _JOINS and turn.sender not in pair:
            pair.append(turn.sender)
    return Side("dispute", tuple(sorted(pair, key=_first_seen(turns))), None, ())


def _spoken_to(look: Around, other: str, heat: dict[str, float]) -> str:
    """Return whom the sender quarrels with: whoever they name, else who seems to be the other."""
    for turn in reversed(look.own):
        named = [person for person in turn.to if person != turn.sender]
        if len(named) == 1:
            return named[0]
        if named:
            return max(named, key=lambda person: (heat.get(person, 0.0), person))
        if turn.heat > _HOT and turn is not look.own[-1]:
            break
    return other


def heat_of(turns: Sequence[Spoken]) -> dict[str, float]:
    """Return how much each member heated the talk, later turns more.

    Args:
        turns: the last of a room, in order.
    """
    heat: dict[str, float] = {}
    for place, turn in enumerate(turns):
        if turn.read and not turn.staff:
            warmth = max(0.0, turn.heat + 1.0) * _FADES ** (len(turns) - 1 - place)
            heat[turn.sender] = heat.get(turn.sender, 0.0) + warmth
    return heat


def _against_staff(look: Around) -> bool:
    hot = [turn for turn in look.turns if turn.read and not turn.staff and turn.heat > _WARM]
    said = sum(
        bool(turn.kinds & (STAFF_WORD | GRIEVANCE)) or bool(turn.marks & (QUOTES_STAFF | MENTIONS_STAFF))
        for turn in hot
    )
    return 2 * said >= len(hot) and (bool(look.staff) or said > 0)


def _mobbed(turns: Sequence[Spoken], heat: dict[str, float]) -> str | None:
    """Return the member whom the others address, and who is not the hottest of them."""
    named: dict[str, set[str]] = {}
    for turn in turns:
        if turn.read and not turn.staff and turn.heat > _WARM:
            for person in turn.to:
                named.setdefault(person, set()).add(turn.sender)
    if named:
        most = max(named, key=lambda person: (len(named[person]), -heat.get(person, 0.0)))
        if len(named[most]) > 1 or heat.get(most, 0.0) < max(heat.values(), default=0.0):
            return most
    spoke = [turn.sender for turn in turns if turn.read and not turn.staff]
    often = [person for person in dict.fromkeys(spoke) if spoke.count(person) > 1]
    return min(often, key=lambda person: heat[person], default=None)


def _faction(turns: Sequence[Spoken], heat: dict[str, float], target: str | None) -> tuple[str, ...]:
    joined = [
        turn.sender
        for turn in turns
        if turn.read and not turn.staff and turn.sender != target and (turn.kinds & PILE or turn.heat > _WARM)
    ]
    return tuple(person for person in dict.fromkeys(joined) if heat.get(person, 0.0) > 0 or person in joined)


def _first_seen(turns: Sequence[Spoken]) -> Callable[[str], int]:
    order = {turn.sender: place for place, turn in reversed(list(enumerate(turns)))}
    return lambda person: order.get(person, 0)

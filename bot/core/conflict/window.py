"""What the last turns of a room add up to around the one who speaks: a few numbers, in a fixed order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.core.conflict.reading import (
    APOLOGY,
    ASKS,
    ATTACK,
    BRUSHOFF,
    CALMING,
    CARE,
    GRIEVANCE,
    KIND_WORDS,
    LAUGHTER,
    MENTIONS_STAFF,
    OUTSIDE,
    PILE,
    QUOTES_STAFF,
    SHOCK,
    STAFF_WORD,
    is_addressed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.conflict.records import Spoken

# Turns looked at, and how old they may be: a quarrel over hours is one quarrel.
LOOKED_AT = 10
OLD = timedelta(hours=8)
# Below this a message by itself can turn nothing: most talk ends here.
COOL = -1.2
# So hot a turn is looked at even where nobody else is warm; else another must be at least so warm.
_ALONE, _NEAR = 0.5, -0.6

_LOW, _HIGH = -2.0, 3.0
_KNOWN = 10.0


class Around(NamedTuple):
    """The turns around one: those of its sender, of whoever they most likely speak with, and of others."""

    turns: Sequence[Spoken]
    own: list[Spoken]
    other: str | None
    theirs: list[Spoken]
    staff: list[Spoken]
    rest: list[Spoken]


NAMES = (
    "h0", "h1", "h2", "p1", "p2", "h0p1", "h0h1", "top3", "top5", "turns-taken", "hot-turns-taken",
    "directed", "after-staff-heat", "after-staff", "brush-off", "brush-off-heat", "care", "staff-heat",
    "staff-sorry", "to-staff", "to-staff-heat", "grievances", "attacks", "laughs", "kind-words",
    "others-laugh", "others-calm", "others-stunned", "warm-people", "hot-people", "pile", "pile-heat",
    "room-laughs", "room-soft", "room-plays", "room-vents", "says-you", "other-says-you", "both-say-you",
    "asks", "outside", "mean", "length", "burst", "staff-here", "known",
)  # fmt: skip


def _clipped(heat: float) -> float:
    return _LOW if heat < _LOW else min(heat, _HIGH)


def _warmth(heat: float) -> float:
    return 0.0 if heat < -1.0 else _HIGH + 1.0 if heat > _HIGH else heat + 1.0


def may_have_turned(turns: Sequence[Spoken], turn: Spoken) -> bool:
    """Return whether a turn is worth the whole look: one word of heat alone turns nothing.

    Args:
        turns: the room's last turns before it.
        turn: the one in question.
    """
    if turn.heat > _ALONE:
        return True
    if turn.heat <= COOL:
        return False
    return any(near.heat > _NEAR and near.read and not near.staff for near in turns[-LOOKED_AT + 1 :])


def _counterpart(turns: Sequence[Spoken]) -> str | None:
    """Return the member whom the last turn's sender most likely speaks with."""
    last = turns[-1]
    sender = last.sender
    named = last.to
    best, most = None, -9.0
    closer = 2.2 - 0.25 * len(turns)
    for turn in turns[:-1]:
        closer += 0.25
        person = turn.sender
        if person == sender or turn.staff or not turn.read:
            continue
        tie = _clipped(turn.heat) + closer
        if named and person in named:
            tie += 1.5
        if turn.to and sender in turn.to:
            tie += 1.5
        if tie > most:
            most, best = tie, person
    return best


def around(turns: Sequence[Spoken]) -> Around:
    """Return who speaks with whom in the last turns, seen from the last one.

    Args:
        turns: a room's last turns, the one in question at the end.
    """
    last = turns[-1]
    recent = turns[-LOOKED_AT:]
    if last.at - recent[0].at >= OLD:
        recent = [turn for turn in recent if last.at - turn.at < OLD]
    sender = last.sender
    best = _counterpart(recent)
    own: list[Spoken] = []
    theirs: list[Spoken] = []
    staff: list[Spoken] = []
    rest: list[Spoken] = []
    for turn in recent:
        person = turn.sender
        if person == sender:
            if turn.read:
                own.append(turn)
        elif turn.staff:
            staff.append(turn)
        elif person == best:
            if turn.read:
                theirs.append(turn)
        else:
            rest.append(turn)
    return Around(recent, own, best, theirs, staff, rest)


def numbers(look: Around) -> list[float]:  # noqa: C901, PLR0912, PLR0915 - one pass over the turns
    """Return what the turns add up to, in the order of `NAMES`.

    Args:
        look: the turns around one that was read, not of staff.
    """
    turns, own, other, theirs, staff, rest = look
    last = turns[-1]
    sender = last.sender
    hs = [_clipped(turn.heat) for turn in own]
    ps = [_clipped(turn.heat) for turn in theirs]
    h0 = hs[-1]
    h1 = hs[-2] if len(hs) > 1 else _LOW
    h2 = hs[-3] if len(hs) > 2 else _LOW  # noqa: PLR2004
    p1 = ps[-1] if ps else _LOW
    p2 = ps[-2] if len(ps) > 1 else _LOW
    warm = h0 + 1.0 if h0 > -1.0 else 0.0
    both = sorted(hs + ps, reverse=True)
    top3 = sum(_warmth(heat) for heat in both[:3]) / 3
    top5 = sum(_warmth(heat) for heat in both[:5]) / 5
    taken = hot_taken = 0
    before = hot_before = None
    heats, people, hot = [], set(), set()
    brush = care = sorry = piled = outside = burst = 0
    staff_heat = 0.0
    count = len(turns)
    piling = set()
    for place, turn in enumerate(turns):
        kinds = turn.kinds
        late = count - place
        if late <= 5 and kinds & OUTSIDE:  # noqa: PLR2004
            outside += 1
        if late <= 4 and turn.sender == sender:  # noqa: PLR2004
            burst += 1
        if turn.staff:
            brush += bool(kinds & BRUSHOFF)
            care += bool(kinds & CARE)
            sorry += bool(kinds & APOLOGY)
            staff_heat += _warmth(turn.heat)
            continue
        if not turn.read:
            continue
        if late <= 6:  # noqa: PLR2004
            heats.append(_clipped(turn.heat))
            if kinds & PILE:
                piling.add(turn.sender)
        if turn.heat > -0.3:  # noqa: PLR2004
            people.add(turn.sender)
            if turn.heat > 0.5:  # noqa: PLR2004
                hot.add(turn.sender)
        if turn.sender in (sender, other):
            if before is not None and turn.sender != before:
                taken += 1
            before = turn.sender
            if turn.heat > -1.0:
                if hot_before is not None and turn.sender != hot_before:
                    hot_taken += 1
                hot_before = turn.sender
    piled = len(piling)
    directed = sum(other in turn.to for turn in own) + sum(sender in turn.to for turn in theirs)
    after_staff = any(turn.staff for turn in turns[-3:-1])
    to_staff = any(turn.kinds & STAFF_WORD for turn in own[-2:]) or any(
        turn.marks & (QUOTES_STAFF | MENTIONS_STAFF) for turn in own[-3:]
    )
    grievances = attacks = 0
    for turn in own[-3:]:
        grievances |= turn.kinds & GRIEVANCE
    for turn in (*own[-2:], *theirs[-2:]):
        attacks |= turn.kinds & ATTACK
    closest = (*own[-3:], *theirs[-3:])
    laughs = sum(bool(turn.kinds & LAUGHTER) for turn in closest)
    soft = sum(bool(turn.kinds & KIND_WORDS) for turn in closest)
    hot_enough = top3 > 0.7  # noqa: PLR2004
    tone = last.tone
    heard = tone.heard + 6.0
    says, told = is_addressed(last.marks), any(is_addressed(turn.marks) for turn in theirs[-2:])
    asks = sum(bool(turn.marks & ASKS) for turn in (*own[-2:], *theirs[-2:]))
    return [
        h0, h1, h2, p1, p2,
        warm * _warmth(p1), warm * _warmth(h1), top3, top5, taken, hot_taken,
        directed, after_staff * warm, after_staff, brush, brush * warm, care, staff_heat,
        sorry, to_staff, to_staff * warm, grievances.bit_count(), attacks.bit_count(), laughs, soft,
        sum(bool(turn.kinds & LAUGHTER) for turn in rest[-5:]),
        hot_enough and sum(bool(turn.kinds & CALMING) for turn in rest[-3:]),
        hot_enough and sum(bool(turn.kinds & SHOCK) for turn in rest[-3:]),
        len(people), len(hot) > 2, piled, piled * warm,  # noqa: PLR2004
        tone.laughs / heard, tone.softs / heard, tone.plays / heard, tone.outs / heard,
        says, told, says and told, asks, outside,
        sum(heats) / len(heats) if heats else _LOW,
        sum(turn.length for turn in own[-3:]) / len(own[-3:]) / 20, burst, bool(staff),
        min(tone.heard, _KNOWN),
    ]  # fmt: skip

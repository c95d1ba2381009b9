"""What the last turns of a room add up to around the one who speaks: a few numbers, in a fixed order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.core.conflict.reading import (
    ADDRESSED,
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
    "air-lately", "air", "own-air", "others-air", "staff-air", "others-worst-air",
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


def _count(turns: Sequence[Spoken], kinds: int) -> int:
    found = 0
    for turn in turns:
        if turn.kinds & kinds:
            found += 1
    return found


def _having(turns: Sequence[Spoken], marks: int) -> int:
    found = 0
    for turn in turns:
        if turn.marks & marks:
            found += 1
    return found


def _together(turns: Sequence[Spoken], kinds: int) -> int:
    found = 0
    for turn in turns:
        found |= turn.kinds
    return found & kinds


def numbers(look: Around) -> list[float]:
    """Return what the turns add up to, in the order of `NAMES`.

    Args:
        look: the turns around one that was read, not of staff.
    """
    turns, own, theirs, staff, rest = look.turns, look.own, look.theirs, look.staff, look.rest
    last = turns[-1]
    own2, own3, theirs2, theirs3 = own[-2:], own[-3:], theirs[-2:], theirs[-3:]
    hs = [_clipped(turn.heat) for turn in own]
    ps = [_clipped(turn.heat) for turn in theirs]
    h0 = hs[-1]
    h1 = hs[-2] if len(hs) > 1 else _LOW
    p1 = ps[-1] if ps else _LOW
    warm = _warmth(h0)
    hottest = [_warmth(heat) for heat in sorted(hs + ps, reverse=True)[:5]]
    top3 = sum(hottest[:3]) / 3
    brush, after_staff = _count(staff, BRUSHOFF), any(turn.staff for turn in turns[-3:-1])
    staff_heat = 0.0
    for turn in staff:
        staff_heat += _warmth(turn.heat)
    to_staff = bool(_count(own2, STAFF_WORD) or _having(own3, QUOTES_STAFF | MENTIONS_STAFF))
    says, told = is_addressed(last.marks), bool(_having(theirs2, ADDRESSED))
    hot_enough = top3 > 0.7  # noqa: PLR2004 - a quarrel, not a stir
    tone = last.tone
    heard = tone.heard + 6.0
    taken, hot_taken, directed, burst, length = _between(look)
    people, hot, piled, mean = _about(turns)
    return [
        h0, h1, hs[-3] if len(hs) > 2 else _LOW, p1, ps[-2] if len(ps) > 1 else _LOW,  # noqa: PLR2004
        warm * _warmth(p1), warm * _warmth(h1), top3, sum(hottest) / 5, taken, hot_taken,
        directed, after_staff * warm, after_staff, brush, brush * warm, _count(staff, CARE), staff_heat,
        _count(staff, APOLOGY), to_staff, to_staff * warm,
        _together(own3, GRIEVANCE).bit_count(),
        (_together(own2, ATTACK) | _together(theirs2, ATTACK)).bit_count(),
        _count(own3, LAUGHTER) + _count(theirs3, LAUGHTER),
        _count(own3, KIND_WORDS) + _count(theirs3, KIND_WORDS),
        _count(rest[-5:], LAUGHTER),
        _count(rest[-3:], CALMING) if hot_enough else 0,
        _count(rest[-3:], SHOCK) if hot_enough else 0,
        people, hot > 2, piled, piled * warm,  # noqa: PLR2004 - a third is what makes it many
        tone.laughs / heard, tone.softs / heard, tone.plays / heard, tone.outs / heard,
        says, told, says and told, _having(own2, ASKS) + _having(theirs2, ASKS),
        _count(turns[-5:], OUTSIDE), mean, length, burst, bool(staff),
        min(_KNOWN, tone.heard), *_air(look),
    ]  # fmt: skip


def _air(look: Around) -> tuple[float, ...]:
    """Return how the talk sounds, whoever speaks: of late, all along, of the sender, of others, of staff."""
    sender = look.turns[-1].sender
    everybody: list[float] = []
    own: list[float] = []
    others: list[float] = []
    staff: list[float] = []
    for turn in look.turns:
        if not turn.read:
            continue
        air = turn.air
        everybody.append(air)
        (own if turn.sender == sender else staff if turn.staff else others).append(air)
    return (
        _mean(everybody[-5:]), _mean(everybody), _mean(own[-3:]), _mean(others[-4:]), _mean(staff[-2:]),
        max(others, default=_LOW),
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else _LOW


def _between(look: Around) -> tuple[int, int, int, int, float]:
    """Return how often the two took turns, hot or not, named each other; how much the sender says at once."""
    turns, own, other, theirs = look.turns, look.own, look.other, look.theirs
    sender = turns[-1].sender
    taken = hot_taken = 0
    before: str = sender
    hot_before: str | None = None
    for turn in reversed(turns):
        person = turn.sender
        if (person != sender and person != other) or not turn.read:  # noqa: PLR1714 - quicker than a set
            continue
        if person != before:
            taken += 1
            before = person
        if turn.heat > -1.0 and person != hot_before:
            hot_taken += hot_before is not None
            hot_before = person
    directed = burst = length = 0
    for turn in own:
        if turn.to and other in turn.to:
            directed += 1
    for turn in theirs:
        if turn.to and sender in turn.to:
            directed += 1
    for turn in turns[-4:]:
        if turn.sender == sender:
            burst += 1
    lately = own[-3:]
    for turn in lately:
        length += turn.length
    return taken, hot_taken, directed, burst, length / len(lately) / 20


def _about(turns: Sequence[Spoken]) -> tuple[int, int, int, float]:
    """Return how many members are warm, how many hot, how many joined in, and how warm the talk is."""
    people, hot, piling = set(), set(), set()
    total, count = 0.0, 0
    recent = len(turns) - 6
    for place, turn in enumerate(turns):
        if turn.staff or not turn.read:
            continue
        heat = turn.heat
        if place >= recent:
            count += 1
            total += _clipped(heat)
            if turn.kinds & PILE:
                piling.add(turn.sender)
        if heat > -0.3:  # noqa: PLR2004 - found with the weights
            people.add(turn.sender)
            if heat > 0.5:  # noqa: PLR2004
                hot.add(turn.sender)
    return len(people), len(hot), len(piling), total / count if count else _LOW

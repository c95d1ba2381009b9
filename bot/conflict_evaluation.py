"""Measures the flags of conflicts on labelled transcripts: each in a room of its own, by the very `decide`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.events import Message
from bot.core.rules.view import excerpt
from bot.evaluation import Share, share
from bot.replay import Replayer
from bot.transcripts import Label, Transcript, events_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.core.draft import Flag
    from bot.core.policy import Policy

_COUNTED = frozenset({"dispute", "complaint", "faction"})
_DRAWS = 1000
_SHOWN = 60


class Raised(msgspec.Struct, frozen=True):
    """A flag with the place of the message at which it was raised."""

    place: int
    flag: Flag


class Outcome(msgspec.Struct, frozen=True):
    """What became of one transcript: `right` says whether it is what a good moderator would have done."""

    transcript: Transcript
    raised: tuple[Raised, ...]
    result: Literal["on time", "early", "late", "missed", "quiet", "false alarm"]
    kind_right: bool = False
    overlap: float = 0.0
    lead: int = 0

    @property
    def right(self) -> bool:
        """Whether it was flagged on time, or rightly not at all."""
        return self.result in {"on time", "quiet"}


class Between(msgspec.Struct, frozen=True):
    """A mean with its 95 % interval (bootstrap over the transcripts)."""

    value: float
    low: float
    high: float
    of: int


class Mistake(msgspec.Struct, frozen=True):
    """A transcript that was judged wrong: what was expected, what was flagged, and at which words."""

    id: str
    subtype: str
    expected: Label
    result: str
    flagged: str
    at: str
    text: str


class ConflictEvaluation(msgspec.Struct, frozen=True):
    """Everything `qunguan evaluate conflict` tells.

    `kind_right`, `parties` and `lead` (messages left before the deadline) are of the conflicts flagged on
    time; `early` counts flags before it turned.
    """

    transcripts: int
    conflicts: int
    accuracy: Share
    on_time: Share
    false_alarms: Share
    precision: Share
    kind_right: Share
    parties: Between
    lead: Between
    early: int
    on_time_by: dict[str, Share]
    alarms_by: dict[str, Share]
    mistakes: tuple[Mistake, ...]


def outcomes(rows: Iterable[Transcript], policy: Policy) -> Iterator[Outcome]:
    """Yield what becomes of every transcript.

    Args:
        rows: labelled transcripts.
        policy: what to decide by.
    """
    for row in rows:
        place = {line.id: number for number, line in enumerate(row.messages)}
        raised = [
            Raised(place[one.event.id], flag)
            for one in Replayer(policy).run(events_of(row))
            if isinstance(one.event, Message)
            for flag in one.decision.flags
            if flag.kind in _COUNTED
        ]
        yield _outcome(row, tuple(raised))


def evaluation(found: Iterable[Outcome], mistakes: int = 10) -> ConflictEvaluation:
    """Return all figures.

    Args:
        found: the outcomes.
        mistakes: how many to name.
    """
    found = list(found)
    conflicts = [one for one in found if one.transcript.label != "none"]
    calm = [one for one in found if one.transcript.label == "none"]
    hits = [one for one in conflicts if one.result == "on time"]
    wrong = sum(one.result == "false alarm" for one in calm)
    early = sum(
        one.raised[0].place < (one.transcript.window() or (0, 0))[0] for one in conflicts if one.raised
    )
    worst = sorted((one for one in found if not one.right), key=_how_bad)
    return ConflictEvaluation(
        transcripts=len(found),
        conflicts=len(conflicts),
        accuracy=share(sum(one.right for one in found), len(found)),
        on_time=share(len(hits), len(conflicts)),
        false_alarms=share(wrong, len(calm)),
        precision=share(len(hits), len(hits) + wrong + early),
        kind_right=share(sum(one.kind_right for one in hits), len(hits)),
        parties=_mean([one.overlap for one in hits]),
        lead=_mean([float(one.lead) for one in hits]),
        early=early,
        on_time_by=_by(conflicts, lambda one: one.transcript.label, "on time"),
        alarms_by=_by(calm, lambda one: one.transcript.subtype or "-", "false alarm", only_hits=True),
        mistakes=tuple(_mistake(one) for one in worst[:mistakes]),
    )


def _outcome(row: Transcript, raised: tuple[Raised, ...]) -> Outcome:
    window = row.window()
    if window is None:
        return Outcome(row, raised, "false alarm" if raised else "quiet")
    begin, end = window
    good = [one for one in raised if begin <= one.place <= end]
    if not good:
        if not raised:
            return Outcome(row, raised, "missed")
        return Outcome(row, raised, "early" if raised[0].place < begin else "late")
    last = good[-1].flag
    got, want = set(last.parties), set(row.parties)
    return Outcome(
        row,
        raised,
        "on time",
        kind_right=last.kind == row.label,
        overlap=len(got & want) / len(got | want) if got | want else 1.0,
        lead=end - good[0].place,
    )


def _how_bad(one: Outcome) -> tuple[int, str]:
    """Return the order of mistakes: a calm room disturbed first, then what was never seen."""
    order = ("false alarm", "missed", "early", "late")
    return order.index(one.result), one.transcript.id


def _mistake(one: Outcome) -> Mistake:
    first = one.raised[0] if one.raised else None
    line = None if first is None else one.transcript.messages[first.place]
    return Mistake(
        one.transcript.id,
        one.transcript.subtype or "",
        one.transcript.label,
        one.result,
        "" if first is None else first.flag.kind,
        "" if line is None else line.id,
        "" if line is None else excerpt(line.text or "", _SHOWN),
    )


def _by(
    found: list[Outcome], group: Callable[[Outcome], str], result: str, *, only_hits: bool = False
) -> dict[str, Share]:
    groups: dict[str, list[bool]] = {}
    for one in found:
        groups.setdefault(group(one), []).append(one.result == result)
    return {
        name: share(sum(hits), len(hits))
        for name, hits in sorted(groups.items())
        if any(hits) or not only_hits
    }


def _mean(values: list[float]) -> Between:
    if not values:
        return Between(0.0, 0.0, 0.0, 0)
    draw = random.Random(1)  # noqa: S311 - the same figures every time, no secret
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(_DRAWS))
    low, high = means[int(_DRAWS * 0.025)], means[int(_DRAWS * 0.975)]
    return Between(round(sum(values) / len(values), 4), round(low, 4), round(high, 4), len(values))

"""Cues: the data by which answers to a check-in are read; each carries examples that are its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec
import re2

from bot.core.rules.engine import PatternRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

Reason = Literal[
    "busy",
    "no_value",
    "too_many_ads",
    "noise",
    "not_target",
    "forgot",
    "just_watching",
    "had_conflict",
    "want_quit",
    "positive",
    "question",
    "optout",
    "other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
FollowUp = Literal["none", "resource", "mute_tip", "human", "optout"]
FOLLOW_UPS: tuple[FollowUp, ...] = get_args(FollowUp)

# As in bot.core.replies.reader: a set of many patterns outgrows the default budget.
_MAX_MEM = 64 * 1024 * 1024


class ReasonCue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of saying something: patterns on the plain view, and what `not_with` them it is not.

    It speaks for a reason, for a follow-up, or for both; `optout` needs one cue, the others add up.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    reason: Reason | None = None
    followup: FollowUp | None = None
    weight: Annotated[float, msgspec.Meta(ge=0, le=5)] = 1.0
    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    not_with: tuple[str, ...] = ()
    hits: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class ReasonCueFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of cues."""

    cue: tuple[ReasonCue, ...] = ()


class ReasonCues:
    """All cues compiled into one set; immutable once made."""

    def __init__(self, cues: Iterable[ReasonCue]) -> None:
        """Compile the cues.

        Args:
            cues: of all files.

        Raises:
            PatternRefusedError: a pattern cannot be run in linear time.
        """
        self.cues = tuple(cues)
        options = re2.Options()
        options.max_mem = _MAX_MEM
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self._of_pattern: list[tuple[int, bool]] = []
        for number, cue in enumerate(self.cues):
            for patterns, excuses in ((cue.patterns, False), (cue.not_with, True)):
                for pattern in patterns:
                    self._add(cue, pattern)
                    self._of_pattern.append((number, excuses))
        self._set.Compile()

    def found(self, words: str) -> list[ReasonCue]:
        """Return the cues that an answer shows.

        Args:
            words: its plain view.
        """
        shown: set[int] = set()
        excused: set[int] = set()
        for index in self._set.Match(words) or ():
            number, excuses = self._of_pattern[index]
            (excused if excuses else shown).add(number)
        return [self.cues[number] for number in sorted(shown - excused)]

    def _add(self, cue: ReasonCue, pattern: str) -> None:
        try:
            self._set.Add(pattern)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
            raise PatternRefusedError(f"cue {cue.id}: {pattern!r}: {' '.join(reason.split())}") from None

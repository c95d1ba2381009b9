"""Reads a private reply into its class: what must be heard first, then the mood.

Four things are heard whatever else is said, and in this order: danger to somebody (`safety`), that no more
words are wanted (`opt-out`), that a person is wanted (`wants-human`), and law or publicity
(`legal-threat`). One cue is enough for them. What is left is a mood, and there cues add up: what the step
was that the person answers weighs in, for 好 after an offer accepts it and 好吧 after comfort is calm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import re2

from bot.core.playbook.model import ReplyClass
from bot.core.rules.engine import PatternRefusedError
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.core.playbook.model import Purpose
    from bot.core.replies.cue import Cue
    from bot.core.replies.moods import MoodModel

FIRST: tuple[ReplyClass, ...] = ("safety", "opt-out", "wants-human", "legal-threat")
MOODS: tuple[ReplyClass, ...] = ("calm", "angry", "accept", "refuse", "question", "other")

# A set of some hundred patterns outgrows the default budget and falls back to a slow path (see rules.engine).
_MAX_MEM = 64 * 1024 * 1024
# A mood that needs a cue and has none: less than any sum of weights.
_UNHEARD = -1000.0
# Beyond this a reply has said what it says.
_LONGEST = 2000


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MAX_MEM
    options.log_errors = False
    return options


class Reading(msgspec.Struct, frozen=True):
    """What a reply amounts to.

    `reply` is the class the table goes by, `mood` what it would be without the four that come first, `also`
    every one of the four that was heard, `cues` the ids of what was found.
    """

    reply: ReplyClass
    mood: ReplyClass
    also: tuple[ReplyClass, ...] = ()
    cues: tuple[str, ...] = ()


class ReplyReader:
    """All cues, compiled together; immutable once made."""

    def __init__(
        self,
        cues: Iterable[Cue],
        prior: Mapping[str, Mapping[ReplyClass, float]] | None = None,
        model: MoodModel | None = None,
    ) -> None:
        """Compile the cues.

        Args:
            cues: of all files.
            prior: what speaks for a mood beforehand, by purpose; `any` is for purposes not named.
            model: a learned second opinion on the mood.

        Raises:
            PatternRefusedError: a pattern cannot be run in linear time.
        """
        self.cues = tuple(cues)
        self._prior = {purpose: dict(weights) for purpose, weights in (prior or {}).items()}
        self._model = model
        # One set of all patterns: 23 ms to make and 2 us a reply, against 46 ms and 1.5 ms one by one.
        self._set = re2.Set.SearchSet(_options())
        self._of_pattern: list[tuple[int, bool]] = []
        for number, cue in enumerate(self.cues):
            for patterns, excuses in ((cue.patterns, False), (cue.not_with, True)):
                for pattern in patterns:
                    self._add(cue, pattern)
                    self._of_pattern.append((number, excuses))
        self._set.Compile()

    def read(self, text: str, purpose: Purpose) -> Reading:
        """Return what a reply amounts to; nothing at all is silence.

        Args:
            text: what somebody wrote in private.
            purpose: of the step it answers.
        """
        words = plain(own_words(text)[:_LONGEST]).strip()
        if not words:
            return Reading("silent", "silent")
        found = self.found(words, purpose)
        heard = {cue.reads for cue in found}
        also = tuple(reply for reply in FIRST if reply in heard)
        mood = self._mood(words, purpose, found)
        return Reading(also[0] if also else mood, mood, also, tuple(cue.id for cue in found))

    def found(self, words: str, purpose: Purpose) -> list[Cue]:
        """Return the cues that a reply shows.

        Args:
            words: the plain view of a reply.
            purpose: of the step it answers.
        """
        shown: set[int] = set()
        excused: set[int] = set()
        for index in self._set.Match(words) or ():
            number, excuses = self._of_pattern[index]
            (excused if excuses else shown).add(number)
        found = (self.cues[number] for number in sorted(shown - excused))
        return [cue for cue in found if not cue.at or purpose in cue.at]

    def _add(self, cue: Cue, pattern: str) -> None:
        try:
            self._set.Add(pattern)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
            raise PatternRefusedError(f"cue {cue.id}: {pattern!r}: {' '.join(reason.split())}") from None

    def _mood(self, words: str, purpose: Purpose, found: list[Cue]) -> ReplyClass:
        scores = self.cue_scores(purpose, found)
        if self._model is not None:
            # What is read as a yes is kept as one, so a guess is not enough for it.
            agreed = any(cue.reads == "accept" for cue in found)
            for reply, weight in self._model.opinion(words, purpose).items():
                scores[reply] += weight if agreed or reply != "accept" else _UNHEARD
        # The first of MOODS wins a tie, so the same reply is always read the same.
        return max(MOODS, key=lambda reply: scores[reply])

    def cue_scores(self, purpose: Purpose, found: Iterable[Cue]) -> dict[ReplyClass, float]:
        """Return what the cues alone say for each mood.

        Args:
            purpose: of the step that was answered.
            found: the cues the reply shows.
        """
        scores = dict.fromkeys(MOODS, 0.0)
        for reply, weight in self._prior.get(purpose, self._prior.get("any", {})).items():
            scores[reply] += weight
        for cue in found:
            if cue.reads in scores:
                scores[cue.reads] += cue.weight
        return scores

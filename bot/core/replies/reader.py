"""Reads a private reply into its class: what must be heard first, then the mood.

Four things are heard whatever else is said, and in this order: danger to somebody (`safety`), that no more
words are wanted (`opt-out`), that a person is wanted (`wants-human`), and law or publicity
(`legal-threat`). One cue is enough for them, unless a learned model is sure of the contrary (never for
safety); the model alone hears them too where no cue names them (bot.core.replies.grave). What is left is a
mood, and there cues add up: what the step was that the person answers weighs in, for 好 after an offer
accepts it and 好吧 after comfort is calm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

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
    from bot.core.replies.grave import GraveModel, Head
    from bot.core.replies.moods import MoodModel

First = Literal["safety", "opt-out", "wants-human", "legal-threat"]
FIRST: tuple[First, ...] = ("safety", "opt-out", "wants-human", "legal-threat")
MOODS: tuple[ReplyClass, ...] = ("calm", "angry", "accept", "refuse", "question", "other")

# A set of some hundred patterns outgrows the default budget and falls back to a slow path (see rules.engine).
_MAX_MEM = 64 * 1024 * 1024
# A mood that needs a cue and has none: less than any sum of weights.
_UNHEARD = -1000.0
# Pictures, voices and stickers as gateways write them: [图片], [语音 3″], [捂脸].
_in_brackets = re.compile(r"\[[^\[\]]{1,16}\]").sub
# How sure it is that a message in a room speaks of danger.
Danger = Literal["none", "maybe", "sure"]
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
    every one of the four that was heard, `cues` the ids of what was found. `maybe_safety` says that danger is
    likely and not sure: staff is told, and the talk goes on gently. `wordless` says that there are no words in
    it, only pictures, stickers or marks. `evidence` is what of the reply weighed most where the model heard
    one of the four, or a maybe.
    """

    reply: ReplyClass
    mood: ReplyClass
    also: tuple[ReplyClass, ...] = ()
    cues: tuple[str, ...] = ()
    maybe_safety: bool = False
    wordless: bool = False
    evidence: tuple[str, ...] = ()


class ReplyReader:
    """All cues, compiled together; immutable once made."""

    def __init__(
        self,
        cues: Iterable[Cue],
        prior: Mapping[str, Mapping[ReplyClass, float]] | None = None,
        model: MoodModel | None = None,
        grave: GraveModel | None = None,
    ) -> None:
        """Compile the cues.

        Args:
            cues: of all files.
            prior: what speaks for a mood beforehand, by purpose; `any` is for purposes not named.
            model: a learned second opinion on the mood.
            grave: hears what must be heard first where no cue names it.

        Raises:
            PatternRefusedError: a pattern cannot be run in linear time.
        """
        self.cues = tuple(cues)
        self._prior = {purpose: dict(weights) for purpose, weights in (prior or {}).items()}
        self._model = model
        self._grave = grave
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
        found, excused = self._found(words, purpose)
        cues = tuple(cue.id for cue in found)
        if not any(char.isalnum() for char in _in_brackets("", words)):
            # 👌 says yes; ??? and a sticker ask and refuse nothing.
            mood: ReplyClass = "accept" if any(cue.reads == "accept" for cue in found) else "other"
            return Reading(mood, mood, (), cues, wordless=True)
        also, maybe_safety = self._first(words, purpose, {cue.reads for cue in found}, excused)
        mood = self._mood(words, purpose, found)
        return Reading(
            reply=also[0] if also else mood,
            mood=mood,
            also=also,
            cues=cues,
            maybe_safety=maybe_safety,
            evidence=self._evidence(words, also, maybe_safety=maybe_safety),
        )

    def danger(self, text: str) -> Danger:
        """Return whether a message in a room speaks of danger: to oneself, to somebody, to a child.

        Args:
            text: what somebody wrote before all.
        """
        return self.danger_in(plain(own_words(text)[:_LONGEST]).strip())

    def danger_in(self, words: str) -> Danger:
        """Return the same of words that were made plain already.

        Args:
            words: the plain view of the sender's own words.
        """
        if self._grave is None:
            return "none"
        odds = self._grave.danger(words[:_LONGEST].strip())
        limits = self._grave.limits["danger"]
        return "sure" if odds >= limits.alone else "maybe" if odds >= limits.maybe else "none"

    def evidence(self, text: str, head: Head) -> tuple[str, ...]:
        """Return the words of a text that weighed most for something grave, the heaviest first.

        Args:
            text: what somebody wrote.
            head: what was heard.
        """
        words = plain(own_words(text)[:_LONGEST]).strip()
        return () if self._grave is None else self._grave.evidence(words, head)

    def found(self, words: str, purpose: Purpose) -> list[Cue]:
        """Return the cues that a reply shows.

        Args:
            words: the plain view of a reply.
            purpose: of the step it answers.
        """
        return self._found(words, purpose)[0]

    def _found(self, words: str, purpose: Purpose) -> tuple[list[Cue], set[ReplyClass]]:
        """Return the cues that a reply shows, and the classes whose cues it shows in words that excuse them."""
        shown: set[int] = set()
        excused: set[int] = set()
        for index in self._set.Match(words) or ():
            number, excuses = self._of_pattern[index]
            (excused if excuses else shown).add(number)
        found = (self.cues[number] for number in sorted(shown - excused))
        said = [cue for cue in found if not cue.at or purpose in cue.at]
        return said, {self.cues[number].reads for number in shown & excused}

    def _add(self, cue: Cue, pattern: str) -> None:
        try:
            self._set.Add(pattern)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
            raise PatternRefusedError(f"cue {cue.id}: {pattern!r}: {' '.join(reason.split())}") from None

    def _first(
        self, words: str, purpose: Purpose, named: set[ReplyClass], excused: set[ReplyClass]
    ) -> tuple[tuple[ReplyClass, ...], bool]:
        """Return which of the four are heard, by cues or by the model, and whether danger is a mere maybe."""
        if self._grave is None:
            return tuple(reply for reply in FIRST if reply in named), False
        odds, limits = self._grave.log_odds(words, purpose), self._grave.limits
        # 我不会报警的 has the word and not the threat: that the model, which knows words, does not get to say.
        also = tuple(
            reply
            for reply in FIRST
            if (reply in named and odds[reply] >= limits[reply].beside)
            or (reply not in excused and odds[reply] >= limits[reply].alone)
        )
        return also, "safety" not in also and odds["safety"] >= limits["safety"].maybe

    def _evidence(self, words: str, also: tuple[ReplyClass, ...], *, maybe_safety: bool) -> tuple[str, ...]:
        heard = next((reply for reply in FIRST if reply in also), "safety" if maybe_safety else None)
        return () if self._grave is None or heard is None else self._grave.evidence(words, heard)

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

"""Reads an answer to a check-in: why somebody was silent, and what they want now.

What must be heard first is heard first, by the reader of all private replies and by cues of its own: danger,
the wish to be left alone, the wish for a person, the law. What is left adds up from cues and from a small
linear model over runs of one to three characters (scripts/train_checkin_model.py).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.members.checkin.cue import FOLLOW_UPS, REASONS, FollowUp, Reason
from bot.core.members.optout import says_stop
from bot.core.playbook.model import ReplyClass
from bot.core.replies.moods import runs_of
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.members.checkin.cue import ReasonCue, ReasonCues
    from bot.core.replies.reader import ReplyReader

# Beyond this an answer has said what it says.
_LONGEST = 1000
_OPT_OUT: Literal["optout"] = "optout"
# The logarithm of the share of belief from which a likeness is taken for a no.
_SURE = -1.0
# Whoever fears to be removed, or asks for it, speaks of the room and not of being written to.
_NOT_MEANT = re.compile(r"别?把我踢(?:了|掉|出去)?|别踢我?")
# What is heard first, in this order; being left alone comes right after danger.
URGENT: tuple[ReplyClass, ...] = ("safety", "opt-out", "wants-human", "legal-threat")


class ReasonWeights(msgspec.Struct, frozen=True):
    """A trained model as its file has it.

    `weights` has for every gram one whole number for each reason and then one for each follow-up, of which
    each is worth `step`; `share` is how much the model counts beside the cues, `usual` what speaks for each
    follow-up once the reason is known.
    """

    reasons: tuple[Reason, ...]
    followups: tuple[FollowUp, ...]
    share: float
    step: float
    bias: tuple[float, ...]
    usual: dict[str, tuple[float, ...]]
    grams: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]


class AnswerReading(msgspec.Struct, frozen=True):
    """What an answer amounts to; `first` is what must be heard before anything else, if anything."""

    reason: Reason
    followup: FollowUp
    first: ReplyClass | None = None
    cues: tuple[str, ...] = ()


class ReasonModel:
    """A trained model, immutable, ready to read."""

    def __init__(self, weights: ReasonWeights) -> None:
        """Hold a model.

        Raises:
            ValueError: its parts do not match.
        """
        if weights.reasons != REASONS or weights.followups != FOLLOW_UPS:
            raise ValueError("a model of other reasons than this program has")
        if len(weights.grams) != len(weights.weights) or len(weights.bias) != len(REASONS) + len(FOLLOW_UPS):
            raise ValueError("every gram has its weights, every reason and follow-up its bias")
        self._weights = weights
        self._of_gram = dict(zip(weights.grams, weights.weights, strict=True))

    def opinion(self, words: str) -> tuple[dict[Reason, float], dict[FollowUp, float]]:
        """Return what speaks for each reason and each follow-up: logarithms of probabilities, times the share.

        Args:
            words: the plain view of an answer.
        """
        model = self._weights
        runs = runs_of(words)
        scale = model.step / math.sqrt(len(runs) or 1)
        sums = list(model.bias)
        for run in sorted(runs):
            known = self._of_gram.get(run)
            if known is not None:
                sums = [total + scale * weight for total, weight in zip(sums, known, strict=True)]
        reasons = _log_shares(sums[: len(REASONS)], model.share)
        followups = _log_shares(sums[len(REASONS) :], model.share)
        return dict(zip(REASONS, reasons, strict=True)), dict(zip(FOLLOW_UPS, followups, strict=True))

    def usual(self, reason: Reason) -> dict[FollowUp, float]:
        """Return what speaks for each follow-up once the reason is known."""
        return dict(zip(FOLLOW_UPS, self._weights.usual[reason], strict=True))


def _log_shares(sums: list[float], share: float) -> list[float]:
    highest = max(sums)
    whole = highest + math.log(sum(math.exp(total - highest) for total in sums))
    return [share * (total - whole) for total in sums]


class AnswerReader:
    """Cues, model and the reader of all private replies, together; immutable once made."""

    def __init__(
        self, cues: ReasonCues, model: ReasonModel | None = None, first: ReplyReader | None = None
    ) -> None:
        """Put the parts together.

        Args:
            cues: of all files.
            model: a learned second opinion.
            first: hears danger, opt-out, the wish for a person and the law in any private reply.
        """
        self.cues = cues
        self._model = model
        self._first = first

    def read(self, text: str) -> AnswerReading:
        """Return what an answer to a check-in amounts to.

        Args:
            text: what somebody wrote in private.
        """
        words = plain(own_words(text)[:_LONGEST]).strip()
        found = self.cues.found(words)
        reason, followup, no_more = self._weigh(words, found)
        first = self._first_of(words, found)
        if first is None and no_more:
            first = "opt-out"
        if first == "opt-out":
            leaves = any(cue.reason == "want_quit" for cue in found)
            reason, followup = ("want_quit" if leaves else _OPT_OUT), _OPT_OUT
        elif first is not None:
            followup = "human"
        return AnswerReading(reason, followup, first, tuple(cue.id for cue in found))

    def _first_of(self, words: str, found: list[ReasonCue]) -> ReplyClass | None:
        heard: set[ReplyClass] = set()
        if self._first is not None:
            heard.update(self._first.read(_NOT_MEANT.sub("", words), "follow_up").also)
        if says_stop(words) or any(cue.followup == _OPT_OUT for cue in found):
            heard.add("opt-out")
        return next((reply for reply in URGENT if reply in heard), None)

    def _weigh(self, words: str, found: list[ReasonCue]) -> tuple[Reason, FollowUp, bool]:
        reasons: dict[Reason, float] = dict.fromkeys(REASONS, 0.0)
        followups: dict[FollowUp, float] = dict.fromkeys(FOLLOW_UPS, 0.0)
        if self._model is not None and words:
            reasons, followups = self._model.opinion(words)
        for cue in found:
            if cue.reason is not None:
                reasons[cue.reason] += cue.weight
            if cue.followup is not None:
                followups[cue.followup] += cue.weight
        # One who sounds like nothing but a no is taken at it: to ask again would be worse than to lose an answer.
        no_more = max(reasons, key=lambda reason: reasons[reason]) == _OPT_OUT and reasons[_OPT_OUT] > _SURE
        del reasons["optout"], followups["optout"]
        # The last wins no tie: with nothing to go by at all an answer is `other`.
        ranked = sorted(reasons, key=lambda reason: (reasons[reason], reason == "other"))
        reason = ranked[-1]
        if self._model is not None:
            for name, weight in self._model.usual(reason).items():
                if name in followups:
                    followups[name] += weight
        followup = max(FOLLOW_UPS[:-1], key=lambda name: followups[name])
        return reason, followup, no_more

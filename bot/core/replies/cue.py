"""Cues: the data by which replies are read; each carries examples that are its tests."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bot.core.playbook.model import Purpose, ReplyClass
from bot.core.text.normalise import plain


class CueExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reply as an example where it matters which step it answers."""

    text: str
    at: Purpose


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of saying something: patterns on the plain view, and what `not_with` them it is not.

    `at` limits it to replies to steps of these purposes; `weight` counts among the moods only, for the other
    classes one cue is enough.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    reads: ReplyClass
    weight: Annotated[float, msgspec.Meta(ge=-5, le=5)] = 1.0
    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    not_with: tuple[str, ...] = ()
    at: tuple[Purpose, ...] = ()
    hits: Annotated[tuple[str | CueExample, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str | CueExample, ...], msgspec.Meta(min_length=1)]


class Concept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An idea and the words for it, apart by spaces; what it says is learned (bot.core.replies.grave).

    `alarms` marks ideas without which nothing said in a room is taken for danger.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    words: Annotated[str, msgspec.Meta(min_length=1)]
    alarms: bool = False

    def all_words(self) -> tuple[str, ...]:
        """Return its words in the plain view, each once, in their order."""
        return tuple(dict.fromkeys(plain(self.words).split()))


class CueFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of cues; `prior` is what speaks for a mood before a word was read, by the step's purpose."""

    prior: dict[str, dict[ReplyClass, float]] = {}
    cue: tuple[Cue, ...] = ()
    concept: tuple[Concept, ...] = ()

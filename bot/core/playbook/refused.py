"""Refused words: what no text may say to members, as data: promises of money, leaks, secrecy that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.rules.engine import compiled
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.settings import Language

# promise: money and outcomes are the operator's to give, and come in as a variable. leak: what another said or
# thinks. secrecy: staff reads along, so nobody is told otherwise.
Refuses = Literal["promise", "leak", "secrecy"]

# The other party's name is looked at like a pronoun; any other variable's value is nobody's words.
_OTHER: dict[Language, str] = {"zh": "对方", "en": "they"}
_VALUE = "_"
_BEFORE_CHINESE, _AFTER_CHINESE = r" +([^\x00-\x7f])", r"([^\x00-\x7f]) +"


class RefusedCue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that no text may say: patterns on the plain view; `innocent` ones are taken out first."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    refuses: Refuses
    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    innocent: tuple[str, ...] = ()
    hits: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class RefusedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of refused words."""

    cue: tuple[RefusedCue, ...] = ()


def refused_in(cue: RefusedCue, text: str, language: Language = "zh") -> str | None:
    """Return the words of a text that a cue refuses, or None.

    Args:
        cue: what is refused.
        text: a wording, with its variables.
        language: of the text.
    """
    text = text.replace("{other}", _OTHER[language])
    view = plain(compiled(r"\{[^{}]*\}").sub(_VALUE, text))
    # 「TA 说」 and 「TA说」 are the same.
    view = compiled(_AFTER_CHINESE).sub(r"\1", compiled(_BEFORE_CHINESE).sub(r"\1", view))
    for innocent in cue.innocent:
        view = compiled(innocent).sub(" ", view)
    for pattern in cue.patterns:
        found = compiled(pattern).search(view)
        if found is not None:
            return str(found.group())
    return None


def all_refused_in(
    cues: tuple[RefusedCue, ...], text: str, language: Language
) -> Iterator[tuple[Refuses, str]]:
    """Yield what of a text is refused and why.

    Args:
        cues: all in force.
        text: a wording.
        language: of the text.
    """
    for cue in cues:
        words = refused_in(cue, text, language)
        if words is not None:
            yield cue.refuses, words.strip()

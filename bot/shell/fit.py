"""Fit to be shown: what members and platforms wrote, before it stands in a sentence of the bot's own.

A name may hold line breaks that forge a second message, signs that turn the text around, or five thousand
letters. The renderer sends every value through here, so no text has to think of it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.core.text.one_line import short_name

if TYPE_CHECKING:
    from bot.core.effects import Value, Values

# Values that are one name, and values that list several.
NAMES = frozenset({"name", "room", "inviter", "owner", "before", "target"})
LISTS = frozenset({"names", "likely", "ringleaders", "people"})
_BETWEEN = "、"
# What the bot itself words may have lines.
_OWN_LINES = frozenset({"text", "proposal", "line", "view", "bare"})
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})


def fit(values: Values) -> Values:
    """Return the values of a text, its tables included, as they may be shown.

    Args:
        values: as the core gives them.
    """
    return {
        key: tuple({name: _fit(name, of) for name, of in row.items()} for row in value)
        if isinstance(value, tuple)
        else _fit(key, value)
        for key, value in values.items()
    }


def _fit(key: str, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    if key in NAMES:
        return short_name(value)
    if key in LISTS:
        return _BETWEEN.join(map(short_name, value.split(_BETWEEN)))
    return value if value.isprintable() else _visible(value, lines=key in _OWN_LINES)


def _visible(text: str, *, lines: bool) -> str:
    kept = (
        char if lines and char == "\n" else " " if char.isspace() and char != "\u3000" else char
        for char in text
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _HIDDEN
    )
    return "".join(kept)

"""The plain view of a text: what every disguised character stands for, in lower case, nothing invisible.

One `str.translate` does it all: compatibility forms (full width, circled, mathematical), case, accents,
traditional to simplified, look-alikes of Latin letters, invisible and combining characters, rare characters
of 火星文. The table is made by scripts/make_fold_table.py.
"""

from __future__ import annotations

import re
import unicodedata

from bot.core.text.fold_table import FROM, GONE, SENTINEL, SEVERAL, TO

_KANA_MARKS = {0x3099: None, 0x309A: None}
_BMP = range(0x10000)
_SURROGATES = range(0xD800, 0xE000)


def _folds() -> dict[int, int | str | None]:
    folds: dict[int, int | str | None] = {}
    for first, last in GONE:
        folds.update(dict.fromkeys(range(first, last + 1)))
    folds.update(zip(map(ord, FROM), map(ord, TO), strict=True))
    folds.update((ord(pair[0]), pair[1:]) for pair in SEVERAL.split("\0")[:-1])
    return folds


_FOLDS = _folds()
# A character the table lacks costs an exception inside translate; that it stands for itself, a look-up.
_TABLE = {**{code: code for code in (*range(0x20, 0x7F), *range(0x3000, 0xA000))}, **_FOLDS}


def _folded_codes() -> str:
    """Return, as a character class, everything but what surely stands for itself."""
    own: list[list[int]] = []
    for code in _BMP:
        if code in _FOLDS or code in _SURROGATES:
            continue
        if own and own[-1][1] == code - 1:
            own[-1][1] = code
        else:
            own.append([code, code])
    return "[^" + "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in own) + "]"


# Two of three messages have nothing to fold: this look costs a tenth of folding. A class beyond the BMP would
# be slow, so all of that (emoji mostly) counts as to be folded.
_may_fold = re.compile(_folded_codes()).search


def plain(text: str) -> str:
    """Return the text as rules see it; the plain view of a plain view is itself.

    Args:
        text: what a member wrote, of any length.
    """
    if text.isascii():
        return text.lower()
    if not _may_fold(text):
        return text
    folded = text.translate(_TABLE)
    return _composed(folded) if SENTINEL in folded else folded


def _composed(text: str) -> str:
    """Return a folded text with marks of kana and letters of Hangul joined to syllables, as NFC has them."""
    text = unicodedata.normalize("NFC", text.replace(SENTINEL, ""))
    return unicodedata.normalize("NFC", text.translate(_KANA_MARKS))

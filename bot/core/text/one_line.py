"""A name or a reason from elsewhere, fit to stand in a line: nothing that ends, turns or hides it."""

from __future__ import annotations

import unicodedata

# They join emoji, and letters of several scripts.
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_LONGEST = 400
# Who reads a list of cases on a phone needs no more of a name.
LONGEST_NAME = 24


def on_one_line(text: str) -> str:
    """Return a text without control and format characters and runs of blanks; of a long one the beginning.

    Args:
        text: as somebody else's file has it.
    """
    kept = (
        " " if char.isspace() else char
        for char in text[:_LONGEST]
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _HIDDEN
    )
    return " ".join("".join(kept).split())


def short_name(name: str) -> str:
    """Return a name on one line, cut with … where it is long.

    Args:
        name: as its bearer wrote it.
    """
    flat = on_one_line(name)
    return flat if len(flat) <= LONGEST_NAME else flat[: LONGEST_NAME - 1] + "…"

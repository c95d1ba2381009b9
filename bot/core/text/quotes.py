"""Whose words are whose: the part of a message that its sender wrote themself."""

from __future__ import annotations

_SHORTEST_RULER = 3
_RULERS = "-—–─ \t"


def own_words(text: str) -> str:
    r"""Return what the sender wrote, without a quotation in front of it.

    WeChat delivers a quotation as plain text: 「name：words」, a line of dashes, then the writer's own
    words. Only that last part is theirs, so only that part may ever count against them.

    Args:
        text: a message's whole text.
    """
    if not text.startswith("「"):
        return text
    end = text.find("」\n")
    while end != -1:
        line_end = text.find("\n", end + 2)
        ruler = text[end + 2 : line_end] if line_end != -1 else text[end + 2 :]
        if len(ruler) >= _SHORTEST_RULER and not ruler.strip(_RULERS):
            return text[line_end + 1 :] if line_end != -1 else ""
        end = text.find("」\n", end + 1)
    return text

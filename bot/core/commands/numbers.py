"""Case numbers as people type them: 12, #12, １２, 十二, 第12号."""

from __future__ import annotations

import re

_DIGITS = {
    **dict(zip("０１２３４５６７８９", range(10), strict=True)),
    **dict(zip("零〇一二三四五六七八九两", (0, 0, *range(1, 10), 2), strict=True)),
    **{str(digit): digit for digit in range(10)},
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
# Twelve as digits, as signs of full width, or as a Chinese number; nobody has more than nine digits of cases.
_NUMBER = r"[#＃]?[ ]?第?【?[ ]?([0-9０-９]{1,9}|[零〇一二两三四五六七八九十百千]{1,9})[ ]?号?】?"
NUMBER = _NUMBER
_first = re.compile(rf"^\s*{_NUMBER}(?=[\s\u2005]|$)")
_LONGEST = 9


def with_plain_number(rest: str) -> str:
    """Return what stands behind a command with the number it begins with in plain digits, if it begins with one.

    Args:
        rest: as somebody typed it.
    """
    found = _first.match(rest)
    value = None if found is None else _value(found[1])
    return rest if found is None or value is None else f"{value}{rest[found.end() :]}"


def number_in(rest: str) -> int | None:
    """Return the case number that stands behind a command, or None where something else does.

    Args:
        rest: as somebody typed it.
    """
    number = with_plain_number(rest).strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST else None


def _value(written: str) -> int | None:
    """Return what a number says, place by place or with tens and hundreds; None if it is neither."""
    if not _UNITS.keys() & set(written):
        return int("".join(str(_DIGITS[sign]) for sign in written))
    total, pending, last = 0, None, 10_000
    for sign in written:
        if sign in _UNITS:
            unit = _UNITS[sign]
            if unit >= last or (pending is None and sign != "十"):
                return None
            total, pending, last = total + (1 if pending is None else pending) * unit, None, unit
        elif pending:
            return None
        else:
            pending = _DIGITS[sign]
    return total + (pending or 0)

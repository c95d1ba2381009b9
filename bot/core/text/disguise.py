"""The second view of a text: what its sender meant, where the words of contact and trade were disguised.

加.微*信, 亻言, "jia wei xin", 佳薇❤ and 一九九〇 are undone (restore.py), and only they. Where nothing is
disguised, which is nearly always, the view is the plain one itself.
"""

from __future__ import annotations

import re

from bot.core.text.fold_table import LOOK_ALIKE, MARTIAN, SIMPLIFIED, TRADITIONAL
from bot.core.text.normalise import plain
from bot.core.text.restore import may_be_disguised, restored
from bot.core.text.spellings import SPELLINGS, WHOLE_WORDS

__all__ = ["disguise_marks", "restored", "undisguised"]

_invisible = re.compile(
    "(?<=[a-zA-Z0-9\u3400-\u9fff])[\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+(?=[a-zA-Z0-9\u3400-\u9fff])"
)
_full_width = re.compile("[Ａ-Ｚａ-ｚ０-９＿]{3,}")
_FULL_WIDTH = 5
_NEIGHBOURS = 4
_odd_digits = re.compile(
    r"(?:[0-9oOl零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖①-⑨⓪❶-❾⑴-⑼₀-₉⁰¹²³⁴-⁹\U0001d7ce-\U0001d7ff🅾]"
    r"\ufe0f?\u20e3?[ .\-]?){5,}"
)
_odd_digit = re.compile(r"[①-⑨⓪❶-❾⑴-⑼₀-₉⁰¹²³⁴-⁹\U0001d7ce-\U0001d7ff\u20e3🅾]")
_FEWEST_ODD = 3
_look_alike = re.compile(f"[{LOOK_ALIKE}][a-zA-Z]|[a-zA-Z][{LOOK_ALIKE}]").search
_struck = re.compile("[a-zA-Z0-9\u3400-\u9fff][\u0300-\u036f\u0483-\u0489\u20d0-\u20df]").findall
_STRUCK = 4
_martian = re.compile(f"[{MARTIAN}]").findall
_traditional = re.compile(f"[{TRADITIONAL}]").findall
_simplified = re.compile(f"[{SIMPLIFIED}]").findall


def undisguised(text: str) -> str:
    """Return what a text says without its disguises; doing it twice changes nothing more.

    Args:
        text: the plain view of a message.
    """
    return restored(text).text if may_be_disguised(text) else text


def disguise_marks(raw: str, text: str) -> tuple[str, ...]:
    """Return the kinds of disguise a message shows, in alphabetical order; ways of writing are none.

    A traditional writer, full-width punctuation, emoji in talk and a list with keycaps are innocent. What
    counts is traditional among simplified, letters of one script within words of another, numbers of odd
    digits, and the words of contact and trade that had to be restored.

    Args:
        raw: the message as it was written.
        text: its plain view.
    """
    marks: set[str] = set(restored(text).marks)
    if raw == text or raw.isascii():
        return tuple(sorted(marks))
    if _hides_between(raw) or len(_struck(raw)) >= _STRUCK:
        marks.add("zero_width")
    if sum(map(len, _full_width.findall(raw))) >= _FULL_WIDTH:
        marks.add("full_width")
    if any(len(_odd_digit.findall(run[0])) >= _FEWEST_ODD for run in _odd_digits.finditer(raw)):
        marks.add("digits")
    if _look_alike(raw):
        marks.add("look_alike")
    if len(_martian(raw)) > 1:
        marks.add("martian")
    traditional = len(_traditional(raw))
    if traditional and len(_simplified(raw)) > 1:
        marks.add("traditional")
    return tuple(sorted(marks))


def _hides_between(raw: str) -> bool:
    """Return whether invisible characters stand in words: twice, or once within a word of trade."""
    places = [match.span() for match in _invisible.finditer(raw)]
    if len(places) > 1:
        return True
    return any(
        a < len(before) < b
        for start, end in places
        for before in (plain(raw[max(0, start - _NEIGHBOURS) : start]),)
        for a, b, index in WHOLE_WORDS.find_overlapping(before + plain(raw[end : end + _NEIGHBOURS]))
        if SPELLINGS[index].needs == "separators"
    )

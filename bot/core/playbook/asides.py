"""Asides: what is said in between while a track stays where it is, and which numbered option an answer names.

A picture or ??? tells nothing that could be thanked for, and 好 to three options chooses none of them.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.core.rules.engine import compiled
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.playbook.model import Aside, Step

# What has no words reads as its kind in brackets; gateways that only know text write it in Chinese.
_VOICE = r"^\[(?:voice|audio|语音)\]$"
_PICTURE = r"^\[(?:image|video|file|chat_history|图片|视频|文件|聊天记录)\]$"
# One letter, or letters that no language has in a row.
_KEYS = r"^(?:[a-z]|[b-df-hj-np-tv-xz]{3,}|[asdfghjkl;]{3,}|\[(?:sticker|表情|动画表情|location|位置)\])$"
_BARE_YES = (
    r"^(?:好|好的|好呀|好啊|好吧|行|行吧|可以|可以的|嗯|嗯嗯|嗯好|ok|okay|成|没问题|同意|都行|都可以|随便|可|"
    r"yes|yeah|sure|fine|alright|all right|any|either)(?:啊|呀|哈|的|吧|了)?$"
)
_NODS = frozenset("👌👍🆗✅🙏") | {"[ok]", "[强]", "[好的]", "[抱拳]"}
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "one": 1, "two": 2, "three": 3}
_NUMBER = (
    r"^(?:我|就|那|还是|想|选|要|第|方案|办法|编号|number|option|no\.?|the| )*"
    r"([0-9]{1,2}|[一二两三四五六七八九]|first|second|third|fourth|fifth|one|two|three)"
    r" ?(?:号|个|种|项|条|one|option)?(?:方案|办法)?(?:吧|好了|就行|可以|谢谢|麻烦|了|啊|呀|please|thanks| )*$"
)
# 2 换货
_BEGINS = r"^([1-9])[ ,.:、)]"
_NO = r"不|别|没|no\b|not\b|n't\b"
# An answer names an option by at least this many of its characters in a row.
_SHARED = 2


def aside_for(words: str, step: Step) -> Aside | None:
    """Return what to say in between instead of going on, or None where the answer is one.

    Args:
        words: somebody's answer; what has no words as its kind in brackets.
        step: the step it answers.
    """
    view = plain(words).strip()
    lines = [line.strip() for line in view.splitlines() if line.strip()] or [""]
    if all(compiled(_VOICE).search(line) for line in lines):
        return "no-voice"
    if all(compiled(f"{_PICTURE}|{_VOICE}").search(line) for line in lines):
        return "no-picture"
    if all(_says_nothing(line) for line in lines):
        return "unclear"
    if step.keep != "choice" or "options" not in step.needs or len(lines) > 1:
        return None
    nods = lines[0] in _NODS or compiled(_BARE_YES).search(_without_marks(lines[0])) is not None
    return "which-number" if nods else None


def number_of(words: str, count: int) -> int | None:
    """Return which of so many numbered options an answer names, from 1, or None.

    Args:
        words: somebody's answer.
        count: how many options there are.
    """
    found = compiled(_NUMBER).search(_without_marks(plain(words)))
    if found is None:
        return None
    named = str(found.group(1))
    number = int(named) if named.isdigit() else _DIGITS.get(named) or _WORDS.get(named, 0)
    return number if 1 <= number <= count else None


def choice_of(words: str, options: Sequence[str]) -> int | None:
    """Return which option an answer names, from 1: by its number, else by words that only it has; or None.

    Args:
        words: somebody's answer.
        options: as they were shown, in order.
    """
    view = plain(words).strip()
    begins = compiled(_BEGINS).search(view)
    number = number_of(view if begins is None else str(begins.group(1)), len(options))
    if number is not None:
        return number
    if compiled(_NO).search(view) is not None:
        return None  # which one they do not want says nothing of the one they want
    shared = [_longest_shared(view, plain(option)) for option in options]
    longest = max(shared, default=0)
    if longest < _SHARED or shared.count(longest) > 1:
        return None
    return shared.index(longest) + 1


def _says_nothing(line: str) -> bool:
    # A face or a thumb says something; marks alone do not.
    if not any(unicodedata.category(char)[0] in "LNS" for char in line):
        return True
    return compiled(_KEYS).search(line) is not None


def _without_marks(view: str) -> str:
    """Return a plain view without marks and symbols at its end and its beginning."""
    kept = [char if unicodedata.category(char)[0] in "LN" or char == "." else " " for char in view]
    return "".join(kept).strip(" .,")


def _longest_shared(one: str, other: str) -> int:
    """Return the length of the longest run of letters that both texts have; both are short."""
    best, before = 0, [0] * (len(other) + 1)
    for letter in one:
        row = [0]
        for place, char in enumerate(other):
            row.append(before[place] + 1 if char == letter and char.isalnum() else 0)
        best, before = max(best, *row), row
    return best

"""What a message is worth as talk: words earn trust; stickers, numbers and roll calls only show presence."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.events import Message

# Filler ("好的好的", "+1", "哈哈哈哈哈哈") is shorter than this, or made of fewer different signs.
LEAST_TALK = 6
_LEAST_SIGNS = 5
_ENOUGH = 200  # characters tell what the rest is like
_BEGINNING = 12

# A roll call is a template with figures in it; only what somebody adds to it are words of their own.
_ROLL_CALL = re.compile(r"^\W{0,4}(?:[一-鿿]{0,4}(?:打卡|签到|接龙|报到)|day ?\d)", re.IGNORECASE)
_FIGURES = re.compile(
    r"[\d\W_]+|打卡|签到|接龙|报到|今[日天]|每[日天]|第|完成|公里|千米|分钟?|小时|秒|配速|步|个|组|次|天|页|遍|章|斤|杯|课|km|min|day",
    re.IGNORECASE,
)
# Asked of every message, so a set of signs is looked for first; most messages have none of them.
_MAY_ASK = re.compile("[?？问教助怎吗呢么知钱几哪能]")
_ASKS = re.compile(
    r"[?？]|[吗呢么][\s~～。.!！…]*$|请[问教]|求助|怎么(?:办|弄|样|做|回事|才)|怎样|有人知道|谁知道|多少钱|几点|哪里有|能不能"
)
# A question with fewer signs ("?", "啊？") asks nobody for anything.
_LEAST_ASKED = 4
_THANKS = re.compile(
    r"谢谢|感谢|多谢|谢啦|谢了|谢过|谢[你您]|辛苦[你您了啦]|太有用了|帮了?大忙|\bthx\b|\bthanks?\b",
    re.IGNORECASE,
)
_MAY_THANK = re.compile("[谢辛忙用tT]")
# Thanks to everybody, or out of politeness in front of a request, are thanks to nobody.
_THANKS_NOBODY = re.compile(
    r"(?:谢谢|感谢)(?:大家|各位|群主|老板|家人们|姐妹们)|先谢|提前谢|不用谢|别谢|不谢"
)


def is_talk(event: Message) -> bool:
    """Return whether a message is more than filler: short words, stickers and roll calls earn nobody trust.

    Args:
        event: a message.
    """
    if event.type != "text" or len(event.text) < LEAST_TALK:
        return False
    words = own_words(event.text)
    if not _says_enough(words):
        return False
    return _ROLL_CALL.match(words[:_ENOUGH]) is None or _says_enough(_FIGURES.sub("", words[:_ENOUGH]))


def _says_enough(words: str) -> bool:
    # Of most messages the beginning tells already.
    return len(words) >= LEAST_TALK and (
        len(set(words[:_BEGINNING])) >= _LEAST_SIGNS or len(set(words[:_ENOUGH])) >= _LEAST_SIGNS
    )


@functools.lru_cache(maxsize=16)
def asks(words: str) -> bool:
    """Return whether somebody asks something.

    Args:
        words: their own words.
    """
    if len(words) < _LEAST_ASKED or _MAY_ASK.search(words) is None:
        return False
    return _ASKS.search(words[:_ENOUGH]) is not None


def thanks(words: str) -> bool:
    """Return whether somebody thanks somebody in particular.

    Args:
        words: their own words.
    """
    if _MAY_THANK.search(words) is None:
        return False
    words = words[:_ENOUGH]
    return _THANKS.search(words) is not None and _THANKS_NOBODY.search(words) is None

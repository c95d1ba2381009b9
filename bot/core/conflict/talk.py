"""A message as a turn of its room's talk: read, addressed, with the room's tone so far."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from bot.core.conflict.reading import (
    LAUGHTER,
    MENTIONS,
    MENTIONS_STAFF,
    NOTHING_READ,
    OUTSIDE,
    PLAY,
    QUOTES,
    QUOTES_STAFF,
    SOFT,
)
from bot.core.conflict.records import RING, Spoken, Tone
from bot.core.conflict.window import COOL
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from bot.core.conflict.reading import TurnReader
    from bot.core.events import Message

# What a room's tone keeps of itself with every message.
_KEPT = 0.98
_EXCERPT = 80

_pieces = re.compile(r"[一-鿿]{2,}|[a-z0-9]{2,}").findall
# Half of many nicknames, and of none in particular.
_EVERYBODYS = frozenset((
    "妈妈", "爸爸", "老师", "同学", "客服", "宝妈", "麻麻", "粑粑", "奶奶", "爷爷", "外婆", "小姐", "先生", "姐姐",
    "哥哥", "助教", "班主任", "团长", "群主", "店长", "大人", "今天", "明天", "不吃", "一个", "想要", "喜欢",
))  # fmt: skip


@functools.lru_cache(maxsize=4096)
def name_pieces(name: str) -> tuple[str, ...]:
    """Return the pieces of a nickname by which others may call its bearer: all of it, its beginning, its end.

    Args:
        name: the plain view of a nickname.
    """
    found: list[str] = []
    for piece in _pieces(name):
        halves = (piece, piece[:2], piece[-2:]) if piece > "z" else (piece,)
        found += [half for half in halves if half not in _EVERYBODYS]
    return tuple(dict.fromkeys(found))


def called(text: str, turns: Sequence[Spoken], sender: str) -> tuple[str, ...]:
    """Return who of those that spoke lately is called by name, or half of it, in a text.

    Args:
        text: the plain view.
        turns: the room's last turns.
        sender: who says it.
    """
    names = {t.sender: t.name for t in turns if t.sender != sender and t.name and not t.staff}
    return tuple(
        person for person, name in names.items() if any(piece in text for piece in name_pieces(name.lower()))
    )


def turn_of(
    message: Message, text: str, turns: Sequence[Spoken], reader: TurnReader, staff: Container[str]
) -> Spoken:
    """Return a message as its room's next turn.

    Args:
        message: in a room.
        text: the plain view of its sender's own words.
        turns: the room's last turns before it.
        reader: reads words.
        staff: who is of the room's staff.
    """
    last = turns[-1] if turns else None
    by_staff = message.sender in staff
    to, marks = _addressed(message, turns, staff)
    is_talk = message.type == "text" and bool(text)
    read = reader.read(text, staff=by_staff, to=marks) if is_talk else NOTHING_READ
    warm = read.heat > COOL
    if warm and turns:
        to = tuple(dict.fromkeys((*to, *called(text, turns, message.sender))))
    number = 0 if last is None else last.number + 1
    return Spoken(
        room=message.room or "",
        slot=number % RING,
        number=number,
        at=message.at,
        id=message.id,
        sender=message.sender,
        staff=by_staff,
        read=is_talk,
        heat=read.heat,
        air=read.air,
        kinds=read.kinds,
        marks=read.marks,
        length=len(text) if is_talk else 0,
        to=to,
        tone=_tone(Tone() if last is None else last.tone, read.kinds),
        name=message.name,
        words=excerpt(message.text, _EXCERPT) if is_talk else "",
        cues=read.cues if warm else (),
    )


def _addressed(
    message: Message, turns: Sequence[Spoken], staff: Container[str]
) -> tuple[tuple[str, ...], int]:
    if not message.mentions and message.quote is None:
        return (), 0
    marks = 0
    to = [person for person in message.mentions if person != "all"]
    if to:
        marks |= MENTIONS
        others = [person for person in to if person not in staff]
        if len(others) < len(to):
            marks |= MENTIONS_STAFF
        to = others
    if message.quote is not None:
        quoted = next((turn for turn in reversed(turns) if turn.id == message.quote), None)
        if quoted is not None:
            marks |= QUOTES
            if quoted.staff:
                marks |= QUOTES_STAFF
            else:
                to.append(quoted.sender)
    return tuple(dict.fromkeys(to)), marks


def _tone(before: Tone, kinds: int) -> Tone:
    return Tone(
        before.heard * _KEPT + 1.0,
        before.laughs * _KEPT + bool(kinds & LAUGHTER),
        before.softs * _KEPT + bool(kinds & SOFT),
        before.plays * _KEPT + bool(kinds & PLAY),
        before.outs * _KEPT + bool(kinds & OUTSIDE),
    )

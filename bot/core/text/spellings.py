"""Every disguised spelling of disguise_table.py, and an automaton that finds them all in one pass.

Spellings are looked for in the squeezed text: without blanks, symbols and emoji between its letters, so that
加.微*信 and "jia wei xin" are found as 加微信 and jiaweixin. What it takes for each to count stands with it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Literal, NamedTuple

import daachorse

from bot.core.text.disguise_table import HOMOPHONES, ORDINARY, SPLIT, SPLIT_SHY, WORDS
from bot.core.text.normalise import plain

Mark = Literal["separators", "split", "homophone", "pinyin", "emoji", "digits"]
Needs = Literal["separators", "nothing", "contact", "number", "company", "bounds", "ordinary", "split"]


class Spelling(NamedTuple):
    """A disguised spelling: what it stands for, of which kind it is, and what it needs to count."""

    written: str
    meant: str
    mark: Mark
    needs: Needs


_NEEDS: dict[str, Needs] = {"!": "nothing", "@": "contact", "#": "number", "~": "company"}
_is_emoji_only = re.compile("[❤🐧🛰💚]").search
# Common as splits, and also ends and beginnings of words: 能力口碑.
_WORDS_TOO = frozenset(("力口", "君羊"))


# Pulled apart only: their letters are no pinyin.
_LATIN = (
    "加v 加我v 加q 加我q 加qq 加我qq 加wx 加我wx 加vx 加我vx 加微x 加wechat "
    "+v +wx +vx wx vx qq v信 q群 qq群 wechat"
)


def _words() -> list[Spelling]:
    found = [Spelling(word, word, "separators", "separators") for word in _LATIN.split()]
    for line in re.split("[,\n]", WORDS.strip()):
        word, _, spoken = line.partition(" ")
        found.append(Spelling(word, word, "separators", "separators"))
        syllables = spoken.split()
        for choice in product((False, True), repeat=len(word)):
            if any(choice):
                written = "".join(
                    s if spell else c for c, s, spell in zip(word, syllables, choice, strict=True)
                )
                found.append(Spelling(written, word, "pinyin", "bounds"))
    return found


def _splits() -> list[Spelling]:
    shy = set(SPLIT_SHY.split())
    found = []
    for entry in SPLIT.split():
        parts, whole = entry[:2], entry[2:]
        if len(whole) == 1:
            needs: Needs = "company" if parts in _WORDS_TOO else "split" if parts in shy else "nothing"
            found.append(Spelling(parts, whole, "split", needs))
    return found


def _homophones() -> list[Spelling]:
    found = []
    for line in HOMOPHONES.strip().splitlines():
        meant, *spellings = line[1:].split()
        for written in map(plain, spellings):
            mark: Mark = "emoji" if _is_emoji_only(written) else "homophone"
            found.append(Spelling(written, meant, mark, _NEEDS[line[0]]))
            if "+" in written:  # the emoji is no sum: it needs nothing more
                needs = "nothing" if line[0] == "@" else _NEEDS[line[0]]
                found.append(Spelling(written.replace("+", "➕"), meant, "emoji", needs))
    return found


def _added(known: list[Spelling]) -> list[Spelling]:
    """Return 加 in its spellings before every sure spelling of 微信."""
    sure = [s for s in known if s.meant == "微信" and s.needs == "nothing"]
    return [
        Spelling(added + me + s.written, "加我微信" if me else "加微信", s.mark, "nothing")
        for s in sure
        for added in "+➕十佳伽家嘉珈加"
        for me in ("", "我")
    ]


def _ordinary() -> list[Spelling]:
    return [Spelling(word, word, "homophone", "ordinary") for word in ORDINARY.split()]


def _all() -> dict[str, Spelling]:
    """Return the spellings by how they are written; the first of a written form wins."""
    known: dict[str, Spelling] = {}
    homophones = _homophones()
    for spelling in (*_ordinary(), *homophones, *_added(homophones), *_splits(), *_words()):
        if spelling.written != spelling.meant or spelling.needs in {"separators", "ordinary"}:
            known.setdefault(spelling.written, spelling)
    return known


SPELLINGS: tuple[Spelling, ...] = tuple(_all().values())
# Words that were only pulled apart: of interest only where something stands between their characters.
WHOLE_WORDS = daachorse.CharwiseDoubleArrayAhoCorasick([s.written for s in SPELLINGS])
DISGUISES: tuple[Spelling, ...] = tuple(s for s in SPELLINGS if s.needs != "separators")
DISGUISE_AUTOMATON = daachorse.CharwiseDoubleArrayAhoCorasick([s.written for s in DISGUISES])

"""Undoes the disguises of the words of contact and trade, and says which they were.

Every spelling that ordinary Chinese knows as well needs company: a contact, a number, another disguise. Where
nothing is disguised, which is nearly always, the text itself is returned after three quick looks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from bot.core.text.digits import DIGIT, may_hold_digits, plain_digits
from bot.core.text.spellings import DISGUISE_AUTOMATON, DISGUISES, SPELLINGS, WHOLE_WORDS, Mark, Spelling

_ROUNDS = 6
# What may stand between the characters of a word that is pulled apart: blanks, symbols, emoji; never a comma,
# a full stop or a new line, for a sentence that ends and one that begins make no word together.
_GAP = (
    r" \t.*_~|`^\-–—/\\·•‧・\"'&=<>@#§°″‖∕∣丨、()\[\]{}【】「」『』《》〈〉“”‘’$%※★☆◆◇■□●○▲△▼▽♦♠♣♪♫→←↑↓≈≡∞"
    "\u2500-\u257f\u2600-\u2637\u2639-\u2660\u2662-\u2664\u2666-\u26ff\u2700-\u2763\u2766-\u2794\u2796-\u27bf"
    "\U0001f000-\U0001f1ff\U0001f220-\U0001f426\U0001f428-\U0001f492\U0001f494\U0001f4a0-\U0001f4af"
    "\U0001f4b0-\U0001f4e0\U0001f4e2-\U0001f5a3\U0001f5a5-\U0001f6af\U0001f6b0-\U0001f6ef\U0001f700-\U0001faff"
)
_gaps = re.compile(f"[{_GAP}]+")
# Anything but letters, digits and the marks that end a clause: said by what it is not, it is found quickly.
_has_symbol = re.compile("[^a-z0-9\u3400-\u9fff\u3040-\u30ff,!?:;。\n]").search
# Whoever hides a contact in more than this writes no chat message; rules/view.py cuts long texts before.
_LONGEST = 6000
_MOST = 400  # more possible disguises than that are a flood; other rules see it
_LETTER = "a-z\u3400-\u9fff"
_has_gap = re.compile(f"[{_LETTER}+➕][{_GAP}]{{1,4}}[{_LETTER}❤]").search
# Five or more single characters with the same mark between: no word is looked for, the marks just go.
_spaced = re.compile(
    r"(?<![\u3400-\u9fff])[\u3400-\u9fff]([ .*_~|/·\-、])(?:[\u3400-\u9fff]\1){3,}"
    r"[\u3400-\u9fff](?![\u3400-\u9fff])"
)
_ALIASES = (
    {ord(c): "❤" for c in "♥♡💗💓💕💖💘❣🧡💛💙💜🖤🤍🤎💟💝💞"}
    | {ord(c): "➕" for c in "✚╋✛✙"}
    | {ord("📡"): "🛰"}
)
_has_alias = re.compile("[" + "".join(map(chr, _ALIASES)) + "]").search
_ID = r"(?:[a-z0-9_.\-]{0,19}[0-9_][a-z0-9_.\-]{3,}|[a-z]{3,}[a-z0-9_\-]*[0-9_])"
_contact_follows = re.compile(
    rf"[\s:：号是为➡→>;=~丨|.,，]{{0,4}}(?:{_ID}|[a-z][a-z0-9_\-]{{4,}})|号?[\s,，]{{0,2}}(?:同号|联系|咨询|详聊|私聊|备注|领|留个?|进群|拉群|报名)"
).match
_id_follows = re.compile(rf"[\s号是为➡→]{{0,3}}(?:[:：]\s?(?:{_ID}|[a-z][a-z0-9_\-]{{3,}})|{_ID})").match
_number_follows = re.compile(rf"[\s:：号是为群=]{{0,4}}{DIGIT}(?:[ .\-_*]?{DIGIT}){{4,}}").match
_has_company = re.compile(
    r"微信|加v|\+v|vx|wx|v信|qq|扣扣|企鹅|私聊|私我|私信|滴我|戳我|加我|加微|扫码|日结|秒到|秒批|当天|包过|进群|拉你|一单|稳赚|免费|佣金|导师|征信|"
    r"群里扣|想要的|想来的|需要的|要的|有意|联系|代理|接单|包邮|秒发|下款|利息|\d{5}|[a-z]+_?\d{3}"
).search
_latin_edge = frozenset("abcdefghijklmnopqrstuvwxyz_./@'\"")
_SHORTEST_PINYIN = 5
_WIDEST_GAP = 4
_BEFORE = 120
_BRACKETS = frozenset('()[]{}【】「」『』《》〈〉“”‘’"')
_JOIN_ME = "➕我"  # "➕我一个" is what everybody writes


class Restored(NamedTuple):
    """A text whose disguised words were restored, and the kinds of disguise that were undone."""

    text: str
    marks: frozenset[Mark]


_NO_MARKS: frozenset[Mark] = frozenset()


class _Found(NamedTuple):
    start: int
    end: int
    spelling: Spelling


def may_be_disguised(text: str) -> bool:
    """Return whether a second view is worth making: three quick looks that most messages do not survive.

    Args:
        text: the plain view of a message.
    """
    if len(text) > _LONGEST:
        return False
    if DISGUISE_AUTOMATON.find(text) or may_hold_digits(text):
        return True
    # Symbols are common, and matter only where a word stands across them.
    return _has_symbol(text) is not None and (
        bool(WHOLE_WORDS.find(_gaps.sub("", text)))
        or _has_alias(text) is not None
        or _spaced.search(text) is not None
    )


def restored(text: str) -> Restored:
    """Return the undisguised text and how it was disguised.

    Args:
        text: the plain view of a message.
    """
    if not may_be_disguised(text):
        return Restored(text, _NO_MARKS)
    marks: set[Mark] = set()
    for _ in range(_ROUNDS):
        before = text
        gapped = _has_symbol(text) is not None
        if gapped and _spaced.search(text):
            text = _spaced.sub(_closed_up, text)
            if _pulled_apart(before):
                marks.add("separators")
        found = _found(text, gapped=gapped)
        if found:
            text = _rewritten(text, found)
            marks.update(f.spelling.mark for f in found if f.spelling.written != _JOIN_ME)
        digits = plain_digits(text)
        if digits != text:
            text = digits
            marks.add("digits")
        if text == before:
            break
    return Restored(text, frozenset(marks))


def _closed_up(match: re.Match[str]) -> str:
    return match[0].replace(match[1], "")


def _pulled_apart(text: str) -> bool:
    """Return whether a word of contact or trade stands across separators."""
    squeezed = _gaps.sub("", text)
    return any(
        SPELLINGS[index].needs == "separators" for _, _, index in WHOLE_WORDS.find_overlapping(squeezed)
    )


def _found(text: str, *, gapped: bool) -> list[_Found]:
    """Return the disguised words of a text that count, in order, none overlapping another."""
    seen = text.translate(_ALIASES) if gapped and _has_alias(text) else text
    gapped = gapped and _has_gap(seen) is not None
    if gapped:
        hits = [(a, b, SPELLINGS[index]) for a, b, index in WHOLE_WORDS.find_overlapping(_gaps.sub("", seen))]
    else:
        hits = [(a, b, DISGUISES[index]) for a, b, index in DISGUISE_AUTOMATON.find_overlapping(seen)]
    if not hits or len(hits) > _MOST:
        return []
    place = _Places(seen) if gapped else None
    candidates = [
        _Found(place.start(a), place.end(b), spelling) if place else _Found(a, b, spelling)
        for a, b, spelling in hits
    ]
    ordinary = {at for f in candidates if f.spelling.needs == "ordinary" for at in range(f.start, f.end)}
    good = [
        f
        for f in candidates
        if f.spelling.needs != "ordinary" and not (ordinary and _within(f, ordinary)) and _counts(f, seen)
    ]
    if any(f.spelling.needs == "split" for f in good) and not any(
        f.spelling.mark == "split" and f.spelling.needs != "split" for f in good
    ):
        good = [f for f in good if f.spelling.needs != "split"]
    shy = [f for f in good if f.spelling.needs == "company"]
    if shy and not _in_company(shy, good, seen):
        return []
    # Parts are joined first: what they make may be part of a longer disguise (徽亻言).
    split = [f for f in good if f.spelling.mark == "split"]
    return _apart(split or good)


def _in_company(shy: list[_Found], good: list[_Found], text: str) -> bool:
    """Return whether something else in the message says that the shy spellings are meant as disguises."""
    return len(shy) < len(good) or len({f.spelling.meant for f in shy}) > 1 or bool(_has_company(text))


def _within(found: _Found, ordinary: set[int]) -> bool:
    return not ordinary.isdisjoint(range(found.start, found.end))


def _apart(found: list[_Found]) -> list[_Found]:
    """Return the finds that do not overlap: the first, and of those that begin together the longest."""
    chosen: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not chosen or one.start >= chosen[-1].end:
            chosen.append(one)
    return chosen


def _rewritten(text: str, found: list[_Found]) -> str:
    pieces, last = [], 0
    for one in found:
        pieces += [text[last : one.start], one.spelling.meant]
        last = one.end
    return "".join((*pieces, text[last:]))


def _counts(found: _Found, text: str) -> bool:
    """Return whether a spelling has what it needs where it stands."""
    start, end, spelling = found
    gaps = _gaps.findall(text, start, end) if end - start != len(spelling.written) else []
    if any(len(gap) > _WIDEST_GAP for gap in gaps):
        return False
    match spelling.needs:
        case "separators":
            return bool(gaps) and _pulled(spelling.written, gaps, text, start, end)
        case "bounds":
            return _is_pinyin(spelling, gaps, text, start, end)
        case "contact":
            return _is_asked_for(spelling, text, start, end)
        case "number":
            return _number_follows(text, end) is not None
        case _:
            return not gaps or spelling.mark != "split" or all(gap in {" ", "."} for gap in gaps)


def _is_asked_for(spelling: Spelling, text: str, start: int, end: int) -> bool:
    if len(spelling.written) == 1:
        return _id_follows(text, end) is not None
    if spelling.meant == "加我" and start and text[start - 1] in "增添":
        return False
    return _contact_follows(text, end) is not None or (
        not text[end : end + _BEFORE].strip(" !！。~.")
        and bool(_has_company(text[max(0, start - _BEFORE) : start]))
    )


def _pulled(word: str, gaps: list[str], text: str, start: int, end: int) -> bool:
    """Return whether a word was pulled apart on purpose, and two words do not just stand side by side."""
    each = len(gaps) == len(word) - 1
    if any(gap in _BRACKETS for gap in gaps) and (not each or len(word) == 2):  # noqa: PLR2004 - 大学(历史…)
        return False
    if not each and any("、" in gap for gap in gaps):
        return False
    if word[-1].isascii() and text[end : end + 1].isalpha() and text[end].isascii():
        return False
    if word[0].isalpha() and word[0].isascii() and start and text[start - 1] in _latin_edge:
        return False
    if all(gap.isspace() for gap in gaps):
        if not word.isascii() and word[-1].isascii():
            return False
        # Two characters may also be an end and a beginning: 细微 信号.
        beside = _is_han(text[start - 1 : start]) and _is_han(text[end : end + 1])
        return each and (len(gaps) > 1 or not beside)
    return True


def _is_pinyin(spelling: Spelling, gaps: list[str], text: str, start: int, end: int) -> bool:
    written = spelling.written
    if (
        written[0].isascii()
        and start
        and (text[start - 1] in _latin_edge or (text[start - 1].isdigit() and not gaps))
    ):
        return False
    if (
        written[-1].isascii()
        and end < len(text)
        and (text[end] in _latin_edge or text.startswith("://", end))
    ):
        return False
    if any(gap.strip(" -.*_~/'|·") for gap in gaps):
        return False
    return not written.isascii() or bool(gaps) or len(written) > _SHORTEST_PINYIN


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


class _Places:
    """Where the characters of a squeezed text stood before."""

    def __init__(self, text: str) -> None:
        self._starts = [0]  # squeezed places from which on a larger shift holds
        self._shifts = [0]
        shift = 0
        for gap in _gaps.finditer(text):
            shift += gap.end() - gap.start()
            at = gap.end() - shift
            if at == self._starts[-1]:
                self._shifts[-1] = shift
            else:
                self._starts.append(at)
                self._shifts.append(shift)

    def start(self, place: int) -> int:
        """Return where the character at a squeezed place stood."""
        return place + self._shifts[bisect_right(self._starts, place) - 1]

    def end(self, place: int) -> int:
        """Return where the last character before a squeezed place ended."""
        return self.start(place - 1) + 1

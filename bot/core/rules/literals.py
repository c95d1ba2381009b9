"""What a pattern says in plain words: all the texts it can match, or words without which it cannot.

A pattern whose texts can be listed needs no pattern engine: the automaton of all phrases finds them. Any
other is tried only where words occur that each of its matches contains. So hundreds of patterns cost one pass
of the automaton.
Only what this small parser understands is used; every other pattern is scanned for as it stands.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

# So many texts of one branch are still listed; a branch of more is tried when one of its words occurs.
_MOST_TEXTS = 1500
_MOST_WORDS = 600
_MOST_CHOICES = 40
# A single Latin letter or digit stands in every third message, a single Chinese character in few.
_SHORTEST_LATIN = 2

# Of these signs nearly every message has some: a branch that may choose is tried where rarer ones stand.
_COMMON = frozenset(
    "我你他她它的了是不在有这那个么吗吧呢啊哦嗯一也就都说要会可以没好看到来去天人为什起下上大小多少还把想得过"
)

Texts = frozenset[str]


class _Unknown(Exception):  # noqa: N818 - a signal between functions of this module
    """The parser does not understand the pattern."""


class Piece(NamedTuple):
    """A stretch of a branch: the texts it can be, or None where they cannot be listed."""

    texts: Texts | None


class Branch(NamedTuple):
    """One alternative of a pattern: its texts, else words of which each match has one, else neither."""

    source: str
    texts: Texts | None
    words: Texts | None


def branches_of(source: str) -> list[Branch]:
    """Return a pattern's alternatives with what they say in plain words.

    Args:
        source: a pattern that RE2 accepts.
    """
    if source.startswith("(?") and not source.startswith("(?:"):
        return [Branch(source, None, None)]  # flags change what every letter means
    try:
        parts = _top_level(source)
    except _Unknown:
        return [Branch(source, None, None)]
    return [_branch(part) for part in parts]


def _branch(source: str) -> Branch:
    try:
        pieces = _Parser(source).sequence()
    except _Unknown:
        return Branch(source, None, None)
    runs = _runs(pieces)
    if len(runs) == 1 and all(piece.texts is not None for piece in pieces):
        texts = runs[0]
        if texts and all(texts):
            return Branch(source, texts, None)
    usable = [run for run in runs if run and all(map(_is_telling, run)) and len(run) <= _MOST_WORDS]
    if not usable:
        return Branch(source, None, None)
    return Branch(source, None, max(usable, key=lambda run: (min(map(_weight, run)), -len(run))))


def _runs(pieces: list[Piece]) -> list[Texts]:
    """Return the texts of each stretch of a branch whose pieces can be listed."""
    runs: list[Texts] = []
    current: Texts = frozenset({""})
    for piece in pieces:
        if piece.texts is not None and len(current) * len(piece.texts) <= _MOST_TEXTS:
            current = frozenset(a + b for a, b in product(current, piece.texts))
            continue
        runs.append(current)
        if piece.texts is None:
            current = frozenset({""})
        else:
            # Too many together: what follows is another run, and the branch as a whole is not listed.
            runs.append(frozenset({""}))
            current = piece.texts
    runs.append(current)
    return runs


def _is_telling(text: str) -> bool:
    return bool(text) and (not text.isascii() or len(text) >= _SHORTEST_LATIN)


def _weight(text: str) -> int:
    """Return how rare a text is, roughly: longer ones are, and so are those without the commonest signs."""
    return sum(1 if char.isascii() or char in _COMMON else 3 for char in text)


def _top_level(source: str) -> list[str]:
    parts, depth, start, at = [], 0, 0, 0
    while at < len(source):
        char = source[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(source, at)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and depth == 0:
            parts.append(source[start:at])
            start = at + 1
        at += 1
    parts.append(source[start:])
    return parts


def _end_of_class(source: str, at: int) -> int:
    """Return where a class that opens at `at` closes."""
    end = at + 1
    if source[end : end + 1] == "^":
        end += 1
    if source[end : end + 1] == "]":
        end += 1
    while end < len(source) and source[end] != "]":
        if source[end] == "[":
            raise _Unknown  # [:alpha:] and the like
        end += 2 if source[end] == "\\" else 1
    if end >= len(source):
        raise _Unknown
    return end


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def sequence(self) -> list[Piece]:
        pieces: list[Piece] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            pieces.append(self._repeated(self._atom()))
        if self._at < len(self._source) and self._source[self._at] == ")":
            raise _Unknown
        return pieces

    def _atom(self) -> Texts | None:
        char = self._source[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            end = _end_of_class(self._source, self._at - 1)
            inside = self._source[self._at : end]
            self._at = end + 1
            return _class(inside)
        if char == "\\":
            escaped = self._source[self._at]
            self._at += 1
            if escaped.isalnum():
                if escaped in "bBAz":
                    raise _Unknown
                return None
            return frozenset({escaped})
        if char in "^$":
            return None
        if char == ".":
            return None
        if char in "*+?{":
            raise _Unknown
        return frozenset({char})

    def _group(self) -> Texts | None:
        if self._source.startswith("?:", self._at):
            self._at += 2
        elif self._source.startswith("?", self._at):
            raise _Unknown
        found: set[str] = set()
        listed = True
        while True:
            start = self._at
            end = self._end_of_branch()
            inner = _Parser(self._source[start:end]).sequence()
            runs = _runs(inner)
            if len(runs) == 1 and all(piece.texts is not None for piece in inner):
                found |= runs[0]
            else:
                listed = False
            self._at = end + 1
            if self._source[end] == ")":
                break
        return frozenset(found) if listed and len(found) <= _MOST_TEXTS else None

    def _end_of_branch(self) -> int:
        depth, at = 0, self._at
        while at < len(self._source):
            char = self._source[at]
            if char == "\\":
                at += 1
            elif char == "[":
                at = _end_of_class(self._source, at)
            elif char == "(":
                depth += 1
            elif char == ")":
                if depth == 0:
                    return at
                depth -= 1
            elif char == "|" and depth == 0:
                return at
            at += 1
        raise _Unknown

    def _repeated(self, texts: Texts | None) -> Piece:
        mark = self._source[self._at : self._at + 1]
        if mark == "" or mark not in "*+?{":
            return Piece(texts)
        self._at += 1
        if mark == "{":
            end = self._source.find("}", self._at)
            if end == -1:
                raise _Unknown
            self._at = end + 1
        if self._source[self._at : self._at + 1] in {"?", "+"}:
            raise _Unknown  # lazy and possessive forms
        return Piece(texts | {""} if mark == "?" and texts is not None else None)


def _class(inside: str) -> Texts | None:
    if inside.startswith("^") or "\\" in inside or "-" in inside.strip("-") or len(inside) > _MOST_CHOICES:
        return None
    return frozenset(inside)

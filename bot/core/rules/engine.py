"""One pass over a text for all rules: phrases by an automaton, patterns by one RE2 set.

A rule registers phrases and patterns and gets handles; `scan` says which handles hit. Evidence is
taken afterwards, only for what hit, so the usual message (no hit) costs two calls into C.
Both engines are linear in the text's length, so neither an operator's pattern nor a member's
message can hang the bot.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

import daachorse
import re2

from bot.core.rules.literals import branches_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# At RE2's default budget (8 MB) a set of some hundred patterns falls back to its slow path
# (measured: 18.7 us instead of 1.5 us a message), so the budget is the measured good one.
_MAX_MEM = 256 * 1024 * 1024


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MAX_MEM
    options.log_errors = False
    return options


@functools.lru_cache(maxsize=1024)
def compiled(source: str) -> re2._Regexp:
    """Return a pattern by itself, for what is looked at too seldom to stand in the common scan.

    Raises:
        PatternRefusedError: the engine cannot run it, or it is no pattern.
    """
    try:
        return re2.compile(source, options=_options())
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise PatternRefusedError(f"{source!r}: {' '.join(reason.split())}") from None


class PatternRefusedError(ValueError):
    """A pattern cannot be run in linear time by the engine; the text says why."""


def _set_of(sources: list[str]) -> re2.Set:
    found = re2.Set.SearchSet(_options())
    for source in sources:
        found.Add(source)
    found.Compile()
    return found


class _Tried(NamedTuple):
    """A branch of a pattern that is tried where one of its words occurs; a set of one says yes or no, no more."""

    yes: re2.Set
    handle: int


class Engine:
    """Phrases and patterns of all rules, compiled together.

    Register first (`phrases`, `pattern`), then `seal`, then `scan` as often as you like. Branches of patterns
    that are mere words become phrases; others are tried where a word they need occurs; the rest is one set.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._words: dict[str, list[int]] = {}
        self._triggers: dict[str, list[int]] = {}
        self._of_word: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        self._tried: list[_Tried] = []
        self._rest: list[tuple[str, int]] = []
        self._patterns: dict[str, int] = {}
        self._handles = 0
        self._automaton: daachorse.CharwiseDoubleArrayAhoCorasick | None = None
        self._set: re2.Set | None = None
        self._search: dict[int, re2._Regexp] = {}

    def phrases(self, words: Iterable[str]) -> int:
        """Return the handle that hits when any of the words (in the plain view) occurs.

        Raises:
            PatternRefusedError: a word is empty.
        """
        handle = self._new_handle()
        for word in words:
            if not word.strip():
                raise PatternRefusedError(f"{word!r}: an empty phrase occurs in every message")
            self._words.setdefault(word, []).append(handle)
        return handle

    def pattern(self, source: str) -> int:
        """Return the handle that hits when the pattern matches anywhere.

        Raises:
            PatternRefusedError: the engine cannot run it (back-references, look-around), it is no pattern,
                or it matches every message: as an excuse that would switch its rule off unseen.
        """
        known = self._patterns.get(source)
        if known is not None:
            return known
        search = compiled(source)
        if search.search(""):
            raise PatternRefusedError(f"{source!r}: it matches the empty text and so every message")
        handle = self._patterns[source] = self._new_handle()
        self._search[handle] = search
        rest = []
        for branch in branches_of(source):
            if branch.texts is not None:
                for word in branch.texts:
                    self._words.setdefault(word, []).append(handle)
            elif branch.words is not None:
                for word in branch.words:
                    self._triggers.setdefault(word, []).append(len(self._tried))
                self._tried.append(_Tried(_set_of([branch.source]), handle))
            else:
                rest.append(branch.source)
        if rest:
            self._rest.append(("|".join(rest), handle))
        return handle

    def seal(self) -> None:
        """Compile what was registered."""
        words = list(dict.fromkeys((*self._words, *self._triggers)))
        if words:
            self._of_word = [
                (tuple(dict.fromkeys(self._words.get(word, ()))), tuple(self._triggers.get(word, ())))
                for word in words
            ]
            self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(words)
        if self._rest:
            self._set = _set_of([source for source, _ in self._rest])

    def scan(self, text: str) -> dict[int, tuple[int, int] | None]:
        """Return the handles that hit, with the span of the first hit where it is known already."""
        hits: dict[int, tuple[int, int] | None] = {}
        tried: set[int] = set()
        if self._automaton is not None:
            for start, end, word in self._automaton.find_overlapping(text):
                handles, triggers = self._of_word[word]
                for handle in handles:
                    if handle not in hits:
                        hits[handle] = (start, end)
                if triggers:
                    tried.update(triggers)
        # The sets read bytes: encoded once, not once for each of them.
        encoded = text.encode()
        for index in sorted(tried) if tried else ():
            yes, handle = self._tried[index]
            if handle not in hits and yes.Match(encoded):
                hits[handle] = None
        if self._set is not None:
            for index in self._set.Match(encoded) or ():
                hits.setdefault(self._rest[index][1], None)
        return hits

    def span(self, handle: int, text: str, known: tuple[int, int] | None) -> tuple[int, int]:
        """Return where a handle that hit did so first.

        Args:
            handle: a handle that `scan` reported for this text.
            text: the same text.
            known: what `scan` reported for the handle.
        """
        if known is not None:
            return known
        match = self._search[handle].search(text)
        return match.span() if match else (0, len(text))

    def _new_handle(self) -> int:
        self._handles += 1
        return self._handles


def literal(text: str) -> str:
    """Return a pattern that matches a text word for word."""
    return re.escape(text)

"""One pass over a text for all rules: phrases by an automaton, patterns by one RE2 set.

A rule registers phrases and patterns and gets handles; `scan` says which handles hit. Evidence is
taken afterwards, only for what hit, so the usual message (no hit) costs two calls into C.
Both engines are linear in the text's length, so neither an operator's pattern nor a member's
message can hang the bot.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import daachorse
import re2

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


class Engine:
    """Phrases and patterns of all rules, compiled together.

    Register first (`phrases`, `pattern`), then `seal`, then `scan` as often as you like.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._words: dict[str, list[int]] = {}
        self._of_word: list[tuple[int, ...]] = []
        self._patterns: dict[str, int] = {}
        self._of_pattern: tuple[int, ...] = ()
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
        return handle

    def seal(self) -> None:
        """Compile what was registered."""
        if self._words:
            self._of_word = [tuple(dict.fromkeys(handles)) for handles in self._words.values()]
            self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(list(self._words))
        if self._patterns:
            self._set = re2.Set.SearchSet(_options())
            for source in self._patterns:
                self._set.Add(source)
            self._set.Compile()
            self._of_pattern = tuple(self._patterns.values())

    def scan(self, text: str) -> dict[int, tuple[int, int] | None]:
        """Return the handles that hit, with the span of the first hit where it is known already."""
        hits: dict[int, tuple[int, int] | None] = {}
        if self._automaton is not None:
            for start, end, word in self._automaton.find_overlapping(text):
                for handle in self._of_word[word]:
                    if handle not in hits:
                        hits[handle] = (start, end)
        if self._set is not None:
            for index in self._set.Match(text) or ():
                hits[self._of_pattern[index]] = None
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

"""Patterns taken apart into words find exactly what the pattern engine finds."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rules.engine import Engine
from bot.core.rules.literals import branches_of
from bot.core.text.normalise import plain
from bot.packs import load_packs

ALPHABET = "加我微信领资料0123ab ,。"
atoms = st.sampled_from(
    ["加", "我", "微信", "领?", "(?:资|料)", "[加我]", r"\d+", "[^,。]{0,3}", "a+", "(?:b|领[资料]?)"]
)
patterns = st.lists(st.lists(atoms, min_size=1, max_size=4).map("".join), min_size=1, max_size=3).map(
    "|".join
)


@given(patterns, st.lists(st.text(ALPHABET, max_size=14), max_size=8))
def test_whatever_the_pattern_the_engine_finds_what_it_matches(pattern, texts):
    if re2.compile(pattern).search(""):
        return
    engine = Engine()
    handle = engine.pattern(pattern)
    engine.seal()
    for text in texts:
        match = re2.compile(pattern).search(text)
        hits = engine.scan(text)
        assert (handle in hits) == (match is not None), text
        if match is not None:
            start, end = engine.span(handle, text, hits[handle])
            assert re2.compile(pattern).search(text[start:end])


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("私(?:我|信)", {"私我", "私信"}),
        ("加?微", {"加微", "微"}),
        ("[加佳]我", {"加我", "佳我"}),
        (r"包\.过", {"包.过"}),
    ],
)
def test_a_pattern_of_words_is_listed(pattern, texts):
    (branch,) = branches_of(pattern)
    assert branch.texts == texts


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("加我[^,]{0,5}领资料", {"领资料"}), (r"月入\d+", {"月入"}), (r"\d+(?:元|块)", {"元", "块"})],
)
def test_another_is_tried_where_a_word_it_needs_occurs(pattern, words):
    (branch,) = branches_of(pattern)
    assert branch.words == words


@pytest.mark.parametrize("pattern", [r"\d{5}", "a[^b]*", "(?i)abc", r"\bbet\b", "[a-z]+_", "x|"])
def test_what_says_nothing_in_words_is_scanned_as_it_stands(pattern):
    assert all(branch.words is None for branch in branches_of(pattern))


def test_nearly_all_shipped_patterns_cost_no_scan_of_their_own():
    engine = Engine()
    rules = [rule for pack in load_packs() for rule in pack.rules]
    for rule in rules:
        rule.prepare(engine)
    assert len(engine._rest) * 5 < len(engine._patterns)
    assert plain("Ａ") == "a"

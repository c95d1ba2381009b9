"""The shipped packs do what their examples say, and leave ordinary talk alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.rules.registry import RuleSet
from bot.packs import compile_rules, load_packs
from tests.packs.judging import verdict, view

PACKS = load_packs()
RULES = [rule for pack in PACKS for rule in pack.rules]
ALL = compile_rules(PACKS)
SMALL_TALK = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "smalltalk_sample.jsonl").read_text(encoding="utf-8").splitlines()
]

hits = [pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.hits)]
passes = [
    pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.passes)
]


@pytest.mark.parametrize(("rule", "text"), hits)
def test_a_rule_hits_what_it_says_it_hits_and_names_words_of_the_message(rule, text):
    (signal,) = RuleSet([rule]).signals(view(text))
    assert (signal.rule, signal.weight) == (rule.id, rule.weight)
    assert signal.evidence
    assert all(part in view(text).text for part in signal.evidence.split(" … "))


@pytest.mark.parametrize(("rule", "text"), hits)
def test_among_all_packs_it_still_hits(rule, text):
    assert rule.id in {signal.rule for signal in ALL.signals(view(text))}


@pytest.mark.parametrize(("rule", "text"), passes)
def test_a_rule_passes_what_it_says_it_passes(rule, text):
    assert RuleSet([rule]).signals(view(text)) == []


@pytest.mark.parametrize(("rule", "text"), passes)
def test_all_packs_together_do_not_take_it_for_an_ad(rule, text):
    assert verdict(text, ALL).verdict != "ad"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_hits_more_than_one_in_a_thousand_of_ordinary_small_talk(rule):
    alone = RuleSet([rule])
    hit = [text for text in SMALL_TALK if alone.signals(view(text))]
    assert len(hit) * 1000 <= len(SMALL_TALK), hit


def test_the_sample_is_all_there():
    assert len(SMALL_TALK) == 500


def test_all_packs_together_flag_no_ordinary_small_talk():
    assert [text for text in SMALL_TALK if verdict(text, ALL).verdict != "ok"] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_explains_itself_in_both_languages(rule):
    assert len(rule.why.zh) >= 4
    assert len(rule.why.en) >= 8
    assert not rule.why.zh.isascii()
    assert rule.why.en.isascii()


def test_every_pack_has_a_name_in_both_languages():
    assert all(pack.head.name.zh and pack.head.name.en for pack in PACKS)


@pytest.mark.parametrize(
    "disguise",
    [
        str,
        str.upper,
        "\u200b".join,
        lambda text: "".join(c + "\ufe0f" for c in text),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    ],
    ids=["plain", "upper", "zero-width", "variation", "full-width"],
)
def test_invisible_characters_and_full_width_letters_disguise_nothing(disguise):
    text = "加V xhm_demo88 手机兼职日结200"
    assert verdict(disguise(text), ALL).verdict == "ad"


def test_scams_stand_in_the_pack_that_holds_in_trade_rooms_too():
    assert {rule.id.split("/")[0] for rule in RULES} >= {"ads", "scams"}

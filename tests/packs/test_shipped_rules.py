"""The shipped packs do what their examples say, and leave ordinary talk alone."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from bot.core.ads.score import judge
from bot.core.rules.registry import RuleSet
from bot.core.settings import Scoring
from bot.models import language_model
from bot.packs import check_presets, compile_rules, load_packs, load_presets
from bot.trial import hits_among, view_of_example
from tests.packs.judging import verdict, view

PACKS = load_packs()
RULES = [rule for pack in PACKS for rule in pack.rules]
ALL = compile_rules(PACKS, language_model())
ABOUT_WORDS = [rule for rule in RULES if rule.__struct_config__.tag in {"phrase", "regex", "contact_offer"}]
PRESETS = load_presets()
SMALL_TALK = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "smalltalk_sample.jsonl").read_text(encoding="utf-8").splitlines()
]

hits = [pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.hits)]
passes = [
    pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.passes)
]


@pytest.mark.parametrize(("rule", "example"), hits)
def test_a_rule_hits_what_it_says_it_hits(rule, example):
    assert hits_among(ALL, rule, example)


@pytest.mark.parametrize(("rule", "example"), passes)
def test_a_rule_passes_what_it_says_it_passes(rule, example):
    assert not hits_among(ALL, rule, example)


@pytest.mark.parametrize("rule", ABOUT_WORDS, ids=lambda rule: rule.id)
def test_a_rule_about_words_names_words_of_the_message(rule):
    for text in rule.hits:
        (signal,) = RuleSet([rule]).signals(view(text))
        seen = view(text)
        assert signal.evidence
        assert all(part in seen.text or part in seen.bare for part in signal.evidence.split(" … "))


@pytest.mark.parametrize(
    ("rule", "example"), [p for p in passes if p.values[0].weight > 0 and isinstance(p.values[1], str)]
)
def test_all_packs_together_do_not_take_an_innocent_example_for_an_ad(rule, example):
    assert judge(view_of_example(example), ALL, Scoring()).verdict != "ad"


@pytest.mark.parametrize(
    "rule", [rule for rule in ABOUT_WORDS if rule.weight >= 0.2], ids=lambda rule: rule.id
)
def test_no_rule_of_weight_hits_more_than_one_in_two_hundred_of_ordinary_small_talk(rule):
    alone = RuleSet([rule])
    hit = [text for text in SMALL_TALK if alone.signals(view(text))]
    assert len(hit) * 200 <= len(SMALL_TALK), hit


def test_the_sample_is_all_there():
    assert len(SMALL_TALK) == 500


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_all_packs_together_flag_no_ordinary_small_talk(preset):
    taken = [
        text for text in SMALL_TALK if judge(view(text), ALL, Scoring(), PRESETS[preset]).verdict != "ok"
    ]
    assert len(taken) <= (preset == "strict")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_explains_itself_in_both_languages(rule):
    assert len(rule.why.zh) >= 4
    assert len(rule.why.en) >= 8
    assert not rule.why.zh.isascii()
    assert rule.why.en.isascii()


def test_every_pack_has_a_name_in_both_languages():
    assert all(pack.head.name.zh and pack.head.name.en for pack in PACKS)


def test_there_are_the_four_presets_and_they_name_what_there_is():
    assert set(PRESETS) == {"gentle", "normal", "strict", "ads-room"}
    check_presets(PRESETS, PRESETS, ALL)


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


def test_a_disguise_makes_no_ad_weigh_less():
    plainly, hidden = "加我微信 demo_88 免费领资料", "力口我微亻言 demo_88 免费领资料"
    assert verdict(hidden, ALL).score >= verdict(plainly, ALL).score - 0.1


def test_reasons_add_up_to_the_score():
    found = verdict("厂家直销现货秒发，一盒78元，名额有限，要的私我，加微信 demo_77", ALL)
    assert abs(sum(signal.weight for signal in found.signals) - found.score) < 1e-3


def test_scams_stand_in_packs_that_hold_in_trade_rooms_too():
    assert {pack.head.id for pack in PACKS if pack.head.everywhere} >= {"scams", "behaviour", "known", "link"}


@pytest.mark.parametrize(
    "text",
    [
        "大家当心，“手机兼职日结200，加V拉你进群”是骗人的，我同事被骗了两千",
        "我昨天被骗了，对方说刷单返佣，先垫付三百，后来就拉黑我",
        "收到短信说我征信异常要加客服处理，这是真的假的？",
        "这个贷款利息怎么算的，有人懂吗",
    ],
)
def test_a_warning_a_victim_and_a_question_are_no_ads(text):
    assert verdict(text, ALL).verdict == "ok"


def test_a_sellers_price_list_passes_in_a_trade_room():
    message = view("今日水果到货：车厘子2斤58元，草莓3斤45元，蓝莓4盒50元，要的私我，下午统一送货").message
    from bot.core.rules.kind import Example
    from bot.core.rules.view import view_of

    scene = view_of_example(Example(policy="ads_allowed", tenure_days=40)).scene
    assert judge(view_of(message, scene), ALL, Scoring()).verdict == "ok"
    scam = msgspec.structs.replace(message, text="无抵押贷款秒下款，黑户可做，加微信 demo_loan5")
    assert judge(view_of(scam, scene), ALL, Scoring()).verdict == "ad"

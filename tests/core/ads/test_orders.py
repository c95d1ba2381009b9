"""What an operator orders plainly, no preset, no long tenure and no friendly tone takes back."""

from __future__ import annotations

import pytest

from bot.assembly import load_brain
from bot.core.ads.score import judge
from bot.core.rules.kind import Example
from bot.core.settings import Scoring, Settings
from bot.models import language_model
from bot.packs import compile_rules, load_packs, load_presets
from bot.trial import view_of_example
from tests.packs.judging import write

RULES = compile_rules(load_packs(), language_model())
PRESETS = load_presets()
REGULAR = {"tenure_days": 400, "talk": 80, "messages": 90}
ORDERED = [
    {"text": "看 https://bad.example/x", "deny": ("bad.example",)},
    {"type": "video", "types": {"video": 0}},
    {"type": "miniprogram", "title": "小心骗子，大家注意", "types": {"miniprogram": 0}},
    {"text": "周末品鉴会，名额有限", "known": "ad"},
    {"text": "大家小心骗子，周末品鉴会，名额有限", "known": "ad"},
]
OWN = """[pack]
id = "mine"
name = { zh = "自家", en = "mine" }
[[rule]]
id = "mine/rival"
kind = "phrase"
weight = 0.95
words = ["隔壁烘焙坊"]
why = { zh = "说到对家", en = "names a rival" }
hits = ["隔壁烘焙坊"]
passes = ["我们烘焙坊"]
"""
KIND_WORDS = "老师好，孩子昨天作业写到十点，隔壁烘焙坊也关门了，今天能晚点交吗，谢谢老师"


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("ordered", ORDERED)
def test_an_order_is_acted_on_under_every_preset_whoever_it_meets(preset, ordered):
    view = view_of_example(Example(**REGULAR, **ordered))
    assert judge(view, RULES, Scoring(), PRESETS[preset]).verdict == "ad"


@pytest.mark.parametrize("preset", ["gentle", "normal", "strict"])
def test_so_is_a_rule_of_the_operators_own_however_it_is_put(tmp_path, preset):
    write(tmp_path / "rules", OWN, "mine.toml")
    policy = load_brain(Settings(), tmp_path).policy
    view = view_of_example(Example(text=KIND_WORDS, **REGULAR))
    assert judge(view, policy.rules, Scoring(), policy.presets[preset]).verdict == "ad"


def test_a_preset_may_still_name_an_operators_own_rule(tmp_path):
    write(tmp_path / "rules", OWN, "mine.toml")
    own = 'id = "soft"\nname = { zh = "轻", en = "soft" }\n[weights]\n"mine/rival" = 0.5\nmine = 0\n'
    write(tmp_path / "rules" / "presets", own, "soft.toml")
    policy = load_brain(Settings(), tmp_path).policy
    (signal,) = policy.presets["soft"].weigh(
        [s for s in policy.rules.strongest() if s.rule == "ads/work-lure"][:1], policy.rules.orders
    )
    assert signal.weight == pytest.approx(0.25)
    view = view_of_example(Example(text=KIND_WORDS))
    (found,) = [s for s in policy.rules.signals(view) if s.rule == "mine/rival"]
    assert policy.presets["soft"].weigh([found], policy.rules.orders)[0].weight == pytest.approx(0.475)


def test_a_warning_that_names_a_denied_site_is_asked_about_not_acted_on():
    text = "大家别点 https://bad.example/x ，那是骗子"
    view = view_of_example(Example(text=text, deny=("bad.example",), tenure_days=90))
    assert judge(view, RULES, Scoring()).verdict == "suspect"

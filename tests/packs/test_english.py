"""Ads in English are found in Chinese groups, and English talk is let be."""

from __future__ import annotations

import pytest

from bot.core.ads.score import judge
from bot.core.rules.kind import Example
from bot.core.settings import Scoring
from bot.models import language_model
from bot.packs import compile_rules, load_packs
from bot.trial import view_of_example

RULES = compile_rules(load_packs(), language_model())


def verdict(text, **scene):
    return judge(view_of_example(Example(text=text, **scene)), RULES, Scoring()).verdict


@pytest.mark.parametrize(
    "text",
    [
        "Work from home, earn 400 USD a day, no experience needed, WhatsApp +1 202 555 0199",
        "Free crypto signals, win rate 93%, join t.me/demo_signals_room",
        "Loan approval guaranteed, no collateral, bad credit OK, apply today: demo_loans@mail.example",
        "Online casino, welcome bonus and free spins, register now at spins-demo.com",
        "Hot girls waiting for you, 18+ only, Telegram @demo_girls_1",
    ],
)
def test_a_newcomers_swindle_in_english_is_acted_on_in_every_room(text):
    assert verdict(text, tenure_days=0.2) == "ad"
    assert verdict(text, tenure_days=0.2, policy="ads_allowed") != "ok"


@pytest.mark.parametrize(
    "text",
    [
        "Cheap TikTok followers, 1000 for $2, dm me now",
        "Replica watches, factory price, worldwide shipping, pm for catalog",
    ],
)
def test_trade_in_english_is_found_where_it_is_not_welcome_only(text):
    assert verdict(text) != "ok"
    assert verdict(text, policy="ads_allowed", tenure_days=90) == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "BTC dropped 8% overnight lol, glad I sold last week",
        "My number on WhatsApp is +61 400 000 321, see you at the airport",
        "Homework: translate 'She works from home and earns 500 dollars a day' and email it to demo@mail.example",
        "Does anyone know a cheap VPN? dm me please",
        "Our company is hiring a backend engineer, 30k, ask me for a referral",
        "The casino scene was the best part of the film",
    ],
)
def test_english_talk_is_not_even_asked_about(text):
    assert verdict(text, tenure_days=60) == "ok"


def test_chinese_in_latin_letters_is_still_read_as_chinese():
    assert verdict("jian zhi ri jie 200, xiang zuo de jia wei xin demo_zuo8", tenure_days=1) == "ad"

"""Reasons do not hide what decides: how long somebody is here stands apart from what their words read like."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.events import Member
from tests.core.ads.test_behaviour import Town, rules_of

WORDS = "周末有空来坐坐呀，我们姐妹小圈子开了茶话会，顺便看看那个好东西"


def said(days, words=WORDS):
    town = Town()
    joined = None if days is None else town.now - timedelta(days=days)
    town.tell(Member(at=town.now, room="r1", member="u1", name="小林", joined_at=joined))
    return town.say("u1", words)


def weights(decision):
    return {signal.rule: signal.weight for signal in decision.reasons}


@pytest.mark.parametrize("days", [0.1, 2, 10])
def test_being_new_stands_apart_with_what_it_weighs(days):
    new, unknown = said(days), said(None)
    first = "context/just-joined" if days < 1 else "context/new"
    assert weights(new)["language/ads"] == pytest.approx(weights(unknown)["language/ads"], abs=0.001)
    assert weights(new)[first] > 0.3
    assert sum(weights(new).values()) == pytest.approx(new.score, abs=0.001)


def test_the_first_day_is_told_without_a_figure():
    found = {signal.rule: signal.evidence for signal in said(0.1).reasons}
    assert found["context/just-joined"] == ""
    assert {signal.rule: signal.evidence for signal in said(2).reasons}["context/new"] == "2.0 d"


def test_whose_time_is_unknown_has_no_such_reason():
    assert not {rule for rule in rules_of(said(None)) if rule.startswith("context/")}

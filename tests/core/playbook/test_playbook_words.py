"""Wordings are chosen without repeating, filled in one pass, and credit is said only where it is true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.playbook.choose import wording
from bot.core.playbook.credit import NOTHING_KNOWN, Facts, credit_for, holds
from bot.core.playbook.phrases import Condition, CreditLine
from bot.core.playbook.variables import filled, variables_in

LINES = (
    CreditLine(id="answers", when=Condition(answers=5), zh=("你答过{answers}个问题",), en=("{answers}",)),
    CreditLine(id="long", when=Condition(days=180), zh=("来了{days}天",), en=("{days} days",)),
    CreditLine(id="neutral", zh=("谢谢你肯说",), en=("thank you",)),
)


@given(count=st.integers(1, 8), seed=st.text(max_size=20))
def test_no_wording_is_said_twice_until_all_were_said(count, seed):
    used: list[int] = []
    for _ in range(count):
        used.append(wording(count, seed, used))
    assert sorted(used) == list(range(count))
    assert 0 <= wording(count, seed, used) < count


def test_a_value_that_looks_like_a_variable_stays_as_it_is():
    assert filled("{name}，在吗 {room}", {"name": "{room}", "room": "读书群"}) == "{room}，在吗 读书群"
    assert variables_in("{name} {name} {room}") == ("name", "room")


def test_a_variable_without_a_value_is_an_error():
    with pytest.raises(KeyError):
        filled("{name}", {})


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (NOTHING_KNOWN, "neutral"),
        (Facts(days=400), "long"),
        (Facts(days=400, answers=12), "answers"),
        (Facts(days=10, answers=4), "neutral"),
    ],
)
def test_credit_is_said_only_where_it_is_true(facts, line):
    said = credit_for(LINES, facts, "zh", "1")
    assert said is not None
    assert said[0] == line


def test_credit_is_not_repeated_and_numbers_are_rounded():
    facts = Facts(days=400, answers=128)
    assert credit_for(LINES, facts, "zh", "1") == ("answers", "你答过100个问题")
    assert credit_for(LINES, facts, "zh", "1", used=("answers",)) == ("long", "来了400天")
    assert credit_for(LINES, facts, "zh", "1", used=("answers", "long", "neutral")) is None


@given(
    days=st.none() | st.integers(0, 5000),
    talk=st.integers(0, 5000),
    answers=st.integers(0, 500),
)
def test_nothing_unknown_is_ever_claimed(days, talk, answers):
    facts = Facts(days=days, talk=talk, answers=answers)
    for line in LINES:
        if holds(line.when, facts) and line.when.days is not None:
            assert days is not None
            assert days >= line.when.days

"""An ad in pieces: judged with who sends it, shown whole."""

from __future__ import annotations

import pytest

from tests.core.ads.test_behaviour import Town, rules_of

SPLIT = "behaviour/split"


@pytest.fixture
def town():
    town = Town()
    town.join("n1", "小新")
    return town


def send(town, *pieces, who="n1", seconds=3):
    decisions = []
    for piece in pieces:
        town.later(seconds=seconds)
        decisions.append(town.say(who, piece))
    return decisions


def test_a_newcomers_pieces_are_weighed_as_a_newcomers_words(town):
    first, second = send(town, "需要贷款的朋友", "加我薇dk8890ab")
    assert (first.verdict, second.verdict) == ("suspect", "ad")
    assert SPLIT in rules_of(second)
    assert town.case().excerpt == "需要贷款的朋友 加我薇dk8890ab"


def test_one_character_a_message_is_put_together_too(town):
    decisions = send(town, *"宝妈兼职日结二百加薇", "xhm_889")
    assert any(d.verdict == "ad" and SPLIT in rules_of(d) for d in decisions)
    assert town.case().excerpt.startswith("宝 妈 兼 职")


def test_being_new_makes_no_ad_of_two_harmless_lines(town):
    for lines in (
        ("大家好我是新来的", "请问群主在吗"),
        ("有道理", "反正时尚是个圈"),
        ("来找我玩呀", "晚上一起吃饭"),
    ):
        assert SPLIT not in rules_of(send(town, *lines)[-1])
        town.later(minutes=5)


def test_what_they_go_on_to_say_stands_in_the_case_staff_decides():
    town = Town(defaults={"mode": "assist"})
    town.join("n1", "小新")
    send(town, "需要贷款的朋友")
    asked = town.case()
    send(town, "手头紧的找我，急用钱来聊")
    case = town.case()
    assert case.number == asked.number
    assert case.excerpt == "需要贷款的朋友 / 手头紧的找我,急用钱来聊".replace(",", "，")
    assert case.words == "需要贷款的朋友"

"""Nicknames staff said no to: not asked about again for the same name of the same person, for a new name yes."""

from __future__ import annotations

import pytest

from bot.core.events import Rename
from tests.core.ads.test_behaviour import Town, rules_of
from tests.core.scene import OPERATOR

NAME, OTHER = "兼职日结加V xh8899", "代开发票加V xh8899"
AD = "names/ad"


@pytest.fixture
def town():
    town = Town()
    town.tell(Rename(at=town.now, room="r1", member="u1", name=NAME))
    return town


def asked(town, words, who="u1"):
    decision = town.say(who, words)
    town.later(hours=1)
    return decision.verdict != "ok"


def answer(town, line):
    town.whisper(OPERATOR, f"{line} {town.case().number}")


@pytest.mark.parametrize("line", ["/no", "/notad"])
def test_after_a_no_the_same_name_is_not_asked_about_again(town, line):
    assert asked(town, "早上好")
    answer(town, line)
    for words in ("大家吃了吗", "今天天气真不错", "周末去哪里玩"):
        assert not asked(town, words)
    assert len(town.state.cases) == 1


def test_without_an_answer_it_is_asked_about_as_before(town):
    assert asked(town, "早上好")
    assert asked(town, "大家吃了吗")


def test_a_new_name_is_asked_about_and_so_is_the_same_name_of_another(town):
    asked(town, "早上好")
    answer(town, "/no")
    town.tell(Rename(at=town.now, room="r1", member="u1", name=OTHER))
    assert asked(town, "大家吃了吗")
    town.tell(Rename(at=town.now, room="r1", member="u2", name=NAME))
    assert asked(town, "大家好呀", who="u2")


def test_it_holds_in_every_room(town):
    asked(town, "早上好")
    answer(town, "/no")
    town.open("r2", "读书群")
    town.join("u1", NAME, room="r2")
    assert AD not in rules_of(town.say("u1", "大家好呀", room="r2"))


def test_whoever_comes_back_to_an_old_name_was_answered_for(town):
    asked(town, "早上好")
    answer(town, "/no")
    for name in ("小林", NAME):
        town.tell(Rename(at=town.now, room="r1", member="u1", name=name))
        assert not asked(town, "今天天气真不错")


def test_an_ad_under_such_a_name_is_still_an_ad_and_excuses_no_name(town):
    decision = town.say("u1", "加V xhm_demo88 手机兼职日结200，稳赚")
    assert decision.verdict == "ad"
    town.arrive(decision)
    answer(town, "/notad")
    assert town.state.people["u1"].harmless_names == ()


def test_staff_can_change_their_mind(town):
    asked(town, "早上好")
    answer(town, "/no")
    answer(town, "/ad")
    assert asked(town, "大家吃了吗，周末去哪里玩")


def test_a_few_names_are_remembered_not_all(town):
    for number in range(12):
        town.tell(Rename(at=town.now, room="r1", member="u1", name=f"兼职日结加V xh889{number}"))
        if asked(town, "早上好" if number % 2 else "大家吃了吗"):
            answer(town, "/no")
    assert 1 < len(town.state.people["u1"].harmless_names) <= 4

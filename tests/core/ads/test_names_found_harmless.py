"""Nicknames staff said no to: not asked about again for the same name of the same person, for a new name yes."""

from __future__ import annotations

import pytest

from bot.core.events import Present, Rename
from tests.core.ads.test_behaviour import Town, rules_of
from tests.core.scene import OPERATOR, STAFF, kinds, texts

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


def rename(town, name, who="u1"):
    """Let somebody change their name; returns whether staff is asked about it."""
    decision = town.tell(Rename(at=town.now, room="r1", member=who, name=name))
    return texts(decision) == ["staff.name"]


def answer(town, line):
    town.whisper(OPERATOR, f"{line} {town.case().number}")


@pytest.mark.parametrize("line", ["/no", "/notad"])
def test_after_a_no_the_same_name_is_not_asked_about_again(town, line):
    answer(town, line)
    for words in ("大家吃了吗", "今天天气真不错", "周末去哪里玩"):
        assert not asked(town, words)
    assert len(town.state.cases) == 1


def test_staff_is_asked_once_for_a_name_whatever_is_said_under_it(town):
    for words in ("早上好", "哈哈", "大家吃了吗", "👍"):
        assert not asked(town, words)
    assert len(town.state.cases) == 1


def test_a_new_name_is_asked_about_and_so_is_the_same_name_of_another(town):
    answer(town, "/no")
    assert rename(town, OTHER)
    assert not rename(town, NAME)
    assert rename(town, NAME, who="u2")


def test_a_name_is_asked_about_at_the_door_and_never_removed_for(town):
    decision = town.join("u9", OTHER)
    assert texts(decision) == ["staff.name"]
    assert kinds(decision) == ["notify_staff"]
    assert not asked(town, "大家好", who="u9")
    assert texts(town.join("u8", "小林妈妈")) == []


def test_a_name_read_from_a_member_list_is_a_name_too(town):
    town.roster("u1", "u2")
    decision = town.roster("u1", "u2", Present("u3", OTHER))
    assert texts(decision) == ["staff.name"]


def test_staff_may_be_called_what_they_like(town):
    assert not rename(town, NAME, who=STAFF)


def test_who_has_been_there_for_long_is_asked_to_change_it(town):
    decision = town.whisper(OPERATOR, f"/ok {town.case().number}")
    assert {text for text in texts(decision) if text.startswith("remind")} == {"remind.name.private"}


def test_where_the_bot_only_watches_nobody_is_asked(town):
    quiet = Town(defaults={"mode": "observe"})
    decision = quiet.tell(Rename(at=quiet.now, room="r1", member="u1", name=NAME))
    assert not decision.effects
    assert quiet.case().state == "recorded"


def test_an_ad_under_a_name_staff_was_asked_about_is_acted_on(town):
    decision = town.say("u1", "加V xhm_demo88 手机兼职日结200，稳赚")
    assert decision.verdict == "ad"
    assert AD in rules_of(decision)
    assert town.case().state == "carrying"


def test_it_holds_in_every_room(town):
    answer(town, "/no")
    town.open("r2", "读书群")
    town.join("u1", NAME, room="r2")
    assert AD not in rules_of(town.say("u1", "大家好呀", room="r2"))


def test_whoever_comes_back_to_an_old_name_was_answered_for(town):
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
    answer(town, "/no")
    answer(town, "/ad")
    assert asked(town, "大家吃了吗，周末去哪里玩")


def test_a_few_names_are_remembered_not_all(town):
    for number in range(12):
        if rename(town, f"兼职日结加V xh889{number}"):
            answer(town, "/no")
    assert 1 < len(town.state.people["u1"].harmless_names) <= 4

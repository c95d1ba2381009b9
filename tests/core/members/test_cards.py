"""What staff sees and sets of members: the card, tiers and tags; in private only, and of their own rooms."""

from __future__ import annotations

import pytest

from tests.core.members.meeting import Meeting
from tests.core.scene import GUARD, OPERATOR, OWNER, kinds, only, text


@pytest.fixture
def scene():
    scene = Meeting()
    scene.join("n1", "小 新", inviter="u1")
    return scene


def card(scene, words, by=OWNER, **more):
    effect = only(scene.whisper(by, words, **more))
    return text(effect), effect.words.values


def test_the_card_says_what_is_known(scene):
    scene.say("n1", "大家好，我是新来的，请多关照")
    scene.later(days=3)
    name, values = card(scene, "/member 小 新")
    assert name == "member.card"
    assert (values["name"], values["tier"], values["inviter"], values["days"], values["talk"]) == (
        "小 新",
        "新人",
        "小林",
        3,
        1,
    )


def test_a_card_asked_for_in_the_room_comes_in_private(scene):
    decision = scene.say(OWNER, "/member @小林\u2005", mentions=("u1",))
    assert kinds(decision) == ["send_private"]
    assert only(decision).to == OWNER


def test_a_member_sees_no_card(scene):
    assert scene.whisper("u1", "/member 小王").effects == ()
    assert scene.say("u1", "/member @小王").effects == ()


def test_what_happens_in_a_room_is_told_to_its_own_staff_only(scene):
    scene.open("r2", "读书群", owner="solo", staff=())
    scene.say("u1", "另一个群里的秘密话题聊了一句", room="r2")
    assert card(scene, "/member 小林")[1]["talk"] == 0
    assert card(scene, "/member 小林", by=OPERATOR)[1]["talk"] == 1
    assert len(card(scene, "/member 小林", by=OPERATOR)[1]["rooms"]) == 2


def test_of_two_with_one_name_none_is_guessed(scene):
    scene.join("n2", "小林")
    assert card(scene, "/member 小林")[0] == "checkin.who"
    assert card(scene, "/member @小林", mentions=("n2",))[0] == "member.card"


@pytest.mark.parametrize("given", ["核心", "core", "tiers/core"])
def test_a_tier_set_by_hand_holds(scene, given):
    assert card(scene, f"/tier 小林 {given}")[0] == "tier.set"
    assert scene.known("u1").tier == "tiers/core"
    values = card(scene, "/member 小林")[1]
    assert (values["tier"], values["by_hand"]) == ("核心", True)
    assert card(scene, "/tier 小林 auto")[0] == "tier.auto"
    assert card(scene, "/member 小林")[1]["tier"] == "新人"


def test_a_tier_that_does_not_exist_is_asked_about(scene):
    name, values = card(scene, "/tier 小林 钻石")
    assert name == "tier.which"
    assert "铁粉" in values["known"]
    assert "u1" not in scene.state.people or scene.known("u1").tier is None


def test_an_operators_own_names_of_tiers():
    scene = Meeting(members={"tier_names": {"core": "老友"}})
    assert card(scene, "/tier 小林 老友")[0] == "tier.set"
    assert card(scene, "/member 小林")[1]["tier"] == "老友"


def test_the_overview_counts_everybody_present(scene):
    card(scene, "/tier 小林 铁粉")
    values = card(scene, "/tier")[1]
    assert {row["name"]: row["count"] for row in values["rows"]} == {
        "新人": 2,
        "成员": 0,
        "铁粉": 1,
        "核心": 0,
    }
    assert values["by_hand"] == 1


def test_tags_come_and_go(scene):
    assert card(scene, "/tag 小 新 高价值 影响力")[1]["tags"] == "高价值、影响力"
    assert card(scene, "/tag 小 新 -高价值 付费")[1]["tags"] == "影响力、付费"
    assert scene.known("n1").tags == ("影响力", "付费")
    assert {row["tag"]: row["count"] for row in card(scene, "/tag")[1]["rows"]} == {"影响力": 1, "付费": 1}


def test_a_tag_by_mention_in_the_room(scene):
    scene.say(OWNER, "/tag @小 新\u2005高价值", mentions=("n1",))
    assert scene.known("n1").tags == ("高价值",)


def test_the_tag_that_keeps_private_words_away():
    scene = Meeting(checkins=True)
    scene.later(days=40)
    values = card(scene, "/tag 小林 不打扰")[1]
    assert values["quiet"] is True
    assert card(scene, "/checkin 小林")[1]["because"] == "leave_alone"
    assert card(scene, "/checkin 小王")[0] == "checkin.planned"


def test_a_known_bot_can_have_a_card_too(scene):
    scene.join(GUARD, "门卫")
    assert card(scene, "/member 门卫")[0] == "member.card"

"""Whom a command means: exactly one member, surely; nobody is guessed."""

from __future__ import annotations

import pytest

from bot.core.events import Member
from tests.core.scene import NOON, STAFF, Scene, kinds, only, texts


@pytest.fixture
def scene():
    return Scene()


def add(scene, member, name):
    scene.tell(Member(at=NOON, room="r1", member=member, name=name))


def order(scene, line, *mentions):
    """Return the id of whoever is removed by a line of staff, or the text of the answer."""
    decision = scene.say(STAFF, line, mentions=mentions)
    effect = only(decision)
    return effect.member if kinds(decision) == ["remove"] else effect.words.text


@pytest.mark.parametrize(
    "line",
    [
        "/kick @小林",
        "/kick @小林\u2005",
        "踢@小林",
        "踢@小林\u2005",
        "／踢 @小林 再见",
        "/kick @小林\u2005 再见",
    ],
)
@pytest.mark.parametrize("mentions", [("u1",), (), ("u1", "bot"), ("u1", "u1")])
def test_one_member_by_mention_or_by_exact_name(scene, line, mentions):
    assert order(scene, line, *mentions) == "u1"


def test_what_stands_behind_the_name_is_the_reason(scene):
    scene.say(STAFF, "/kick @小林\u2005 天天 吵架", mentions=("u1",))
    assert scene.case().excerpt == "天天 吵架"
    assert scene.case().by == STAFF


@pytest.mark.parametrize("line", ["/kick", "/kick 小林", "/warn", "/kick 这个人"])
def test_without_a_mention_it_is_asked_who_is_meant(scene, line):
    assert order(scene, line) == "target.missing"


def test_nobody_of_that_name_is_met_with_whoever_is_called_alike(scene):
    add(scene, "u7", "小林子")
    decision = scene.say(STAFF, "/kick @小林木")
    assert texts(decision) == ["target.not_found"]
    assert "小林子" in only(decision).words.values["likely"]


def test_part_of_a_name_is_nobody(scene):
    assert order(scene, "/kick @小") == "target.not_found"


@pytest.mark.parametrize("line", ["/kick @小林", "/kick @小林\u2005 吵架"])
def test_two_members_of_one_name_are_told_apart_by_mention_only(scene, line):
    add(scene, "u9", "小林")
    assert order(scene, line) == "target.ambiguous"
    assert order(scene, line, "u9") == "u9"


def test_a_name_with_spaces_is_found_whole(scene):
    add(scene, "u9", "Anna Maria Li")
    assert order(scene, "/kick @Anna Maria Li") == "u9"


def test_and_with_a_reason_behind_it(scene):
    add(scene, "u9", "Anna Maria")
    assert order(scene, "/kick @Anna Maria 吵架") == "u9"
    assert scene.case().excerpt == "吵架"


def test_a_name_that_begins_like_another_is_not_guessed(scene):
    add(scene, "u8", "小")
    add(scene, "u9", "小 王")
    assert order(scene, "/kick @小 王") == "target.ambiguous"
    assert order(scene, "/kick @小 王\u2005") == "u9"
    assert order(scene, "/kick @小\u2005 王家的事") == "u8"


@pytest.mark.parametrize(
    "name", ["/kick @all", "@小林", "{{ 7*7 }}", "a\u202eb", " 前后空格 ", "/踢", "🧑‍🚀"]
)
def test_any_name_can_be_meant(scene, name):
    add(scene, "u9", name)
    assert order(scene, f"/kick @{name}\u2005", "u9") == "u9"
    assert order(Scene_with(name), f"/kick @{name}\u2005") == "u9"


def Scene_with(name):  # noqa: N802 - reads as a scene with one more member
    scene = Scene()
    add(scene, "u9", name)
    return scene


def test_a_member_whose_name_is_a_command_does_no_harm_by_speaking(scene):
    add(scene, "u9", "/kick @all")
    assert scene.say("u9", "大家好", name="/kick @all").effects == ()


@pytest.mark.parametrize("line", ["/kick @所有人", "/kick @all", "踢@全体成员\u2005", "/warn @ALL"])
def test_everybody_is_refused(scene, line):
    add(scene, "u9", "all")
    add(scene, "u10", "所有人")
    assert order(scene, line) == "target.one_only"
    assert order(scene, line, "all") == "target.one_only"


def test_whoever_is_called_everybody_can_be_mentioned(scene):
    add(scene, "u9", "所有人")
    assert order(scene, "/kick @所有人\u2005", "u9") == "u9"


def test_several_are_refused(scene):
    assert order(scene, "/kick @小林\u2005@小王\u2005", "u1", "u2") == "target.one_only"


@pytest.mark.parametrize("line", ["/warn 小林 骂了 @小王\u2005", "/kick 因为 @小王\u2005 投诉"])
def test_whoever_is_mentioned_in_the_reason_only_is_not_meant(scene, line):
    assert order(scene, line, "u2") == "target.missing"


def test_a_typed_name_stands_above_a_mention_in_the_reason(scene):
    assert order(scene, "/kick @小林 他骂了 @小王\u2005", "u2") == "target.one_only"


def test_a_mention_by_a_nickname_the_bot_does_not_know_is_believed(scene):
    assert order(scene, "/kick @群里叫阿林的\u2005", "u1") == "u1"


def test_somebody_who_left_is_gone(scene):
    scene.leave("u1")
    assert order(scene, "/kick @小林\u2005", "u1") == "target.gone"
    assert order(scene, "/warn @小林\u2005", "u1") == "target.gone"
    assert order(scene, "/kick @小林") == "target.not_found"


def test_somebody_never_seen_is_not_found(scene):
    assert order(scene, "/kick @谁\u2005", "u404") == "target.not_found"


def test_a_member_of_another_room_is_not_found(scene):
    scene.open("r2", "二群")
    scene.tell(Member(at=NOON, room="r2", member="u9", name="隔壁"))
    assert order(scene, "/kick @隔壁", "u9") == "target.not_found"
    assert order(scene, "/kick @隔壁") == "target.not_found"


def test_an_answer_never_repeats_more_than_a_short_name(scene):
    for mentions in ((), ("u404",)):
        answer = only(scene.say(STAFF, "/kick @" + "长" * 300, mentions=mentions))
        assert len(answer.words.values["name"]) <= 30

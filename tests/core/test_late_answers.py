"""A late yes: nothing stale is done unsaid, and what came between the question and the yes counts."""

from __future__ import annotations

import pytest

from bot.core.effects import Ban, Remind, Remove
from bot.core.events import Friend, Member
from tests.core.scene import AD, BOT, MAYBE, OPERATOR, STAFF, Scene, kinds, texts

WAITS_LONG = {"commands": {"approval_hours": 720}}
BAN = "/ban @小林\u2005 到处发广告"


def asked_to_remove(**tables):
    scene = Scene("assist", **{**WAITS_LONG, **tables})
    scene.join("n1", "新人")
    scene.say("n1", AD)
    assert scene.case().level == "remove"
    return scene


def asked_to_remind(**tables):
    scene = Scene("assist", **{**WAITS_LONG, **tables})
    scene.say("u1", AD)
    return scene


def ok(scene, number=1):
    return scene.whisper(OPERATOR, f"/ok {number}")


def test_a_late_yes_to_a_removal_is_asked_back_about_once():
    scene = asked_to_remove()
    scene.later(days=20)
    decision = ok(scene)
    assert (kinds(decision), texts(decision)) == (["send_private"], ["case.sure"])
    assert decision.effects[0].words.values["days"] == 20
    assert scene.case(1).state == "asked"
    assert [type(e) for e in ok(scene).effects][:1] == [Remove]


def test_after_being_asked_back_a_no_is_a_no():
    scene = asked_to_remove()
    scene.later(days=20)
    ok(scene)
    assert texts(scene.whisper(OPERATOR, "/no 1")) == ["case.rejected"]
    assert (scene.case(1).state, scene.member("n1").present) == ("rejected", True)


def test_within_days_a_yes_is_a_yes():
    scene = asked_to_remove()
    scene.later(days=2, hours=23)
    assert "remove" in kinds(ok(scene))


@pytest.mark.parametrize("yes", ["/ok 1", "/ad 1"])
def test_nobody_is_reminded_of_what_nobody_remembers_but_it_is_learned(yes):
    scene = asked_to_remind()
    scene.later(days=10)
    decision = scene.whisper(OPERATOR, yes)
    assert texts(decision) == ["case.too_late"]
    assert scene.case(1).state == "expired"
    assert scene.state.samples[1].label == "ad"
    assert scene.member("u1").strikes == ()


def test_an_old_case_called_an_ad_after_all_is_learned_and_not_acted_on():
    scene = Scene("observe")
    scene.say("u1", AD)
    scene.tell(Member(at=scene.now, room="r1", member="u1", name="小林"))
    scene.say(STAFF, "/mode act")
    scene.later(days=30)
    assert texts(scene.whisper(STAFF, "/ad 1")) == ["case.too_late"]
    assert scene.state.samples[1].label == "ad"


def test_a_request_whose_time_ended_while_the_bot_was_away_has_lapsed():
    scene = Scene()
    scene.say("u1", MAYBE)
    scene.later(hours=25)
    decision = ok(scene)
    assert texts(decision) == ["case.settled"]
    assert (scene.case(1).state, scene.case(1).held) == ("expired", ())
    assert "approval:1" not in scene.state.tasks


def test_of_somebody_gone_the_words_are_learned_all_the_same():
    scene = asked_to_remind()
    scene.leave("u1")
    assert texts(ok(scene)) == ["target.gone"]
    assert scene.state.samples[1].label == "ad"


def test_whoever_left_and_came_back_is_not_removed_for_the_time_before():
    scene = asked_to_remove()
    scene.leave("n1")
    scene.later(days=1)
    scene.join("n1", "新人")
    assert texts(ok(scene)) == ["case.settled"]
    assert scene.member("n1").present


def test_who_is_no_friend_any_more_is_spoken_to_in_the_room():
    scene = asked_to_remind()
    scene.befriend("u1", True)
    scene.tell(Friend(at=scene.now, member="u1", friend=False))
    (remind,) = (e for e in ok(scene).effects if isinstance(e, Remind))
    assert remind.via == "room"


def test_a_second_ban_of_the_same_person_says_so_and_leaves_the_first():
    scene = Scene(**WAITS_LONG)
    for _ in range(2):
        scene.say(STAFF, BAN, mentions=("u1",))
    scene.arrive(scene.whisper(STAFF, "/ok 1"))
    decision = scene.whisper(STAFF, "/ok 2")
    assert texts(decision) == ["ban.already"]
    assert (scene.case(2).state, scene.state.people["u1"].ban_case) == ("expired", 1)


def test_a_removal_that_waits_when_they_are_banned_is_over_with_their_leaving():
    scene = asked_to_remove()
    scene.say(STAFF, "/ban @新人\u2005 刷屏", mentions=("n1",))
    scene.arrive(scene.whisper(STAFF, f"/ok {scene.case().number}"))
    scene.leave("n1", remover=BOT)
    assert texts(ok(scene)) == ["case.settled"]


def test_a_late_ban_is_asked_back_about_too():
    scene = Scene(**WAITS_LONG)
    scene.say(STAFF, BAN, mentions=("u1",))
    scene.later(days=5)
    assert texts(scene.whisper(STAFF, "/ok 1")) == ["case.sure"]
    assert not scene.state.people["u1"].banned
    assert any(isinstance(e, Ban) for e in scene.whisper(STAFF, "/ok 1").effects)


def test_in_a_room_the_bot_has_left_nothing_can_be_done():
    scene = asked_to_remove()
    scene.leave(BOT)
    assert texts(ok(scene)) == ["case.too_late"]
    assert scene.case(1).state == "expired"


def test_an_asking_back_does_not_make_a_request_wait_longer():
    scene = asked_to_remove()
    scene.later(days=29)
    ok(scene)
    scene.later(days=2)
    assert texts(ok(scene)) == ["case.settled"]

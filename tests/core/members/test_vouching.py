"""Vouching: a member asks for somebody, staff decides, and only then an invitation goes out."""

from __future__ import annotations

import pytest

from bot.core.effects import Invite
from bot.core.events import Friend
from bot.core.records import PersonState
from tests.core.members.meeting import Meeting
from tests.core.scene import OPERATOR, kinds, texts

OPEN = {"rooms": {"r1": {"welcome": {"vouch": True}}}}


@pytest.fixture
def scene():
    scene = Meeting(**OPEN)
    scene.state.apply([PersonState(member="x1", name="阿芳", friend=True)])
    return scene


def ask(scene, words="/vouch 阿芳 我表妹，也在带八个月的宝宝", by="u1"):
    return scene.whisper(by, words)


def test_a_yes_sends_the_invitation_and_tells_the_member(scene):
    assert texts(ask(scene)) == ["staff.vouch", "vouch.asked"]
    number = scene.case().number
    assert (scene.case().kind, scene.case().words) == ("request", "阿芳")
    decision = scene.whisper(OPERATOR, f"/ok {number}")
    assert decision.effects[0] == Invite(member="x1", room="r1", case=number)
    assert [e.to for e in decision.effects[1:]] == ["u1", OPERATOR]
    assert scene.case(number).state == "done"
    assert texts(scene.whisper(OPERATOR, f"/ok {number}")) == ["case.settled"]


def test_a_no_invites_nobody_and_is_said_kindly(scene):
    ask(scene)
    decision = scene.whisper(OPERATOR, f"/no {scene.case().number}")
    assert texts(decision) == ["vouch.refused", "request.refused"]
    assert scene.case().state == "rejected"


def test_nobody_is_guessed_so_staff_invites_by_hand(scene):
    ask(scene, "/vouch 某某某 朋友")
    decision = scene.whisper(OPERATOR, f"/ok {scene.case().number}")
    assert kinds(decision) == ["send_private", "send_private"]
    assert decision.effects[1].words.values["by_hand"] is True


def test_of_two_friends_with_one_name_none_is_invited(scene):
    scene.state.apply([PersonState(member="x2", name="阿芳", friend=True)])
    ask(scene)
    assert scene.case().held == ()


def test_an_invitation_that_fails_is_told_to_staff(scene):
    ask(scene)
    decision = scene.whisper(OPERATOR, f"/ok {scene.case().number}")
    assert texts(scene.receive(decision.effects[0], "failed")) == ["vouch.by_hand"]


def test_without_an_answer_nothing_is_done(scene):
    ask(scene)
    assert [e for e in scene.run(days=3) if isinstance(e, Invite)] == []
    assert scene.case().state == "expired"


def test_only_in_rooms_that_want_it():
    assert texts(ask(Meeting())) == ["vouch.nowhere"]
    assert texts(ask(Meeting("observe", **OPEN))) == ["vouch.nowhere"]


@pytest.mark.parametrize("words", ["/vouch", "/vouch 阿芳"])
def test_without_name_and_reason_it_says_how(scene, words):
    assert texts(ask(scene, words)) == ["vouch.how"]


def test_somebody_who_is_in_no_room_vouches_for_nobody(scene):
    assert texts(ask(scene, by="stranger")) == ["vouch.nowhere"]


def test_nobody_fills_the_staffs_desk(scene):
    for number in range(6):
        ask(scene, f"/vouch 朋友{number} 很好的人")
    assert sum(case.state == "asked" for case in scene.state.cases.values()) == 3


def test_in_two_rooms_the_name_of_the_room_ends_the_line(scene):
    scene = Meeting(welcome={"vouch": True})
    scene.open("r2", "读书群")
    scene.join("u1", "小林", room="r2")
    assert texts(ask(scene, "/vouch 阿芳 喜欢看书")) == ["vouch.which_room"]
    assert "vouch.asked" in texts(ask(scene, "/vouch 阿芳 喜欢看书 读书群"))
    assert scene.case().room == "r2"
    assert scene.case().excerpt == "喜欢看书"


def test_what_is_said_for_somebody_never_stands_in_the_room(scene):
    decision = ask(scene)
    decision2 = scene.whisper(OPERATOR, f"/ok {scene.case().number}")
    assert not {"send_room"} & {*kinds(decision), *kinds(decision2)}


def test_a_friend_the_bot_learned_of_later_is_still_invited_by_hand(scene):
    ask(scene, "/vouch 小芳 邻居")
    scene.tell(Friend(at=scene.now, member="x9", friend=True))
    assert scene.case().held == ()


def test_such_a_request_cannot_be_undone_as_a_sanction(scene):
    ask(scene)
    number = scene.case().number
    scene.whisper(OPERATOR, f"/ok {number}")
    assert kinds(scene.whisper(OPERATOR, f"/undo {number}")) == ["send_private"]
    assert scene.case(number).state == "done"

"""Friend requests: accepted by rule, within a budget, and met with one greeting."""

from __future__ import annotations

import pytest

from bot.core.effects import AcceptFriend
from bot.core.events import Friend, FriendRequest
from tests.core.members.meeting import Meeting
from tests.core.scene import AD, kinds


def asks(scene, member, text="", number=1):
    return scene.tell(FriendRequest(at=scene.now, member=member, text=text, id=f"f:{number}"))


def greetings(effects):
    return [e for e in effects if getattr(e, "purpose", "") == "greeting"]


def test_a_members_request_is_accepted_and_greeted_once():
    scene = Meeting()
    assert kinds(asks(scene, "u1")) == ["accept_friend"]
    scene.tell(Friend(at=scene.now, member="u1"))
    (hello,) = greetings(scene.run(hours=2))
    assert hello.to == "u1"
    assert greetings(scene.run(days=3)) == []


def test_a_stranger_with_the_right_word_is_accepted_and_no_other():
    scene = Meeting(friends={"accept": "word", "word": "辅食"})
    assert kinds(asks(scene, "x1", "你好，想进辅食群")) == ["accept_friend"]
    assert asks(scene, "x2", "你好").effects == ()
    assert kinds(asks(scene, "u1")) == ["accept_friend"]


def test_without_a_word_set_no_stranger_knows_it():
    assert asks(Meeting(friends={"accept": "word"}), "x1", "你好").effects == ()


def test_an_ad_in_the_request_is_no_right_word():
    scene = Meeting(friends={"accept": "word", "word": "福利"})
    assert asks(scene, "x1", AD).effects == ()


def test_a_banned_person_is_not_accepted():
    scene = Meeting()
    scene.say("owner", "/ban @小林 骗子", mentions=("u1",))
    scene.whisper("owner", f"/ok {scene.case().number}")
    assert asks(scene, "u1").effects == ()


def test_beyond_the_budget_requests_wait_for_the_morning():
    scene = Meeting(friends={"per_day": 1})
    assert kinds(asks(scene, "u1", number=1)) == ["accept_friend"]
    assert asks(scene, "u2", number=2).effects == ()
    accepted = [e for e in scene.run(days=1) if isinstance(e, AcceptFriend)]
    assert accepted == [AcceptFriend(member="u2", request="f:2")]
    assert scene.state.account.friends == 1


def test_of_two_requests_that_wait_the_newer_handle_counts():
    scene = Meeting(friends={"per_day": 0})
    asks(scene, "u1", number=1)
    asks(scene, "u1", number=2)
    assert [t.key for t in scene.state.tasks.values() if t.kind == "friend"] == ["friend:u1:f:2"]


@pytest.mark.parametrize("how", ["opted out", "observing", "switched off"])
def test_no_greeting_where_none_is_wanted(how):
    scene = Meeting("observe" if how == "observing" else "act", friends={"greet": how != "switched off"})
    if how == "opted out":
        scene.whisper("u1", "不要再给我发消息了")
    assert kinds(asks(scene, "u1")) == ["accept_friend"]
    assert greetings(scene.run(hours=2)) == []

"""Private words of members reach the staff in private, are acknowledged once, and appear in no room."""

from __future__ import annotations

from bot.core.effects import NotifyStaff, SendRoom
from bot.core.events import Member
from tests.core.scene import BOT, OPERATOR, OWNER, STAFF, STRANGER, Scene, texts

WORDS = "刚才那条不是广告，是我自己用的"


def notices(decision):
    return [e for e in decision.effects if isinstance(e, NotifyStaff)]


def test_they_are_passed_on_and_acknowledged_once():
    scene = Scene()
    first = scene.whisper("u1", WORDS)
    assert texts(first) == ["staff.private_word", "private.passed_on"]
    assert notices(first)[0].to == OPERATOR
    assert notices(first)[0].words.values["excerpt"] == WORDS
    assert texts(scene.whisper("u1", "真的")) == ["staff.private_word"]
    scene.later(hours=7)
    assert texts(scene.whisper("u1", "在吗")) == ["staff.private_word", "private.passed_on"]


def test_they_appear_in_no_room():
    scene = Scene()
    decision = scene.whisper("u1", WORDS)
    assert not any(isinstance(effect, SendRoom) for effect in decision.effects)


def test_the_next_of_staff_hears_them_when_one_cannot_be_reached():
    scene = Scene()
    notice = notices(scene.whisper("u1", WORDS))[0]
    follow = notices(scene.receive(notice, "refused", "not_friend"))[0]
    assert (follow.to, follow.words.values["excerpt"]) == (OWNER, WORDS)
    last = notices(scene.receive(follow, "refused", "not_friend"))[0]
    assert last.to == STAFF
    scene.receive(last)
    assert scene.case().state == "done"


def test_when_nobody_can_be_reached_the_case_stays_to_be_seen_in_the_digest():
    scene = Scene()
    notice = notices(scene.whisper("u1", WORDS))[0]
    for _ in range(3):
        following = notices(scene.receive(notice, "refused", "not_friend"))
        if not following:
            break
        notice = following[0]
    assert scene.case().state == "failed"
    assert "notify_staff" in scene.case().failed


def test_staffs_own_words_and_strangers_words_are_not_passed_on():
    scene = Scene()
    assert scene.whisper(STAFF, "今天辛苦啦").effects == ()
    assert scene.whisper(STRANGER, WORDS).effects == ()


def test_further_words_of_one_talk_stay_one_case():
    scene = Scene()
    scene.whisper("u1", "在吗")
    scene.later(minutes=3)
    scene.whisper("u1", "想问一下")
    assert (len(scene.state.cases), scene.case().more) == (1, 1)
    scene.later(hours=1)
    scene.whisper("u1", "还有一件事")
    assert len(scene.state.cases) == 2


def test_who_is_in_two_rooms_is_heard_by_staff_who_can_be_reached():
    scene = Scene(operator={"id": None})
    scene.open("z9", "没人管的群", owner=BOT, staff=())
    scene.tell(Member(at=scene.now, room="z9", member="u1", name="小林"))
    assert notices(scene.whisper("u1", WORDS))[0].to == OWNER


def test_a_strangers_command_in_private_is_no_case():
    scene = Scene()
    assert scene.whisper("u1", "/ok 1").effects == ()
    assert scene.state.cases == {}

"""Opt-out: whoever asks not to be written to is left alone for ever."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.core.effects import AskFriend, SendPrivate
from bot.core.events import Member
from bot.core.members.optout import says_stop
from bot.core.state import State
from tests.core.histories import decide_all, histories
from tests.core.scene import AD, NOON, STAFF, Scene, kinds, only, policy, text, texts

STOP = "别再给我发消息了"


@pytest.mark.parametrize(
    "words",
    [
        STOP,
        "不要私信我",
        "请勿打扰",
        "TD",
        "td。",
        "退订",
        "Ｔ",
        "unsubscribe",
        "STOP!",
        "please don't write me",
        "别给我发了",
    ],
)
def test_these_words_ask_to_be_left_alone(words):
    assert says_stop(words)


@pytest.mark.parametrize(
    "words", ["你好", "今天有活动吗", "stop by tomorrow", "谢谢提醒", "td是什么意思", ""]
)
def test_these_do_not(words):
    assert not says_stop(words)


def test_it_is_confirmed_once_and_kept():
    scene = Scene()
    decision = scene.whisper("u1", STOP)
    assert (texts(decision), only(decision).to) == (["optout.confirmed"], "u1")
    assert scene.state.people["u1"].opted_out
    assert scene.whisper("u1", STOP).effects == ()


def test_nothing_a_person_does_later_takes_it_back():
    scene = Scene()
    scene.whisper("u1", STOP)
    scene.whisper("u1", "你好呀")
    scene.leave("u1")
    scene.join("u1", "小林林", friend=True)
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林", friend=True))
    assert scene.state.people["u1"].opted_out


def test_a_reminder_to_them_is_said_in_the_room():
    scene = Scene()
    scene.whisper("u1", STOP)
    reminder = only(scene.say("u1", AD))
    assert (reminder.via, text(reminder)) == ("room", "remind.room")


def test_a_reminder_stopped_at_the_last_moment_is_said_in_the_room():
    scene = Scene()
    reminder = only(scene.say("u1", AD))
    scene.whisper("u1", STOP)
    assert only(scene.receive(reminder, "dropped", "opted_out")).via == "room"


def test_the_same_words_in_the_room_are_meant_for_somebody_else():
    scene = Scene()
    scene.say("u1", STOP)
    assert "u1" not in scene.state.people or not scene.state.people["u1"].opted_out


def test_quoting_somebody_who_asked_for_it_is_not_asking_for_it():
    scene = Scene()
    scene.whisper("u1", f"「小王：{STOP}」\n- - - - - -\n这句是什么意思")
    assert not scene.state.people["u1"].opted_out


def test_even_a_friendly_answer_to_a_staff_command_is_kept_from_them():
    scene = Scene(commands={"strangers": "polite"})
    scene.whisper("u1", STOP)
    assert scene.say("u1", "/help").effects == ()
    assert texts(scene.say("u2", "/help")) == ["command.not_staff"]


def test_staff_who_opt_out_still_get_answers_to_their_own_commands():
    scene = Scene()
    scene.whisper(STAFF, STOP)
    assert kinds(scene.whisper(STAFF, "/status")) == ["send_private"]


@given(histories())
def test_nobody_who_opted_out_is_ever_written_to_unasked(events):
    state, rules = State(), policy()
    for event in events:
        out = {p.member for p in state.people.values() if p.opted_out}
        (decision,) = decide_all([event], state, rules)
        for effect in decision.effects:
            private = isinstance(effect, SendPrivate | AskFriend) or getattr(effect, "via", "") == "private"
            if private and effect.to in out:
                assert isinstance(effect, SendPrivate)
                assert effect.purpose == "reply"
                assert effect.to == event.sender

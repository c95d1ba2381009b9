"""A word of welcome: once for everybody who came within a while, in the room's own words, never at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.effects import SendRoom
from bot.core.events import Present
from tests.core.members.meeting import Meeting, line, tasks
from tests.core.scene import AD, BOT, GUARD, OWNER, kinds, texts

WINDOW = {"minutes": 10}


def welcomes(effects):
    return [e for e in effects if isinstance(e, SendRoom)]


def test_those_who_come_within_a_while_are_welcomed_together():
    scene = Meeting()
    for number in range(3):
        assert scene.join(f"n{number}", f"新朋友{number}").effects == ()
        scene.later(minutes=3)
    (said,) = scene.run(minutes=10)
    assert said.mentions == ("n0", "n1", "n2")
    assert "3 位" in line(said)
    assert "母婴群" in line(said)
    assert scene.run(days=2) == []


def test_whoever_comes_later_is_in_the_next_welcome():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.run(minutes=11)
    scene.join("n2", "小亮")
    (said,) = scene.run(minutes=11)
    assert said.mentions == ("n2",)


def test_the_rules_the_first_thing_to_do_and_whom_to_ask_are_said():
    scene = Meeting(welcome={"rules": ["不发广告", "好好说话", "不懂就问"], "first": "报个宝宝月龄"})
    scene.say(OWNER, "大家好", name="小满")
    scene.join("n1", "小新")
    (said,) = scene.run(**WINDOW)
    for words in ("1. 不发广告", "2. 好好说话", "3. 不懂就问", "报个宝宝月龄", "小满"):
        assert words in line(said)
    assert "回" not in line(said).splitlines()[-1]


def test_a_room_has_its_own_words():
    scene = Meeting(rooms={"r1": {"welcome": {"rules": ["只聊跑步"], "ask": "教练阿泽"}}})
    scene.open("r2", "读书群")
    scene.join("n1", "小新")
    scene.join("n1", "小新", room="r2")
    here, there = sorted(scene.run(**WINDOW), key=lambda e: e.room)
    assert "只聊跑步" in line(here)
    assert "教练阿泽" in line(here)
    assert "只聊跑步" not in line(there)


def test_a_market_is_not_told_that_selling_is_forbidden():
    scene = Meeting(rooms={"r1": {"policy": "ads_allowed"}})
    scene.join("n1", "小新")
    assert "不发广告" not in line(scene.run(**WINDOW)[0])


def test_two_welcomes_are_worded_differently_now_and_then():
    scene = Meeting()
    said = set()
    for number in range(12):
        scene.join(f"n{number}", f"小新{number}")
        said.add(line(scene.run(minutes=30)[0]))
        scene.later(minutes=1)
    assert len(said) > 3


def test_of_many_only_the_number_is_said():
    scene = Meeting(welcome={"most_names": 4})
    for number in range(5):
        scene.join(f"n{number}", f"小新{number}")
    (said,) = welcomes(scene.run(**WINDOW))
    assert said.mentions == ()
    assert "5 位" in line(said)


@pytest.mark.parametrize(
    "name", ["加V xhm_demo88 领福利", " ", "微信zyz888888", "一个长得像口号一样的名字谁也叫不出口的那种"]
)
def test_a_name_that_is_no_name_is_not_repeated(name):
    scene = Meeting()
    scene.join("n1", "小新")
    scene.join("n2", name)
    (said,) = welcomes(scene.run(**WINDOW))
    assert said.mentions == ()
    assert name == " " or name not in line(said)


def test_at_night_nobody_is_woken_up():
    scene = Meeting()
    scene.later(hours=11, minutes=30)  # 23:30
    scene.join("n1", "小新")
    scene.later(hours=3)
    scene.join("n2", "小亮")
    (said,) = scene.run(hours=12)
    assert said.mentions == ("n1", "n2")
    assert tasks(scene, "welcome") == []


def test_the_hour_at_which_it_is_said_is_the_end_of_the_quiet_hours():
    scene = Meeting()
    scene.later(hours=11)
    scene.join("n1", "小新")
    (task,) = tasks(scene, "welcome")
    assert task.due_at.astimezone(scene.policy.zone).strftime("%H:%M") == "08:00"


def test_a_bot_that_was_down_until_the_night_says_it_in_the_morning():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.later(hours=11)  # 23:00, the task is long due
    assert scene.due().effects == ()
    (said,) = welcomes(scene.run(hours=12))
    assert said.mentions == ("n1",)
    assert scene.now.astimezone(scene.policy.zone).hour == 11


@pytest.mark.parametrize(
    "goes",
    [lambda s: s.leave("n1"), lambda s: s.say("n1", AD), lambda s: s.leave(BOT)],
    ids=["left", "ad", "bot"],
)
def test_nobody_is_welcomed_who_left_or_advertised_or_in_a_room_that_is_no_longer_ours(goes):
    scene = Meeting()
    scene.join("n1", "小新")
    goes(scene)
    assert welcomes(scene.run(hours=1)) == []


def test_whoever_was_here_before_knows_the_room():
    scene = Meeting()
    scene.later(days=3)
    scene.leave("u1")
    scene.later(days=1)
    scene.join("u1", "小林")
    assert scene.run(hours=1) == []


def test_in_and_out_and_in_again_is_one_welcome():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.leave("n1")
    scene.join("n1", "小新")
    (said,) = scene.run(hours=1)
    assert said.mentions == ("n1",)


@pytest.mark.parametrize("who", [GUARD, OWNER, BOT])
def test_staff_known_bots_and_the_account_are_not_welcomed(who):
    scene = Meeting()
    scene.join(who, "某人")
    assert scene.run(hours=1) == []


def test_a_room_that_only_watches_writes_it_down():
    scene = Meeting("observe")
    scene.join("n1", "小新")
    assert scene.run(hours=1) == []
    assert [type(e).__name__ for e in scene.recorded] == ["SendRoom"]


def test_a_room_that_asks_says_nothing_without_a_yes():
    scene = Meeting("assist")
    scene.join("n1", "小新")
    (asked,) = scene.run(minutes=11)
    assert asked.words.text == "staff.welcome"
    assert "母婴群" in asked.words.values["words"]
    assert asked.words.values["name"] == "小新"
    decision = scene.whisper("operator", f"/ok {asked.case}")
    assert kinds(decision) == ["send_room", "send_private"]
    assert decision.effects[0].mentions == ("n1",)
    assert texts(scene.whisper("operator", f"/ok {asked.case}")) == ["case.settled"]


def test_a_no_and_no_answer_say_nothing():
    for answer in ("/no", None):
        scene = Meeting("assist")
        scene.join("n1", "小新")
        (asked,) = scene.run(minutes=11)
        if answer is not None:
            assert kinds(scene.whisper("operator", f"{answer} {asked.case}")) == ["send_private"]
        assert scene.run(days=3) == []
        assert scene.case(asked.case).state == ("rejected" if answer else "expired")


def test_it_can_be_switched_off_for_a_room():
    scene = Meeting(rooms={"r1": {"welcome": {"enabled": False}}})
    scene.join("n1", "小新")
    assert scene.run(hours=1) == []


def test_newcomers_found_in_a_member_list_are_welcomed_too():
    scene = Meeting()
    scene.roster("u1", "u2")
    scene.later(hours=1)
    scene.roster("u1", "u2", Present("n1", "小新"))
    (said,) = scene.run(minutes=11)
    assert said.mentions == ("n1",)


def test_the_first_list_of_a_room_and_a_hiccup_welcome_nobody():
    scene = Meeting()
    scene.open("r2", "读书群")
    crowd = [f"p{n}" for n in range(40)]
    scene.roster(*crowd, room="r2")
    for _ in range(2):
        scene.later(hours=1)
        scene.roster(*crowd[:3], room="r2")
    scene.roster(*crowd, room="r2")
    assert scene.run(hours=5) == []
    assert sum(m.present for m in scene.state.members["r2"].values()) == 40


def test_a_clock_that_jumps_ahead_says_it_once():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.later(days=40)
    assert len(welcomes(scene.run(hours=24))) == 1


def test_a_banned_person_is_not_welcomed():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.say(OWNER, "/ban @小新 骗子", mentions=("n1",))
    scene.whisper(OWNER, f"/ok {scene.case().number}")
    assert welcomes(scene.run(hours=1)) == []


def test_a_word_that_they_read_the_rules_is_counted_and_not_answered():
    scene = Meeting(welcome={"acknowledge": "room"})
    scene.join("n1", "小新")
    scene.join("n2", "小亮")
    (said,) = scene.run(**WINDOW)
    assert "「1」" in line(said)
    assert scene.say("n1", "1。").effects == ()
    scene.say("u1", "1")
    assert scene.member("n1").acknowledged_at == scene.now
    assert scene.member("u1").acknowledged_at is None
    shown = scene.whisper(OWNER, "/welcome").effects[0].words.values["rows"][0]
    assert (shown["count"], shown["acknowledged"], shown["waiting"]) == (2, 1, "小亮")


def test_in_private_it_is_answered_once_and_not_passed_on():
    scene = Meeting(welcome={"acknowledge": "private"})
    scene.join("n1", "小新")
    scene.run(**WINDOW)
    scene.say("n1", "1")
    assert scene.member("n1").acknowledged_at is None
    decision = scene.whisper("n1", "1")
    assert [e.purpose for e in decision.effects] == ["reply"]
    assert scene.member("n1").acknowledged_at == scene.now
    # Said again it is a private word like any other.
    assert "notify_staff" in kinds(scene.whisper("n1", "1"))


def test_a_room_of_many_who_never_spoke_is_welcomed_like_any_other():
    scene = Meeting()
    scene.roster(*[f"p{n}" for n in range(499)], "u1")
    scene.later(days=1)
    scene.join("n1", "小新")
    (said,) = scene.run(minutes=11)
    assert said.mentions == ("n1",)


def test_within_a_minute_of_the_end_of_the_while_nobody_is_lost():
    scene = Meeting()
    scene.join("n1", "小新")
    scene.now += timedelta(minutes=9, seconds=59)
    scene.join("n2", "小亮")
    said = scene.run(minutes=30)
    assert [e.mentions for e in welcomes(said)] == [("n1", "n2")]

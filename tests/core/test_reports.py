"""Members' reports: quiet, joined, weighed by what staff made of earlier ones, and never enough by themselves."""

from __future__ import annotations

import pytest

from bot.core.commands.desk import Line, read
from bot.core.effects import NotifyStaff, Remove, SendPrivate, SendRoom, Warn
from bot.core.events import Friend, Member
from bot.core.members import befriending
from bot.shell.render import load_renderer
from tests.core.scene import (
    AD,
    BOT,
    GUARD,
    NOON,
    OPERATOR,
    OWNER,
    STAFF,
    TALK,
    Scene,
    kinds,
    texts,
)  # fmt: skip

WARES = "自家土鸡蛋，新鲜到货，要的说一声"
DASHES = "\n- - - - - - - - - - - - - - -\n"


@pytest.fixture
def scene():
    """Six members report; `n1` is new, so the bot keeps what they say."""
    return with_members()


def with_members(mode="act", **tables):
    scene = Scene(mode, **tables)
    for number in range(3, 9):
        scene.tell(Member(at=NOON, room="r1", member=f"u{number}", name=f"群友{number}"))
    scene.join("n1", "新人")
    scene.say("n1", WARES, id="w1")
    scene.later(minutes=1)
    return scene


def report(scene, by, words="", quote="w1", **more):
    return scene.say(by, f"/report {words}".strip(), quote=quote, **more)


def about(scene, by, words, who="n1", name="新人"):
    return scene.say(by, f"/举报 @{name}\u2005{words}", mentions=(who,))


def told(decision):
    return [e for e in decision.effects if isinstance(e, NotifyStaff)]


def adding(scene, who="n1"):
    person = scene.state.people.get(who)
    return 0 if person is None else befriending.times(person, scene.now)


# --------------------------------------------------------------------------------- of a message


def test_a_reported_message_is_asked_about_and_nothing_is_said_in_the_room(scene):
    decision = report(scene, "u1")
    assert not any(isinstance(e, SendRoom) for e in decision.effects)
    (asked,) = told(decision)
    assert (asked.to, asked.words.text, asked.words.values["reports"]) == (OPERATOR, "staff.ask", 1)
    assert "1 位群友举报" in load_renderer("zh", {}).render(asked.words)
    assert scene.case().state == "asked"
    assert (scene.case().member, scene.case().event) == ("n1", "w1")


def test_the_reporter_is_thanked_in_private_and_named_to_nobody(scene):
    decision = report(scene, "u1")
    (thanks,) = (e for e in decision.effects if isinstance(e, SendPrivate))
    assert (thanks.to, thanks.words.text) == ("u1", "reported.thanks")
    done = scene.arrive(scene.whisper(OPERATOR, "/ok 1"))
    for effect in (*told(decision), *done):
        said = load_renderer("zh", {}).render(effect.words) if hasattr(effect, "words") else ""
        assert "小林" not in said


@pytest.mark.parametrize("why", ["friend", "opted_out"])
def test_who_cannot_be_written_to_is_not(scene, why):
    if why == "friend":
        scene.tell(Friend(at=scene.now, member="u1", friend=False))
    else:
        scene.whisper("u1", "别再给我发消息了")
    assert kinds(report(scene, "u1")) == ["notify_staff"]


def test_several_reporters_of_one_message_join_one_case(scene):
    for who in ("u1", "u2", "u3", "u2"):
        report(scene, who)
    assert len(scene.state.cases) == 1
    assert scene.case().report.by == ("u1", "u2", "u3")


def test_wechats_own_quotation_finds_the_message_too(scene):
    scene.say("u1", f"「新人：{WARES}」{DASHES}/举报 发广告")
    assert (scene.case().event, scene.case().state) == ("w1", "asked")


def test_words_put_into_somebodys_mouth_become_no_ad():
    scene = with_members()
    for number in range(5):
        scene.say("u2", f"{TALK}，今天第{number}次出门散步")
    scene.say("u1", f"「小王：{AD}」{DASHES}/report")
    case = scene.case()
    assert (case.kind, case.level) == ("question", None)
    scene.whisper(OPERATOR, f"/ok {case.number}")
    assert scene.state.samples == {}
    assert scene.member("u2").strikes == ()


def test_staff_decides_and_a_yes_follows_the_ladder(scene):
    report(scene, "u1")
    decision = scene.whisper(OPERATOR, "/ok 1")
    assert "remove" in kinds(decision)
    assert scene.state.samples[1].label == "ad"


def test_without_an_answer_nothing_is_done(scene):
    for who in ("u1", "u2", "u3", "u4", "u5"):
        report(scene, who)
    while scene.case().state == "asked":
        decision = scene.due()
        assert not any(isinstance(e, Remove | Warn) for e in decision.effects)
    assert scene.case().state == "expired"


def test_what_staff_rejected_is_not_asked_about_again(scene):
    report(scene, "u1")
    scene.whisper(OPERATOR, "/no 1")
    assert told(report(scene, "u2")) == []
    assert len(scene.state.cases) == 1


def test_a_report_of_what_waits_anyway_adds_a_voice(scene):
    scene.say("u2", "有人要货吗", id="q")
    assert scene.case().state == "asked"
    assert told(report(scene, "u1", quote="q")) == []
    assert scene.case().report.by == ("u1",)


@pytest.mark.parametrize("mode", ["observe", "assist", "act"])
def test_in_every_mode_staff_hears_and_nobody_is_touched(mode):
    scene = with_members(mode)
    decision = report(scene, "u1")
    assert len(told(decision)) == 1
    assert {type(e) for e in decision.effects} == {NotifyStaff, SendPrivate}
    assert scene.case().held == () or mode != "observe"


# --------------------------------------------------------------------------------- of a person


def test_reports_of_adding_people_count_once_for_every_member(scene):
    about(scene, "u1", "乱加人")
    assert adding(scene) == 1
    about(scene, "u1", "又加我")
    assert adding(scene) == 1
    about(scene, "u2", "加我好友发广告")
    assert adding(scene) == 2
    (case,) = scene.state.cases.values()
    assert (case.kind, case.report.by) == ("question", ("u1", "u2"))


def test_staff_hears_of_it_once_and_can_say_no():
    scene = with_members()
    (asked,) = told(about(scene, "u1", "乱加人"))
    assert asked.words.text == "staff.report"
    assert "反映 新人乱加人" in load_renderer("zh", {}).render(asked.words)
    assert told(about(scene, "u2", "乱加人")) == []
    assert texts(scene.whisper(OPERATOR, "/no 1")) == ["case.rejected"]
    assert adding(scene) == 0


def test_a_yes_of_staff_counts_too(scene):
    about(scene, "u1", "乱加人")
    assert texts(scene.whisper(OPERATOR, "/ok 1")) == ["reported.upheld"]
    assert adding(scene) == 2


def test_it_speaks_against_a_suspicious_message_and_removes_nobody_alone(scene):
    for who in ("u1", "u2", "u3", "u4", "u5"):
        about(scene, who, "乱加人")
    assert scene.say("n1", TALK).verdict == "ok"
    assert not any(isinstance(e, Remove) for e in scene.say("n1", "大家晚上好，吃了没有呀").effects)


@pytest.mark.parametrize("words", ["", "老是刷屏"])
def test_whatever_else_is_reported_is_passed_on(scene, words):
    (asked,) = told(about(scene, "u1", words))
    assert asked.words.values["about"] == "other"
    assert asked.words.values["excerpt"] == words


# --------------------------------------------------------------------------------- in private


@pytest.mark.parametrize(
    "line", ["/report @新人 乱加人", "举报 @新人 乱加人", "/举报 @新人 加我", "举报@新人 加我"]
)
def test_in_private_by_name(scene, line):
    decision = scene.whisper("u1", line)
    assert texts(decision) == ["staff.report", "reported.thanks"]
    assert adding(scene) == 1


def test_in_private_by_quotation(scene):
    scene.whisper("u1", f"「新人：{WARES}」{DASHES}/report")
    assert (scene.case().event, scene.case().state) == ("w1", "asked")


def test_in_private_only_rooms_one_is_in(scene):
    scene.open("r2", "别的群")
    scene.join("x1", "外人", room="r2")
    assert texts(scene.whisper("u1", "/report @外人 乱加人")) == ["reported.unclear"]
    assert texts(scene.whisper("nobody", "/report @新人 乱加人")) == ["reported.unclear"]
    assert scene.state.cases == {}


def test_the_word_alone_asks_whom_and_a_threat_is_no_report(scene):
    assert texts(scene.whisper("u1", "举报")) == ["reported.unclear"]
    assert read("举报 你们，我要去消协投诉", private=True) is None
    assert read("举报 @新人 乱加人", private=True) == Line("举报", "@新人 乱加人")


# --------------------------------------------------------------------------------- who and whom


@pytest.mark.parametrize("person", [OWNER, STAFF, OPERATOR])
def test_of_staff_one_speaks_in_private(scene, person):
    scene.tell(Member(at=scene.now, room="r1", member=person, name=person))
    assert texts(about(scene, "u1", "乱加人", who=person, name=person)) == ["reported.staff"]
    assert adding(scene, person) == 0
    assert scene.state.cases == {}


def test_the_whitelisted_are_never_counted(scene):
    scene.tell(Member(at=scene.now, room="r1", member=GUARD, name="卫士"))
    about(scene, "u1", "乱加人", who=GUARD, name="卫士")
    assert adding(scene, GUARD) == 0


def test_nobody_reports_themself(scene):
    assert report(scene, "n1").effects == ()
    assert scene.state.cases == {}


def test_staff_may_report_like_everybody(scene):
    report(scene, STAFF)
    assert scene.case().report.by == (STAFF,)


@pytest.mark.parametrize(
    "line", ["/report", "/report 乱加人", "/report @没有这人 乱加人", "/report @所有人 x"]
)
def test_what_is_not_understood_is_said_in_private_alone(scene, line):
    decision = scene.say("u1", line)
    assert (kinds(decision), texts(decision)) == (["send_private"], ["reported.unclear"])
    assert scene.state.cases == {}


def test_the_words_of_a_report_are_not_held_against_the_reporter(scene):
    decision = about(scene, "u1", f"他{AD}，骗人的")
    assert decision.verdict == "ok"
    assert scene.member("u1").strikes == ()


def test_an_offer_behind_the_command_is_still_an_offer(scene):
    decision = about(scene, "u1", f"{AD} 加微信 xhm_demo88")
    assert decision.verdict == "ad"


# --------------------------------------------------------------------------------- whose word counts


def reject(scene, by, number, *others):
    """Let somebody report a message, others second it, and staff say no."""
    scene.later(days=2)
    scene.join(f"x{number}", f"新{number}")
    scene.say(f"x{number}", f"{WARES}{'一二三四五六七'[number]}", id=f"x{number}")
    for who in (by, *others):
        report(scene, who, quote=f"x{number}")
    scene.whisper(OPERATOR, f"/no {scene.case().number}")


def test_whoever_was_wrong_needs_a_second_voice(scene):
    for number in range(2):
        reject(scene, "u1", number)
    scene.later(days=2)
    scene.join("n2", "新二")
    scene.say("n2", "今晚有空的朋友说一声哦", id="last")
    assert told(report(scene, "u1", quote="last")) == []
    assert (scene.case().state, scene.case().report.by) == ("recorded", ("u1",))
    assert len(told(report(scene, "u2", quote="last"))) == 1
    assert (scene.case().state, scene.case().report.by) == ("asked", ("u1", "u2"))


def test_right_ones_make_good_for_wrong_ones(scene):
    for number in range(2):
        reject(scene, "u1", number)
    report_ = scene.state.people["u1"].reporter
    assert [one.upheld for one in report_.outcomes] == [False, False]
    scene.later(days=91)
    scene.join("n2", "新二")
    scene.say("n2", "今晚有空的朋友说一声哦", id="last")
    assert len(told(report(scene, "u1", quote="last"))) == 1


def test_mostly_wrong_is_told_to_staff_once_and_counts_no_more(scene):
    for number in range(3):
        reject(scene, "u1", number, "u2")
    scene.later(days=2)
    scene.join("n2", "新二")
    scene.say("n2", "今晚有空的朋友说一声哦", id="last")
    decision = report(scene, "u1", quote="last")
    assert texts(decision) == ["staff.reporter"]
    assert scene.case().member == "u1"
    scene.arrive(decision)
    assert scene.case().state == "done"
    assert report(scene, "u1", quote="last").effects == ()
    about(scene, "u1", "乱加人", who="n2", name="新二")
    assert adding(scene, "n2") == 0


def test_more_than_five_a_day_is_told_to_staff_once_and_counts_no_more(scene):
    seen = []
    for number in range(9):
        decision = about(scene, "u1", "乱加人", who=f"u{2 + number % 7}", name=f"群友{2 + number % 7}") \
            if number % 7 else about(scene, "u1", "乱加人")  # fmt: skip
        seen += texts(decision)
        scene.later(minutes=5)
    assert seen.count("staff.reporter") == 1
    assert seen.count("reported.thanks") == 5
    scene.later(days=2)
    assert "reported.thanks" in texts(report(scene, "u1"))


def test_a_verdict_that_is_taken_back_is_taken_back_here_too(scene):
    report(scene, "u1")
    scene.whisper(OPERATOR, "/ok 1")
    assert [one.upheld for one in scene.state.people["u1"].reporter.outcomes] == [True]
    scene.whisper(OPERATOR, "/undo 1")
    assert scene.state.people["u1"].reporter.outcomes == ()
    scene.whisper(OPERATOR, "/notad 1")
    assert [one.upheld for one in scene.state.people["u1"].reporter.outcomes] == [False]


def test_reports_alone_make_nobody_a_silent_guest_to_be_sent_away(scene):
    scene.join("n2", "客人", inviter="u1")
    scene.say("n2", "大家好，我是新来的邻居", id="hello")
    scene.later(hours=1)
    report(scene, "u2", quote="hello")
    assert texts(scene.say(STAFF, "/kicktree @小林\u2005", mentions=("u1",))) == ["tree.all_talk"]


def test_a_report_reaches_the_next_of_staff_where_the_first_cannot_be_told(scene):
    (asked,) = told(about(scene, "u1", "乱加人"))
    (again,) = scene.receive(asked, "refused", "not_friend").effects
    assert (again.to, again.words.text) == (OWNER, "staff.report")


def test_the_bot_is_no_target(scene):
    scene.tell(Member(at=scene.now, room="r1", member=BOT, name="小助手"))
    assert texts(about(scene, "u1", "乱加人", who=BOT, name="小助手")) == ["reported.unclear"]

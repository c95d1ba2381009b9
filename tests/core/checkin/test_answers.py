"""What people answer is read, met with one line, and followed up; no is for ever."""

from __future__ import annotations

import pytest

from bot.core.effects import NotifyStaff, SendPrivate
from tests.core.checkin.silence import Silence, packs, said
from tests.core.scene import OPERATOR, text, texts


def asked(**tables) -> Silence:
    scene = Silence(1, **tables)
    while "l0" not in {e.to for _, e in scene.asked()}:
        scene.run(hours=6)
    return scene


def to_member(effects, member="l0"):
    return [e for e in effects if isinstance(e, SendPrivate) and e.to == member]


def test_an_answer_is_met_with_one_line_and_counts_as_met():
    scene = asked()
    effects = scene.answer("l0", "最近天天加班", "实在没空看群")
    (line,) = to_member(effects)
    assert line.purpose == "checkin_answer"
    assert scene.record("l0").state == "answered"
    assert (scene.record("l0").reason, scene.record("l0").followup) == ("busy", "none")
    scene.run(days=20)
    assert not scene.asked("checkin_reminder") or "l0" not in {
        e.to for _, e in scene.asked("checkin_reminder")
    }


def test_thanks_behind_it_bother_nobody():
    scene = asked()
    scene.answer("l0", "最近天天加班")
    assert scene.answer("l0", "好的谢谢") == []


def test_whoever_wants_to_know_how_to_mute_is_told():
    scene = asked()
    (line,) = to_member(scene.answer("l0", "消息太吵了 半夜还响"))
    assert "免打扰" in said(line)


def test_what_was_missed_is_offered_where_there_is_something_to_offer():
    scene = asked(checkin={"resource": "https://wiki.example/精华"})
    (line,) = to_member(scene.answer("l0", "在出差 有没有每周总结啊"))
    assert "https://wiki.example/精华" in said(line)
    without = asked()
    effects = without.answer("l0", "在出差 有没有每周总结啊")
    assert "checkin.human" in texts_of(effects)


def texts_of(effects):
    return [text(e) for e in effects if hasattr(e, "words")]


def test_a_human_takes_over_and_has_what_follows():
    scene = asked()
    effects = scene.answer("l0", "上次提意见被怼了 后来就不说了")
    (line,) = to_member(effects)
    assert "24" in said(line)
    brief = next(e for e in effects if isinstance(e, NotifyStaff))
    assert text(brief) == "checkin.human"
    assert "被怼" in brief.words.values["words"]
    case = scene.state.cases[scene.record("l0").number]
    assert (case.kind, case.state) == ("check-in", "open")
    more = scene.answer("l0", "是那个叫大刘的")
    assert "care.reply" in texts_of(more)
    assert not to_member(more)
    assert texts(scene.whisper(OPERATOR, f"/take {case.number}")) == ["care.taken"]
    assert "care.ended" in texts(scene.whisper(OPERATOR, f"/close {case.number} resolved"))


@pytest.mark.parametrize(
    "words",
    [
        "TD",
        "退订",
        "别烦我",
        "不用回访 我想说话自己会说",
        "再发举报",
        "拉黑了",
        "呵呵 又来群发关心 消停点吧",
        "您可真闲 以后不用惦记我",
        "谁让你加我的",
        "饶了我吧",
        "请不要每周都问",
        "没兴趣 别再联系",
        "我不喜欢被私聊",
        "stop",
        "don't contact me again",
    ],
)
def test_no_is_for_ever_and_answered_once(words):
    scene = asked()
    effects = scene.answer("l0", words)
    assert texts_of(to_member(effects)) == ["optout.confirmed"]
    assert scene.state.people["l0"].opted_out
    assert scene.record("l0").followup == "optout"
    answered = scene.now
    scene.run(days=200)
    later = [e for at, e in scene.sent if at > answered]
    assert not to_member(later)


def test_no_said_weeks_later_is_heard_as_well():
    scene = asked()
    scene.answer("l0", "最近天天加班")
    scene.run(days=14)
    scene.answer("l0", "以后不用惦记我了 别再问")
    assert scene.state.people["l0"].opted_out


def test_danger_goes_to_a_human_at_once():
    scene = asked()
    effects = scene.answer("l0", "不想活了")
    assert any(isinstance(e, NotifyStaff) for e in effects)
    assert any(case.kind == "safety" for case in scene.state.cases.values())


def test_what_cannot_be_read_goes_to_staff():
    scene = asked()
    effects = list(scene.whisper("l0", "", type="voice").effects)
    assert "staff.private_word" in texts_of(effects)
    assert scene.record("l0").state == "answered"


def test_in_assist_the_answer_waits_for_a_yes():
    scene = Silence(1, mode="assist")
    scene.run(days=40)
    scene.whisper(OPERATOR, "/checkin ok")
    scene.run(days=4)
    effects = scene.answer("l0", "最近天天加班")
    assert not to_member(effects)
    assert "checkin.held" in texts_of(effects)
    number = scene.record("l0").number
    sent = scene.whisper(OPERATOR, f"/checkin send {number}").effects
    assert to_member(sent)


def test_coming_back_to_talk_in_time_is_counted_and_told():
    scene = asked()
    scene.run(days=3)
    scene.say("l0", "1")
    assert scene.record("l0").returned_at is None
    scene.say("l0", "我回来啦，最近太忙了")
    assert scene.record("l0").returned_at == scene.now
    late = asked()
    late.run(days=15)
    late.say("l0", "我回来啦，最近太忙了")
    assert late.record("l0").returned_at is None


def test_the_digest_says_what_came_of_it_and_when_it_is_too_few_to_tell():
    scene = asked()
    scene.answer("l0", "最近天天加班")
    scene.say("l0", "我回来啦，最近太忙了")
    scene.run(days=20)
    digest = [e for _, e in scene.sent if text(e) == "digest.daily"][-1].words.values
    assert (digest["checkin_answered"], digest["checkin_back"]) == (1, 1)
    assert digest["checkin_verdict"] == "few"
    assert {"reason": "busy", "count": 1} in digest["checkin_reasons"]


def test_every_cue_does_what_its_examples_say():
    from bot.checkins import wrong_reason_cues

    assert wrong_reason_cues(packs()["checkins"].reader.cues) == []

"""Who is asked, when, with which words; and who never is."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.effects import AskFriend, NotifyStaff, SendPrivate, SendRoom
from bot.core.events import Join, Leave, Message
from tests.core.checkin.silence import Silence, said
from tests.core.scene import GUARD, OPERATOR, OWNER, STAFF, kinds, text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_silent_member_is_asked_once_by_name_after_thirty_days():
    scene = Silence(1)
    question = scene.until_asked()
    at = scene.asked()[0][0]
    # u1, u2, owner-less members of the scene were there before the bot and are silent as well.
    assert (question.to, question.purpose, question.room) in {
        (who, "checkin", "r1") for who in ("l0", "u1", "u2")
    }
    assert at - scene.member("l0").joined_at >= timedelta(days=30)
    scene.run(days=60)
    assert sorted(e.to for _, e in scene.asked()) == ["l0", "u1", "u2"]


def test_the_question_names_them_and_their_room_and_invents_nothing():
    scene = Silence(1)
    scene.run(days=70)
    question = next(e for _, e in scene.asked() if e.to == "l0")
    assert "安妮" in said(question)
    assert "母婴群" in said(question)
    assert "{" not in said(question)


def test_the_task_line_is_named_after_room_member_and_week():
    scene = Silence(1)
    keys: set[str] = set()
    for _ in range(70):
        scene.run(days=1)
        keys |= {task.key for task in scene.state.tasks.values() if task.kind == "checkin"}
        keys |= {f"checkin:{r.room}:{r.person}:{r.week}" for r in scene.state.checkins.values()}
    week = scene.record("l0")
    year, number, _ = week.at.astimezone(SHANGHAI).date().isocalendar()
    assert f"checkin:r1:l0:{year}-W{number:02}" in keys


def test_nobody_is_asked_at_night_at_weekends_or_on_holidays():
    scene = Silence(16, checkin={"again_days": 30, "return_days": 14})
    scene.run(days=330)
    assert len(scene.asked()) > 60
    for at, _ in scene.asked() + scene.asked("checkin_reminder"):
        here = at.astimezone(SHANGHAI)
        assert 10 <= here.hour < 20
        assert scene.policy.days_off.is_workday(here.date())


def test_make_up_workdays_count_and_unknown_years_have_their_weekends():
    days = Silence(0).policy.days_off
    assert not days.is_workday(date(2026, 10, 1))
    assert days.is_workday(date(2026, 10, 10))  # a Saturday worked for the National Day
    assert not days.knows(date(2199, 1, 1))
    assert [days.is_workday(date(2199, 1, day)) for day in (4, 5, 7)] == [True, False, True]


def test_first_check_ins_are_spread_and_no_two_read_alike():
    scene = Silence(30, checkin={"control_share": 0, "remind_days": 0})
    scene.run(days=75)
    days = {at.astimezone(SHANGHAI).date() for at, _ in scene.asked()}
    assert len(scene.asked()) == 32
    assert len(days) >= 12
    assert len({said(e) for _, e in scene.asked()}) == 32


def test_a_share_is_left_unasked_from_thirty_people_on():
    scene = Silence(98)
    scene.run(days=75)
    control = {r.person for r in scene.state.checkins.values() if r.group == "control"}
    assert len(control) == 10
    assert not control & {e.to for _, e in scene.asked()}
    small = Silence(20)
    small.run(days=75)
    assert all(r.group == "asked" for r in small.state.checkins.values())


def test_one_gentle_reminder_and_then_silence():
    scene = Silence(1)
    scene.run(days=100)
    reminders = [(at, e) for at, e in scene.asked("checkin_reminder") if e.to == "l0"]
    assert len(reminders) == 1
    asked = next(at for at, e in scene.asked() if e.to == "l0")
    assert reminders[0][0] - asked >= timedelta(days=4)


def test_whoever_talks_meanwhile_is_neither_asked_nor_reminded():
    scene = Silence(1)
    scene.run(days=29)
    scene.say("l0", "大家早上好呀")
    scene.run(days=25)
    assert "l0" not in {e.to for _, e in scene.asked()}


def test_talking_in_another_room_of_the_operator_is_talking():
    scene = Silence(0)
    scene.open("r2", "二群")
    scene.lurker("x", "小西")
    scene.lurker("x", "小西", room="r2")
    for _ in range(8):
        scene.run(days=10)
        scene.say("x", "今天吃什么好呢", room="r2")
    assert "x" not in {e.to for _, e in scene.asked()}


def test_in_two_rooms_a_person_is_asked_once():
    scene = Silence(0)
    scene.open("r2", "二群")
    scene.lurker("x", "小西")
    scene.lurker("x", "小西", room="r2")
    scene.run(days=90)
    assert [e.to for _, e in scene.asked()].count("x") == 1


def _gone(scene):
    scene.tell(Leave(at=scene.now, room="r1", member="l0"))


def _left_alone(scene):
    scene.whisper("l0", "别再给我发消息了")


def _tagged(scene):
    scene.whisper(OPERATOR, "/checkin quiet 安妮")


def _in_a_case(scene):
    from bot.core.care import desk
    from bot.core.conflict.news import Raised
    from bot.core.draft import Draft

    draft = Draft(scene.state, scene.policy, scene.now)
    desk.take(
        Raised(kind="dispute", severity="low", parties=("l0", "u2"), event="m1"),
        scene.state.rooms["r1"],
        draft,
    )
    scene.state.apply(draft.decision().changes)


def _paused(scene):
    scene.whisper(OPERATOR, "/checkin pause")


def _room_left(scene):
    from tests.core.scene import BOT

    scene.tell(Leave(at=scene.now, room="r1", member=BOT))


@pytest.mark.parametrize("happens", [_gone, _left_alone, _tagged, _in_a_case, _paused, _room_left])
def test_they_are_not_asked(happens):
    scene = Silence(1)
    scene.run(days=28)
    happens(scene)
    scene.run(days=12)
    assert "l0" not in {e.to for _, e in scene.asked()}


def test_staff_owner_operator_and_the_whitelisted_are_never_asked():
    scene = Silence(0)
    for person in (STAFF, OWNER, OPERATOR, GUARD):
        scene.lurker(person, person)
    scene.lurker("admin", "管理", role="staff")
    scene.run(days=90)
    assert {e.to for _, e in scene.asked()} == {"u1", "u2"}


def test_newcomers_are_left_in_peace():
    scene = Silence(0, checkin={"silent_days": 7, "joined_days": 30})
    scene.tell(Join(at=scene.now, room="r1", member="new", name="新来的"))
    scene.run(days=29)
    assert "new" not in {e.to for _, e in scene.asked()}


def test_a_room_that_watches_only_writes_down():
    scene = Silence(1, mode="observe")
    scene.run(days=70)
    assert {e.to for _, e in scene.asked()} >= {"l0"}
    assert all(r.state == "recorded" for r in scene.state.checkins.values())
    assert [e.to for _, e in scene.asked()].count("l0") == 1


def test_in_assist_staff_agrees_first():
    scene = Silence(2, mode="assist")
    brought = scene.run(days=40)
    proposals = [e for e in brought if isinstance(e, NotifyStaff) and text(e) == "checkin.propose"]
    assert proposals
    assert not scene.asked()
    scene.whisper(OPERATOR, "/checkin ok")
    scene.run(days=4)
    assert {"l0", "l1"} <= {e.to for _, e in scene.asked()}


def test_no_friend_gets_a_friend_request_and_the_question_once_it_is_accepted():
    scene = Silence(1)
    scene.befriended("l0", friend=False)
    scene.run(days=70)
    request = next(e for _, e in scene.sent if isinstance(e, AskFriend))
    assert (request.to, request.purpose) == ("l0", "checkin")
    assert len([e for _, e in scene.sent if isinstance(e, AskFriend)]) == 1
    scene = Silence(1)
    scene.befriended("l0", friend=False)
    while not any(isinstance(e, AskFriend) for _, e in scene.sent):
        scene.run(hours=6)
    scene.befriended("l0", friend=True)
    scene.run(days=5)
    assert [e.to for _, e in scene.asked("checkin_hello")] == ["l0"]


def test_no_friend_may_get_a_line_in_the_room_that_names_no_reason():
    scene = Silence(1, checkin={"unreachable": "room_line"})
    scene.befriended("l0", friend=False)
    scene.run(days=70)
    line = next(e for _, e in scene.sent if isinstance(e, SendRoom))
    assert line.mentions == ("l0",)
    assert not any(word in said(line) for word in ("潜水", "没说话", "好久", "安妮"))


def test_no_friend_may_be_put_on_a_list_for_staff():
    scene = Silence(1, checkin={"unreachable": "list"})
    scene.befriended("l0", friend=False)
    scene.run(days=70)
    lists = [e for _, e in scene.sent if isinstance(e, NotifyStaff) and text(e) == "checkin.list"]
    assert len(lists) == 1
    assert lists[0].words.values["people"][0]["name"] == "安妮"


def test_who_turns_out_to_be_no_friend_goes_the_other_way():
    scene = Silence(1)
    question = scene.until_asked()
    scene.state.apply([])
    record = scene.record(question.to)
    import msgspec

    scene.state.apply([msgspec.structs.replace(record, reached=False)])
    decision = scene.receive(question, "refused", "not_friend")
    assert kinds(decision) == ["friend_request"]


def test_the_budget_of_a_day_holds():
    scene = Silence(60, checkin={"per_day": 3, "control_share": 0, "spread_days": 1, "remind_days": 1})
    scene.run(days=90)
    by_day: dict[date, int] = {}
    for at, _ in scene.asked() + scene.asked("checkin_reminder"):
        day = at.astimezone(SHANGHAI).date()
        by_day[day] = by_day.get(day, 0) + 1
    assert max(by_day.values()) <= 3
    assert len(scene.asked()) > 20


def test_staff_may_have_somebody_asked_now():
    scene = Silence(1)
    scene.run(days=1)
    answer = scene.whisper(OPERATOR, "/checkin @安妮")
    assert text(answer.effects[0]) == "checkin.planned"
    scene.run(days=4)
    assert [e.to for _, e in scene.asked()] == ["l0"]
    again = scene.whisper(OPERATOR, "/回访 安妮")
    assert again.effects[0].words.values["because"] == "asked"


def test_the_preview_asks_nobody():
    scene = Silence(3)
    scene.run(days=31)
    before = dict(scene.state.checkins)
    preview = scene.whisper(OPERATOR, "/checkin")
    assert text(preview.effects[0]) == "checkin.preview"
    assert all(isinstance(e, SendPrivate) and e.to == OPERATOR for e in preview.effects)
    assert scene.state.checkins == before


def test_a_stranger_learns_nothing():
    scene = Silence(1)
    assert scene.whisper("u1", "/checkin").effects == ()


def test_something_once_said_in_the_room_may_be_taken_up():
    scene = Silence(0)
    scene.lurker("x", "小西")
    for number, words in enumerate(
        [
            "我家宝宝最近总是夜醒",
            "大家都用什么奶粉呀",
            "今天去打疫苗了",
            "谢谢大家的经验分享",
            "周末带娃去了动物园",
        ]
    ):
        scene.tell(Message(at=scene.now, room="r1", id=f"x{number}", sender="x", name="小西", text=words))
    heard = []
    for _ in range(12):
        scene.run(days=120)
        heard = [said(e) for _, e in scene.asked() if e.to == "x"]
    assert all("宝宝最近" not in line or "我家宝宝最近总是夜醒" in line for line in heard)
    assert len(heard) >= 5
    assert len(set(heard)) >= 5

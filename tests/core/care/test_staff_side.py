"""The staff's side: who is told when, what one line does, and that whoever leads is never talked over."""

from __future__ import annotations

import pytest

from tests.core.care.playing import OPERATOR, OWNER, STAFF, CareScene, answers, said_in_room, said_to, told

# NOON of the scene is Monday, noon in Shanghai.
DAY = {"who": STAFF, "begins": "09:00", "ends": "18:00"}
NIGHT = {"who": OWNER, "begins": "18:00", "ends": "02:00"}


def rota(*turns, **more):
    return CareScene(defaults={"duty": list(turns)}, **more)


class TestTheRota:
    def test_nobody_takes_it_so_the_next_is_told_then_the_operator_and_then_nobody(self):
        scene = rota(DAY, {"who": OWNER})
        assert told(scene.raised("u1", "u2"), STAFF) == ["care.brief"]
        second = scene.pass_time(minutes=10)
        assert (told(second, OWNER), told(second, OPERATOR)) == (["care.brief"], [])
        third = scene.pass_time(minutes=10)
        assert (told(third, OPERATOR), told(third, OWNER)) == (["care.brief"], [])
        assert "care.brief" not in told(scene.pass_time(hours=5))

    def test_a_case_that_is_taken_goes_to_nobody_else(self):
        scene = rota(DAY, {"who": OWNER})
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "接手 1")
        assert told(scene.pass_time(hours=3)) == []

    def test_the_hours_decide_who_is_asked(self):
        scene = rota(DAY, NIGHT)
        scene.later(hours=11)  # 23:00
        decision = scene.raised("u1", "u2")
        assert (told(decision, OWNER), told(decision, STAFF)) == (["care.brief"], [])

    def test_over_midnight_a_turn_belongs_to_the_day_it_began(self):
        scene = rota({**NIGHT, "weekdays": [1]}, {"who": STAFF, "begins": "00:00", "ends": "02:00"})
        scene.later(hours=13)  # Tuesday, 01:00
        assert told(scene.raised("u1", "u2"), OWNER) == ["care.brief"]

    def test_whoever_sleeps_is_not_rung_and_hears_of_it_when_their_turn_begins(self):
        scene = rota(DAY)
        scene.later(hours=14)  # 02:00
        assert told(scene.raised("u1", "u2")) == []
        assert told(scene.pass_time(hours=6)) == []
        assert told(scene.pass_time(hours=1, minutes=1), STAFF) == ["care.brief"]

    @pytest.mark.parametrize(("kind", "severity"), [("dispute", "high"), ("safety", "low")])
    def test_what_cannot_wait_wakes_the_operator(self, kind, severity):
        scene = rota(DAY)
        scene.later(hours=14)
        assert told(scene.raised("u1", "u2", kind=kind, severity=severity), OPERATOR) == ["care.brief"]

    def test_an_operator_is_not_rung_at_night_because_others_are_slow(self):
        scene = rota({"who": STAFF})
        scene.later(hours=14)
        scene.raised("u1", "u2")
        assert told(scene.pass_time(hours=5), OPERATOR) == []
        assert told(scene.pass_time(hours=2), OPERATOR) == ["care.brief"]

    def test_whoever_is_on_duty_by_day_hears_what_woke_the_operator_at_night(self):
        scene = rota(DAY)
        scene.later(hours=14)
        scene.raised("u1", "u2", severity="high")
        assert told(scene.pass_time(hours=8), STAFF) == ["care.brief"]

    def test_an_operator_who_hears_of_it_at_once_does_not_take_the_place_of_those_on_duty(self):
        scene = rota(DAY)
        scene.raised("u1", "u2", severity="high")
        assert told(scene.whisper("u1", "其实"), STAFF) == ["care.reply"]

    def test_a_rise_to_high_tells_the_operator_at_once(self):
        scene = rota(DAY)
        scene.raised("u1", "u2")
        assert told(scene.raised("u1", "u2", severity="high", escalated=True), OPERATOR) == ["care.brief"]

    def test_whoever_cannot_be_reached_is_passed_over_at_once(self):
        scene = rota(DAY, {"who": OWNER})
        [brief] = [e for e in scene.raised("u1", "u2").effects if e.__struct_config__.tag == "notify_staff"]
        assert told(scene.receive(brief, "refused", "not_friend"), OWNER) == ["care.brief"]

    def test_without_a_rota_the_staff_is_asked(self):
        scene = CareScene()
        assert told(scene.raised("u1", "u2"), STAFF) == ["care.brief"]

    def test_duty_shows_who_is_on(self):
        scene = rota(DAY, NIGHT)
        [reply] = scene.whisper(STAFF, "值班").effects
        [row] = reply.words.values["rows"]
        assert (row["names"], row["last"]) == ("staff", "operator")
        assert row["next"]


class TestPromises:
    def test_without_an_answer_within_a_day_the_operator_hears(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "叫人来")
        late = scene.pass_time(hours=25)
        assert "care.late" in told(late, OPERATOR)
        assert scene.care().late == ("answer",)

    def test_whoever_took_it_kept_the_first_promise_but_not_the_second(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/take 1")
        assert told(scene.pass_time(hours=50)) == []
        assert set(told(scene.pass_time(hours=30))) == {"care.late"}
        assert scene.care().late == ("resolve",)

    def test_a_case_closed_in_time_breaks_none(self):
        scene = CareScene(care={"keep_days": 1, "listen_seconds": 0})
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/close 1 declined")
        assert told(scene.pass_time(days=9)) == []

    def test_the_operators_own_hours_come_first(self):
        scene = CareScene(care={"answer_hours": 2, "listen_seconds": 0})
        scene.raised("u1", "u2")
        assert "care.late" in told(scene.pass_time(hours=3), OPERATOR)


class TestOneLine:
    def test_take_silences_the_bot_on_every_track(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        assert answers(scene.whisper(STAFF, "/take 1")) == ["care.taken"]
        heard = scene.whisper("u1", "其实我不想吵")
        assert said_to(heard, "u1") == []
        assert told(heard, STAFF) == ["care.reply"]
        rest = scene.pass_time(days=2)
        assert said_to(rest, "u1") == said_to(rest, "u2") == []

    def test_say_sends_a_step_even_then_and_the_bot_stays_silent(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/take 1")
        sent = scene.whisper(STAFF, "/say 1 offer @小林")
        assert said_to(sent, "u1")[0].startswith("offer")
        assert said_to(sent, "u2") == []
        assert said_to(scene.whisper("u1", "行吧"), "u1") == []

    def test_handing_back_lets_the_bot_go_on_where_it_stood(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/take 1")
        scene.whisper(STAFF, "/handover 1 bot")
        assert "你是个实在人。" in said_to(scene.whisper("u1", "其实还好"), "u1")[0]

    def test_skip_goes_on_where_somebody_does_not_answer(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        assert said_to(scene.whisper(STAFF, "/skip 1 小林"), "u1")

    def test_handover_gives_a_colleague_the_whole_picture(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        decision = scene.whisper(STAFF, f"/handover 1 @{OWNER}")
        assert told(decision, OWNER) == ["care.brief"]
        assert scene.care().owner == OWNER
        assert told(scene.whisper("u1", "其实"), OWNER) == ["care.reply"]

    def test_handover_goes_to_staff_only(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        assert answers(scene.whisper(STAFF, "/handover 1 小林")) == ["care.to_whom"]
        assert answers(scene.whisper(STAFF, "/转交 1", mentions=("u1",))) == ["care.to_whom"]

    def test_close_ends_everything(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        assert answers(scene.whisper(STAFF, "结案 1")) == ["care.ended"]
        assert {t.state for t in scene.state.tracks[1].values()} == {"ended"}
        assert scene.care().outcome == "resolved"
        assert {t.kind for t in scene.state.tasks.values()} == {"care-followup", "care-forget", "digest"}
        assert answers(scene.whisper(STAFF, "/say 1 offer")) == ["case.settled"]

    def test_close_in_words_of_ones_own_is_no_success(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/close 1 没谈拢，先放一放")
        assert scene.care().outcome == "closed"
        assert said_to(scene.pass_time(days=8), "u1") == []

    def test_a_note_on_the_outcome_is_kept_and_shown(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/close 1 resolved 已经给她换了一条新的")
        [answer] = scene.whisper(STAFF, "/case 1").effects
        [closing] = answer.words.values["closings"]
        assert (closing["by"], closing["outcome"]) == ("staff", "resolved")
        assert closing["words"] == "已经给她换了一条新的"

    @pytest.mark.parametrize("name", ["take", "say", "skip", "close", "handover", "case"])
    def test_who_forgets_the_number_is_shown_the_command_they_used(self, name):
        scene = CareScene()
        scene.raised("u1", "u2")
        [answer] = scene.whisper(STAFF, f"/{name} x").effects
        assert (answer.words.text, answer.words.values) == ("care.which", {"example": f"/{name} 12"})

    @pytest.mark.parametrize("line", ["/take 1", "/say 1 soothe", "/skip 1", "/close 1", "/case 1", "接手 1"])
    def test_a_member_can_do_none_of_it(self, line):
        scene = CareScene()
        scene.raised("u2", "u3")
        before = scene.case()
        scene.whisper("u1", line)
        assert scene.case(1) == before

    @pytest.mark.parametrize("line", ["/take", "/take 77", "/say 1 nonsense", "/skip 1 nonsense", "/say x"])
    def test_what_cannot_be_is_answered_kindly(self, line):
        scene = CareScene()
        scene.raised("u1", "u2")
        decision = scene.whisper(STAFF, line)
        assert len(answers(decision)) == 1
        assert said_to(decision, "u1") == []

    def test_staff_of_another_room_see_nothing(self):
        scene = CareScene()
        scene.open("r2", "别的群", owner="boss2", staff=("aide2",))
        scene.raised("u1", "u2")
        assert answers(scene.whisper("aide2", "/case 1")) == ["case.not_found"]
        [cases] = scene.whisper("aide2", "案件").effects
        assert cases.words.values["rows"] == ()

    def test_cases_and_case_show_what_is_open(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.later(hours=3)
        [cases] = scene.whisper(STAFF, "/cases").effects
        assert cases.words.values["rows"][0]["hours"] == 3
        assert answers(scene.whisper(STAFF, "案卷 1")) == ["care.brief"]


class TestTheBrief:
    def test_it_tells_tenure_messages_and_earlier_cases(self):
        scene = CareScene()
        for _ in range(3):
            scene.say("u1", "今天孩子吃得真不错")
        scene.raised("u1", "u3")
        scene.whisper(STAFF, "/close 1")
        scene.later(days=10)
        [brief] = [e for e in scene.raised("u1", "u2").effects if e.words.text == "care.brief"]
        lin, wang = brief.words.values["people"]
        assert (lin["name"], lin["messages"], lin["conflicts"], lin["last"]) == ("小林", 3, 1, 1)
        assert wang["conflicts"] == 0
        assert [t["words"] for t in brief.words.values["turns"]] == ["u1的气话", "u2的气话"]
        assert brief.words.values["proposal"] == "分别跟小林、小王聊"

    def test_a_case_that_is_opened_again_is_an_earlier_quarrel(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/close 1")
        scene.later(days=2)
        decision = scene.raised("u1", "u2", "u3")
        [brief] = [e for e in decision.effects if e.words.text == "care.brief"]
        assert [(p["conflicts"], p["last"]) for p in brief.words.values["people"]] == [(1, 1), (1, 1), (0, 0)]


class TestLevels:
    def level(self, decision):
        [brief] = [e for e in decision.effects if e.words.text == "care.brief"]
        return brief.words.values["level"]

    def test_what_is_mild_and_new_is_let_be_with_a_word(self):
        assert self.level(CareScene().raised("u1", "u2", severity="low")) == "dissuade"
        assert self.level(CareScene().raised("u1", "u2")) == "reconcile"

    def test_who_quarrels_again_and_again_is_a_humans_to_talk_to(self):
        scene = CareScene()
        for other in ("u3", "u4"):
            scene.raised("u1", other)
            scene.whisper(STAFF, f"/close {max(scene.state.cases)}")
            scene.later(days=5)
        assert self.level(scene.raised("u1", "u2")) == "ask_to_leave"

    def test_nobody_is_ever_removed_by_it(self):
        scene = CareScene()
        kinds = set()
        for _ in range(6):
            said = scene.raised("u1", "u2", severity="high").effects
            kinds |= {e.__struct_config__.tag for e in (*said, *scene.pass_time(days=4))}
        assert kinds <= {"send_room", "send_private", "notify_staff", "digest"}


class TestTheUnreachable:
    def test_staff_is_told_to_reach_them(self):
        scene = CareScene()
        scene.befriend("u1", False)
        decision = scene.raised("u1", "u2")
        assert said_to(decision, "u1") == []
        [brief] = [e for e in decision.effects if e.words.text == "care.brief"]
        assert [p["friend"] for p in brief.words.values["people"]] == [False, True]
        assert said_in_room(scene.pass_time(days=1)) == []

    def test_or_a_gentle_line_asks_them_to_write_and_their_track_begins_then(self):
        scene = CareScene(care={"unreachable": "gentle_line", "listen_seconds": 0})
        scene.befriend("u1", False)
        scene.raised("u1", "u2")
        [line] = [e for e in scene.pass_time(hours=1) if e.__struct_config__.tag == "send_room"]
        assert line.words.text == "care.gentle"
        assert line.mentions == ()
        assert said_to(scene.whisper("u1", "你找我？"), "u1")[0].startswith("soothe")

    def test_who_turns_out_to_be_no_friend_is_a_humans_to_reach(self):
        scene = CareScene()
        [line] = [e for e in scene.raised("u1", "u2").effects if getattr(e, "to", "") == "u1"]
        decision = scene.receive(line, "refused", "not_friend")
        assert told(decision) == ["care.unreachable"]
        assert scene.track("u1").state == "human"
        assert said_to(scene.pass_time(days=2), "u1") == []

    def test_what_was_not_delivered_is_told(self):
        scene = CareScene()
        [line] = [e for e in scene.raised("u1", "u2").effects if getattr(e, "to", "") == "u1"]
        assert told(scene.receive(line, "failed")) == ["care.undelivered"]

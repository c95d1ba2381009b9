"""Danger in the middle of a case: it is a case of safety from there, and of the bot they hear one line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.conflict.news import Turn
from tests.core.care.playing import OPERATOR, STAFF, CareScene, said_in_room, said_to, told


def words_in_the_room(scene: CareScene, person: str, words: str):
    turn = Turn(scene.now, f"d{scene.now:%H%M%S}{person}", person, person, words, ("safety/x",), 3.0)
    return scene.raised(person, kind="safety", severity="high", turns=(turn,))


def brief_in(effects, person):
    effects = getattr(effects, "effects", effects)
    [brief] = [e for e in effects if e.words.text == "care.brief" and e.to == person]
    return brief.words.values


WAYS = pytest.mark.parametrize("private", [True, False], ids=["in private", "in the room"])


def speaks(scene, words, *, private):
    return scene.whisper("u1", words) if private else words_in_the_room(scene, "u1", words)


class TestARunningCase:
    @WAYS
    def test_it_becomes_one_of_safety_with_its_headline_and_its_promises(self, private):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.later(hours=1)
        decision = speaks(scene, "不想活了", private=private)
        assert list(scene.state.cases) == [1]
        assert (scene.case().kind, scene.care().severity, scene.care().was) == ("safety", "high", "dispute")
        assert [(f.kind, f.case, f.parties) for f in decision.flags] == [("safety", 1, ("u1",))]
        for who in (STAFF, OPERATOR):
            values = brief_in(decision, who)
            assert (values["kind"], values["was"], values["cause"]) == ("safety", "dispute", "danger")
            [one] = values["dangers"]
            assert (one["name"], one["words"], one["private"]) == ("小林", "不想活了", private)
            assert values["proposal"] == "马上联系小林"
        due = {t.kind: t.due_at - scene.now for t in scene.state.tasks.values() if t.case == 1}
        assert due["care-answer"] == timedelta(minutes=15)
        assert due["care-resolve"] == timedelta(hours=24)

    @WAYS
    def test_they_hear_the_line_for_it_and_nothing_else_of_any_case(self, private):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.raised("u1", kind="complaint", target="brand")
        decision = speaks(scene, "不想活了", private=private)
        [line] = said_to(decision, "u1")
        assert "12356" in line
        more = [*scene.pass_time(hours=30), *scene.whisper("u1", "其实没事").effects]
        more += scene.raised("u1", "u3").effects
        more += scene.raised("u1", "u2", severity="high", escalated=True).effects
        more += scene.whisper("u1", "行吧").effects
        assert said_to([*more, *scene.pass_time(days=3)], "u1") == []

    @WAYS
    def test_the_others_talk_goes_on(self, private):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        speaks(scene, "不想活了", private=private)
        assert "你是个实在人。" in said_to(scene.whisper("u2", "其实还好"), "u2")[0]
        for words in ("其实是误会", "行吧"):
            scene.whisper("u2", words)
        assert scene.track("u2").state == "ended"
        # That nobody is in danger any more is for a human to say.
        assert scene.case().state == "open"

    @WAYS
    def test_whoever_threatens_others_hears_no_line_for_the_desperate(self, private):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        decision = speaks(scene, "我要弄死他", private=private)
        [line] = said_to(decision, "u1")
        assert "12356" not in line
        assert "110" in line
        assert brief_in(decision, STAFF)["dangers"][0]["danger"] == "violence"

    def test_nothing_of_it_is_said_in_the_room(self):
        scene = CareScene()
        scene.later(hours=7)
        scene.raised("u1", "u2")
        scene.later(hours=7)
        assert said_in_room(words_in_the_room(scene, "u1", "不想活了")) == []

    def test_a_word_to_be_said_in_the_room_waits_no_longer(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        assert scene.care().line
        scene.whisper("u1", "不想活了")
        assert scene.care().line == ""

    def test_even_where_a_human_leads_they_hear_the_one_line(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/take 1")
        assert said_to(scene.whisper("u1", "不想活了"), "u1") == ["别一个人扛，12356"]

    def test_a_human_is_promised_anew_though_somebody_did_something_before(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/say 1 praise 小王")
        scene.whisper("u1", "不想活了")
        assert "care.late" in told(scene.pass_time(minutes=20), OPERATOR)

    def test_said_again_it_is_shown_and_not_answered_again(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "不想活了")
        again = scene.whisper("u1", "真的不想活了")
        assert said_to(again, "u1") == []
        assert set(told(again)) == {"care.reply"}

    def test_in_assist_staff_is_shown_what_could_be_said(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/say 1")
        decision = scene.whisper("u1", "不想活了")
        assert said_to(decision, "u1") == []
        assert "别一个人扛" in str([e for e in decision.effects if e.words.text == "care.human"])

    def test_a_closed_case_wakes_up_again(self):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        for words in ("其实", "其实", "行吧"):
            for person in ("u1", "u2"):
                scene.whisper(person, words)
        scene.pass_time(hours=25)
        scene.whisper("u1", "不想活了")
        assert (scene.case().state, scene.case().kind) == ("open", "safety")

    def test_nobody_else_is_counted_among_those_in_danger(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "不想活了")
        scene.raised("u1", "u2", "u3", escalated=True)
        assert [one.person for one in scene.care().endangered] == ["u1"]
        assert scene.case().kind == "safety"

    def test_a_second_person_in_danger_hears_their_line_too(self):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.whisper("u1", "不想活了")
        decision = words_in_the_room(scene, "u2", "我也不想活了")
        assert list(scene.state.cases) == [1]
        assert len(said_to(decision, "u2")) == 1
        assert [one.person for one in scene.care().endangered] == ["u1", "u2"]
        assert said_to([*scene.pass_time(days=2), *scene.whisper("u2", "其实").effects], "u2") == []

    def test_in_a_room_switched_to_observe_only_people_are_told(self):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.say(STAFF, "/mode observe")
        decision = words_in_the_room(scene, "u1", "不想活了")
        assert {e.__struct_config__.tag for e in decision.effects} == {"notify_staff"}
        assert scene.case().kind == "safety"

    def test_another_day_it_is_opened_again_for_whoever_speaks_of_it_now(self):
        scene = CareScene()
        scene.raised("u1", "u2", kind="safety", severity="high")
        scene.whisper(STAFF, "/close 1 resolved")
        scene.later(days=2)
        decision = words_in_the_room(scene, "u1", "我要弄死他")
        assert decision.flags[0].case == 1
        assert said_to(decision, "u1") == ["先停下来，110"]
        assert [one.danger for one in scene.care().endangered] == ["violence"]

    def test_handing_back_lets_the_bot_lead_the_others_only(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "不想活了")
        scene.whisper(STAFF, "/take 1")
        scene.whisper(STAFF, "/handover 1 bot")
        assert scene.track("u1").state == "human"
        assert scene.track("u2").state == "open"

    def test_an_opt_out_does_not_end_it(self):
        scene = CareScene()
        scene.raised("u1", kind="safety", severity="high")
        scene.whisper("u1", "别烦我")
        assert scene.case().state == "open"


class TestObserving:
    def test_staff_and_operator_are_told_and_nobody_else_hears_a_word(self):
        scene = CareScene("observe")
        decision = words_in_the_room(scene, "u1", "不想活了")
        assert {(e.__struct_config__.tag, e.to) for e in decision.effects} == {
            ("notify_staff", STAFF),
            ("notify_staff", OPERATOR),
        }
        assert brief_in(decision, STAFF)["mode"] == "observe"
        assert scene.case().state == "recorded"
        assert [e for e in scene.pass_time(days=3) if e.__struct_config__.tag != "digest"] == []

    def test_said_again_later_they_are_told_again(self):
        scene = CareScene("observe")
        words_in_the_room(scene, "u1", "不想活了")
        scene.later(hours=5)
        assert told(words_in_the_room(scene, "u1", "不想活了"), STAFF) == ["care.brief"]
        assert list(scene.state.cases) == [1]

    def test_of_a_quarrel_nobody_is_told(self):
        assert CareScene("observe").raised("u1", "u2", severity="high").effects == ()

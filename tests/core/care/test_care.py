"""A case of care from its first line to its outcome, with a playbook of a few steps."""

from __future__ import annotations

import pytest

from bot.core.conflict.reading import BRUSHOFF, CALMING, CARE
from bot.core.conflict.records import Spoken
from tests.core.care.playing import OPERATOR, OWNER, STAFF, CareScene, said_in_room, said_to, told


def test_both_are_spoken_to_alone_after_one_calm_line_and_staff_has_the_picture():
    scene = CareScene()
    decision = scene.raised("u1", "u2")
    assert said_in_room(decision) == ["大家先缓一缓"]
    assert len(said_to(decision, "u1")) == len(said_to(decision, "u2")) == 1
    assert "小林" in said_to(decision, "u1")[0]
    assert told(decision) == ["care.brief"]
    [flag] = decision.flags
    assert (flag.kind, flag.case, flag.parties, flag.severity) == ("dispute", 1, ("u1", "u2"), "medium")


def test_nothing_of_one_side_reaches_the_other_or_the_room():
    scene = CareScene()
    scene.arrive(scene.raised("u1", "u2"))
    secret = "其实是他先骂我的"
    reply = scene.whisper("u1", secret)
    rest = [*reply.effects, *scene.whisper("u2", "其实我也不想").effects, *scene.pass_time(days=10)]
    heard = [e for e in rest if secret in str(e)]
    assert heard
    assert {e.__struct_config__.tag for e in heard} == {"notify_staff"}
    assert {e.to for e in heard} <= {STAFF, OWNER, OPERATOR}


def test_from_soothing_to_an_agreement_with_one_warm_line_and_two_follow_ups():
    scene = CareScene()
    scene.arrive(scene.raised("u1", "u2"))
    for person in ("u1", "u2"):
        assert "你是个实在人。" in said_to(scene.whisper(person, "其实还好"), person)[0]
        scene.whisper(person, "其实是误会")
        last = scene.whisper(person, "行吧")
        assert said_to(last, person) == ["谢谢你肯退一步"]
    assert scene.case().state == "done"
    assert scene.care().outcome == "agreed"
    assert said_in_room(last) == ["聊点开心的"]
    asked = scene.pass_time(hours=25)
    assert len(said_to(asked, "u1")) == len(said_to(asked, "u2")) == 1
    scene.whisper("u1", "其实没事了")
    assert scene.track("u1").outcome == "settled"
    assert len(said_to(scene.pass_time(days=7), "u1")) == 1


def test_no_wording_is_said_twice_to_the_same_person():
    scene = CareScene()
    first = said_to(scene.raised("u1", "u2"), "u1")
    more = [*said_to(scene.whisper("u1", "气死我了"), "u1"), *said_to(scene.whisper("u1", "凭什么"), "u1")]
    assert len({*first, *more}) == 3


def test_who_stays_angry_is_handed_to_a_human_and_the_bot_is_silent():
    scene = CareScene()
    scene.raised("u1", "u2")
    for _ in range(3):
        last = scene.whisper("u1", "气死我了")
    assert scene.track("u1").state == "human"
    assert "care.human" in told(last)
    assert said_to(scene.whisper("u1", "气死我了"), "u1") == []


def test_a_party_who_never_answers_is_reminded_once_and_then_left_in_peace():
    scene = CareScene()
    scene.arrive(scene.raised("u1", "u2"))
    reminded = scene.pass_time(hours=9)
    assert said_to(reminded, "u1") == said_to(reminded, "u2") == ["不催你"]
    rest = scene.pass_time(hours=60)
    assert said_to(rest, "u1") == []
    assert scene.care().outcome == "no-answer"
    assert scene.case().state == "done"


def test_leave_me_alone_ends_the_track_at_once_and_for_ever():
    scene = CareScene()
    scene.raised("u1", "u2")
    decision = scene.whisper("u1", "别烦我")
    assert scene.track("u1").state == "ended"
    assert scene.track("u1").outcome == "opted-out"
    assert scene.state.people["u1"].opted_out
    assert "care.opted_out" in told(decision)
    later = [*scene.pass_time(days=2), *scene.raised("u1", "u2").effects, *scene.pass_time(days=9)]
    assert said_to(later, "u1") == []
    assert said_to(later, "u2")


def test_the_readers_own_opt_out_counts_just_as_much():
    scene = CareScene()
    scene.raised("u1", "u2")
    scene.whisper("u1", "你别找我了好吗")
    assert scene.state.people["u1"].opted_out
    assert scene.track("u1").outcome == "opted-out"


def test_who_asks_for_a_human_gets_one_and_no_more_of_the_bot():
    scene = CareScene()
    scene.raised("u1", "u2")
    decision = scene.whisper("u1", "叫人来")
    assert said_to(decision, "u1") == ["我请staff来"]
    assert told(decision, STAFF) == ["care.human"]
    assert told(decision, OPERATOR) == []
    assert said_to(scene.pass_time(days=3), "u1") == []


def test_whoever_speaks_of_a_lawyer_or_of_dying_goes_to_staff_and_operator_at_once():
    for words, read in (("我找律师了", "legal-threat"), ("不想活了", "safety")):
        scene = CareScene()
        scene.raised("u1", "u2")
        decision = scene.whisper("u1", words)
        assert told(decision, OPERATOR) == ["care.brief" if read == "safety" else "care.human"]
        assert scene.track("u1").replies[-1].read == read
        assert scene.track("u1").state == "human"
        assert bool(decision.flags) == (read == "safety")


def test_danger_is_heard_even_from_someone_who_wants_to_be_left_alone():
    scene = CareScene()
    scene.raised("u1", "u2")
    decision = scene.whisper("u1", "别烦我，不想活了")
    assert told(decision, OPERATOR) == ["care.brief"]
    # Nobody who speaks of dying is wished good luck and left alone for ever.
    assert not scene.state.people["u1"].opted_out
    assert said_to(decision, "u1")
    assert "optout.confirmed" not in said_to(decision, "u1")


def test_several_short_lines_are_read_together():
    scene = CareScene(care={"listen_seconds": 40})
    scene.raised("u1", "u2")
    for words in ("其实", "我就是", "有点难过"):
        assert scene.whisper("u1", words).effects == ()
        scene.later(seconds=20)
    assert scene.pass_time(seconds=10) == []
    assert len(said_to(scene.pass_time(seconds=30), "u1")) == 1
    assert scene.track("u1").replies[-1].words == "其实\n我就是\n有点难过"


def test_what_cannot_wait_is_heard_in_the_middle_of_it():
    scene = CareScene(care={"listen_seconds": 40})
    scene.raised("u1", "u2")
    scene.whisper("u1", "其实")
    assert "care.human" in told(scene.whisper("u1", "叫人来"))
    assert said_to(scene.pass_time(minutes=5), "u1") == []


class TestTheRoom:
    @pytest.mark.parametrize(
        ("kinds", "said"),
        [(CALMING, []), (CARE, []), (0, ["大家先缓一缓"]), (CALMING | BRUSHOFF, ["大家先缓一缓"])],
    )
    def test_none_is_said_where_staff_calms_things_already(self, kinds, said):
        scene = CareScene()
        turn = Spoken(
            room="r1", slot=0, number=0, at=scene.now, id="x", sender=STAFF, staff=True, kinds=kinds
        )
        scene.state.apply([turn])
        scene.later(minutes=2)
        assert said_in_room(scene.raised("u1", "u2")) == said

    def test_never_two_lines_in_one_episode(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.later(minutes=3)
        assert said_in_room(scene.raised("u1", "u2", severity="high", escalated=True)) == []

    def test_a_safety_case_says_nothing_in_the_room_and_wakes_the_operator(self):
        scene = CareScene()
        decision = scene.raised("u1", kind="safety", severity="high")
        assert said_in_room(decision) == []
        assert told(decision, OPERATOR) == ["care.brief"]
        assert told(decision, STAFF) == ["care.brief"]


class TestModes:
    def test_observe_writes_down_and_touches_nobody(self):
        scene = CareScene("observe")
        decision = scene.raised("u1", "u2")
        assert decision.effects == ()
        kinds = [e.__struct_config__.tag for e in decision.recorded]
        assert kinds == ["send_room", "notify_staff", "send_private", "send_private"]
        assert [f.case for f in decision.flags] == [1]
        assert scene.case().state == "recorded"
        assert not scene.state.tracks
        assert scene.raised("u1", "u2", escalated=True).flags[0].case == 1
        assert all(t.kind == "digest" for t in scene.state.tasks.values())

    def test_a_room_switched_to_observe_hears_no_more_of_a_case(self):
        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.say(STAFF, "/mode observe")
        quiet = [*scene.raised("u1", "u2", "u3", escalated=True).effects, *scene.pass_time(days=9)]
        assert [e for e in quiet if e.__struct_config__.tag != "digest"] == []
        assert said_to(scene.whisper("u1", "其实"), "u1") == []

    def test_a_room_switched_on_takes_up_what_was_only_written_down(self):
        scene = CareScene("observe")
        scene.raised("u1", "u2")
        scene.say(STAFF, "/mode act")
        decision = scene.raised("u1", "u2")
        assert decision.flags[0].case == 1
        assert said_to(decision, "u1")
        assert scene.case().state == "open"

    def test_flags_are_the_same_in_every_mode(self):
        flags = [CareScene(mode).raised("u1", "u2").flags for mode in ("observe", "assist", "act")]
        assert flags[0] == flags[1] == flags[2]

    def test_assist_shows_every_private_line_first(self):
        scene = CareScene("assist")
        decision = scene.raised("u1", "u2")
        assert said_to(decision, "u1") == said_in_room(decision) == []
        [brief] = [e for e in decision.effects if e.words.text == "care.brief"]
        assert [row["held"] for row in brief.words.values["tracks"]] == ["soothe", "soothe"]
        assert brief.words.values["line"] == "大家先缓一缓"
        sent = scene.whisper(STAFF, "/say 1 soothe")
        assert len(said_to(sent, "u1")) == len(said_to(sent, "u2")) == 1
        answered = scene.whisper("u1", "其实还好")
        assert said_to(answered, "u1") == []
        assert told(answered) == ["care.held"]
        assert said_to(scene.whisper(STAFF, "/say 1 praise"), "u1")

    def test_assist_sends_to_one_alone_by_name(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        sent = scene.whisper(STAFF, "/说 1 安抚 小林")
        assert said_to(sent, "u1")
        assert not said_to(sent, "u2")

    def test_the_calm_line_waits_for_a_yes_too(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        assert said_in_room(scene.whisper(STAFF, "/say 1 room")) == ["大家先缓一缓"]
        assert said_in_room(scene.whisper(STAFF, "/say 1 room")) == []

    def test_a_plain_yes_or_no_does_as_well(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        assert said_to(scene.whisper(STAFF, "通过 1"), "u1")
        scene.whisper("u1", "其实")
        scene.whisper(STAFF, "/no 1")
        assert scene.track("u1").held.step == "offer"

    def test_skip_goes_on_without_the_line(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        told_now = scene.whisper(STAFF, "/skip 1 小林")
        assert said_to(told_now, "u1") == []
        assert scene.track("u1").held.step == "praise"
        assert scene.track("u2").held.step == "soothe"

    def test_parting_words_are_only_proposed(self):
        scene = CareScene("assist")
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/say 1")
        decision = scene.whisper("u1", "叫人来")
        assert said_to(decision, "u1") == []
        [human] = [e for e in decision.effects if e.words.text == "care.human"]
        assert human.words.values["text"]


class TestOneTroubleOneCase:
    def test_a_second_flare_up_joins_the_open_case(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.later(hours=2)
        again = scene.raised("u2", "u1")
        assert again.flags[0].case == 1
        assert told(again) == ["care.joined"]
        assert said_to(again, "u1") == []
        assert len(scene.care().turns) == 4

    def test_one_of_days_ago_is_opened_again_and_asks_in_other_words(self):
        scene = CareScene()
        first = said_to(scene.raised("u1", "u2"), "u1")
        scene.whisper(STAFF, "/close 1 resolved")
        scene.later(days=2)
        again = scene.raised("u1", "u2")
        assert again.flags[0].case == 1
        assert scene.case(1).state == "open"
        assert scene.care().reopened == 1
        assert said_to(again, "u1")
        assert said_to(again, "u1") != first
        assert said_in_room(again) == ["大家先缓一缓"]

    def test_the_echo_of_what_is_settled_opens_nothing(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        turns = scene.care().turns
        scene.whisper(STAFF, "/close 1 resolved")
        scene.later(hours=1)
        again = scene.raised("u1", "u2", turns=turns, escalated=True)
        assert again.flags[0].case == 1
        assert again.effects == ()
        assert scene.case(1).state == "done"

    def test_one_of_weeks_ago_is_another_case(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/close 1 resolved")
        scene.later(days=9)
        assert scene.raised("u1", "u2").flags[0].case == 2

    def test_other_people_have_another_case(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        assert scene.raised("u3", "u4").flags[0].case == 2
        assert scene.raised("u1", "u5").flags[0].case == 3

    def test_a_new_party_gets_a_track_of_their_own(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        more = scene.raised("u1", "u2", "u3", escalated=True)
        assert more.flags[0].case == 1
        assert said_to(more, "u3")
        assert not said_to(more, "u1")

    def test_a_complaint_that_others_join_becomes_a_faction_without_a_second_opening(self):
        scene = CareScene(care={"listen_seconds": 0, "topic": "周末"})
        scene.raised("u1", kind="complaint", target="brand")
        scene.join("u3")
        grown = scene.raised("u1", "u2", "u3", kind="faction", ringleaders=("u1",), escalated=True)
        assert scene.case().kind == "faction"
        assert said_to(grown, "u1") == []
        assert said_to(grown, "u2")
        assert scene.track("u1").role == "leader"

    def test_staff_is_never_a_party(self):
        scene = CareScene()
        decision = scene.raised(STAFF, "u1")
        assert decision.flags[0].parties == ("u1",)
        assert STAFF not in scene.state.tracks[1]
        assert scene.raised(STAFF, OWNER).flags == ()


class TestPeace:
    def test_who_make_it_up_themselves_are_left_in_peace(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        decision = scene.calmed("u1", "u2")
        assert scene.case().state == "done"
        assert scene.care().outcome == "calmed"
        assert told(decision) == ["care.calmed"]
        later = scene.pass_time(days=20)
        assert said_to(later, "u1") == said_to(later, "u2") == said_in_room(later) == []

    def test_a_talk_under_way_is_not_broken_off(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "气死我了")
        scene.calmed("u1", "u2")
        assert scene.case().state == "open"
        assert scene.track("u1").state == "open"

    def test_danger_does_not_end_by_a_kind_word(self):
        scene = CareScene()
        scene.raised("u1", kind="safety", severity="high")
        scene.calmed("u1", "u2")
        assert scene.case().state == "open"


class TestComplaints:
    def test_only_what_the_operator_configured_is_offered(self):
        scene = CareScene(care={"listen_seconds": 0, "options": ["换货", "退款"]})
        scene.raised("u1", kind="complaint", target="staff")
        assert "1. 换货\n2. 退款" in said_to(scene.whisper("u1", "气死我了"), "u1")[0]

    def test_without_options_a_human_decides(self):
        scene = CareScene()
        scene.raised("u1", kind="complaint", target="staff")
        decision = scene.whisper("u1", "气死我了")
        assert scene.track("u1").state == "human"
        assert "care.human" in told(decision)

    def test_what_was_chosen_is_carried_out_by_a_human_before_the_case_ends(self):
        scene = CareScene(care={"listen_seconds": 0, "options": ["换货"]})
        scene.raised("u1", kind="complaint", target="staff")
        scene.whisper("u1", "气死我了")
        decision = scene.whisper("u1", "可以的")
        assert "care.to_do" in told(decision)
        assert scene.case().state == "open"
        scene.whisper(STAFF, "/close 1 resolved")
        assert scene.case().state == "done"


class TestFactions:
    def test_ringleaders_are_spoken_to_apart_and_staff_is_asked_not_to_argue(self):
        scene = CareScene(care={"listen_seconds": 0, "topic": "周末"})
        scene.join("u3")
        decision = scene.raised("u1", "u2", "u3", kind="faction", ringleaders=("u1",), target="staff")
        assert said_to(decision, "u1")[0].startswith("soothe")
        assert said_to(decision, "u2")[0].startswith("one-line")
        assert told(decision, STAFF) == ["care.brief", "care.line"]
        for person in ("u1", "u2", "u3"):
            scene.whisper(person, "其实还好")
        assert scene.case().state == "done"
        assert said_in_room(scene.pass_time(hours=49)) == ["聊聊周末"]

"""Approvals: staff answer in private with the case's number; without a yes nothing is done."""

from __future__ import annotations

import pytest

from bot.core.effects import Remind
from bot.core.events import Friend
from tests.core.scene import AD, MAYBE, NOON, OPERATOR, OWNER, STAFF, Scene, kinds, only, text, texts

# What a member says in private is passed on to staff, whatever it is.
PASSED_ON = {"staff.private_word", "private.passed_on"}


@pytest.fixture
def asked():
    scene = Scene()
    scene.say("u1", MAYBE)
    return scene


@pytest.mark.parametrize(
    "yes", ["/ok 1", "通过 1", "通过1", "同意 #1", "/OK 1", "／ok 1", "/通过 1", "/ok #1", " 通过  1 "]
)
def test_a_yes_carries_out_what_was_proposed(asked, yes):
    decision = asked.whisper(OPERATOR, yes)
    assert kinds(decision) == ["remind", "send_private"]
    assert texts(decision)[1] == "case.approved"
    assert (asked.case(1).state, asked.case(1).by, asked.case(1).held) == ("carrying", OPERATOR, ())


@pytest.mark.parametrize("no", ["/no 1", "驳回 1", "不同意1", "NO 1"])
def test_a_no_drops_it_and_nothing_counts_against_the_member(asked, no):
    assert texts(asked.whisper(OWNER, no)) == ["case.rejected"]
    assert (asked.case(1).state, asked.case(1).held, asked.member("u1").strikes) == ("rejected", (), ())
    assert "approval:1" not in asked.state.tasks


@pytest.mark.parametrize("staff", [OPERATOR, OWNER, STAFF])
def test_any_of_the_rooms_staff_may_answer(asked, staff):
    assert "remind" in kinds(asked.whisper(staff, "通过 1"))


@pytest.mark.parametrize("second", ["/ok 1", "/no 1"])
def test_the_first_answer_wins_and_the_second_is_told_so(asked, second):
    asked.whisper(OPERATOR, "通过 1")
    decision = asked.whisper(STAFF, second)
    assert texts(decision) == ["case.settled"]
    assert only(decision).words.values["state"] == "carrying"
    assert asked.case(1).by == OPERATOR


def test_an_approved_reminder_that_arrived_counts_like_any_other(asked):
    asked.arrive(asked.whisper(OPERATOR, "通过 1"))
    assert (asked.case(1).state, len(asked.member("u1").strikes)) == ("done", 1)


def test_without_an_answer_the_request_expires_and_nothing_is_done(asked):
    decision = (
        asked.due() if "approval" in min(asked.state.tasks.values(), key=lambda t: t.due_at).key else None
    )
    while decision is None or decision.task != "approval:1":
        decision = asked.due()
    assert decision.effects == ()
    assert (asked.case(1).state, asked.case(1).held) == ("expired", ())
    assert texts(asked.whisper(OPERATOR, "通过 1")) == ["case.settled"]


def test_a_request_answered_in_time_does_not_expire(asked):
    asked.whisper(OPERATOR, "通过 1")
    assert "approval:1" not in asked.state.tasks


def test_staff_of_another_room_are_told_there_is_no_such_case(asked):
    asked.open("r2", "二群", owner="foreign", staff=())
    assert texts(asked.whisper("foreign", "通过 1")) == ["case.not_found"]
    assert asked.case(1).state == "asked"


@pytest.mark.parametrize("line", ["/ok 1", "通过 1", "/no 1", "/undo 1", "帮助", "/status"])
def test_a_member_who_tries_steers_nothing(asked, line):
    before = asked.case(1)
    assert set(texts(asked.whisper("u2", line))) <= PASSED_ON
    assert asked.case(1) == before


def test_not_even_about_their_own_case(asked):
    assert set(texts(asked.whisper("u1", "驳回 1"))) <= PASSED_ON
    assert asked.case(1).state == "asked"


@pytest.mark.parametrize("line", ["/ok 99", "/no 0", "/undo 999999999"])
def test_a_number_that_is_no_case_is_answered(asked, line):
    assert texts(asked.whisper(OPERATOR, line)) == ["case.not_found"]


@pytest.mark.parametrize(
    "line", ["/ok", "/ok 一下", "/ok -1", "/no 1 2", "/ok 1e3", "/ok 9999999999", "通过"]
)
def test_a_yes_without_a_proper_number_asks_for_it(asked, line):
    assert texts(asked.whisper(OPERATOR, line)) == ["case.which"]


def test_a_yes_in_the_room_is_sent_to_private_and_does_nothing(asked):
    decision = asked.say(OWNER, "/ok 1")
    assert (kinds(decision), texts(decision)) == (["send_private"], ["command.private_only"])
    assert asked.case(1).state == "asked"


def test_somebody_who_has_left_is_not_written_to_any_more(asked):
    asked.leave("u1")
    decision = asked.whisper(OPERATOR, "通过 1")
    assert texts(decision) == ["target.gone"]
    assert (asked.case(1).state, asked.case(1).held) == ("expired", ())


def test_after_coming_back_they_are_judged_anew(asked):
    asked.leave("u1")
    asked.whisper(OPERATOR, "通过 1")
    asked.later(days=1)
    asked.join("u1", "小林")
    assert kinds(asked.say("u1", AD)) == ["remove"]


def test_the_request_goes_to_the_operator_first_and_says_all_that_is_needed():
    scene = Scene()
    request = only(scene.say("u1", MAYBE))
    assert (request.to, text(request), request.case) == (OPERATOR, "staff.ask", 1)
    values = request.words.values
    said = [values[key] for key in ("name", "room", "excerpt", "level")]
    assert said == ["小林", "母婴群", MAYBE, "remind"]
    assert values["reasons"] == ({"rule": "ads/maybe", "evidence": MAYBE},)


def test_staff_named_in_the_settings_hear_before_the_operator():
    scene = Scene(rooms={"r1": {"staff": ["b-duty", "a-duty"]}})
    assert only(scene.say("u1", MAYBE)).to == "a-duty"


def test_whoever_is_known_to_be_no_friend_is_passed_over():
    scene = Scene()
    scene.tell(Friend(at=NOON, member=OPERATOR, friend=False))
    assert only(scene.say("u1", MAYBE)).to == OWNER


def test_what_is_held_is_what_was_announced(asked):
    (held,) = asked.case(1).held
    assert isinstance(held, Remind)
    assert (held.to, held.case) == ("u1", 1)


def test_doubts_that_gather_about_one_member_make_one_request(asked):
    more = [asked.say("u1", MAYBE) for _ in range(3)]
    assert [d.effects for d in more] == [(), (), ()]
    assert asked.case(1).more == 3


def test_the_excerpt_shows_the_members_own_words_only():
    scene = Scene()
    request = only(scene.say("u1", f"「小王：我家孩子病了」\n- - - - - -\n{MAYBE}"))
    assert request.words.values["excerpt"] == MAYBE


def test_staff_learn_the_id_of_somebody_without_a_name():
    request = only(Scene().say("nameless", MAYBE))
    assert request.words.values["name"] == "nameless"

"""The ladder: reminded first, then warned, then removed; and never without having been told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ads.ladder import is_newcomer, next_level
from bot.core.effects import Remove
from bot.core.events import Member
from bot.core.records import MemberState, Strike
from bot.core.settings import Ladder
from tests.core.scene import AD, MAYBE, NOON, TALK, Scene, kinds, only

BURST_OVER = timedelta(minutes=11)


def someone(joined_at: datetime | None = None, strikes: tuple[Strike, ...] = ()) -> MemberState:
    return MemberState(room="r1", member="u1", first_seen=NOON, joined_at=joined_at, strikes=strikes)


def test_a_long_standing_member_is_reminded_then_warned_then_removed():
    scene = Scene()
    seen = []
    for _ in range(3):
        decision = scene.say("u1", AD)
        seen += kinds(decision)
        scene.arrive(decision)
        scene.now += BURST_OVER
    assert seen == ["remind", "warn", "remove"]


def test_ordinary_talk_leads_to_nothing():
    decision = Scene().say("u1", TALK)
    assert (decision.verdict, decision.effects, decision.reasons) == ("ok", (), ())


def test_a_strike_counts_only_once_a_receipt_says_it_reached_the_member():
    scene = Scene()
    reminder = only(scene.say("u1", AD))
    assert scene.member("u1").strikes == ()
    scene.receive(reminder)
    assert [s.level for s in scene.member("u1").strikes] == ["remind"]


@pytest.mark.parametrize("outcome", ["failed", "dropped", "unknown"])
def test_a_reminder_that_did_not_surely_arrive_does_not_bring_a_warning_nearer(outcome):
    scene = Scene()
    scene.receive(only(scene.say("u1", AD)), outcome)
    scene.now += BURST_OVER
    assert kinds(scene.say("u1", AD)) == ["remind"]


def test_strikes_fade_after_the_window():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.later(days=31)
    assert kinds(scene.say("u1", AD)) == ["remind"]


def test_a_strike_just_inside_the_window_still_counts():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.later(days=30)
    assert kinds(scene.say("u1", AD)) == ["warn"]


def test_a_newcomers_clear_ad_leads_out_at_once():
    scene = Scene()
    scene.join("n1", "新来的")
    scene.later(minutes=5)
    assert scene.say("n1", AD).effects == (Remove(member="n1", room="r1", case=1),)


def test_a_newcomers_doubtful_message_is_only_asked_about():
    scene = Scene()
    scene.join("n1", "新来的")
    assert kinds(scene.say("n1", MAYBE)) == ["notify_staff"]


def test_a_member_of_unknown_joining_date_is_never_a_newcomer():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="old", name="老朋友", joined_at=None))
    assert kinds(scene.say("old", AD)) == ["remind"]


def test_a_sender_nobody_announced_is_long_standing():
    assert kinds(Scene().say("stranger", AD)) == ["remind"]


def test_after_the_first_days_a_newcomer_is_a_member_like_all():
    scene = Scene()
    scene.join("n1")
    scene.later(days=3, seconds=1)
    assert kinds(scene.say("n1", AD)) == ["remind"]


def test_newcomer_days_zero_spares_newcomers_the_door():
    scene = Scene(defaults={"ladder": {"newcomer_days": 0}})
    scene.join("n1")
    assert kinds(scene.say("n1", AD)) == ["remind"]


def test_a_joining_date_in_the_future_makes_no_newcomer():
    assert not is_newcomer(someone(NOON + timedelta(days=1)), Ladder(), NOON)


def test_messages_of_a_burst_join_the_case_instead_of_climbing_the_ladder():
    scene = Scene()
    first = scene.say("u1", AD)
    more = [scene.say("u1", AD) for _ in range(4)]
    assert kinds(first) == ["remind"]
    assert [d.effects for d in more] == [(), (), (), ()]
    assert [d.verdict for d in more] == ["ad"] * 4
    assert (len(scene.state.cases), scene.case().more) == (1, 4)


def test_a_late_message_after_a_removal_does_not_remove_again():
    scene = Scene()
    scene.join("n1")
    scene.arrive(scene.say("n1", AD))
    scene.leave("n1", remover="bot")
    late = scene.say("n1", AD)
    assert (late.verdict, late.effects) == ("ad", ())
    assert not scene.member("n1").present


def test_a_late_message_between_removal_and_its_proof_does_not_remove_again():
    scene = Scene()
    scene.join("n1")
    scene.say("n1", AD)
    assert scene.say("n1", AD).effects == ()


def test_whoever_was_removed_and_comes_back_at_once_to_advertise_is_removed_again():
    scene = Scene()
    scene.join("n1")
    scene.arrive(scene.say("n1", AD))
    scene.leave("n1", remover="bot")
    scene.later(minutes=2)
    scene.join("n1")
    assert kinds(scene.say("n1", AD)) == ["remove"]


def test_a_clear_ad_is_acted_on_even_while_an_earlier_doubt_waits_for_staff():
    scene = Scene()
    scene.say("u1", MAYBE)
    decision = scene.say("u1", AD)
    assert kinds(decision) == ["remind"]
    assert (len(scene.state.cases), scene.case().state) == (1, "carrying")
    assert "approval:1" not in scene.state.tasks


def test_each_room_has_its_own_ladder():
    scene = Scene(rooms={"r1": {"ladder": {"reminds": 0, "warns": 1}}})
    scene.open("r2", "二群")
    assert kinds(scene.say("u1", AD)) == ["warn"]
    assert kinds(scene.say("u1", AD, room="r2")) == ["remind"]


def test_what_a_rooms_ladder_does_not_say_is_taken_from_the_defaults():
    scene = Scene(defaults={"ladder": {"newcomer_days": 0}}, rooms={"r1": {"ladder": {"reminds": 2}}})
    scene.join("n1")
    assert kinds(scene.say("n1", AD)) == ["remind"]


@given(
    ladder=st.builds(
        Ladder,
        reminds=st.integers(0, 3),
        warns=st.integers(0, 3),
        window_days=st.integers(1, 60),
        newcomer_days=st.just(0.0),
    ),
    ages=st.lists(st.integers(0, 90), max_size=8),
)
def test_nobody_is_removed_before_all_reminders_and_warnings_of_the_window_were_given(ladder, ages):
    strikes = tuple(Strike(NOON - timedelta(days=age), "remind", n) for n, age in enumerate(ages))
    told = sum(age <= ladder.window_days for age in ages)
    level = next_level(someone(strikes=strikes), ladder, NOON)
    assert (level == "remove") == (told >= ladder.reminds + ladder.warns)
    assert (level == "remind") == (told < ladder.reminds)


def test_whoever_was_told_this_minute_is_given_time_to_read():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.later(seconds=30)
    assert scene.say("u1", AD).effects == ()
    assert scene.case().more == 1
    scene.later(seconds=31)
    assert kinds(scene.say("u1", AD)) == ["warn"]

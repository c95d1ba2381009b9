"""Undo: everything that would punish again goes, and whoever was removed is invited back."""

from __future__ import annotations

import pytest

from bot.core.effects import Invite, Remove
from tests.core.scene import AD, MAYBE, OPERATOR, OWNER, STAFF, Scene, kinds, only, receipt, texts


@pytest.fixture
def removed():
    """u1 is a friend of the account and was removed by an order of staff, verified."""
    scene = Scene()
    scene.befriend("u1", friend=True)
    scene.arrive(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))
    scene.leave("u1", remover="bot")
    return scene


def test_undo_clears_the_strike(removed):
    removed.whisper(OPERATOR, "/undo 1")
    assert (removed.member("u1").strikes, removed.case(1).state) == ((), "undone")


def test_undo_of_a_removal_invites_back_with_an_apology(removed):
    decision = removed.whisper(OPERATOR, "撤销 1")
    assert kinds(decision) == ["invite", "send_private", "send_private"]
    assert decision.effects[0] == Invite(member="u1", room="r1", case=1)
    assert texts(decision) == ["undo.apology", "case.undone"]
    assert decision.effects[2].words.values["invited"] is True


def test_no_apology_is_written_to_a_member_who_does_not_want_to_be_written_to(removed):
    removed.whisper("u1", "别再给我发消息了")
    assert kinds(removed.whisper(OPERATOR, "/undo 1")) == ["invite", "send_private"]


def test_staff_are_told_when_the_member_cannot_be_brought_back(removed):
    invite = removed.whisper(OPERATOR, "/undo 1").effects[0]
    decision = removed.receive(invite, "failed", "no_right")
    assert texts(decision) == ["staff.not_reinvited"]
    assert only(decision).to == OPERATOR
    assert removed.case(1).failed == ("invite",)


def test_and_if_that_staff_cannot_be_reached_the_next_one_is_told_the_same(removed):
    invite = removed.whisper(OPERATOR, "/undo 1").effects[0]
    notice = only(removed.receive(invite, "failed"))
    decision = removed.receive(notice, "refused", "not_friend")
    assert (only(decision).to, texts(decision)) == (OWNER, ["staff.not_reinvited"])


def test_undo_works_in_the_room_too(removed):
    assert kinds(removed.say(STAFF, "/undo 1"))[0] == "invite"


def test_a_removal_undone_under_way_is_not_counted_and_not_repeated():
    scene = Scene()
    removal = only(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))
    decision = scene.whisper(STAFF, "/undo 1")
    assert kinds(decision) == ["send_private"]
    scene.receive(removal, "dropped", "undone")
    assert (scene.case(1).state, scene.member("u1").strikes) == ("undone", ())


def test_a_removal_that_came_too_early_for_its_undo_is_made_good():
    scene = Scene()
    removal = only(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))
    scene.whisper(STAFF, "/undo 1")
    decision = scene.receive(removal)
    assert decision.effects == (Invite(member="u1", room="r1", case=1),)
    assert (scene.case(1).state, scene.member("u1").strikes) == ("undone", ())


def test_it_is_made_good_once_only():
    scene = Scene()
    removal = only(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))
    scene.whisper(STAFF, "/undo 1")
    scene.receive(removal)
    assert scene.receive(removal).effects == ()


def test_a_reminder_undone_before_it_arrived_leaves_no_strike():
    scene = Scene()
    reminder = only(scene.say("u1", AD))
    scene.whisper(OPERATOR, "/undo 1")
    scene.receive(reminder)
    assert scene.member("u1").strikes == ()


def test_undoing_one_case_leaves_the_strikes_of_others():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.later(minutes=11)
    scene.arrive(scene.say("u1", AD))
    scene.whisper(OPERATOR, "/undo 1")
    assert [(s.case, s.level) for s in scene.member("u1").strikes] == [(2, "warn")]


def test_after_an_undo_the_ladder_starts_where_it_was_before():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.whisper(OPERATOR, "/undo 1")
    scene.later(minutes=11)
    assert kinds(scene.say("u1", AD)) == ["remind"]


@pytest.mark.parametrize("mode", ["observe", "assist"])
def test_what_was_never_done_needs_no_undoing(mode):
    scene = Scene(mode)
    scene.say("u1", AD)
    state = scene.case(1).state
    decision = scene.whisper(OPERATOR, "/undo 1")
    assert texts(decision) == ["case.nothing_to_undo"]
    assert scene.case(1).state == state


def test_a_second_undo_changes_nothing(removed):
    removed.whisper(OPERATOR, "/undo 1")
    assert texts(removed.whisper(OWNER, "/undo 1")) == ["case.nothing_to_undo"]


def test_a_rejected_request_needs_no_undoing():
    scene = Scene()
    scene.say("u1", MAYBE)
    scene.whisper(OPERATOR, "/no 1")
    assert texts(scene.whisper(OPERATOR, "/undo 1")) == ["case.nothing_to_undo"]


def test_a_failed_removal_can_be_undone_without_inviting_whoever_never_left():
    scene = Scene()
    removal = only(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))
    scene.receive(removal, "failed", "no_right")
    assert kinds(scene.whisper(STAFF, "/undo 1")) == ["send_private"]


def test_a_member_cannot_undo(removed):
    assert removed.say("u2", "/undo 1").effects == ()
    assert removed.case(1).state == "done"


def test_a_receipt_for_a_case_nobody_knows_does_nothing():
    assert Scene().tell(receipt("e9", "remove", "done", case=99)).effects == ()


def test_undo_never_leads_to_a_removal(removed):
    assert not any(isinstance(e, Remove) for e in removed.whisper(OPERATOR, "/undo 1").effects)

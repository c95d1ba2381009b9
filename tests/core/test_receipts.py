"""Receipts: what the bot may believe it has done."""

from __future__ import annotations

import pytest

from bot.core.events import Friend
from tests.core.scene import AD, MAYBE, NOON, OPERATOR, OWNER, STAFF, Scene, kinds, only, text, texts


def kick(scene):
    return only(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))


def numbers(scene):
    (day,) = scene.state.days["r1"].values()
    return day


def test_a_private_reminder_refused_for_want_of_friendship_is_said_in_the_room():
    scene = Scene()
    reminder = only(scene.say("u1", AD))
    assert reminder.via == "private"
    again = only(scene.receive(reminder, "refused", "not_friend"))
    assert (again.via, text(again), again.to) == ("room", "remind.room", "u1")
    assert scene.state.people["u1"].friend is False
    assert scene.case().state == "carrying"


def test_and_the_reminder_in_the_room_counts_once():
    scene = Scene()
    again = only(scene.receive(only(scene.say("u1", AD)), "refused", "not_friend"))
    scene.receive(again)
    assert len(scene.member("u1").strikes) == 1
    assert (scene.case().state, scene.case().done, numbers(scene).reminds) == ("done", ("remind",), 1)


def test_next_time_it_is_said_in_the_room_at_once():
    scene = Scene()
    scene.tell(Friend(at=NOON, member="u1", friend=False))
    reminder = only(scene.say("u1", AD))
    assert (reminder.via, text(reminder)) == ("room", "remind.room")


def test_whoever_becomes_a_friend_is_spoken_to_in_private_again():
    scene = Scene()
    scene.tell(Friend(at=NOON, member="u1", friend=False))
    scene.tell(Friend(at=NOON, member="u1", friend=True))
    assert only(scene.say("u1", AD)).via == "private"


def test_a_verified_removal_is_done_and_staff_hear_of_it():
    scene = Scene()
    decision = scene.receive(kick(scene))
    assert (scene.case().state, scene.case().done, numbers(scene).removes) == ("done", ("remove",), 1)
    assert (only(decision).to, texts(decision)) == (STAFF, ["staff.done"])


@pytest.mark.parametrize("outcome", ["failed", "unknown", "refused"])
def test_a_removal_that_failed_or_cannot_be_verified_is_never_called_done(outcome):
    scene = Scene()
    decision = scene.receive(kick(scene), outcome, "no_right")
    assert (scene.case().state, scene.case().done) == ("failed", ())
    assert (numbers(scene).removes, numbers(scene).failed) == (0, 1)
    assert scene.member("u1").strikes == ()
    assert texts(decision) == ["staff.failed"]
    assert only(decision).words.values["detail"] == "no_right"


def test_what_was_dropped_before_it_went_out_is_failed_without_a_word():
    scene = Scene()
    assert scene.receive(kick(scene), "dropped", "expired").effects == ()
    assert scene.case().state == "failed"


def test_an_echo_settles_what_nobody_could_tell():
    scene = Scene()
    removal = kick(scene)
    scene.receive(removal, "unknown")
    assert len(scene.state.account.unsure) == 1
    scene.receive(removal)
    assert scene.state.account.unsure == ()
    assert (scene.case().state, scene.case().done, scene.case().failed) == ("done", ("remove",), ())
    assert len(scene.member("u1").strikes) == 1


def test_the_same_receipt_twice_counts_once():
    scene = Scene()
    reminder = only(scene.say("u1", AD))
    scene.receive(reminder)
    assert scene.receive(reminder).effects == ()
    assert (len(scene.member("u1").strikes), numbers(scene).reminds) == (1, 1)


def test_a_late_failure_does_not_take_back_what_was_verified():
    scene = Scene()
    removal = kick(scene)
    scene.receive(removal)
    assert scene.receive(removal, "failed").effects == ()
    assert scene.case().state == "done"


def test_staff_who_cannot_be_reached_are_followed_by_the_next():
    scene = Scene()
    first = only(scene.say("u1", MAYBE))
    second = only(scene.receive(first, "refused", "not_friend"))
    third = only(scene.receive(second, "failed", "timeout"))
    assert [e.to for e in (first, second, third)] == [OPERATOR, OWNER, STAFF]
    assert {text(e) for e in (first, second, third)} == {"staff.ask"}
    assert second.words == first.words


def test_when_nobody_can_be_reached_the_case_says_so_and_the_digest_counts_it():
    scene = Scene()
    notice = only(scene.say("u1", MAYBE))
    for _ in range(2):
        notice = only(scene.receive(notice, "refused", "not_friend"))
    assert scene.receive(notice, "refused", "not_friend").effects == ()
    assert scene.case().failed == ("notify_staff",)
    assert scene.case().state == "asked"
    assert numbers(scene).failed == 1


def test_nobody_else_is_bothered_with_a_request_that_is_settled_meanwhile():
    scene = Scene()
    notice = only(scene.say("u1", MAYBE))
    scene.whisper(OWNER, "/no 1")
    assert scene.receive(notice, "failed").effects == ()


def test_nobody_is_told_of_a_removal_that_was_only_a_reminder():
    scene = Scene()
    notice = only(scene.say("u1", MAYBE))
    scene.arrive(scene.whisper(OWNER, "/ok 1"))
    assert scene.receive(notice, "failed").effects == ()


def test_the_next_staff_hears_of_a_failure_if_the_first_could_not():
    scene = Scene()
    notice = only(scene.receive(kick(scene), "failed"))
    assert notice.to == STAFF
    decision = scene.receive(notice, "refused", "not_friend")
    assert (only(decision).to, texts(decision)) == (OPERATOR, ["staff.failed"])


def test_a_line_is_said_in_the_room_after_a_verified_removal_where_it_is_wanted():
    scene = Scene(defaults={"removal_line": True})
    scene.join("n1")
    decision = scene.receive(only(scene.say("n1", AD)))
    assert (kinds(decision), texts(decision)[0]) == (["send_room", "notify_staff"], "removed.room")


def test_nobody_sent_out_by_staff_is_called_an_advertiser_in_front_of_the_room():
    scene = Scene(defaults={"removal_line": True})
    assert kinds(scene.receive(kick(scene))) == ["notify_staff"]


def test_a_warning_by_staff_does_not_speak_of_advertising():
    scene = Scene()
    warning = scene.say(STAFF, "/warn @小林\u2005 骂人", mentions=("u1",)).effects[0]
    assert text(warning).startswith("warn.staff.")
    assert warning.words.values["excerpt"] == "骂人"


def test_what_is_unsure_is_kept_within_bounds():
    from tests.core.scene import receipt

    scene = Scene()
    for number in range(150):
        scene.tell(receipt(f"e{number}", "digest", "unknown"))
    assert len(scene.state.account.unsure) == 100
    assert scene.state.account.unsure[-1] == "e149"

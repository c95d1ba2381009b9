"""Banned people who come back are removed again, however they came and however they are noticed."""

from __future__ import annotations

import pytest

from bot.core.effects import Remove
from bot.core.events import BanEntry, FriendRequest, Member, Present, Room
from tests.core.scene import (
    AD,
    BOT,
    NOON,
    OPERATOR,
    OWNER,
    STAFF,
    TALK,
    Scene,
    kinds,
    only,
    texts,
)


def banned(mode="act", **tables):
    """A room r1 and a room r2; u1 was banned by staff of r1 and is in neither."""
    scene = Scene(mode, **tables)
    scene.open("r2", "二群")
    scene.say(STAFF, "/ban @小林\u2005 刷单", mentions=("u1",))
    scene.arrive(scene.whisper(STAFF, "/ok 1"))
    scene.leave("u1", remover=BOT)
    scene.later(hours=1)
    return scene


def listed(mode="act", **tables):
    """u7 came with a ban list and was never here."""
    scene = Scene(mode, **tables)
    scene.tell(BanEntry(at=NOON, member="u7", name="坏人", reason="刷单"))
    return scene


@pytest.mark.parametrize("room", ["r1", "r2"])
@pytest.mark.parametrize("inviter", [None, "u2", "nobody"])
def test_whoever_joins_is_removed_again_wherever_and_whoever_invited_them(room, inviter):
    scene = banned()
    assert only(scene.join("u1", "换了名字", room=room, inviter=inviter)).member == "u1"


def test_the_inviter_is_written_down_and_told_to_staff():
    scene = banned()
    scene.say(STAFF, TALK)
    (notice,) = scene.receive(only(scene.join("u1", inviter="u2"))).effects
    assert (notice.words.text, notice.words.values["inviter"]) == ("staff.returned", "小王")
    assert scene.case().inviter == "u2"
    assert scene.state.days["r1"][scene.policy.day(scene.now)].returns == 1


def test_a_list_of_members_gives_them_away():
    scene = banned()
    scene.roster(BOT, OWNER, "u2")
    assert kinds(scene.roster(BOT, OWNER, "u2", Present("u1", "换了名字"))) == ["remove"]


def test_so_does_a_word_of_theirs_where_nobody_saw_them_come():
    scene = banned()
    decision = scene.say("u1", TALK)
    assert (kinds(decision), decision.verdict) == (["remove"], "ok")


def test_an_ad_of_theirs_is_no_second_case():
    scene = banned()
    decision = scene.say("u1", AD)
    assert (kinds(decision), decision.verdict) == (["remove"], "ad")
    assert len(scene.state.cases) == 2


def test_while_a_removal_is_under_way_nothing_is_repeated():
    scene = banned()
    scene.join("u1")
    for decision in (scene.join("u1"), scene.say("u1", AD), scene.roster(BOT, OWNER, "u1", "u2")):
        assert decision.effects == ()


def test_a_late_word_after_the_removal_is_no_return():
    scene = banned()
    scene.receive(only(scene.join("u1")))
    scene.leave("u1", remover=BOT)
    assert scene.say("u1", TALK).effects == ()
    assert not scene.member("u1").present


def test_what_failed_is_not_tried_again_with_every_line():
    scene = banned()
    scene.receive(only(scene.join("u1")), "failed", "not_allowed")
    assert scene.say("u1", TALK).effects == ()
    scene.later(hours=25)
    assert kinds(scene.say("u1", TALK)) == ["remove"]


def test_every_return_is_met_anew():
    scene = banned()
    for _ in range(3):
        scene.arrive(scene.join("u1"))
        scene.leave("u1", remover=BOT)
    assert scene.state.days["r1"][scene.policy.day(scene.now)].returns == 3
    assert scene.member("u1").strikes == tuple(s for s in scene.member("u1").strikes if s.case == 1)


def test_a_message_told_again_by_the_gateway_is_no_return():
    scene = banned()
    scene.say("u2", TALK, sent_at=scene.now)
    assert scene.say("u1", AD, sent_at=NOON).effects == ()


@pytest.mark.parametrize(("mode", "met"), [("observe", []), ("assist", ["remove"]), ("act", ["remove"])])
def test_what_a_person_decided_is_not_asked_again(mode, met):
    scene = banned(mode)
    decision = scene.join("u1")
    assert kinds(decision) == met
    assert bool(decision.recorded) == (mode == "observe")


@pytest.mark.parametrize(
    ("mode", "met"), [("observe", []), ("assist", ["notify_staff"]), ("act", ["remove"])]
)
def test_what_came_with_a_list_is_asked_about_in_assist(mode, met):
    assert kinds(listed(mode).join("u7")) == met


def test_with_a_yes_they_go_and_with_a_no_they_stay_in_this_room():
    scene = listed("assist")
    assert texts(scene.join("u7", "坏人", inviter="u2")) == ["staff.return"]
    assert kinds(scene.whisper(STAFF, "/ok 1"))[0] == "remove"
    other = listed("assist")
    other.join("u7")
    other.whisper(STAFF, "/no 1")
    assert other.say("u7", TALK).effects == ()
    other.leave("u7")
    assert other.join("u7").effects == ()
    assert other.state.people["u7"].banned


@pytest.mark.parametrize("staff", [STAFF, OWNER, OPERATOR])
def test_whom_staff_bring_back_themselves_is_asked_about(staff):
    assert texts(banned().join("u1", inviter=staff)) == ["staff.return"]


def test_whoever_is_staff_by_now_is_not_touched():
    scene = banned()
    scene.tell(Room(at=scene.now, room="r1", owner=OWNER, staff=(STAFF, "u1")))
    for decision in (scene.join("u1"), scene.say("u1", AD), scene.roster(BOT, OWNER, "u1")):
        assert decision.effects == ()


def test_a_whitelisted_person_on_a_list_is_not_touched():
    scene = listed(defaults={"whitelist": ["u7"]})
    assert scene.join("u7").effects == scene.say("u7", AD).effects == ()


def test_a_list_bans_nobody_twice_and_lifts_what_it_lifts():
    scene = banned()
    before = scene.state.people["u1"]
    scene.tell(BanEntry(at=scene.now, member="u1", reason="别的"))
    assert scene.state.people["u1"] == before
    scene.tell(BanEntry(at=scene.now, member="u1", banned=False))
    assert not scene.state.people["u1"].banned
    assert scene.join("u1").effects == ()


def test_a_list_cannot_ban_the_account_itself():
    scene = Scene()
    scene.tell(BanEntry(at=NOON, member=BOT))
    assert BOT not in scene.state.people or not scene.state.people[BOT].banned


def test_only_the_operator_lifts_what_came_with_a_list():
    scene = listed()
    scene.join("u7", "坏人")
    assert texts(scene.whisper(STAFF, "/unban 坏人")) == ["ban.none"]
    assert texts(scene.whisper(OPERATOR, "/unban 坏人")) == ["ban.lifted"]


def test_undo_of_a_removal_at_the_door_lets_them_in():
    scene = banned()
    scene.arrive(scene.join("u1"))
    scene.leave("u1", remover=BOT)
    assert kinds(scene.whisper(STAFF, "/undo 2"))[0] == "invite"
    assert not scene.state.people["u1"].banned
    assert scene.join("u1", inviter=BOT).effects == ()


def test_a_banned_person_is_no_friend_of_the_account():
    scene = banned()
    assert scene.tell(FriendRequest(at=scene.now, member="u1", id="f1")).effects == ()


def test_a_ban_survives_until_somebody_lifts_it():
    scene = banned()
    scene.later(days=3000)
    assert isinstance(only(scene.join("u1")), Remove)


def test_a_member_announced_as_present_is_met_at_their_first_word():
    scene = listed()
    scene.tell(Member(at=NOON, room="r1", member="u7", name="坏人"))
    assert kinds(scene.say("u7", TALK)) == ["remove"]

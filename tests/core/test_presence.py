"""Who is where: member lists, joins and leaves, and the gateway's hiccups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.effects import AcceptFriend
from bot.core.events import Friend, FriendRequest, Member, Present, Rename, Room
from tests.core.scene import AD, BOT, NOON, OWNER, STAFF, Scene, kinds

CROWD = [f"p{n}" for n in range(40)]


@pytest.fixture
def scene():
    scene = Scene()
    scene.open("r2", "二群")
    return scene


def present(scene, room="r2"):
    return {m.member for m in scene.state.members.get(room, {}).values() if m.present}


def today(scene, room="r2"):
    return scene.state.day(room, scene.policy.day(scene.now))


def test_the_first_list_tells_nothing_of_joining_dates(scene):
    scene.roster(*CROWD, room="r2")
    assert present(scene) == set(CROWD)
    assert {m.joined_at for m in scene.state.members["r2"].values()} == {None}
    assert kinds(scene.say("p1", AD, room="r2")) == ["remind"]


def test_a_later_list_shows_who_came_and_who_went(scene):
    scene.roster(*CROWD, room="r2")
    scene.later(days=1)
    scene.roster(*CROWD[1:], "new", room="r2")
    assert present(scene) == {*CROWD[1:], "new"}
    assert scene.member("new", "r2").joined_at == scene.now
    assert kinds(scene.say("new", AD, room="r2")) == ["remove"]


def test_a_later_list_brings_names_up_to_date(scene):
    scene.roster("p1", room="r2")
    scene.roster(Present("p1", "新名字", friend=True), room="r2")
    assert scene.member("p1", "r2").name == "新名字"
    assert scene.state.people["p1"].friend is True


def test_a_nameless_line_of_a_list_does_not_forget_the_name(scene):
    scene.roster("p1", room="r2")
    scene.roster(Present("p1"), room="r2")
    assert scene.member("p1", "r2").name == "p1"


def test_a_list_that_shrinks_by_more_than_half_is_believed_the_third_time(scene):
    scene.roster(*CROWD, room="r2")
    for _ in range(2):
        scene.roster(*CROWD[:5], room="r2")
        assert present(scene) == set(CROWD)
    scene.roster(*CROWD[:5], room="r2")
    assert present(scene) == set(CROWD[:5])


def test_a_whole_list_in_between_makes_the_count_start_anew(scene):
    scene.roster(*CROWD, room="r2")
    for _ in range(3):
        scene.roster(*CROWD[:5], room="r2")
        scene.roster(*CROWD, room="r2")
    scene.roster(room="r2")
    assert present(scene) == set(CROWD)


def test_a_small_room_may_shrink_at_once(scene):
    scene.roster("p1", "p2", "p3", room="r2")
    scene.roster("p1", room="r2")
    assert present(scene) == {"p1"}


@pytest.mark.parametrize("first", [[], CROWD[:3]])
def test_a_first_list_cut_short_makes_no_newcomers_of_everybody(scene, first):
    scene.roster(*first, room="r2")
    scene.later(minutes=10)
    scene.roster(*CROWD, room="r2")
    assert {m.joined_at for m in scene.state.members["r2"].values()} == {None}


def test_whoever_was_missing_from_a_list_for_a_while_is_no_newcomer(scene):
    scene.roster(*CROWD, room="r2")
    scene.roster(*CROWD[:30], room="r2")
    scene.roster(*CROWD, room="r2")
    assert scene.member("p35", "r2").joined_at is None
    assert scene.member("p35", "r2").present


def test_joins_and_leaves_are_counted(scene):
    scene.join("n1", room="r2")
    scene.join("n2", room="r2")
    scene.leave("n1", room="r2")
    assert (today(scene).joins, today(scene).leaves) == (2, 1)


def test_a_leave_told_twice_counts_once(scene):
    scene.join("n1", room="r2")
    scene.leave("n1", room="r2")
    scene.leave("n1", room="r2")
    assert today(scene).leaves == 1


def test_a_leave_of_somebody_never_seen_is_no_error(scene):
    assert scene.leave("ghost", room="r2").effects == ()


def test_whoever_comes_back_is_a_newcomer_with_a_past(scene):
    scene.arrive(scene.say("u1", AD))
    scene.leave("u1")
    scene.later(days=2)
    scene.join("u1", "小林", inviter="u2")
    member = scene.member("u1")
    assert (member.joined_at, member.inviter, member.present) == (scene.now, "u2", True)
    assert len(member.strikes) == 1


def test_the_first_day_of_the_bot_makes_nobody_a_newcomer_in_a_room_with_history(scene):
    scene.say("p1", "早", room="r2")
    assert scene.member("p1", "r2").joined_at is None


def test_an_announced_joining_date_is_kept_when_a_later_line_leaves_it_out(scene):
    joined = NOON - timedelta(days=1)
    scene.tell(Member(at=NOON, room="r2", member="p1", name="p1", joined_at=joined))
    scene.tell(Member(at=NOON, room="r2", member="p1", name="p1"))
    assert scene.member("p1", "r2").joined_at == joined


def test_a_room_the_account_left_is_no_longer_looked_after(scene):
    scene.leave(BOT, room="r2")
    assert scene.state.rooms["r2"].left
    scene.join(BOT, room="r2")
    assert not scene.state.rooms["r2"].left


def test_staff_of_a_room_that_was_left_steer_nothing_any_more(scene):
    scene.open("r3", "三群", owner="solo", staff=())
    scene.leave(BOT, room="r3")
    assert "send_private" not in kinds(scene.whisper("solo", "/status"))


def test_a_new_name_is_taken_over(scene):
    scene.tell(Rename(at=NOON, room="r1", member="u1", name="大林"))
    assert scene.member("u1").name == "大林"


def test_the_account_itself_is_not_counted_as_a_newcomer(scene):
    scene.join(BOT, room="r2")
    assert today(scene) is None or today(scene).joins == 0


def test_a_private_word_shows_that_somebody_can_be_written_to(scene):
    scene.tell(Friend(at=NOON, member="u1", friend=False))
    scene.whisper("u1", "在吗")
    assert scene.state.people["u1"].friend is True


def test_learning_a_name_forgets_nothing_of_a_person(scene):
    scene.whisper("u1", "在吗", name="小林")
    before = scene.state.people["u1"]
    scene.join("u1", "小林林")
    after = scene.state.people["u1"]
    assert (after.name, after.friend, after.wrote_at) == ("小林林", True, before.wrote_at)


def test_a_known_members_friend_request_is_accepted(scene):
    decision = scene.tell(FriendRequest(at=NOON, member="u1", id="f1"))
    assert decision.effects == (AcceptFriend(member="u1", request="f1"),)


def test_a_strangers_friend_request_is_left_to_people(scene):
    assert scene.tell(FriendRequest(at=NOON, member="stranger", id="f1")).effects == ()


def test_friend_requests_are_left_alone_where_the_operator_wants_that():
    scene = Scene(friends={"accept": "none"})
    assert scene.tell(FriendRequest(at=NOON, member="u1", id="f1")).effects == ()


def test_talkers_are_counted_once_a_day(scene):
    for speaker in ("p1", "p1", "p2", OWNER, BOT):
        scene.say(speaker, "早", room="r2")
    assert (today(scene).messages, today(scene).talkers) == (4, 3)
    scene.later(days=1)
    scene.say("p1", "早", room="r2")
    assert (today(scene).messages, today(scene).talkers) == (1, 1)


def test_a_join_told_twice_is_one_arrival():
    scene = Scene()
    scene.join("u7", "小新")
    joined_at = scene.member("u7").joined_at
    scene.later(minutes=5)
    scene.join("u7", "小新")
    assert scene.member("u7").joined_at == joined_at
    assert scene.state.days["r1"][scene.policy.day(scene.now)].joins == 1


def test_a_room_event_that_says_nothing_of_staff_leaves_them_staff():
    scene = Scene()
    scene.tell(Room(at=scene.now, room="r1", topic="新群名"))
    assert scene.state.rooms["r1"].staff == (STAFF,)
    scene.tell(Room(at=scene.now, room="r1", staff=()))
    assert scene.state.rooms["r1"].staff == ()


def test_arrivals_and_departures_found_in_a_list_are_counted():
    scene = Scene()
    scene.roster("u1", "u2")
    scene.roster("u1", "u8")
    today = scene.state.days["r1"][scene.policy.day(scene.now)]
    assert (today.joins, today.leaves) == (1, 1)

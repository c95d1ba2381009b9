"""Bans: asked for with a preview, held in all rooms that honour them, lifted, undone; never of the immune."""

from __future__ import annotations

import pytest

from bot.core.effects import Ban, Invite, Remove
from bot.core.events import Member, Room
from bot.shell.render import load_renderer
from tests.core.scene import AD, BOT, GUARD, NOON, OPERATOR, OWNER, STAFF, Scene, kinds, only, texts

BAN = "/ban @小林\u2005 到处发广告"


@pytest.fixture
def scene():
    """u1 is in r1 and r2, u2 in r1."""
    return with_rooms()


def with_rooms(mode="act", **tables):
    scene = Scene(mode, **tables)
    scene.open("r2", "二群")
    scene.tell(Member(at=NOON, room="r2", member="u1", name="小林"))
    return scene


def ban(scene, by=STAFF):
    scene.say(by, BAN, mentions=("u1",))
    return scene.whisper(by, f"/ok {scene.case().number}")


def removals(*decisions):
    return {(e.member, e.room) for d in decisions for e in d.effects if isinstance(e, Ban | Remove)}


def test_a_ban_shows_first_whom_it_hits_and_where(scene):
    asked = only(scene.say(STAFF, BAN, mentions=("u1",)))
    assert (asked.to, asked.words.text) == (STAFF, "staff.ban")
    assert asked.words.values["excerpt"] == "到处发广告"
    assert [row["room"] for row in asked.words.values["rooms"]] == ["母婴群", "二群"]
    assert not scene.state.people["u1"].banned
    assert scene.case().state == "asked"


def test_with_a_yes_the_person_is_out_of_every_room(scene):
    assert removals(ban(scene)) == {("u1", "r1"), ("u1", "r2")}
    person = scene.state.people["u1"]
    assert (person.banned, person.ban_case, person.ban_room, person.ban_by) == (True, 1, "r1", STAFF)
    assert person.ban_reason == "到处发广告"


@pytest.mark.parametrize("mode", ["observe", "assist", "act"])
def test_a_ban_that_a_person_gave_is_carried_out_in_every_mode(mode):
    assert len(removals(ban(with_rooms(mode)))) == 2


def test_with_a_no_or_no_answer_nothing_happens(scene):
    scene.say(STAFF, BAN, mentions=("u1",))
    assert removals(scene.whisper(STAFF, "/no 1")) == set()
    scene.say(STAFF, BAN, mentions=("u1",))
    scene.later(hours=25)
    while "approval:2" in scene.state.tasks:
        assert removals(scene.due()) == set()
    assert scene.case(2).state == "expired"
    assert not scene.state.people["u1"].banned


def test_an_ad_of_somebody_whose_ban_waits_for_a_yes_does_not_give_that_yes(scene):
    scene.say(STAFF, BAN, mentions=("u1",))
    assert kinds(scene.say("u1", AD)) == ["remind"]
    assert (scene.case(1).state, scene.state.people["u1"].banned) == ("asked", False)


def test_somebody_who_left_can_be_banned_and_is_taken_out_of_where_they_still_are(scene):
    scene.leave("u1")
    assert removals(ban(scene)) == {("u1", "r2")}
    assert scene.case(1).state == "carrying"
    for effect in ban_effects(scene):
        scene.receive(effect)
    assert scene.case(1).state == "done"


def ban_effects(scene):
    return [Ban(member="u1", room="r2", case=c.number) for c in scene.state.cases.values() if c.of == 1]


def test_the_ban_of_somebody_in_no_room_is_done_at_once(scene):
    scene.leave("u1")
    scene.leave("u1", room="r2")
    decision = ban(scene)
    assert removals(decision) == set()
    assert (scene.case(1).state, scene.state.people["u1"].banned) == ("done", True)


def test_staff_hear_once_of_the_removal_and_of_what_failed_elsewhere(scene):
    decision = ban(scene)
    first, second = (e for e in decision.effects if isinstance(e, Ban))
    assert texts(scene.receive(first)) == ["staff.banned"]
    assert texts(scene.receive(second, "failed", "not_allowed")) == ["staff.failed"]
    assert (scene.case(1).state, scene.case(2).state) == ("done", "failed")


def test_by_the_number_of_a_case(scene):
    scene.arrive(scene.say("u1", AD))
    scene.leave("u1")
    asked = only(scene.whisper(STAFF, "/ban 1"))
    assert (asked.words.text, asked.words.values["excerpt"]) == ("staff.ban", AD)
    assert texts(scene.whisper(STAFF, "/ban 9")) == ["case.not_found"]
    assert texts(scene.whisper(STAFF, "/ban 小林")) == ["case.which"]


def test_a_second_ban_says_so(scene):
    ban(scene)
    assert texts(scene.say(STAFF, BAN, mentions=("u1",))) == ["ban.already"]


@pytest.mark.parametrize("person", [OWNER, STAFF, OPERATOR, BOT, GUARD])
def test_the_immune_cannot_be_banned(scene, person):
    scene.tell(Member(at=NOON, room="r1", member=person, name=person))
    for line in (f"/ban @{person}", f"/ban @{person}\u2005 吵"):
        decision = scene.say(OWNER, line, mentions=(person,) if person != BOT else ())
        assert texts(decision) == ["target.immune"]
    assert scene.state.cases == {}


def test_nor_can_whoever_is_staff_in_another_room_of_the_operator(scene):
    scene.tell(Room(at=NOON, room="r2", owner=OWNER, staff=("u1",)))
    assert texts(scene.say(STAFF, BAN, mentions=("u1",))) == ["target.immune"]


def test_nor_whoever_becomes_staff_before_the_yes(scene):
    scene.say(STAFF, BAN, mentions=("u1",))
    scene.tell(Room(at=NOON, room="r2", owner=OWNER, staff=("u1",)))
    assert removals(scene.whisper(STAFF, "/ok 1")) == set()
    assert not scene.state.people["u1"].banned


def test_a_room_that_goes_by_its_own_bans_is_left_alone():
    scene = with_rooms(rooms={"r2": {"honour_bans": False}})
    assert removals(ban(scene)) == {("u1", "r1")}
    scene.leave("u1", room="r2")
    assert scene.join("u1", room="r2").effects == ()


def test_without_an_operator_a_ban_ends_where_the_owners_rooms_end():
    scene = with_rooms(operator={"id": None})
    scene.open("r3", "别人的群", owner="another")
    scene.tell(Member(at=NOON, room="r3", member="u1", name="小林"))
    assert removals(ban(scene)) == {("u1", "r1"), ("u1", "r2")}


def test_unban_lets_somebody_come_back_and_invites_nobody(scene):
    scene.arrive(ban(scene))
    scene.leave("u1", remover=BOT)
    decision = scene.whisper(STAFF, "/unban 小林")
    assert texts(decision) == ["ban.lifted"]
    assert not scene.state.people["u1"].banned
    assert scene.join("u1").effects == ()


@pytest.mark.parametrize("line", ["/unban @小林", "/unban 小林", "/unban u1", "/unban 1", "解除拉黑 1"])
def test_unban_by_name_id_or_number(scene, line):
    ban(scene)
    assert texts(scene.whisper(STAFF, line)) == ["ban.lifted"]


def test_unban_asks_when_several_bear_the_name(scene):
    scene.tell(Member(at=NOON, room="r1", member="u9", name="小林"))
    for who in ("u1", "u9"):
        scene.say(STAFF, "/ban @小林\u2005", mentions=(who,))
        scene.whisper(STAFF, f"/ok {scene.case().number}")
    assert texts(scene.whisper(STAFF, "/unban 小林")) == ["ban.ambiguous"]
    assert texts(scene.whisper(STAFF, "/unban")) == ["target.missing"]
    assert texts(scene.whisper(STAFF, "/unban 小陈")) == ["ban.none"]


def test_staff_of_another_room_cannot_unban(scene):
    scene.open("r3", "三群", owner="else", staff=("helper",))
    ban(scene)
    assert texts(scene.whisper("helper", "/unban 小林")) == ["ban.none"]
    assert scene.state.people["u1"].banned


def test_undo_lifts_the_ban_in_every_room_and_invites_back(scene):
    scene.arrive(ban(scene))
    for room in ("r1", "r2"):
        scene.leave("u1", room=room, remover=BOT)
    decision = scene.whisper(STAFF, "/undo 1")
    assert {(e.member, e.room) for e in decision.effects if isinstance(e, Invite)} == {
        ("u1", "r1"),
        ("u1", "r2"),
    }
    assert not scene.state.people["u1"].banned
    assert scene.join("u1", inviter=BOT).effects == ()


def test_undoing_one_rooms_share_undoes_the_whole_ban(scene):
    scene.arrive(ban(scene))
    scene.whisper(OWNER, "/undo 2")
    assert not scene.state.people["u1"].banned
    assert {c.state for c in scene.state.cases.values()} == {"undone"}


def test_staff_who_may_not_lift_a_ban_let_the_person_into_their_own_room(scene):
    scene.open("r3", "三群", owner="else", staff=("helper",))
    scene.tell(Member(at=NOON, room="r3", member="u1", name="小林"))
    scene.arrive(ban(scene))
    share = next(c for c in scene.state.cases.values() if c.room == "r3")
    scene.leave("u1", room="r3")
    assert "invite" in kinds(scene.whisper("helper", f"/undo {share.number}"))
    assert scene.state.people["u1"].banned
    assert scene.join("u1", room="r3").effects == ()
    scene.leave("u1")
    assert kinds(scene.join("u1")) == ["remove"]


def climb(scene, who, times):
    """Let a newcomer advertise, be removed, and come back."""
    seen = []
    for _ in range(times):
        scene.join(who)
        decision = scene.say(who, AD)
        seen += kinds(decision)
        scene.arrive(decision)
        scene.leave(who, remover=BOT)
        scene.later(minutes=30)
    return seen


def test_the_ladder_ends_in_a_ban(scene):
    assert climb(scene, "n1", 3) == ["remove", "remove", "ban"]
    assert scene.state.people["n1"].banned
    assert scene.state.people["n1"].ban_by is None


def test_removals_in_all_rooms_count_towards_it(scene):
    scene.join("n1", room="r2")
    scene.arrive(scene.say("n1", AD, room="r2"))
    assert climb(scene, "n1", 2) == ["remove", "ban", "ban"]


def test_removals_for_other_reasons_do_not(scene):
    for _ in range(3):
        scene.join("n1", "新人")
        scene.arrive(scene.say(STAFF, "/kick @新人\u2005", mentions=("n1",)))
        scene.leave("n1", remover=BOT)
        scene.later(minutes=30)
    assert climb(scene, "n1", 1) == ["remove"]


@pytest.mark.parametrize(("after", "levels"), [(0, ["remove"] * 4), (1, ["remove", "ban"])])
def test_how_many_is_configurable(after, levels):
    scene = with_rooms(defaults={"ladder": {"ban_after": after}})
    assert climb(scene, "n1", len(levels)) == levels


def test_an_undone_removal_does_not_count(scene):
    climb(scene, "n1", 1)
    scene.whisper(STAFF, "/undo 1")
    assert climb(scene, "n1", 2) == ["remove", "remove"]


def test_after_an_unban_the_counting_begins_anew(scene):
    climb(scene, "n1", 3)
    scene.whisper(STAFF, "/unban n1")
    assert climb(scene, "n1", 1) == ["remove"]


@pytest.mark.parametrize(
    ("mode", "then"), [("observe", "recorded"), ("assist", "asked"), ("act", "carrying")]
)
def test_what_the_ladder_decided_goes_by_each_other_rooms_own_mode(mode, then):
    scene = with_rooms(rooms={"r2": {"mode": mode}}, defaults={"ladder": {"ban_after": 1}})
    climb(scene, "n1", 1)
    scene.join("n1", room="r2")
    scene.join("n1")
    scene.say("n1", AD)
    share = next(c for c in scene.state.cases.values() if c.room == "r2")
    assert (share.level, share.state) == ("ban", then)


def test_in_assist_the_ladders_ban_is_asked_for_with_the_number_of_rooms():
    scene = with_rooms("assist", defaults={"ladder": {"ban_after": 1}})
    for _ in range(2):
        scene.join("n1")
        scene.join("n1", room="r2")
        asked = only(scene.say("n1", AD))
        scene.arrive(scene.whisper(STAFF, f"/ok {scene.case().number}"))
        scene.leave("n1", remover=BOT)
        scene.later(minutes=30)
    assert (asked.words.values["level"], asked.words.values["count"]) == ("ban", 2)
    assert scene.state.people["n1"].banned


# ------------------------------------------------------------------------------------- what is promised


def rendered(effect, language="zh"):
    return load_renderer(language, {}).render(effect.words)


def reach(effect):
    return tuple(effect.words.values[key] for key in ("count", "holds", "sends", "others"))


def test_the_preview_says_how_far_a_ban_goes(scene):
    scene.open("r3", "三群")
    asked = only(scene.say(STAFF, BAN, mentions=("u1",)))
    assert reach(asked) == (2, 3, 3, 0)
    assert "在 3 个群里有效，再进来会自动请走" in rendered(asked)


def test_without_an_operator_it_promises_no_more_than_the_owners_rooms():
    scene = with_rooms(operator={"id": None})
    scene.open("r3", "别人的群", owner="another")
    scene.open("r4", "又一个", owner="another")
    asked = only(scene.say(STAFF, BAN, mentions=("u1",)))
    assert reach(asked) == (2, 2, 2, 2)
    assert "另外 2 个群不受影响" in rendered(asked)
    scene = Scene(operator={"id": None})
    scene.open("r3", "别人的群", owner="another")
    assert "只在这一个群有效" in rendered(only(scene.say(STAFF, BAN, mentions=("u1",))))


def test_rooms_that_only_watch_are_not_promised_to_send_anybody_away():
    scene = with_rooms(rooms={"r2": {"mode": "observe"}})
    asked = only(scene.say(STAFF, BAN, mentions=("u1",)))
    assert reach(asked) == (2, 2, 1, 0)
    assert "1 个群先问你或只记录" in rendered(asked)
    scene = with_rooms("observe")
    assert "自动请走" not in rendered(only(scene.say(STAFF, BAN, mentions=("u1",))))


def test_rooms_the_bot_has_left_count_for_nothing(scene):
    scene.open("r3", "三群")
    scene.leave(BOT, room="r3")
    assert reach(only(scene.say(STAFF, BAN, mentions=("u1",)))) == (2, 2, 2, 0)


def test_a_reason_of_staff_is_never_shown_as_words_of_the_member(scene):
    first, _ = (e for e in ban(scene).effects if isinstance(e, Ban))
    told = rendered(only(scene.receive(first)))
    assert "原因：到处发广告" in told
    assert "原话" not in told
    assert "另外 1 个群也一并移出" in told
    scene = with_rooms()
    kick = scene.say(STAFF, "/kick @小林\u2005 吵架", mentions=("u1",))
    told = rendered(scene.arrive(kick)[-1])
    assert "原因：吵架" in told
    assert "原话" not in told


def test_of_a_ban_by_number_the_members_words_stay_theirs(scene):
    scene.arrive(scene.say("u1", AD))
    asked = only(scene.whisper(STAFF, "/ban 1"))
    assert f"TA 说的：{AD}" in rendered(asked)
    (removal, *_) = (e for e in scene.whisper(STAFF, "/ok 2").effects if isinstance(e, Ban))
    assert f"原话：{AD}" in rendered(only(scene.receive(removal)))
    scene = with_rooms()
    scene.arrive(scene.say(STAFF, "/kick @小林\u2005 吵架", mentions=("u1",)))
    assert "原因：吵架" in rendered(only(scene.whisper(STAFF, "/ban 1")))

"""Owner, staff, operator, the bot itself and whitelisted members are never sanctioned, on any path."""

from __future__ import annotations

import pytest

from bot.core.effects import Ban, Remind, Remove, Warn
from bot.core.events import Enrich, Member, Room
from tests.core.scene import AD, BOT, GUARD, MAYBE, NOON, OPERATOR, OWNER, STAFF, Scene, text, texts

IMMUNE = [OWNER, STAFF, OPERATOR, BOT, GUARD, "named", "deputy"]
SANCTIONS = (Remind, Warn, Remove, Ban)


@pytest.fixture
def scene():
    scene = Scene(rooms={"r1": {"staff": ["named"]}})
    for person in IMMUNE:
        role = "staff" if person == "deputy" else "member"
        scene.tell(Member(at=NOON, room="r1", member=person, name=person, role=role, joined_at=NOON))
    return scene


def sanctions(*decisions):
    return [e for d in decisions for e in (*d.effects, *d.recorded) if isinstance(e, SANCTIONS)]


@pytest.mark.parametrize("person", IMMUNE)
@pytest.mark.parametrize("mode", ["observe", "assist", "act"])
def test_no_ad_leads_to_a_sanction_or_a_request_for_one(scene, person, mode):
    scene.say(STAFF, f"/mode {mode}")
    decision = scene.say(person, AD)
    assert (decision.effects, decision.recorded, scene.state.cases) == ((), (), {})


@pytest.mark.parametrize("person", IMMUNE)
def test_what_a_slower_look_finds_leads_to_nothing(scene, person):
    decision = scene.tell(Enrich(at=NOON, room="r1", id="m1", sender=person, ocr=AD))
    assert (decision.effects, scene.state.cases) == ((), {})


@pytest.mark.parametrize("person", [p for p in IMMUNE if p != BOT])
@pytest.mark.parametrize("line", ["/kick @{}", "/warn @{} 别闹", "踢@{}", "／踢 @{}\u2005"])
@pytest.mark.parametrize("mentioned", [True, False])
def test_no_command_of_staff_touches_them(scene, person, line, mentioned):
    decision = scene.say(OWNER, line.format(person), mentions=(person,) if mentioned else ())
    assert texts(decision) == ["target.immune"]
    assert (sanctions(decision), scene.state.cases) == ([], {})


@pytest.mark.parametrize("line", ["/kick @bot", "/warn @bot"])
@pytest.mark.parametrize("mentions", [(BOT,), ()])
def test_no_command_of_staff_touches_the_bot(scene, line, mentions):
    decision = scene.say(OWNER, line, mentions=mentions)
    assert (sanctions(decision), scene.state.cases) == ([], {})


def test_a_yes_given_after_the_member_became_staff_does_nothing(scene):
    scene.say("u1", MAYBE)
    scene.tell(Room(at=NOON, room="r1", owner=OWNER, staff=(STAFF, "u1")))
    decision = scene.whisper(OPERATOR, "/ok 1")
    assert texts(decision) == ["target.immune"]
    assert sanctions(decision) == []


def test_such_a_case_is_settled_and_waits_no_longer(scene):
    scene.say("u1", MAYBE)
    scene.tell(Room(at=NOON, room="r1", owner=OWNER, staff=(STAFF, "u1")))
    scene.whisper(OPERATOR, "/ok 1")
    assert (scene.case(1).state, scene.case(1).held) == ("rejected", ())


def test_a_member_turned_admin_is_immune_from_the_next_message_on(scene):
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林", role="staff"))
    assert scene.say("u1", AD).effects == ()


def test_staff_of_one_room_is_a_member_like_all_in_another(scene):
    scene.open("r2", "二群", owner="another", staff=())
    assert [text(e) for e in scene.say(STAFF, AD, room="r2").effects] == ["remind.private"]


def test_immunity_does_not_change_the_numbers_of_the_day(scene):
    scene.say(OWNER, AD)
    assert [(d.messages, d.ads) for d in scene.state.days["r1"].values()] == [(1, 0)]

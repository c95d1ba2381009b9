"""After an undo a member stands where somebody stands who never had the case: level, verdict, no ban."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ads.ladder import next_level
from bot.core.draft import Draft
from bot.core.effects import Ban, Remove
from bot.core.events import Member
from bot.core.members.bans import is_ban_due
from tests.core.scene import AD, BOT, MAYBE, NOON, OPERATOR, STAFF, Scene

SLY = "宝妈在家也能做，想了解的找我聊聊哦"
LONG_AGO = NOON - timedelta(days=100)


def auto(scene):
    scene.arrive(scene.say("u1", f"{AD}，名额不多，快来看看"))


def approved(scene):
    scene.say("u1", f"{MAYBE}，名额不多，快来看看")
    scene.arrive(scene.whisper(STAFF, f"/ok {scene.case().number}"))


def called_ad(scene):
    scene.say("u1", SLY, id="m-sly")
    scene.arrive(scene.say(STAFF, "/ad", quote="m-sly"))


def kicked(scene):
    scene.arrive(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",)))


def warned(scene):
    scene.arrive(scene.say(STAFF, "/warn @小林\u2005", mentions=("u1",)))


def banned(scene):
    scene.say(STAFF, "/ban @小林\u2005", mentions=("u1",))
    scene.arrive(scene.whisper(STAFF, f"/ok {scene.case().number}"))


PATHS = (auto, approved, called_ad, kicked, warned, banned)
paths = st.sampled_from(PATHS)


def standing(scene, who):
    """Return the next sanction, whether it would be a ban, and whether this person is banned."""
    member = scene.member(who)
    draft = Draft(scene.state, scene.policy, scene.now)
    room = scene.state.rooms["r1"]
    level = next_level(member, scene.policy.room("r1").ladder, scene.now)
    return level, is_ban_due(draft, room, who), draft.person(who).banned, member.joined_at


def two(mode="act", **ladder):
    """u1 and their twin u2 joined together; both are in r2 as well."""
    scene = Scene(mode, defaults={"ladder": {"ban_after": 1, **ladder}})
    scene.open("r2", "二群")
    for who, name in (("u1", "小林"), ("u2", "小王")):
        for room in ("r1", "r2"):
            scene.tell(Member(at=NOON, room=room, member=who, name=name, joined_at=LONG_AGO))
    return scene


def come_back(scene, inviter):
    for room in ("r1", "r2"):
        if any(
            isinstance(kind, str) and kind in {"remove", "ban"}
            for c in scene.state.cases.values()
            if c.room == room
            for kind in c.done
        ):
            scene.leave("u1", room=room, remover=BOT)
            scene.join("u1", "小林", room=room, inviter=inviter)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("inviter", [BOT, STAFF, None])
@pytest.mark.parametrize("command", ["/undo", "/notad"])
def test_after_one_case_undone(path, inviter, command):
    scene = two()
    path(scene)
    scene.later(minutes=20)
    before = next(c.number for c in scene.state.cases.values() if c.of is None)
    if command == "/notad" and path in {kicked, warned, banned}:
        command = "/undo"
    scene.whisper(OPERATOR, f"{command} {before}")
    come_back(scene, inviter)
    assert standing(scene, "u1") == standing(scene, "u2")
    assert {s.label for s in scene.state.samples.values()} <= {"ok"}
    assert {k.label for k in scene.state.known.values()} <= {"ok"}
    for words in (f"{AD}，名额不多，快来看看", SLY, MAYBE):
        mine, theirs = scene.say("u1", words), scene.say("u2", words)
        assert (mine.verdict, [e.__struct_config__.tag for e in mine.effects]) == (
            theirs.verdict,
            [e.__struct_config__.tag for e in theirs.effects],
        )
        scene.later(minutes=20)


@given(st.lists(paths, min_size=1, max_size=4), st.lists(paths, max_size=3))
def test_what_others_decided_stays_and_what_was_undone_leaves_nothing(undone, kept):
    """Cases in any order, some undone: the member stands as if only the others had been."""
    scene, without = two(), two()
    for path in kept:
        for one in (scene, without):
            _play(one, path)
    first = scene.state.account.next_case
    for path in undone:
        _play(scene, path)
        without.later(minutes=20)
        if scene.state.people.get("u1") and scene.state.people["u1"].banned:
            break
    for number in range(first, scene.state.account.next_case):
        if scene.state.cases[number].of is None:
            scene.whisper(OPERATOR, f"/undo {number}")
    for one in (scene, without):
        one.now = max(scene.now, without.now)
    was_banned = bool(without.state.people.get("u1") and without.state.people["u1"].banned)
    mine, reference = standing(scene, "u1"), standing(without, "u1")
    assert mine[:2] == reference[:2]
    assert mine[2] == was_banned


def _play(scene, path):
    person = scene.state.people.get("u1")
    if person is None or not person.banned:
        path(scene)
    scene.later(minutes=20)


@given(st.lists(paths, min_size=1, max_size=3))
def test_an_undone_person_is_never_removed_when_they_come_back(cases):
    scene = two()
    for path in cases:
        _play(scene, path)
    for number in list(scene.state.cases):
        scene.whisper(OPERATOR, f"/undo {number}")
    for room in ("r1", "r2"):
        scene.leave("u1", room=room, remover=BOT)
        decisions = [scene.join("u1", room=room), scene.say("u1", "大家好，我回来了", room=room)]
        assert not [e for d in decisions for e in d.effects if isinstance(e, Ban | Remove)]

"""The kicktree: whom somebody brought in, and how the silent ones among them leave with one yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.draft import Draft
from bot.core.effects import Invite, Remove
from bot.core.events import Member, Room
from bot.core.members.inviters import brought_in
from tests.core.scene import AD, GUARD, NOON, OPERATOR, OWNER, STAFF, Scene, kinds, only, texts

TREE = "/kicktree @小林\u2005"
REAL_TALK = "孩子昨天开始吃辅食了，大家一般先加什么？"


@pytest.fixture
def scene():
    """u1 brought a and b, a brought c; b talks."""
    scene = Scene()
    for member, inviter in (("a", "u1"), ("b", "u1"), ("c", "a")):
        scene.join(member, inviter=inviter)
    scene.say("b", REAL_TALK)
    return scene


def tree(scene, by=STAFF, who="u1"):
    return scene.say(by, TREE if who == "u1" else f"/kicktree @{who}\u2005", mentions=(who,))


def removed(decision):
    return [e.member for e in decision.effects if isinstance(e, Remove)]


def test_it_shows_the_whole_tree_in_private_and_marks_who_would_go(scene):
    asked = only(tree(scene))
    values = asked.words.values
    assert (asked.to, asked.words.text, values["count"], values["chosen"]) == (STAFF, "staff.tree", 3, 2)
    assert [(r["indent"], r["name"], r["chosen"]) for r in values["people"]] == [
        ("", "a", True),
        ("　", "c", True),
        ("", "b", False),
    ]


def test_nothing_happens_without_a_yes(scene):
    assert removed(tree(scene)) == []
    assert removed(scene.whisper(STAFF, "/no 1")) == []
    assert removed(scene.whisper(STAFF, "/ok 1")) == []


def test_with_a_yes_the_silent_ones_leave_each_under_a_number_of_their_own(scene):
    tree(scene)
    decision = scene.whisper(STAFF, "/ok 1")
    assert removed(decision) == ["a", "c"]
    assert [(c.number, c.of) for c in scene.state.cases.values()] == [(1, None), (2, 1), (3, 1)]


def test_staff_hear_once_what_came_of_it(scene):
    tree(scene)
    first, second = (e for e in scene.whisper(STAFF, "/ok 1").effects if isinstance(e, Remove))
    assert scene.receive(first).effects == ()
    assert scene.case(1).state == "carrying"
    report = only(scene.receive(second))
    assert (report.words.text, report.words.values["done"], report.words.values["failed"]) == (
        "staff.parts",
        2,
        0,
    )
    assert scene.case(1).state == "done"


def test_what_failed_is_not_called_done(scene):
    tree(scene)
    first, second = (e for e in scene.whisper(STAFF, "/ok 1").effects if isinstance(e, Remove))
    scene.receive(first, "failed", "not_allowed")
    assert texts(scene.receive(second)) == ["staff.parts"]
    assert scene.case(1).state == "failed"


def test_whoever_spoke_up_became_staff_or_left_before_the_yes_stays_or_is_gone(scene):
    tree(scene)
    scene.tell(Room(at=NOON, room="r1", owner=OWNER, staff=(STAFF, "a")))
    scene.leave("c")
    assert removed(scene.whisper(STAFF, "/ok 1")) == []
    assert scene.case(1).state == "done"


def test_undo_of_one_brings_one_back_and_undo_of_the_tree_all(scene):
    tree(scene)
    scene.arrive(scene.whisper(STAFF, "/ok 1"))
    for who in ("a", "c"):
        scene.leave(who)
    assert [e.member for e in scene.whisper(STAFF, "/undo 2").effects if isinstance(e, Invite)] == ["a"]
    assert scene.case(3).state == "done"
    assert [e.member for e in scene.whisper(STAFF, "/undo 1").effects if isinstance(e, Invite)] == ["c"]


@pytest.mark.parametrize("person", [OWNER, STAFF, OPERATOR, GUARD])
def test_the_immune_are_never_chosen(person):
    scene = Scene()
    scene.join(person, inviter="u1")
    assert texts(tree(scene)) == ["tree.all_talk"]
    assert scene.state.cases == {}


def test_staff_can_be_asked_about_too(scene):
    scene.tell(Member(at=NOON, room="r1", member=OWNER, name="群主"))
    scene.join("d", inviter=OWNER)
    assert texts(tree(scene, who=OWNER)) == ["staff.tree"]


def test_adverts_are_no_talk():
    scene = Scene("observe")
    scene.join("a", inviter="u1")
    scene.say("a", f"{AD}，名额不多，快来看看")
    assert only(tree(scene)).words.values["chosen"] == 1


def test_whoever_brought_nobody(scene):
    assert texts(tree(scene, who="u2")) == ["target.not_found"] or texts(tree(scene, who="u2")) == [
        "tree.nobody"
    ]


def test_the_silent_ones_words_do_not_confirm_it(scene):
    tree(scene)
    assert kinds(scene.say("u1", AD)) == ["remind"]
    assert scene.case(1).state == "asked"


def test_an_inviter_who_left_can_be_asked_about(scene):
    scene.leave("u1")
    assert texts(tree(scene)) == ["staff.tree"]


def test_a_member_cannot_ask(scene):
    assert tree(scene, by="u2").effects == ()
    assert scene.state.cases == {}


people = st.sampled_from([f"p{n}" for n in range(8)])


@given(st.lists(st.tuples(people, people), max_size=30))
def test_a_tree_lists_nobody_twice_and_ends_even_where_people_invited_each_other(invitations):
    scene = Scene()
    for who, inviter in invitations:
        scene.join(who, inviter=inviter)
    draft = Draft(scene.state, scene.policy, NOON)
    for root in {inviter for _, inviter in invitations}:
        found = [m.member for _, m in brought_in(draft, "r1", root)]
        assert root not in found
        assert len(found) == len(set(found))
        assert all(scene.member(who).inviter in {root, *found} for who in found)

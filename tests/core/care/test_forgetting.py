"""Forgetting a person leaves nothing of them in what care and the watch over conflicts keep."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from bot.core.care.forgetting import forget_person
from bot.core.care.records import Endangered, Held, Note, Track
from bot.core.conflict.news import Turn
from bot.core.conflict.records import Episode, Spoken
from bot.core.draft import Draft
from bot.core.records import Case, Record
from tests.core.care.playing import CareScene, said_to

replace = msgspec.structs.replace

SECRET = "只有我知道的话"
# What care and the watch keep of people's words. The other kinds are kept by others: members, ads, check-ins.
OURS = {Case, Track, Spoken, Episode}
WORDLESS = {"RoomDay", "Task", "Edition"}
OTHERS = {
    *("AccountState", "RoomState", "MemberState", "PersonState", "Seen", "Sample", "KnownAd", "CheckIn"),
    *("Helping", "RoomHealth", "Posted", "Post"),
}


def full_scene() -> CareScene:
    """Return a scene in which every field of ours that can hold a person's words or name holds u1's."""
    scene = CareScene()
    scene.raised("u1", "u2")
    scene.whisper("u1", SECRET)
    turns = tuple(
        Turn(scene.now, f"t{who}", who, f"{who}的名字", f"{who}{SECRET}", weight=1.0) for who in ("u1", "u2")
    )
    track = scene.track("u1")
    held = Held(step="praise", text=SECRET)
    scene.state.apply(
        [
            replace(track, held=held, heard=SECRET, kept=(("story", SECRET),), name="u1的名字"),
            Spoken(
                room="r1", slot=3, number=3, at=scene.now, id="s", sender="u1", name="u1的名字", words=SECRET
            ),
            Spoken(
                room="r1",
                slot=4,
                number=4,
                at=scene.now,
                id="s2",
                sender="u2",
                name="u2的名字",
                words="我的话",
            ),
            Episode(
                room="r1",
                kind="dispute",
                severity="low",
                parties=("u1", "u2"),
                at=scene.now,
                event="s",
                turns=turns,
            ),
            Episode(
                room="r2",
                kind="dispute",
                severity="low",
                parties=("u2",),
                at=scene.now,
                event="s",
                turns=turns,
            ),
        ]
    )
    case = scene.case()
    notes = (*scene.care().notes, Note(at=scene.now, what="closed", words=f"u1的名字{SECRET}"))
    endangered = (Endangered(person="u1", at=scene.now, words=SECRET),)
    care = replace(scene.care(), turns=turns, notes=notes, endangered=endangered)
    scene.state.apply(
        [replace(case, care=care, name="u1的名字、小王", excerpt=SECRET, words=SECRET, shows=SECRET)]
    )
    return scene


def forget(scene: CareScene, person: str):
    draft = Draft(scene.state, scene.policy, scene.now)
    forget_person(draft, person)
    decision = draft.decision()
    scene.state.apply(decision.changes)
    return decision


def of_ours(scene: CareScene) -> dict[type, str]:
    found: dict[type, str] = dict.fromkeys(OURS, "")
    for record in scene.state.records():
        if type(record) in OURS:
            found[type(record)] += msgspec.json.encode(record).decode()
    return found


def test_every_kind_of_record_is_ours_or_somebody_elses_or_holds_no_words():
    kinds = {kind.__name__ for kind in get_args(Record)}
    assert {kind.__name__ for kind in OURS} | WORDLESS | OTHERS == kinds


@pytest.mark.parametrize("kind", sorted(OURS, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_nothing_they_said_and_no_name_of_theirs_is_left(kind):
    scene = full_scene()
    before = of_ours(scene)[kind]
    assert SECRET in before
    assert "u1的名字" in before
    forget(scene, "u1")
    after = of_ours(scene)[kind].replace(f"u2{SECRET}", "")
    assert SECRET not in after
    assert "u1的名字" not in after


def test_what_others_said_stays():
    scene = full_scene()
    forget(scene, "u1")
    assert [turn.sender for turn in scene.care().turns] == ["u2"]
    assert [turn.words for turn in scene.state.spoken["r1"]] == ["我的话"]
    assert scene.case().name == "小王"


def test_they_hear_no_more_of_it():
    scene = full_scene()
    forget(scene, "u1")
    assert said_to(scene.pass_time(days=9), "u1") == []

"""Danger whispered by somebody who has no case: a human at once, the line for it, nothing in the room."""

from __future__ import annotations

from bot.core.effects import NotifyStaff, SendRoom
from tests.core.care.playing import OPERATOR, STAFF, CareScene, said_to, told


def test_a_human_is_fetched_at_once_and_the_person_hears_the_line_for_it():
    scene = CareScene()
    decision = scene.whisper("u1", "我不想活了，药我都攒好了")
    assert (scene.case().kind, scene.case().state) == ("safety", "open")
    assert {e.to for e in decision.effects if isinstance(e, NotifyStaff)} == {STAFF, OPERATOR}
    [line] = said_to(decision, "u1")
    assert "12356" in line
    assert not [e for e in decision.effects if isinstance(e, SendRoom)]
    assert {t.kind for t in scene.state.tasks.values() if t.case == 1} >= {"care-answer", "care-resolve"}


def test_what_they_write_next_reaches_staff_and_opens_no_other_case():
    scene = CareScene()
    scene.whisper("u1", "遗书我写好了")
    decision = scene.whisper("u1", "今晚就走")
    assert list(scene.state.cases) == [1]
    assert told(decision)


def test_a_threat_against_others_is_answered_by_no_line_for_the_desperate():
    scene = CareScene()
    [line] = said_to(scene.whisper("u1", "我要弄死他"), "u1")
    assert "12356" not in line


def test_where_the_room_only_observes_staff_is_told_and_the_person_hears_that_somebody_will_come():
    scene = CareScene(mode="observe")
    decision = scene.whisper("u1", "我不想活了")
    assert any(e.to == OPERATOR for e in decision.effects if isinstance(e, NotifyStaff))
    assert [e.words.text for e in decision.effects if getattr(e, "to", "") == "u1"] == ["private.passed_on"]


def test_tiredness_is_no_danger():
    scene = CareScene()
    scene.whisper("u1", "最近好累呀，周末想好好睡一觉")
    assert scene.case().kind == "question"


def test_staff_is_told_that_it_was_said_in_private():
    scene = CareScene()
    scene.whisper("u1", "我不想活了")
    [one] = scene.care().endangered
    assert one.private

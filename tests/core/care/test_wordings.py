"""Wordings: two people of a case never hear the same where there is another, and nobody hears one twice."""

from __future__ import annotations

import pytest

from tests.core.care.playing import (
    COMPLAINT,
    FACTION,
    SAFETY,
    STAFF,
    TABLE,
    CareScene,
    answers,
    said_to,
    tables,
)


def stems(lines):
    return [line.partition("，")[0] for line in lines]


@pytest.mark.parametrize("pair", [("u1", "u2"), ("u3", "u4"), ("a", "b"), ("x9", "q")])
def test_two_people_hear_different_sentences_at_every_step(pair):
    scene = CareScene(playbooks=tables())
    for person in pair:
        scene.join(person, person)
    opening = scene.raised(*pair)
    answers_ = ("其实还好", "其实是误会")
    heard = {p: said_to(opening, p) + [said_to(scene.whisper(p, w), p)[0] for w in answers_] for p in pair}
    one, other = (stems(heard[p]) for p in pair)
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_they_are_credited_in_different_words_too():
    credit = [
        {"id": "one", "zh": ["你实在。"], "en": ["One."]},
        {"id": "two", "zh": ["你热心。"], "en": ["Two."]},
    ]
    scene = CareScene(playbooks=tables({**TABLE, "credit": credit}, COMPLAINT, FACTION, SAFETY))
    scene.raised("u1", "u2")
    [first], [second] = (said_to(scene.whisper(p, "其实还好"), p) for p in ("u1", "u2"))
    assert ("你实在。" in first) != ("你实在。" in second)


def test_say_never_repeats_a_sentence_to_the_same_person():
    scene = CareScene()
    heard = said_to(scene.raised("u1", "u2"), "u1")
    for _ in range(2):
        heard += said_to(scene.whisper(STAFF, "/say 1 soothe 小林"), "u1")
    assert len(set(heard)) == len(heard) == 3
    decision = scene.whisper(STAFF, "/say 1 soothe 小林")
    assert said_to(decision, "u1") == []
    assert answers(decision) == ["care.nobody"]


def test_a_case_that_is_opened_again_remembers_what_was_said():
    scene = CareScene()
    heard = said_to(scene.raised("u1", "u2"), "u1")
    scene.whisper(STAFF, "/close 1")
    scene.later(days=1)
    heard += said_to(scene.raised("u1", "u2"), "u1")
    heard += said_to(scene.whisper(STAFF, "/say 1 soothe 小林"), "u1")
    assert len(set(heard)) == 3

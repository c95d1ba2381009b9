"""Taking one case back does not open every room to a text that other cases still stand on."""

from __future__ import annotations

import pytest

from bot.core.ads.known import fingerprint
from tests.core.scene import AD, MAYBE, OPERATOR, Scene

WORDS = f"{AD}，名额不多，快来看看"


def posted(count):
    """As many members post the same ad, each a case of its own."""
    scene = Scene()
    for n in range(count):
        scene.join(f"n{n}", f"新人{n}")
        scene.arrive(scene.say(f"n{n}", WORDS))
        scene.later(minutes=20)
    return scene


def undone(scene, number):
    reply = scene.whisper(OPERATOR, f"/undo {number}").effects[-1].words
    return reply.values["others"], reply.values["text_ok"]


def test_one_undo_leaves_what_the_others_say_of_the_text():
    scene = posted(3)
    assert undone(scene, 1) == (2, False)
    assert not scene.state.known
    assert not scene.state.samples
    assert scene.say("u2", WORDS).verdict == "ad"


def test_the_last_undo_calls_the_text_harmless():
    scene = posted(3)
    assert [undone(scene, n) for n in (1, 2, 3)] == [(2, False), (1, False), (0, True)]
    assert scene.state.known[fingerprint(WORDS)].label == "ok"
    scene.later(days=1)


def test_a_single_case_is_undone_as_ever():
    scene = posted(1)
    assert undone(scene, 1) == (0, True)
    assert scene.state.known[fingerprint(WORDS)].label == "ok"


def test_what_staff_called_an_ad_elsewhere_stays_one():
    scene = Scene()
    words = f"{MAYBE}，名额不多，快来看看"
    scene.say("u2", words, id="m-other")
    scene.arrive(scene.whisper(OPERATOR, "/ok 1"))
    scene.later(minutes=20)
    scene.arrive(scene.say("u1", words))
    other = scene.case().number
    if scene.case(other).state == "asked":
        scene.arrive(scene.whisper(OPERATOR, f"/ok {other}"))
    assert undone(scene, other) == (1, False)
    assert scene.state.known[fingerprint(words)].label == "ad"


def test_who_means_the_text_itself_says_so_and_the_newest_word_counts():
    scene = posted(2)
    undone(scene, 1)
    scene.whisper(OPERATOR, "/notad 1")
    assert scene.state.known[fingerprint(WORDS)].label == "ok"


@pytest.mark.parametrize("line", ["/kick @小林\u2005", "/warn @小林\u2005"])
def test_an_order_of_staff_says_nothing_of_any_text(line):
    scene = Scene()
    scene.arrive(scene.say(OPERATOR, line, mentions=("u1",)))
    assert undone(scene, 1) == (0, False)

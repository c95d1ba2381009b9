"""What the digest says of bans: how many, who came back, who brings advertisers, what was taken back."""

from __future__ import annotations

import pytest

from bot.core.digest.values import digest_values
from bot.core.draft import Draft
from bot.core.effects import Words
from bot.shell.render import load_renderer
from tests.core.scene import AD, BOT, OPERATOR, STAFF, Scene


def digest(scene):
    return digest_values(
        Draft(scene.state, scene.policy, scene.now), OPERATOR, scene.policy.day(scene.now), late=False
    )


def advertise(scene, who, inviter):
    scene.join(who, inviter=inviter)
    scene.arrive(scene.say(who, AD))
    scene.leave(who, remover=BOT)


def test_bans_returns_and_what_was_taken_back_are_counted():
    scene = Scene()
    scene.say(STAFF, "/ban @小林\u2005", mentions=("u1",))
    scene.arrive(scene.whisper(STAFF, "/ok 1"))
    scene.leave("u1", remover=BOT)
    scene.arrive(scene.join("u1"))
    scene.leave("u1", remover=BOT)
    advertise(scene, "n1", "u2")
    scene.whisper(STAFF, "/undo 3")
    (row,) = digest(scene)["rooms"]
    assert (row["bans"], row["returns"], row["overturned"]) == (1, 1, 1)


def test_the_three_who_brought_most_advertisers_are_named():
    scene = Scene()
    for number, inviter in enumerate(["u1", "u2", "u1", "u3", "u4", "u4", "u4"]):
        advertise(scene, f"n{number}", inviter)
    assert digest(scene)["inviters"] == (
        {"name": "u4", "count": 3},
        {"name": "小林", "count": 2},
        {"name": "小王", "count": 1},
    )


def test_an_undone_removal_is_nobodys_fault():
    scene = Scene()
    advertise(scene, "n1", "u1")
    scene.whisper(STAFF, "/notad 1")
    assert digest(scene)["inviters"] == ()


def test_what_was_weeks_ago_is_no_news():
    scene = Scene()
    advertise(scene, "n1", "u1")
    scene.later(days=31)
    assert digest(scene)["inviters"] == ()


@pytest.mark.parametrize(("language", "said"), [("zh", "小林：1 位"), ("en", "小林: 1")])
def test_it_is_said_in_both_languages(language, said):
    scene = Scene()
    advertise(scene, "n1", "u1")
    assert said in load_renderer(language, {}).render(Words("digest.daily", digest(scene)))

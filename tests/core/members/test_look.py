"""The last look: a welcome that waited for the link, or a word about a name, may have become wrong meanwhile."""

from __future__ import annotations

from bot.core.events import Rename
from bot.core.members.look import why_not_now
from tests.core.members.meeting import Meeting


def asked_for_a_name():
    scene = Meeting(welcome={"name_format": "城市-昵称"})
    scene.join("n1", "小新", friend=True)
    effects = scene.run(hours=3)
    return scene, effects[0], next(e for e in effects if getattr(e, "purpose", "") == "name")


def why_not(scene, effect):
    return why_not_now(effect, scene.state, scene.policy)


def test_what_is_still_right_is_said():
    scene, welcome, name = asked_for_a_name()
    assert why_not(scene, welcome) is why_not(scene, name) is None


def test_nothing_is_said_in_a_room_that_only_watches_by_now():
    scene, welcome, name = asked_for_a_name()
    scene.say("owner", "/mode observe")
    assert why_not(scene, welcome) == why_not(scene, name) == "observing"


def test_whoever_has_a_fitting_name_by_now_is_not_asked_for_it():
    scene, _, name = asked_for_a_name()
    scene.tell(Rename(at=scene.now, room="r1", member="n1", name="北京-小新"))
    assert why_not(scene, name) == "overtaken"


def test_whoever_left_is_not_asked():
    scene, _, name = asked_for_a_name()
    scene.leave("n1")
    assert why_not(scene, name) == "closed"


def test_other_words_are_none_of_its_business():
    scene, _, _ = asked_for_a_name()
    scene.say("owner", "/mode observe")
    assert why_not(scene, scene.say("owner", "/status").effects[0]) is None

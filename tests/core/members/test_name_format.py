"""Names a room wants to look a certain way: asked for once in private, repeated once, then on staff's list."""

from __future__ import annotations

import pytest

from bot.core.events import Rename
from bot.core.members.name_format import fits
from tests.core.members.meeting import Meeting, line, tasks
from tests.core.scene import OWNER

FORMAT = "城市-昵称"
ROOM = {"rooms": {"r1": {"welcome": {"name_format": FORMAT}}}}


@pytest.mark.parametrize(
    "name", ["北京-小林", "北京 - 小林", "上海—阿泽", "广州－小鹿", "深圳_大力", "成都-小 王"]
)
def test_a_name_that_fits(name):
    assert fits(name, FORMAT)


@pytest.mark.parametrize("name", ["小林", "北京小林", "-小林", "北京-", "北京-小林-宝妈", ""])
def test_a_name_that_does_not(name):
    assert not fits(name, FORMAT)


@pytest.mark.parametrize(
    ("wanted", "name", "does"),
    [
        ("【城市】昵称", "[北京]小林", True),
        ("【城市】昵称", "北京小林", False),
        ("月龄+昵称", "8月＋豆豆", True),
        ("城市|行业|昵称", "北京｜教育｜小林", True),
        ("城市|行业|昵称", "北京|小林", False),
        ("真名", "谁都行", True),
    ],
)
def test_signs_of_any_width_count_alike(wanted, name, does):
    assert fits(name, wanted) is does


def asked(effects):
    return [effect for effect in effects if getattr(effect, "purpose", "") == "name"]


def test_asked_once_reminded_once_then_left_to_staff():
    scene = Meeting(**ROOM)
    scene.join("n1", "小新", friend=True)
    (first,) = asked(scene.run(days=1))
    assert FORMAT in line(first)
    (second,) = asked(scene.run(days=7))
    assert line(second) != line(first)
    assert asked(scene.run(days=60)) == []
    row = scene.whisper(OWNER, "/welcome names").effects[0].words.values["rows"][0]
    assert "小新" in row["names"].split("、")


def test_whoever_follows_hears_no_more():
    scene = Meeting(**ROOM)
    scene.join("n1", "小新", friend=True)
    scene.tell(Rename(at=scene.now, room="r1", member="n1", name="北京-小新"))
    assert asked(scene.run(days=30)) == []
    assert tasks(scene, "name") == []


def test_a_fitting_name_is_never_spoken_of():
    scene = Meeting(**ROOM)
    scene.join("n1", "北京-小新", friend=True)
    assert tasks(scene, "name") == []


def test_who_is_no_friend_reads_it_in_the_welcome_alone():
    scene = Meeting(**ROOM)
    scene.join("n1", "小新", friend=False)
    effects = scene.run(days=30)
    assert asked(effects) == []
    assert FORMAT in line(effects[0])


@pytest.mark.parametrize("mode", ["observe", "assist"])
def test_only_a_room_that_acts_writes_to_anybody(mode):
    scene = Meeting(mode, **ROOM)
    scene.join("n1", "小新", friend=True)
    assert asked(scene.run(days=30)) == []
    assert len(asked(scene.recorded)) == (mode == "observe")


def test_whoever_opted_out_is_left_alone():
    scene = Meeting(**ROOM)
    scene.join("n1", "小新", friend=True)
    scene.whisper("n1", "不要再给我发消息了")
    assert asked(scene.run(days=30)) == []


def test_nobody_is_asked_at_night():
    scene = Meeting(**ROOM)
    scene.later(hours=9, minutes=30)
    scene.join("n1", "小新", friend=True)
    (task,) = tasks(scene, "name")
    assert task.due_at.astimezone(scene.policy.zone).hour == 8


def test_whoever_left_is_not_asked():
    scene = Meeting(**ROOM)
    scene.join("n1", "小新", friend=True)
    scene.leave("n1")
    assert scene.run(days=30) == []

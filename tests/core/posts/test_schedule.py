"""`/schedule`: staff alone, in private, and every answer says what to do next."""

from __future__ import annotations

import pytest

from tests.core.health.lively import Lively, shown
from tests.core.scene import OPERATOR, STAFF, kind


def answer(scene: Lively, line: str, who: str = OPERATOR, room: str | None = None) -> str:
    decision = scene.say(who, line, room=room)
    (effect,) = decision.effects
    assert kind(effect) == "send_private"
    return shown(effect)


def test_an_empty_list_says_how_to_begin():
    assert "/schedule 每周三 20:00" in answer(Lively(), "/schedule")


def test_said_in_the_room_it_means_the_room_and_is_answered_in_private():
    scene = Lively()
    assert "03-04 20:00" in answer(scene, "/schedule 每周三 20:00 读书会", STAFF, "r1")
    assert "读书会" in answer(scene, "定时")


def test_kinds_are_read_from_the_first_word():
    scene = Lively()
    for line, told in (
        ("活动 周末爬山", "活动「周末爬山」"),
        ("提醒：交作业啦", "提醒「交作业啦」"),
        ("干货：睡前一小时别看屏幕", "干货"),
        ("大家好呀", "话题「大家好呀」"),
    ):
        assert told in answer(scene, f"/schedule 每周三 20:00 {line}")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/schedule 明天 20:00 x", "没看懂时间"),
        ("/schedule 2026-02-30 20:00 x", "没有这一天"),
        ("/schedule 0 * * * * x", "一天最多四次"),
        ("/schedule 0 9 1 * 3 x", "cron 没看懂"),
        ("/schedule 2026-03-01 20:00 x", "已经过了"),
        ("/schedule 每天 23:00 晚安", "休息时间（22:30 到 08:00）"),
        ("/schedule 每天 20:00 破冰 天文", "没有「天文」这一类"),
        ("/schedule 每天 20:00 " + "长" * 401, "太长"),
        ("/schedule pause 99", "没有 99 号"),
    ],
)
def test_what_cannot_be_is_told_and_leaves_nothing_behind(line, told):
    scene = Lively()
    assert told in answer(scene, line)
    assert scene.state.posts == {}
    assert not [t for t in scene.state.tasks.values() if t.kind == "post"]


def test_pause_resume_and_remove():
    scene = Lively()
    answer(scene, "/schedule 每天 20:00 聊聊")
    (number,) = scene.state.posts
    assert "先停着" in answer(scene, f"/schedule pause {number}")
    scene.run(days=2)
    assert scene.texts("post.line") == []
    assert "（已暂停）" in answer(scene, "/schedule")
    assert "下次 03-04 20:00" in answer(scene, f"/schedule 恢复 #{number}")
    scene.run(days=1)
    assert len(scene.texts("post.line")) == 1
    assert "不再发" in answer(scene, f"/schedule 删除 {number}")
    scene.run(days=3)
    assert len(scene.texts("post.line")) == 1


def test_what_stands_in_the_settings_is_taken_out_there():
    scene = Lively(post=[{"rooms": ["r1"], "when": "daily 9:00", "text": "早"}])
    scene.run(days=1)
    (number,) = scene.state.posts
    assert "qunguan.toml" in answer(scene, f"/schedule remove {number}")
    assert number in scene.state.posts
    answer(scene, f"/schedule pause {number}")
    scene.run(days=2)
    assert len(scene.texts("post.line")) == 1


def test_a_date_that_passed_while_it_was_paused_is_told():
    scene = Lively()
    answer(scene, "/schedule 2026-03-03 20:00 今晚答疑")
    (number,) = scene.state.posts
    answer(scene, f"/schedule pause {number}")
    scene.run(days=3)
    assert "时间已经过了" in answer(scene, f"/schedule resume {number}")


def test_of_several_rooms_one_is_named():
    scene = Lively()
    scene.open("r2", "读书会")
    assert "· 读书会" in answer(scene, "/schedule 每天 20:00 x")
    assert "读书会" in answer(scene, "/schedule 读书会 每天 20:00 x")
    assert "母婴群" in answer(scene, "/schedule 「母婴群」 每天 20:00 y")
    assert {p.room for p in scene.state.posts.values()} == {"r1", "r2"}
    assert "【读书会】" in answer(scene, "/schedule")


def test_staff_of_one_room_has_no_say_in_another():
    scene = Lively()
    scene.open("r2", "读书会", staff=("aide",))
    answer(scene, "/schedule 母婴群 每天 20:00 x")
    (number,) = scene.state.posts
    assert f"没有 {number} 号" in answer(scene, f"/schedule remove {number}", "aide")
    assert number in scene.state.posts


def test_members_are_not_answered():
    scene = Lively()
    assert scene.whisper("u1", "/schedule 每天 20:00 来买").effects == ()
    assert scene.state.posts == {}

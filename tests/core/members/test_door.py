"""The door: a name that is an ad is asked about, a wave of joins is one notice, probation is known to the score."""

from __future__ import annotations

import functools

import pytest

from bot.assembly import load_brain
from bot.core.effects import NotifyStaff
from bot.core.events import Link, Present
from bot.core.policy import Policy
from tests.core.members.meeting import Meeting, packs
from tests.core.scene import OWNER, STAFF, kinds, settings, texts


@functools.cache
def shipped():
    return load_brain(settings()).policy


class Door(Meeting):
    """A meeting under the shipped rules."""

    def __init__(self, mode="act", **tables):
        super().__init__(mode, **tables)
        self.policy = Policy(self.policy.settings, shipped().rules, presets=shipped().presets, **packs())


AD_NAME = "兼职日结加V xh8899"


def test_a_name_that_is_an_ad_is_asked_about_before_a_word_is_said():
    scene = Door()
    (asked,) = scene.join("n1", AD_NAME).effects
    assert isinstance(asked, NotifyStaff)
    assert asked.words.text == "staff.name"
    assert scene.case().name == AD_NAME
    assert kinds(scene.whisper(OWNER, f"/ok {asked.case}"))[0] == "remove"


def test_said_no_to_it_is_a_name_like_any_other():
    scene = Door()
    (asked,) = scene.join("n1", AD_NAME).effects
    scene.whisper(OWNER, f"/no {asked.case}")
    assert scene.case(asked.case).state == "rejected"
    assert scene.member("n1").present


def test_a_room_that_watches_only_writes_it_down():
    scene = Door("observe")
    decision = scene.join("n1", AD_NAME)
    assert decision.effects == ()
    assert scene.case().state == "recorded"


@pytest.mark.parametrize("name", ["小林妈妈", "北京-阿泽", "AAA装修王师傅", "豆豆爸☀️", ""])
def test_an_ordinary_name_or_a_mere_shop_sign_passes(name):
    assert Door().join("n1", name).effects == ()


def test_a_shop_sign_is_no_offence_in_a_market():
    assert Door(rooms={"r1": {"policy": "ads_allowed"}}).join("n1", AD_NAME).effects == ()


def test_found_in_a_list_it_is_asked_about_too():
    scene = Door()
    scene.roster("u1", "u2")
    assert texts(scene.roster("u1", "u2", Present("n1", AD_NAME))) == ["staff.name"]


def test_a_wave_is_one_notice_with_its_inviter():
    scene = Meeting(welcome={"enabled": False})
    for number in range(40):
        scene.join(f"n{number}", f"新{number}", inviter="u1")
        scene.later(seconds=1)
    notices = [e for e in scene.run(hours=5) if isinstance(e, NotifyStaff)]
    assert len(notices) == 1
    values = notices[0].words.values
    assert values["count"] == 40
    assert values["inviters"] == ({"name": "小林", "count": 40, "staff": False},)


def test_many_at_once_without_an_inviter_are_a_wave_too():
    scene = Meeting(welcome={"enabled": False})
    scene.roster("u1", "u2", *(f"p{n}" for n in range(40)))
    scene.later(hours=1)
    scene.roster("u1", "u2", *(f"p{n}" for n in range(40)), *(f"n{n}" for n in range(20)))
    (notice,) = scene.run(hours=5)
    assert (notice.words.text, notice.words.values["count"]) == ("staff.wave", 20)


def test_a_trickle_is_no_wave_nor_are_people_staff_brings():
    scene = Meeting(welcome={"enabled": False})
    for number in range(20):
        scene.join(f"n{number}", f"新{number}", inviter="u1")
        scene.later(minutes=30)
    for number in range(10):
        scene.join(f"s{number}", f"新{number}", inviter=STAFF)
    assert [e for e in scene.run(hours=1) if isinstance(e, NotifyStaff)] == []


def test_a_room_that_watches_only_tells_staff_nothing_of_a_wave():
    scene = Meeting("observe", welcome={"enabled": False})
    for number in range(20):
        scene.join(f"n{number}", f"新{number}", inviter="u1")
    assert scene.run(hours=1) == []
    assert [e.words.text for e in scene.recorded] == ["staff.wave"]


LINK = {"type": "link", "link": Link(url="https://news.example/a", title="今天的新闻")}


def test_on_probation_a_link_is_asked_about_and_afterwards_not():
    scene = Door(welcome={"probation_talk": 2, "enabled": False})
    scene.join("n1", "小新")
    decision = scene.say("n1", "", **LINK)
    assert decision.verdict == "suspect"
    assert "newcomers/probation" in {s.rule for s in decision.reasons}
    scene.later(minutes=20)
    scene.say("n1", "大家好，我是新来的小新妈妈")
    scene.say("n1", "宝宝刚满八个月，正在学爬呢")
    scene.later(days=2)
    assert scene.say("n1", "", **LINK).verdict == "ok"


def test_days_end_it_as_well_and_nobody_of_old_is_on_it():
    scene = Door(welcome={"probation_days": 3, "enabled": False})
    scene.join("n1", "小新")
    assert scene.say("u1", "", **LINK).verdict == "ok"
    scene.later(days=4)
    assert scene.say("n1", "", **LINK).verdict == "ok"


def test_without_the_setting_there_is_no_probation():
    scene = Door(welcome={"enabled": False})
    scene.join("n1", "小新")
    assert scene.say("n1", "", **LINK).verdict == "ok"

"""A trade room does not hear that promotions are unwelcome: who posts a swindle is told what is not allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.events import Member
from bot.core.members.bans import is_about_an_ad
from bot.packs import compile_rules, load_packs
from bot.shell.render import load_renderer
from tests.core.scene import NOON, OPERATOR, SCAM, STAFF, Scene, kinds, texts

LONG_AGO = NOON - timedelta(days=100)
REASONS = ({"rule": "context/new"}, {"rule": "scams/gambling"})


def trade_room(mode="act", policy="ads_allowed", **defaults):
    scene = Scene(mode, defaults={"policy": policy, **defaults})
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林", joined_at=LONG_AGO))
    scene.befriend("u1", friend=False)
    return scene


def offend(scene):
    decision = scene.say("u1", SCAM)
    scene.later(minutes=20)
    return decision


def test_the_reminder_and_the_warning_are_those_of_a_trade_room():
    scene = trade_room()
    said = []
    for _ in range(2):
        decision = offend(scene)
        said += texts(decision)
        scene.arrive(decision)
    assert said == ["remind.trade.room", "warn.trade.room"]


def test_what_is_said_rests_on_the_rules_that_hold_in_trade_rooms():
    values = offend(trade_room()).effects[0].words.values
    assert values["reasons"] == ({"rule": "scams/orders"},)


def test_a_friend_of_the_account_is_told_in_private():
    scene = trade_room()
    scene.befriend("u1", friend=True)
    assert texts(offend(scene)) == ["remind.trade.private"]


def test_staff_hears_of_it_once_the_member_was_told():
    scene = trade_room()
    told = scene.arrive(offend(scene))
    assert [e.words.text for e in told if hasattr(e, "words")] == ["remind.trade.room", "staff.offence"]
    assert told[-1].to == OPERATOR


def test_and_if_that_staff_cannot_be_reached_the_next_one_does():
    scene = trade_room()
    notice = scene.arrive(offend(scene))[-1]
    assert texts(scene.receive(notice, "refused", "not_friend")) == ["staff.offence"]


def test_who_said_yes_themselves_need_not_be_told():
    scene = trade_room("assist")
    offend(scene)
    told = scene.arrive(scene.whisper(OPERATOR, "/ok 1"))
    assert "staff.offence" not in {e.words.text for e in told if hasattr(e, "words")}
    assert "remind.trade.room" in {e.words.text for e in told if hasattr(e, "words")}


def test_elsewhere_nothing_changes():
    scene = trade_room(policy="no_ads")
    told = scene.arrive(offend(scene))
    assert [e.words.text for e in told if hasattr(e, "words")] == ["remind.room"]


def test_staffs_own_warning_stays_theirs():
    scene = trade_room()
    decision = scene.say(STAFF, "/warn @小林\u2005 注意言辞", mentions=("u1",))
    assert kinds(decision)[0] == "warn"
    assert texts(decision)[0] == "warn.staff.room"
    assert not is_about_an_ad(scene.case())


def test_the_line_after_a_removal_does_not_speak_of_promotions():
    scene = trade_room(removal_line=True, ladder={"reminds": 0, "warns": 1, "gentle_days": 0})
    scene.arrive(offend(scene))
    told = scene.arrive(offend(scene))
    assert "removed.trade.room" in {e.words.text for e in told if hasattr(e, "words")}


@pytest.mark.parametrize(("language", "sort"), [("zh", "赌博"), ("en", "gambling")])
@pytest.mark.parametrize("text", ["remind.trade.room", "warn.trade.private", "removed.trade.room"])
def test_the_sort_of_thing_is_named(language, sort, text):
    from bot.core.effects import Words

    said = load_renderer(language, compile_rules(load_packs()).specs)
    values = {"name": "小林", "room": "闲置群", "case": 1, "excerpt": "x", "reasons": REASONS}
    assert sort in said.render(Words(text, values))
    nameless = said.render(Words(text, {**values, "reasons": ()}))
    assert "推广" not in nameless
    assert "context/" not in nameless

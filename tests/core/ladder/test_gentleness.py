"""Newcomers have a shorter ladder, old friends a longer one, and what was long ago fades."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_settings
from bot.core.ads.ladder import is_one_of_us, next_level, standing
from bot.core.events import Member
from bot.core.records import MemberState, Strike
from bot.core.settings import Ladder, RoomLadder
from bot.errors import ConfigError
from tests.core.scene import AD, NOON, Scene, kinds

REAL_TALK = "孩子昨天开始吃辅食了，大家一般先加什么？"
LONG_AGO = NOON - timedelta(days=400)
LEVELS = ["remind", "warn", "remove"]


def member(strikes=(), **more):
    strikes = tuple(Strike(NOON - timedelta(days=age), "remind", n) for n, age in enumerate(strikes))
    return MemberState(**{"room": "r1", "member": "u1", "first_seen": NOON, "strikes": strikes, **more})


def climb(scene, who, times):
    seen = []
    for _ in range(times):
        decision = scene.say(who, AD)
        seen += kinds(decision)
        scene.arrive(decision)
        scene.later(minutes=11)
    return seen


def test_whoever_has_long_been_here_and_really_talks_gets_one_more_reminder():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林", joined_at=LONG_AGO))
    for _ in range(30):
        scene.say("u1", REAL_TALK)
    assert climb(scene, "u1", 4) == ["remind", "remind", "warn", "remove"]


def test_fillers_earn_nobody_gentleness():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林", joined_at=LONG_AGO))
    for filler in ("好的", "哈哈哈哈哈哈哈哈", "+1", "111111111", "嗯嗯嗯嗯嗯嗯嗯嗯") * 20:
        scene.say("u1", filler)
    assert scene.member("u1").talk == 0
    assert climb(scene, "u1", 3) == LEVELS


def test_much_talk_within_days_does_not_make_an_old_friend():
    assert not is_one_of_us(member(talk=500, joined_at=NOON - timedelta(days=5)), Ladder(), NOON)


def test_where_the_joining_date_is_unknown_the_time_the_bot_has_known_them_counts():
    assert not is_one_of_us(member(talk=500), Ladder(), NOON)
    assert is_one_of_us(member(talk=500), Ladder(), NOON + timedelta(days=90))


def test_gentleness_can_be_switched_off():
    old_friend = member(talk=500, first_seen=LONG_AGO)
    assert not is_one_of_us(old_friend, Ladder(gentle_days=0), NOON)
    assert next_level(member([1], talk=500, first_seen=LONG_AGO), Ladder(gentle_reminds=0), NOON) == "warn"


def test_a_newcomer_can_be_given_a_chance():
    scene = Scene(defaults={"ladder": {"newcomer_reminds": 1}})
    scene.join("n1", "新来的")
    assert climb(scene, "n1", 2) == ["remind", "remove"]


@pytest.mark.parametrize(
    ("ages", "fade_days", "left"),
    [
        ([], 7, 0),
        ([1], 7, 1),
        ([8], 7, 0),
        ([9, 8], 7, 1),
        ([20, 1], 7, 1),
        ([20, 19, 1], 7, 1),
        ([29, 1], 0, 2),
    ],
)
def test_earlier_sanctions_fade_one_by_one(ages, fade_days, left):
    told = [NOON - timedelta(days=age) for age in ages]
    assert standing(told, Ladder(fade_days=fade_days), NOON) == left


def test_what_was_forgiven_does_not_come_back_with_the_next_slip():
    ladder = Ladder(fade_days=7, window_days=60)
    assert next_level(member([20, 1]), ladder, NOON) == "warn"


ages = st.lists(st.floats(0, 60), max_size=8)
ladders = st.builds(
    Ladder,
    reminds=st.integers(0, 3),
    warns=st.integers(0, 3),
    window_days=st.integers(1, 60),
    fade_days=st.integers(0, 30),
    newcomer_days=st.just(0.0),
    gentle_days=st.integers(0, 100),
    gentle_talk=st.integers(0, 3),
    gentle_reminds=st.integers(0, 2),
)


@given(ages, ladders, st.integers(0, 5))
def test_fading_and_gentleness_never_make_a_ladder_stricter(days, ladder, talk):
    plainly = msgspec.structs.replace(ladder, fade_days=0, gentle_days=0)
    someone = member(days, talk=talk, first_seen=LONG_AGO)
    assert LEVELS.index(next_level(someone, ladder, NOON)) <= LEVELS.index(next_level(someone, plainly, NOON))


@given(ages, ladders, st.floats(0, 60))
def test_time_that_goes_by_never_makes_matters_worse(days, ladder, later):
    someone = member(days, first_seen=NOON)
    plainly = msgspec.structs.replace(ladder, gentle_days=0)
    now, then = (next_level(someone, plainly, NOON + timedelta(days=d)) for d in (0, later))
    assert LEVELS.index(then) <= LEVELS.index(now)


def test_a_room_takes_every_figure_it_does_not_name_from_the_defaults():
    base = Ladder(reminds=2, fade_days=9, ban_after=4, gentle_talk=7)
    assert RoomLadder(ban_after=0).over(base) == msgspec.structs.replace(base, ban_after=0)
    assert set(RoomLadder.__struct_fields__) == set(Ladder.__struct_fields__)


@pytest.mark.parametrize(
    "figures",
    ["reminds = 0\nwarns = 0", "newcomer_reminds = 3", "fade_days = 30", "window_days = 5\nfade_days = 7"],
)
def test_figures_that_make_no_ladder_are_refused_at_start(tmp_path, figures):
    (tmp_path / "qunguan.toml").write_text(f"[defaults.ladder]\n{figures}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"defaults\.ladder"):
        load_settings(tmp_path, environment={})

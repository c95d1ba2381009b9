"""Modes are hands: what is seen never depends on them, only what is done."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.core.effects import Remind
from bot.core.state import State
from tests.core.histories import decide_all, histories
from tests.core.scene import AD, MAYBE, OPERATOR, STAFF, Scene, kinds, policy, texts


def test_observe_writes_down_what_it_would_have_done_and_touches_nobody():
    scene = Scene("observe")
    decision = scene.say("u1", AD)
    assert decision.effects == ()
    assert isinstance(decision.recorded[0], Remind)
    assert (scene.case().state, scene.member("u1").strikes) == ("recorded", ())


def test_assist_asks_staff_even_about_a_clear_ad():
    scene = Scene("assist")
    decision = scene.say("u1", AD)
    assert kinds(decision) == ["notify_staff"]
    assert (scene.case().state, kinds_held(scene)) == ("asked", ["remind"])


def kinds_held(scene):
    return [str(effect.__struct_config__.tag) for effect in scene.case().held]


def test_act_does_what_is_sure():
    assert kinds(Scene("act").say("u1", AD)) == ["remind"]


def test_act_asks_about_what_is_only_suspect():
    scene = Scene("act")
    decision = scene.say("u1", MAYBE)
    assert (decision.verdict, kinds(decision), scene.case().state) == ("suspect", ["notify_staff"], "asked")


def test_assist_goes_on_asking_even_when_a_clear_ad_follows_a_doubt():
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    assert scene.say("u1", AD).effects == ()
    assert (scene.case().state, scene.case().more) == ("asked", 1)


def test_a_room_the_bot_is_new_in_only_watches():
    from bot.core.settings import Settings

    assert Settings().defaults.mode == "observe"


def test_staff_switch_the_mode_in_the_room_and_it_holds():
    scene = Scene("observe")
    assert texts(scene.say(STAFF, "/mode act")) == ["mode.set"]
    assert kinds(scene.say("u1", AD)) == ["remind"]


@pytest.mark.parametrize("word", ["观察", "observe", "OBSERVE"])
def test_modes_have_chinese_names_too(word):
    scene = Scene("act")
    scene.say(STAFF, f"/模式 {word}")
    assert scene.state.rooms["r1"].mode == "observe"


def test_an_unknown_mode_is_answered_and_changes_nothing():
    scene = Scene("act")
    assert texts(scene.say(STAFF, "/mode 狂暴")) == ["mode.unknown"]
    assert scene.state.rooms["r1"].mode is None


def test_a_member_cannot_switch_the_mode():
    scene = Scene("act")
    assert scene.say("u1", "/mode observe").effects == ()
    assert scene.state.rooms["r1"].mode is None


def test_a_mode_given_for_replay_stands_above_what_was_set_in_the_room():
    scene = Scene("act", forced="observe")
    scene.say(STAFF, "/mode act")
    assert scene.say("u1", AD).effects == ()


def test_a_staff_order_is_carried_out_in_every_mode():
    for mode in ("observe", "assist", "act"):
        scene = Scene(mode)
        assert kinds(scene.say(STAFF, "/kick @小林\u2005", mentions=("u1",))) == ["remove"]


def test_status_names_the_mode():
    scene = Scene("assist")
    answer = scene.whisper(OPERATOR, "/status").effects[0]
    assert answer.words.values["rows"][0]["mode"] == "assist"


@given(histories())
def test_verdict_reasons_and_flags_are_the_same_in_every_mode(events):
    seen = []
    for mode in ("observe", "assist", "act"):
        decisions = decide_all(events, State(), policy(forced=mode))
        seen.append([(d.verdict, d.score, d.reasons, d.flags) for d in decisions])
    assert seen[0] == seen[1] == seen[2]


@given(histories())
def test_observe_never_has_a_sanction_carried_out(events):
    decisions = decide_all(events, State(), policy(forced="observe"))
    ordered = {e.id for e in events if getattr(e, "text", "").startswith(("/kick", "/warn", "/ok", "踢"))}
    for event, decision in zip(events, decisions, strict=True):
        if getattr(event, "id", None) not in ordered:
            assert (
                not {"remind", "warn", "remove", "ban"} & set(kinds(decision))
                or type(event).__name__ == "Receipt"
            )

"""What a preset's line of `replay --report` counts as work for people: what is asked about, not what is done alone."""

from __future__ import annotations

from collections import Counter

from bot.cli.replay import _tell
from bot.core.events import Message
from bot.replay import PresetReport, Replayed, Report
from tests.core.scene import AD, MAYBE, Scene


def test_only_suspects_are_to_be_looked_at():
    said = []
    presets = [PresetReport("normal", ads=90, suspects=10, days=5.0)]
    summary = Report(lambda rule: rule)
    _tell(
        summary,
        Counter(),
        lambda words: said.append(words) or "",
        presets,
        [],
        as_json=False,
        report=True,
    )
    assert said[0].values["a_day"] == 2.0


def _trial(*names):
    from bot.core.ads.preset import Preset
    from bot.core.policy import Policy
    from bot.core.rules.kind import Why
    from bot.core.settings import Settings
    from bot.replay import PresetTrial

    presets = {name: Preset(id=name, name=Why("名", "name")) for name in names}
    return PresetTrial(Policy(Settings(), presets=presets))


def test_presets_stand_from_gentle_to_strict_then_trade_rooms_then_ones_own():
    trial = _trial("mine", "ads-room", "strict", "another", "gentle", "normal")
    told = [one.preset for one in trial.reports()]
    assert told == ["gentle", "normal", "strict", "ads-room", "another", "mine"]


def _reported(**message):
    scene = Scene()
    scene.join("n9", "暖暖好物")
    summary = Report(lambda rule: f"因为{rule}", "；")
    event = Message(at=scene.now, room="r1", id="x", sender="n9", **message)
    summary.add(Replayed(event, scene.tell(event)), scene.state)
    return summary.rooms["r1"].sanctions


def test_who_was_named_only_when_they_joined_is_told_by_name():
    assert [row[1] for row in _reported(text=AD)] == ["暖暖好物"]


def test_a_picture_is_told_as_one():
    from bot.core.effects import Words
    from bot.shell.render import load_renderer

    ((_, _, _, shown),) = _reported(type="image", text=AD)
    row = {"level": "remove", "name": "暖暖好物", "why": "图", "excerpt": shown}
    values = {"room": "群", "messages": 1, "ads": 1, "suspects": 0, "rows": (row,)}
    assert f"[图片] {AD}" in load_renderer("zh", {}).render(Words("report.room", values))


def test_reasons_are_joined_as_the_language_does():
    ((_, _, why, _),) = _reported(text=f"{AD}，{MAYBE}")
    assert why == "因为ads/sure；因为ads/maybe"

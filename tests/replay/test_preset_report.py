"""What a preset's line of `replay --report` counts as work for people: what is asked about, not what is done alone."""

from __future__ import annotations

from collections import Counter

from bot.cli.replay import _tell
from bot.replay import PresetReport, Report


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

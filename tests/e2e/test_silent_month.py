"""`qunguan demo --silent-month`: whoever falls silent is asked in private, answers, and one comes back."""

from __future__ import annotations

import re

from click.testing import CliRunner

from bot.cli.demo import command


def test_silent_members_are_asked_answer_and_one_comes_back():
    result = CliRunner().invoke(command, ["--silent-month"], standalone_mode=False)
    assert result.exception is None
    said = result.output
    for who in ("安静的海", "苏苏", "大力"):
        assert re.search(rf"🤖 小满管家 → {who}：", said)
        assert re.search(rf"\[私聊\] {who} → 小满管家：", said)
    assert "👋 被问候过，回到群里说话了" in said
    assert said.count("群日报") == 1
    assert "问候了 3 位，1 位回到群里" in said


def test_it_is_one_story_or_the_other(tmp_path):
    result = CliRunner().invoke(command, ["--silent-month", "--community", str(tmp_path)])
    assert result.exit_code == 2

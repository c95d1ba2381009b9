"""The demo's week holds a real dispute and a complaint, each with its private talk and its end."""

from __future__ import annotations

import pytest

from bot.cli import main


@pytest.fixture(scope="module")
def story() -> str:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["demo", "--headless"]) == 0
    return out.getvalue()


def test_a_quarrel_in_the_room_that_acts_is_talked_over_and_asked_about_the_next_day(story):
    assert "群友争执" in story
    assert "大家先缓一缓" in story or "先喝口水" in story
    assert "结案，说开了" in story
    # Any of the step's wordings.
    asked = ("过了一天", "来问问你", "昨天辛苦你了")
    assert any(f"管家 → 朵朵妈：朵朵妈，{words}" in story for words in asked)


def test_a_complaint_in_the_room_that_asks_first_goes_line_by_line_over_staff(story):
    assert "投诉不满" in story
    assert "/say" in story
    assert "秋秋 选好了" in story
    assert "结案：已解决" in story


def test_nothing_said_in_private_is_told_to_the_other_or_the_room(story):
    for words in ("我是怕喂不好才一直问", "看她天天问，顺嘴就说了一句", "我其实想跟她说声不好意思"):
        told = [line for line in story.splitlines() if words in line and "🤖" in line]
        assert told
        assert all("→ 木木老师" in line or "→ 小满" in line for line in told)

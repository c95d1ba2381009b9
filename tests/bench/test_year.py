"""A simulated year in the demo community: nearly everybody due is asked in time, by day, and not too often."""

from __future__ import annotations

import msgspec
import pytest

from bot.bench.year import GOAL, Outcome, community_year


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return community_year().run(130)


def test_nearly_everybody_due_is_asked_within_budget_days(outcome: Outcome) -> None:
    assert outcome.due >= 30
    assert outcome.in_time / outcome.due >= GOAL


def test_nobody_is_asked_at_night_or_again_too_soon(outcome: Outcome) -> None:
    assert outcome.at_night == 0
    assert outcome.too_soon == 0
    assert sum(len(moments) for moments in outcome.asked.values()) >= outcome.in_time


def test_a_bot_that_asks_nobody_is_noticed() -> None:
    year = community_year()
    for room in list(year.state.rooms.values()):
        year.state.apply([msgspec.structs.replace(room, checkins_paused=True)])
    assert year.run(60).in_time == 0


def test_some_are_left_unasked_on_purpose(outcome: Outcome) -> None:
    assert 0 < outcome.left_unasked < outcome.due

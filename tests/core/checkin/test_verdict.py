"""Two rates are compared honestly."""

from __future__ import annotations

import pytest

from bot.core.members.checkin.tally import verdict


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ((5, 9, 1, 100), "few"),
        ((5, 100, 1, 9), "few"),
        ((30, 100, 2, 50), "more"),
        ((2, 100, 12, 50), "fewer"),
        ((12, 100, 5, 50), "unclear"),
        ((0, 10, 0, 10), "unclear"),
    ],
)
def test_more_fewer_unclear_or_too_few(figures, told):
    assert verdict(*figures) == told

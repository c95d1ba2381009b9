"""Quiet hours by the clock on the wall, wherever the wall stands."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.quiet import QuietHours

clock_times = st.times().map(lambda t: f"{t.hour:02}:{t.minute:02}")
zones = st.sampled_from(
    [
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Asia/Kolkata",
    ]
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, zones, clock_times, clock_times)
def test_the_end_is_not_quiet_and_comes_within_a_day(moment, zone, start, end):
    quiet = QuietHours(zone, start, end)
    over = quiet.over_at(moment)
    assert not quiet.covers(over)
    assert moment <= over <= moment + timedelta(hours=25)
    if not quiet.covers(moment):
        assert over == moment


@given(moments, zones, clock_times, clock_times)
def test_all_before_the_end_is_quiet_save_where_clocks_jump(moment, zone, start, end):
    quiet = QuietHours(zone, start, end)
    over = quiet.over_at(moment)
    jumps = moment.astimezone(ZoneInfo(zone)).utcoffset() != over.astimezone(ZoneInfo(zone)).utcoffset()
    if over > moment and not jumps:
        assert quiet.covers(over - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "over"),
    [
        ("Asia/Shanghai", ("22:30", "08:00"), "2025-03-03T14:30+00:00", "2025-03-04T00:00+00:00"),
        ("Europe/Berlin", ("22:30", "08:00"), "2025-03-29T23:00+00:00", "2025-03-30T06:00+00:00"),  # spring
        ("Europe/Berlin", ("22:30", "08:00"), "2025-10-25T23:00+00:00", "2025-10-26T07:00+00:00"),  # autumn
        (
            "Europe/Berlin",
            ("22:00", "02:30"),
            "2025-10-25T23:50+00:00",
            "2025-10-26T00:30+00:00",
        ),  # the first 02:30
        (
            "Europe/Berlin",
            ("22:00", "02:30"),
            "2025-10-26T01:10+00:00",
            "2025-10-26T01:30+00:00",
        ),  # the second
        (
            "Pacific/Apia",
            ("22:00", "08:00"),
            "2011-12-30T09:00+00:00",
            "2011-12-30T18:00+00:00",
        ),  # a day left out
    ],
)
def test_known_nights(zone, hours, moment, over):
    quiet = QuietHours(zone, *hours)
    assert quiet.over_at(datetime.fromisoformat(moment)) == datetime.fromisoformat(over)


def test_equal_times_mean_no_quiet_hours():
    assert not QuietHours("UTC", "08:00", "08:00").covers(datetime(2025, 1, 1, 8, 0, tzinfo=UTC))

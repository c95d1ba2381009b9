"""When a post is due: what people write, what cron means, and clocks that change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from bot.core.members.checkin.daysoff import WEEKENDS
from bot.core.members.posts.when import When, WhenError, parse, split
from bot.shell.holidays import chinese_days_off

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
# A Monday, noon in Shanghai.
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def following(text, moment=NOW, zone=SHANGHAI, days_off=WEEKENDS):
    found = parse(text).next_after(moment, zone, days_off)
    return None if found is None else found.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("每天 9:00", "2026-03-03 09:00"),
        ("每天13：30", "2026-03-02 13:30"),
        ("每日早上7点半", "2026-03-03 07:30"),
        ("每周三晚上8点", "2026-03-04 20:00"),
        ("每周三 20:00", "2026-03-04 20:00"),
        ("周一、三、五20:00", "2026-03-02 20:00"),
        ("每周二和周四 20:00", "2026-03-03 20:00"),
        ("星期天 10:00", "2026-03-08 10:00"),
        ("每周末 10:00", "2026-03-07 10:00"),
        ("工作日 9:00", "2026-03-03 09:00"),
        ("每月1号 10:00", "2026-04-01 10:00"),
        ("每月31日 10:00", "2026-03-31 10:00"),
        ("2026-12-24 20:00", "2026-12-24 20:00"),
        ("2026/3/2 12:01", "2026-03-02 12:01"),
        ("daily 9:00", "2026-03-03 09:00"),
        ("every wed 20:00", "2026-03-04 20:00"),
        ("Monday, Thursday 8:30", "2026-03-05 08:30"),
        ("workdays 9:00", "2026-03-03 09:00"),
        ("weekend 10:00", "2026-03-07 10:00"),
        ("monthly 1 10:00", "2026-04-01 10:00"),
        ("0 20 * * 3", "2026-03-04 20:00"),
        ("cron 0 20 * * wed", "2026-03-04 20:00"),
        ("0 9 * * 0", "2026-03-08 09:00"),
        ("0 9 * * 7", "2026-03-08 09:00"),
        ("0 9 * * 5-7", "2026-03-06 09:00"),
        ("30 8,20 */10 * *", "2026-03-11 08:30"),
        ("0 9 29 2 *", "2028-02-29 09:00"),
    ],
)
def test_what_people_write_comes_when_they_mean(text, moment):
    assert following(text) == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("20:00", "when"),
        ("明天 20:00", "when"),
        ("每天", "when"),
        ("每天 25:00", "when"),
        ("每天 9:00 早安", "when"),
        ("2026-02-30 10:00", "date"),
        ("每月32号 10:00", "date"),
        ("每月0号 10:00", "date"),
        ("0 9 1 * 3", "cron"),
        ("0 24 * * *", "cron"),
        ("0 9 * 13 *", "cron"),
        ("0 9-8 * * *", "cron"),
        ("0 9/0 * * *", "cron"),
        ("0 */4 * * *", "often"),
        ("* * * * *", "often"),
    ],
)
def test_what_is_no_time_is_refused_with_its_reason(text, why):
    with pytest.raises(WhenError, match=f"^{why}$"):
        parse(text)


def test_a_line_is_parted_into_when_and_what():
    assert split("每周三 20:00 聊聊最近看的书") == ("每周三 20:00", "聊聊最近看的书")
    assert split("0 20 * * 3 3 本书") == ("0 20 * * 3", "3 本书")
    assert split("  工作日   9:00 ") == ("工作日 9:00", "")
    with pytest.raises(WhenError):
        split("聊聊最近看的书 每周三 20:00")


def test_workdays_are_those_of_the_calendar():
    # National Day 2025 and the make-up workday before it, a Sunday.
    friday = datetime(2025, 9, 26, 12, tzinfo=UTC)
    days_off = chinese_days_off()
    assert following("工作日 9:00", friday, days_off=days_off) == "2025-09-28 09:00"
    holiday = datetime(2025, 9, 30, 12, tzinfo=UTC)
    assert following("工作日 9:00", holiday, days_off=days_off) == "2025-10-09 09:00"


def test_a_date_that_is_over_never_comes():
    assert following("2026-03-02 12:00") is None
    assert following("2025-12-24 20:00") is None


def test_a_reading_that_clocks_skip_falls_on_the_far_side_and_one_they_repeat_counts_once():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert following("每天 2:30", spring, BERLIN) == "2026-03-29 03:30"
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)
    first = parse("每天 2:30").next_after(autumn, BERLIN, WEEKENDS)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert parse("每天 2:30").next_after(first, BERLIN, WEEKENDS) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@st.composite
def cron_lines(draw):
    """Return a line of cron and the same as APScheduler writes it (which counts weekdays from Monday)."""
    minute = draw(st.integers(0, 59).map(str))
    hour = draw(
        st.one_of(
            st.integers(0, 23).map(str),
            st.integers(8, 20).map(lambda h: f"{h}-{h + 2}"),
            st.just("*/12"),
            st.just("3/9"),
        )
    )
    day = draw(st.sampled_from(["*", "1", "15", "28-31", "*/7", "1,16"]))
    month = draw(st.sampled_from(["*", "2", "1-6", "*/5", "12"]))
    weekday = "*" if day != "*" else draw(st.sampled_from(["*", "0", "7", "1-5", "2,4", "6"]))
    named = ",".join(
        _NAMES[n % 7]
        for part in weekday.split(",")
        if part != "*"
        for n in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)
    )
    return f"{minute} {hour} {day} {month} {weekday}", {
        "minute": minute,
        "hour": hour,
        "day": day,
        "month": month,
        "day_of_week": named or "*",
    }


@given(
    cron_lines(),
    st.datetimes(
        datetime.fromisoformat("2023-01-01"), datetime.fromisoformat("2031-01-01"), timezones=st.just(UTC)
    ),
)
def test_cron_means_what_apscheduler_means(lines, moment):
    line, fields = lines
    ours = parse(line).next_after(moment, SHANGHAI, WEEKENDS)
    # APScheduler's moment may be the present one, ours comes after it.
    theirs = CronTrigger(**fields, timezone=SHANGHAI).get_next_fire_time(
        None, moment + timedelta(microseconds=1)
    )
    assert ours == theirs


@given(
    st.sampled_from(
        ["每天 2:30", "每周日 2:30", "每月29号 0:00", "30 1,2,3 * * *", "工作日 23:59", "0 9 29 2 *"]
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Chatham", "Asia/Shanghai"]),
    st.datetimes(
        datetime.fromisoformat("2023-01-01"), datetime.fromisoformat("2029-01-01"), timezones=st.just(UTC)
    ),
)
def test_moments_go_forward_and_no_reading_of_the_wall_comes_twice(text, name, moment):
    zone, when = ZoneInfo(name), parse(text)
    seen = []
    for _ in range(12):
        following = when.next_after(moment, zone, WEEKENDS)
        assert following is not None
        assert following > moment
        seen.append(following)
        moment = following
    dates = [one.astimezone(zone).date() for one in seen]
    assert all(dates.count(day) <= len(when.clock) for day in dates)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        when, rest = split(text)
    except WhenError:
        return
    assert parse(when)
    assert rest in text


def test_a_post_for_one_date_needs_no_calendar():
    once = When(clock=(time(9),), on=date(2026, 3, 3))
    assert once.next_after(NOW, SHANGHAI, WEEKENDS) == datetime(2026, 3, 3, 1, tzinfo=UTC)

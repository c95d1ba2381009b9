"""When a post is due: how people write it, and the next moment on the clock of a place.

    每天 9:00   每天晚上8点半   工作日 9:00   每周三 20:00   每周一、三、五 20:00   周末 10:00   每月1号 10:00
    2026-12-24 20:00
    daily 9:00   workdays 9:00   wed 20:00   mon,wed 20:00   weekend 10:00   monthly 1 10:00
    0 20 * * 3                     five fields of cron: minute hour day month weekday (0 or 7 is Sunday)

Where clocks change, a reading of the wall that comes twice counts once, and one that is skipped falls on the
jump's far side.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.core.members.checkin.daysoff import DaysOff

_DAY = timedelta(days=1)
# Within so many days everything comes that ever comes: 29 February waits at most eight years.
_FARTHEST = 8 * 366 + 1
# More often a day is a machine gun, not a post.
_MOST_A_DAY = 4
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_ENGLISH = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_EVERY_DAY = frozenset(range(1, 8))
_WEEKEND = frozenset({6, 7})

_CLOCK = (
    r"(?P<part>早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<hour>[01]?\d|2[0-3])"
    r"(?:[:：](?P<minute>[0-5]\d)|[点时](?:(?P<half>半)|(?P<past>[0-5]\d)分?)?)"
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚"})
_NOON = 12
_SOME_DAYS = r"[一二三四五六日天](?:[、,，和]?(?:周|星期)?[一二三四五六日天]){0,6}"
_ONE_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_FORMS = tuple(
    re.compile(rf"^(?:{pattern})\s*{_CLOCK}(?=\s|$)", re.IGNORECASE)
    for pattern in (
        r"(?P<daily>每天|每日|daily|every day)",
        r"(?P<workdays>每个?工作日|工作日|workdays?|weekdays?)",
        r"(?P<weekend>每个?周末|周末|weekends?)",
        r"(?:每周|每星期|每礼拜|周|星期)(?P<chinese>" + _SOME_DAYS + ")",
        rf"(?:every )?(?P<english>{_ONE_DAY}(?:, ?{_ONE_DAY}){{0,6}})",
        r"(?:每月|每个月)\s*(?P<monthday>\d{1,2})\s*[号日]?",
        r"monthly (?P<monthly>\d{1,2})",
        r"(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})",
    )
)
_CRON = re.compile(r"^(?:cron[:：]?\s+)?((?:[\d*/,-]+\s+){4}[\d*/,\-a-z]+)(?=\s|$)", re.IGNORECASE)
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_NAMED_DAYS = {name: n % 7 for name, n in _ENGLISH.items()}


class WhenError(ValueError):
    """What was written is no time; the message says why in one word: when, date, cron, often."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """The moments at which something is due, as sets of what the calendar and the clock may read.

    `weekdays` go from 1, Monday, to 7; `on` is the one date it is for; `workdays` leaves out days off.
    """

    clock: tuple[time, ...]
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = _EVERY_DAY
    on: date | None = None
    workdays: bool = False

    def is_on(self, day: date, days_off: DaysOff) -> bool:
        """Return whether anything is due on a local date."""
        if self.on is not None:
            return day == self.on
        return (
            day.isoweekday() in self.weekdays
            and day.day in self.days
            and day.month in self.months
            and (not self.workdays or days_off.is_workday(day))
        )

    def next_after(self, moment: datetime, zone: ZoneInfo, days_off: DaysOff) -> datetime | None:
        """Return the first moment (UTC) after another at which it is due, or None if there is none any more.

        Args:
            moment: aware.
            zone: of the place whose clock is meant.
            days_off: which days are no working days.
        """
        after = moment.astimezone(UTC)
        # A skipped reading falls on the far side of the jump, perhaps on the next date.
        day = moment.astimezone(zone).date() - _DAY
        if self.on is not None:
            day = max(day, self.on)
        for _ in range(_FARTHEST):
            if self.is_on(day, days_off):
                readings = (datetime.combine(day, at, zone).astimezone(UTC) for at in self.clock)
                found = min((reading for reading in readings if reading > after), default=None)
                if found is not None:
                    return found
            if self.on is not None and day >= self.on:
                return None
            day += _DAY
        return None


def split(text: str) -> tuple[str, str]:
    """Return the part of a line that says when, as it is kept, and the rest.

    Args:
        text: `每周三 20:00 聊聊最近看的书`.

    Raises:
        WhenError: it does not begin with a time.
    """
    line = text.strip()
    for form in (*_FORMS, _CRON):
        found = form.match(line)
        if found is not None:
            when = " ".join(found.group(0).split())
            parse(when)
            return when, line[found.end() :].strip()
    raise WhenError("when")


def parse(text: str) -> When:
    """Return what a time means.

    Args:
        text: one of the forms above, and nothing else.

    Raises:
        WhenError: it means nothing, or more than four times a day.
    """
    line = text.strip()
    for form in _FORMS:
        found = form.match(line)
        if found is not None and found.end() == len(line):
            return _form(found.groupdict())
    cron = _CRON.match(line)
    if cron is not None and cron.end() == len(line):
        return _cron(cron[1].split())
    raise WhenError("when")


def _form(parts: dict[str, str | None]) -> When:
    hour = int(parts["hour"] or 0)
    if parts["part"] in _AFTERNOON and hour < _NOON:
        hour += _NOON
    minute = 30 if parts["half"] else int(parts["minute"] or parts["past"] or 0)
    clock = (time(hour, minute),)
    if written := parts.get("date"):
        try:
            year, month, day = (int(part) for part in re.split(r"[-/.]", written))
            return When(clock=clock, on=date(year, month, day))
        except ValueError:
            raise WhenError("date") from None
    if written := parts.get("monthday") or parts.get("monthly"):
        if not 1 <= int(written) <= 31:  # noqa: PLR2004 - days of a month
            raise WhenError("date")
        return When(clock=clock, days=frozenset({int(written)}))
    if written := parts.get("chinese"):
        return When(clock=clock, weekdays=frozenset(_CHINESE[one] for one in written if one in _CHINESE))
    if written := parts.get("english"):
        return When(
            clock=clock,
            weekdays=frozenset(_ENGLISH[one.strip()[:3].lower()] for one in written.split(",")),
        )
    if parts.get("weekend"):
        return When(clock=clock, weekdays=_WEEKEND)
    return When(clock=clock, workdays=bool(parts.get("workdays")))


def _cron(fields: list[str]) -> When:
    minutes, hours, days, months, weekdays = (
        _cron_field(field, low, high) for field, (_, low, high) in zip(fields, _FIELDS, strict=True)
    )
    if fields[2] != "*" and fields[4] != "*":
        # Programs differ in what both together mean.
        raise WhenError("cron")
    if len(minutes) * len(hours) > _MOST_A_DAY:
        raise WhenError("often")
    return When(
        clock=tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        days=days,
        months=months,
        weekdays=frozenset(day or 7 for day in weekdays),
    )


def _cron_field(field: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        begin, dash, end = span.partition("-")
        try:
            first = low if begin == "*" else _number(begin)
            last = high if begin == "*" or (step and not dash) else _number(end) if dash else first
            every = int(step) if step else 1
        except ValueError:
            raise WhenError("cron") from None
        if not low <= first <= last <= high or every < 1 or (begin == "*" and dash):
            raise WhenError("cron")
        found.update(range(first, last + 1, every))
    return frozenset(found)


def _number(text: str) -> int:
    return _NAMED_DAYS[text] if text in _NAMED_DAYS else int(text)

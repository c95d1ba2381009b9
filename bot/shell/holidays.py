"""Chinese public holidays and make-up workdays, as plain data for the core."""

from __future__ import annotations

import functools

from bot.core.members.checkin.daysoff import DaysOff


@functools.cache
def chinese_days_off() -> DaysOff:
    """Return what the installed chinesecalendar knows; each coming year is in a new release of it."""
    # Read once, when a policy is made: `qunguan --help` does without it.
    from chinese_calendar.constants import holidays, workdays

    return DaysOff(
        holidays=frozenset(holidays),
        workdays=frozenset(workdays),
        years=frozenset(day.year for day in holidays),
    )

"""Days off: public holidays and make-up workdays as plain data; a year nobody knows yet has its weekends."""

from __future__ import annotations

from datetime import date

import msgspec

_SATURDAY = 6


class DaysOff(msgspec.Struct, frozen=True):
    """Which days are off beside weekends, and which weekend days are worked; `years` are those known."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Return whether a day is a working day."""
        if day.year in self.years:
            if day in self.workdays:
                return True
            if day in self.holidays:
                return False
        return day.isoweekday() < _SATURDAY

    def knows(self, day: date) -> bool:
        """Return whether the holidays of a day's year are known."""
        return day.year in self.years


WEEKENDS = DaysOff()

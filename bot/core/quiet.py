"""Quiet hours on the wall clock of a place, across changes of daylight-saving time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

_DAY = timedelta(days=1)


class QuietHours(msgspec.Struct, frozen=True):
    """From `start` to `end` on the clock of `zone` (IANA name), "HH:MM" each; over midnight if end < start.

    The first minute is quiet, the last is not. Equal times mean no quiet hours at all.
    """

    zone: str
    start: str
    end: str

    def covers(self, moment: datetime) -> bool:
        """Return whether a moment (aware) is quiet there."""
        wall = moment.astimezone(ZoneInfo(self.zone)).time()
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        if start <= end:
            return start <= wall < end
        return wall >= start or wall < end

    def over_at(self, moment: datetime) -> datetime:
        """Return the moment itself if it is not quiet, else the next one (UTC) that is not.

        Where clocks go back, an end that comes twice counts both times; an end that is skipped falls
        on the jump's far side.
        """
        zone, end = ZoneInfo(self.zone), time.fromisoformat(self.end)
        at = moment.astimezone(UTC)
        while self.covers(at):
            wall = at.astimezone(zone).replace(tzinfo=None)
            until = datetime.combine(wall.date(), end)
            if until < wall:
                until += _DAY
            # The same reading may come twice (fold): the first one still ahead is the end.
            readings = (until.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
            at = min(reading for reading in readings if reading > at)
        return at

"""The ladder: which sanction the next ad of a member leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.settings import Ladder
    from bot.core.state import Level, MemberState


def is_newcomer(member: MemberState, ladder: Ladder, now: datetime) -> bool:
    """Return whether a member joined so recently that a clear ad is no slip.

    Args:
        member: with `joined_at` None for long-standing members, who are never newcomers.
        ladder: the room's ladder; `newcomer_days` 0 switches this off.
        now: the moment of the message.
    """
    if member.joined_at is None or not ladder.newcomer_days:
        return False
    return timedelta(0) <= now - member.joined_at <= timedelta(days=ladder.newcomer_days)


def next_level(member: MemberState, ladder: Ladder, now: datetime) -> Level:
    """Return what a member's next ad leads to.

    Only sanctions that reached the member count, and only those of the last `window_days`:
    nobody is removed who was never told.
    """
    if is_newcomer(member, ladder, now):
        return "remove"
    since = now - timedelta(days=ladder.window_days)
    told = sum(1 for strike in member.strikes if strike.at >= since)
    if told < ladder.reminds:
        return "remind"
    if told < ladder.reminds + ladder.warns:
        return "warn"
    return "remove"

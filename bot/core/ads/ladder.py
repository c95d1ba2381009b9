"""The ladder: which sanction the next ad of a member leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.core.records import Level, MemberState
    from bot.core.settings import Ladder


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


def is_one_of_us(member: MemberState, ladder: Ladder, now: datetime) -> bool:
    """Return whether a member has been here long and really talks, so that an ad is rather a slip.

    Where the joining date is unknown, only the time the bot has known them counts: it is at least that long.

    Args:
        member: as they stood before the message.
        ladder: the room's ladder; `gentle_days` 0 switches this off.
        now: the moment of the message.
    """
    if not ladder.gentle_days or member.talk < ladder.gentle_talk:
        return False
    return now - (member.joined_at or member.first_seen) >= timedelta(days=ladder.gentle_days)


def standing(told_at: Iterable[datetime], ladder: Ladder, now: datetime) -> int:
    """Return how many earlier sanctions still count.

    Those older than the window do not; and every `fade_days` without a new one forgives one for good, so a
    later slip does not bring the forgiven ones back.

    Args:
        told_at: when the sanctions reached the member.
        ladder: the room's ladder.
        now: the moment of the message.
    """
    since = now - timedelta(days=ladder.window_days)
    recent = sorted(at for at in told_at if at >= since)
    if not ladder.fade_days:
        return len(recent)
    fade = timedelta(days=ladder.fade_days)
    left = 0
    for at, following in zip(recent, [*recent[1:], now], strict=False):
        left = max(0, left + 1 - (following - at) // fade)
    return left


def next_level(member: MemberState, ladder: Ladder, now: datetime, *, unwelcome: bool = False) -> Level:
    """Return what a member's next ad, or next message of an unwelcome type, leads to within their room.

    Only sanctions that reached the member count: nobody is removed who was never told. Ads and unwelcome types
    are counted apart, and a newcomer who does not know yet what a room wants is told like everybody. Whether a
    removal is a ban depends on all rooms and is asked of `members.bans`.

    Args:
        member: as they stood before.
        ladder: the room's ladder.
        now: the moment of the message.
        unwelcome: the message is only of a type the room does not want.
    """
    told = standing((strike.at for strike in member.strikes if strike.unwelcome == unwelcome), ladder, now)
    if is_newcomer(member, ladder, now) and not unwelcome:
        return "remind" if told < ladder.newcomer_reminds else "remove"
    reminds = ladder.reminds + (ladder.gentle_reminds if is_one_of_us(member, ladder, now) else 0)
    if told < reminds:
        return "remind"
    if told < reminds + ladder.warns:
        return "warn"
    return "remove"

"""Probation: a newcomer's first while, in which links, cards and codes are asked about. Off unless a room sets it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.newcomer_settings import Welcome
    from bot.core.records import MemberState


def is_on_probation(own: Welcome, member: MemberState, now: datetime) -> bool:
    """Return whether a newcomer's probation lasts: until they talked enough, or were here long enough.

    Args:
        own: what holds in the room.
        member: long-standing ones never are.
        now: the moment.
    """
    if member.joined_at is None or not (own.probation_talk or own.probation_days):
        return False
    if own.probation_talk and member.talk >= own.probation_talk:
        return False
    return not own.probation_days or now - member.joined_at < timedelta(days=own.probation_days)

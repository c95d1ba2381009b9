"""How many messages of a type somebody sent within a day: counted by the hour, so that a thousand cost no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.records import Sent

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.core.events import MessageType

_DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)


def within_a_day(sent: tuple[Sent, ...], kind: MessageType, now: datetime) -> int:
    """Return how many messages of a type were sent in the last 24 hours.

    Those of one hour are forgotten together, 24 hours after the first of them.

    Args:
        sent: of one member in one room.
        kind: the type.
        now: the moment.
    """
    return sum(one.count for one in sent if one.type == kind and now - one.at < _DAY)


def with_one_more(
    sent: tuple[Sent, ...], kind: MessageType, now: datetime, counted: Collection[MessageType]
) -> tuple[Sent, ...]:
    """Return the counts with a message added, if its type is counted; what is a day old goes.

    Args:
        sent: of one member in one room.
        kind: the message's type.
        now: the moment.
        counted: the types the room counts.
    """
    kept = tuple(one for one in sent if one.type in counted and now - one.at < _DAY)
    if kind not in counted:
        return kept
    newest = max((n for n, one in enumerate(kept) if one.type == kind), default=None)
    if newest is None or now - kept[newest].at >= _HOUR:
        return (*kept, Sent(kind, now, 1))
    grown = Sent(kind, kept[newest].at, kept[newest].count + 1)
    return (*kept[:newest], grown, *kept[newest + 1 :])

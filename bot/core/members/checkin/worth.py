"""What a word to somebody is worth: plain points, so that a preview can say why somebody comes first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.members.standing import tier_by

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.members.standing import Tier
    from bot.core.records import MemberState, PersonState
    from bot.core.settings import Checkin

# Points: who was asked for by a tag comes first; then whoever used to talk, then whoever fell silent lately.
_VALUED = 4.0
_TALK_A_POINT = 10
_MOST_TALK = 50
_LATELY = 2.0
# The first months decide whether somebody stays.
_YOUNG = timedelta(days=120)
_YOUNG_POINTS = 1.0


def tier_weight(
    member: MemberState, person: PersonState | None, now: datetime, tiers: tuple[Tier, ...]
) -> float:
    """Return how much the tier of a member counts, by what they did in this room.

    Args:
        member: in the room it is about.
        person: across rooms, where anything is known of them.
        now: the moment.
        tiers: of the pack; none: all count the same.
    """
    return tier_by(tiers, (member,), person, now).worth if tiers else 1.0


def worth_of(
    member: MemberState,
    person: PersonState | None,
    since: datetime,
    now: datetime,
    checkin: Checkin,
    tiers: tuple[Tier, ...] = (),
) -> float:
    """Return what a word to a member is worth, in points.

    Args:
        member: in the room it is about.
        person: across rooms, where anything is known of them.
        since: since when they are silent.
        now: the moment.
        checkin: names the tags that count.
        tiers: of the pack.
    """
    points = 1.0 + min(member.talk, _MOST_TALK) / _TALK_A_POINT
    if person is not None and person.tags and any(tag in checkin.valued_tags for tag in person.tags):
        points += _VALUED
    if member.last_at is not None and now - since < timedelta(days=2 * checkin.silent_days):
        points += _LATELY
    if member.joined_at is not None and now - member.joined_at < _YOUNG:
        points += _YOUNG_POINTS
    return points * tier_weight(member, person, now, tiers)

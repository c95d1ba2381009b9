"""What check-ins came to: today's use of the budget, the two groups, and who came back, told honestly."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row, Value
    from bot.core.members.checkin.records import CheckIn

# The figures of a digest are of this long.
WINDOW = timedelta(days=90)
_SPOKEN = frozenset({"asked", "answered"})
# Below this a rate says nothing, whatever the difference.
_FEWEST = 10
# The two-sided 95 % point of the normal distribution.
_Z = 1.959964
_MOST_REASONS = 8


class Spent(NamedTuple):
    """What was said today: words to people or rooms, and friend requests."""

    words: int
    requests: int


def today(draft: Draft) -> Spent:
    """Return how much of a day's budget is used; reminders count."""
    zone = draft.policy.zone
    day = draft.now.astimezone(zone).date()
    words = requests = 0
    for record in draft.state.checkins.values():
        if draft.now - record.at < timedelta(days=2) and record.at.astimezone(zone).date() == day:
            counts = record.group == "asked" and record.state in _SPOKEN and record.way != "list"
            words += counts
            requests += counts and record.way == "friend_request"
        if record.reminded_at is not None and record.reminded_at.astimezone(zone).date() == day:
            words += 1
    return Spent(words, requests)


def groups(draft: Draft) -> tuple[int, int]:
    """Return how many were asked or left unasked within `again_days`, and how many of them were left unasked."""
    since = draft.now - timedelta(days=draft.policy.settings.checkin.again_days)
    mine = [one for one in draft.state.checkins.values() if one.at > since and _is_counted(one)]
    return len(mine), sum(one.group == "control" for one in mine)


def since_the_first(draft: Draft) -> Counter[str]:
    """Return how many of each room were asked or left unasked since its first check-in."""
    done: Counter[str] = Counter()
    for record in draft.state.checkins.values():
        room = draft.room(record.room)
        if room is not None and room.checkins_since is not None and record.at >= room.checkins_since:
            done[record.room] += 1
    return done


def digest_part(draft: Draft, rooms: set[str]) -> dict[str, Value | tuple[Row, ...]]:
    """Return the digest's values about check-ins of the reader's rooms in the last 90 days.

    Only those asked (or left unasked) so long ago that their time to come back is over count in the rates.

    Args:
        draft: the decision in the making.
        rooms: the reader's.
    """
    checkin = draft.policy.settings.checkin
    mine = [
        one
        for one in draft.state.checkins.values()
        if one.room in rooms and draft.now - one.at <= WINDOW and _is_counted(one)
    ]
    asked = [one for one in mine if one.group == "asked"]
    ripe = [one for one in mine if draft.now - one.at >= timedelta(days=checkin.return_days)]
    told, untold = ([one for one in ripe if one.group == group] for group in ("asked", "control"))
    back, back_untold = (sum(one.returned_at is not None for one in group) for group in (told, untold))
    members, reachable, unknown = _reach(draft, rooms)
    reasons = Counter(one.reason for one in asked if one.reason is not None)
    return {
        "checkin_asked": len(asked),
        "checkin_answered": sum(one.answered_at is not None for one in asked),
        "checkin_reminded": sum(one.reminded_at is not None for one in asked),
        "checkin_ripe": len(told),
        "checkin_back": back,
        "checkin_control": len(untold),
        "checkin_control_back": back_untold,
        "checkin_verdict": verdict(back, len(told), back_untold, len(untold)),
        "checkin_days": checkin.return_days,
        "checkin_members": members,
        "checkin_reachable": reachable,
        "checkin_unknown": unknown,
        "checkin_reasons": tuple(
            {"reason": reason, "count": count}
            for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))[:_MOST_REASONS]
        ),
    }


def verdict(back: int, asked: int, back_untold: int, untold: int) -> str:
    """Return what two rates tell: `more` or `fewer` come back when asked, `unclear`, or `few` (too few people).

    By Newcombe's interval of the difference of two proportions, of Wilson's intervals, at 95 %
    (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10).
    """
    if asked < _FEWEST or untold < _FEWEST:
        return "few"
    share, low, high = _wilson(back, asked)
    other, other_low, other_high = _wilson(back_untold, untold)
    difference = share - other
    if difference - math.hypot(share - low, other_high - other) > 0:
        return "more"
    if difference + math.hypot(high - share, other - other_low) < 0:
        return "fewer"
    return "unclear"


def _wilson(hits: int, count: int) -> tuple[float, float, float]:
    share, square = hits / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return share, middle - half, middle + half


def _is_counted(one: CheckIn) -> bool:
    return one.group == "control" or (one.state in _SPOKEN and one.way != "list")


def _reach(draft: Draft, rooms: set[str]) -> tuple[int, int, int]:
    """Return how many people are in the rooms, how many can be written to, and of how many nobody knows."""
    people = {
        member.member
        for room in rooms
        for member in draft.state.members.get(room, {}).values()
        if member.present and member.role == "member" and member.member != draft.state.account.self_id
    }
    known = [draft.state.people.get(person) for person in people]
    reachable = sum(one is not None and one.friend is True and not one.opted_out for one in known)
    return len(people), reachable, sum(one is None or one.friend is None for one in known)

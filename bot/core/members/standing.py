"""Where a member stands: what is counted of them over all rooms, and the tier that follows from it by plain rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.playbook.phrases import Title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.records import MemberState, PersonState

_DAY = timedelta(days=1)
Least = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Standing(msgspec.Struct, frozen=True):
    """What is counted of a person: days since joining, real talk, active days, answers, thanks, people brought."""

    days: int = 0
    talk: int = 0
    active: int = 0
    answers: int = 0
    thanked: int = 0
    brought: int = 0


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tier: its name, the least of everything that it takes, and how much a word to somebody of it is worth."""

    id: Annotated[str, msgspec.Meta(pattern=r"^tiers/[a-z0-9-]+$")]
    name: Title
    days: Least = 0
    talk: Least = 0
    active: Least = 0
    answers: Least = 0
    thanked: Least = 0
    worth: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0


class BadgeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A badge: its name, and the least of everything that it takes."""

    id: Annotated[str, msgspec.Meta(pattern=r"^badges/[a-z0-9-]+$")]
    name: Title
    days: Least = 0
    talk: Least = 0
    active: Least = 0
    answers: Least = 0
    thanked: Least = 0
    brought: Least = 0


def reaches(standing: Standing, rule: Tier | BadgeRule) -> bool:
    """Return whether all that a tier or badge takes is there.

    Args:
        standing: what is counted of a person.
        rule: of the pack.
    """
    return (
        standing.talk >= rule.talk
        and standing.days >= rule.days
        and standing.active >= rule.active
        and standing.answers >= rule.answers
        and standing.thanked >= rule.thanked
        and (not isinstance(rule, BadgeRule) or standing.brought >= rule.brought)
    )


def counted(members: Iterable[MemberState], now: datetime) -> Standing:
    """Return what is counted of one person, people brought aside.

    Talk, answers and thanks of their rooms add up; of days the longest counts, so that none counts twice.

    Args:
        members: the person in each of their rooms.
        now: the moment.
    """
    days = talk = active = answers = thanked = 0
    for member in members:
        # Where nobody knows when they joined, they have been here at least since they were first seen.
        days = max(days, (now - (member.joined_at or member.first_seen)) // _DAY)
        talk += member.talk
        active = max(active, member.days)
        answers += member.answers
        thanked += member.thanked
    return Standing(days, talk, active, answers, thanked)


def standing_of(
    draft: Draft, person: str, rooms: Iterable[str] | None = None, *, brought: bool = True
) -> Standing:
    """Return all that is counted of a person.

    Args:
        draft: the decision in the making.
        person: who.
        rooms: only in these; None: in all of the account's rooms.
        brought: whether people they brought are counted, which takes a look at everybody in their rooms.
    """
    where = draft.state.rooms_of(person) if rooms is None else tuple(rooms)
    mine = [member for room in where if (member := draft.member(room, person)) is not None]
    found = counted(mine, draft.now)
    return msgspec.structs.replace(found, brought=brought_by(draft, person, where)) if brought else found


def brought_by(draft: Draft, person: str, rooms: Iterable[str]) -> int:
    """Return how many people came by somebody, into any of some rooms, and are still there."""
    return len(
        {
            other.member
            for room in rooms
            for other in draft.members_now(room)
            if other.inviter == person and other.present and other.member != person
        }
    )


def tier_of(draft: Draft, person: str) -> Tier | None:
    """Return a person's tier: what staff set by hand, else by the rules; None where there are no tiers."""
    pack = draft.policy.members
    if pack is None:
        return None
    where = draft.state.rooms_of(person)
    mine = [member for room in where if (member := draft.member(room, person)) is not None]
    return tier_by(pack.tiers, mine, draft.state.people.get(person), draft.now)


def tier_by(
    tiers: tuple[Tier, ...], members: Iterable[MemberState], person: PersonState | None, now: datetime
) -> Tier:
    """Return the tier that holds.

    Args:
        tiers: of the pack, lowest first.
        members: the person in each of their rooms.
        person: across rooms, where anything is known of them.
        now: the moment.
    """
    if person is not None and person.tier is not None:
        for tier in tiers:
            if tier.id == person.tier:
                return tier
    standing = counted(members, now)
    return next((tier for tier in reversed(tiers) if reaches(standing, tier)), tiers[0])


def rank_of(draft: Draft, person: str) -> int:
    """Return how high a person's tier stands, 0 for the lowest or where there are none."""
    tier, pack = tier_of(draft, person), draft.policy.members
    return 0 if tier is None or pack is None else pack.tiers.index(tier)

"""Badges: given once when all that they take is there, never taken away and never announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.members.records import Badge
from bot.core.members.standing import reaches, standing_of

if TYPE_CHECKING:
    from bot.core.draft import Draft


# Between these counts no badge is looked for: most messages count something, and a badge is for many of them.
_EVERY = 5


def look(draft: Draft, person: str, count: int) -> None:
    """Review somebody's badges at every fifth of what was counted.

    Args:
        draft: the decision in the making.
        person: who.
        count: answers, thanks or active days so far.
    """
    if count % _EVERY == 0:
        review(draft, person)


def review(draft: Draft, person: str, *, brought: bool = False) -> None:
    """Give somebody the badges they have earned and do not have.

    Args:
        draft: the decision in the making, in which what was counted stands already.
        person: who.
        brought: whether people they brought are counted as well; it takes a look at everybody in their rooms.
    """
    pack = draft.policy.members
    if pack is None:
        return
    known = draft.person(person)
    have = {badge.id for badge in known.badges}
    open_to = [rule for rule in pack.badges if rule.id not in have and (brought or not rule.brought)]
    if not open_to:
        return
    standing = standing_of(draft, person, brought=brought)
    earned = tuple(Badge(rule.id, draft.now) for rule in open_to if reaches(standing, rule))
    if earned:
        draft.put(msgspec.structs.replace(known, badges=(*known.badges, *earned)))


def names_of(draft: Draft, person: str) -> tuple[str, ...]:
    """Return the names of somebody's badges, the newest last.

    Args:
        draft: the decision in the making.
        person: who.
    """
    pack = draft.policy.members
    if pack is None:
        return ()
    language = draft.policy.settings.operator.language
    names = {rule.id: rule.name.of(language) for rule in pack.badges}
    return tuple(names[badge.id] for badge in draft.person(person).badges if badge.id in names)

"""Tiers by the names an operator gave them: what a tier is called, and which tier a word means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members.standing import tier_of
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.members.standing import Tier


def called(draft: Draft, tier: Tier) -> str:
    """Return what a tier is called: as the operator named it, else as the pack does.

    Args:
        draft: the decision in the making.
        tier: of the pack.
    """
    settings = draft.policy.settings
    own = settings.members.tier_names.get(tier.id.partition("/")[2])
    return own or tier.name.of(settings.operator.language)


def name_of_tier(draft: Draft, person: str) -> str:
    """Return the name of a person's tier; "" where there are no tiers."""
    tier = tier_of(draft, person)
    return "" if tier is None else called(draft, tier)


def tier_called(draft: Draft, word: str) -> Tier | None:
    """Return the tier that a word names, by any of its names or its id, or None.

    Args:
        draft: the decision in the making.
        word: as staff wrote it.
    """
    pack, wanted = draft.policy.members, plain(word.strip())
    if pack is None:
        return None
    for tier in pack.tiers:
        names = (called(draft, tier), tier.name.zh, tier.name.en, tier.id, tier.id.partition("/")[2])
        if wanted in {plain(name) for name in names}:
            return tier
    return None

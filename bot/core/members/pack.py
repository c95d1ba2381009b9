"""What members are known and met by: tiers, badges, and what newcomers are told. Swapped as a whole on reload."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.core.members.standing import BadgeRule, Tier
    from bot.core.members.welcome_book import WelcomeBook


class MemberPack(NamedTuple):
    """Tiers, lowest first; badges; the table of what newcomers are told."""

    tiers: tuple[Tier, ...]
    badges: tuple[BadgeRule, ...]
    welcome: WelcomeBook

"""What goes on day after day in the operator's rooms: check-ins, the look at rooms' health, scheduled posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members.checkin import plan as checkins
from bot.core.members.health import plan as health
from bot.core.members.posts import plan as posts

if TYPE_CHECKING:
    from bot.core.draft import Draft


def begin(draft: Draft) -> None:
    """Plan whatever is not planned yet; planning twice does no harm."""
    checkins.begin(draft)
    health.begin(draft)
    posts.begin(draft)

"""What rooms are kept alive with: ideas for staff, and the library of ice-breakers."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.members.health.book import RevivalBook
from bot.core.members.posts.icebreakers import IcebreakerBook


class LivelyPack(NamedTuple):
    """Both tables, swapped as a whole on reload."""

    revival: RevivalBook
    icebreakers: IcebreakerBook

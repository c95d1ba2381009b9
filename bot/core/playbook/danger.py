"""Danger: which one somebody's words speak of, so that whoever threatens others hears no line for the desperate.

That there is danger at all is read elsewhere (rules/replies, rules/conflict); this only chooses the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.playbook.model import Danger
from bot.core.rules.engine import compiled
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.playbook.model import Playbook


class DangerCue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one danger is spoken of: patterns on the plain view, with examples that are its tests."""

    id: Danger
    patterns: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    hits: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


def danger_of(playbook: Playbook, words: str) -> Danger | None:
    """Return the danger that words speak of: the first of the table whose patterns show; None: any.

    Args:
        playbook: whose table of dangers it is.
        words: what somebody wrote, already read as danger.
    """
    view = plain(words)
    for danger, patterns in playbook.dangers.items():
        if any(compiled(pattern).search(view) for pattern in patterns):
            return danger
    return None

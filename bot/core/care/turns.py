"""Turns: what staff reads of the talk in the room, from what set it off on, with a little of what came before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.conflict.news import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.conflict.news import Raised
    from bot.core.conflict.records import Spoken
    from bot.core.draft import Draft
    from bot.core.records import RoomState

_MOST, _FIRST = 40, 12
# So many turns of what came before, and not of another talk hours ago.
_BEFORE = 3
_SAME_TALK = timedelta(hours=1)


def with_what_came_before(draft: Draft, room: RoomState, news: Raised) -> tuple[Turn, ...]:
    """Return the turns that counted, the parties' quiet ones between them, and up to three from before.

    Args:
        draft: the decision in the making.
        room: where.
        news: what was raised; without any turns there is nothing before them.
    """
    if not news.turns:
        return ()
    began = news.turns[0].at
    known = {turn.event for turn in news.turns}
    quiet = [turn for turn in draft.state.spoken.get(room.room, ()) if turn.id not in known and turn.words]
    before = [turn for turn in quiet if turn.at <= began and began - turn.at <= _SAME_TALK][-_BEFORE:]
    between = [turn for turn in quiet if turn.at > began and (turn.sender in news.parties or turn.staff)]
    return joined((), (*map(_quiet, before), *map(_quiet, between), *news.turns))


def joined(before: Sequence[Turn], more: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return turns together, in the order in which they were said; how it began is always among them.

    Args:
        before: those that are known.
        more: further ones, some of them known already.
    """
    known = {turn.event for turn in before}
    turns = sorted((*before, *(turn for turn in more if turn.event not in known)), key=lambda turn: turn.at)
    return tuple(turns) if len(turns) <= _MOST else (*turns[:_FIRST], *turns[_FIRST - _MOST :])


def _quiet(turn: Spoken) -> Turn:
    """Return a turn that did not count, for whoever reads what it was an answer to."""
    return Turn(turn.at, turn.id, turn.sender, turn.name, turn.words, (), min(0.0, turn.heat))

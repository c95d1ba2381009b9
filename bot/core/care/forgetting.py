"""Forgetting a person: all that care and the watch over conflicts keep of their words and their name goes.

Numbers, moments and outcomes stay, and the others' own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.care.facts import name_of
from bot.core.care.waits import stop_waiting
from bot.core.records import record_key

if TYPE_CHECKING:
    from bot.core.care.records import Care, Track
    from bot.core.conflict.news import Turn
    from bot.core.draft import Draft
    from bot.core.records import Case

replace = msgspec.structs.replace


def forget_person(draft: Draft, person: str) -> None:
    """Let everything go that a person said, in rooms and in private, and what was said to them.

    Args:
        draft: the decision in the making.
        person: who is forgotten; a talk that is still going on with them ends.
    """
    for turns in draft.state.spoken.values():
        for turn in turns:
            if turn.sender == person:
                draft.drop(*record_key(turn))
    for episode in draft.state.episodes.values():
        if person in episode.parties:
            draft.drop(*record_key(episode))
        elif any(turn.sender == person for turn in episode.turns):
            draft.put(replace(episode, turns=_without(episode.turns, person)))
    for number in draft.state.cases:
        case = draft.case(number)
        track = draft.track(number, person)
        if track is not None:
            _forget_track(draft, track)
        if case is not None and case.care is not None:
            draft.put(_forgotten(draft, case, case.care, person))


def _forget_track(draft: Draft, track: Track) -> None:
    stop_waiting(draft, track)
    replies = tuple(replace(reply, words="") for reply in track.replies)
    draft.put(
        replace(
            track, name="", heard="", held=None, replies=replies, kept=(), state="ended", stale=track.lines
        )
    )


def _forgotten(draft: Draft, case: Case, care: Care, person: str) -> Case:
    """Return a case without a person's words and name; what staff noted about them goes as well."""
    in_it = person in care.parties or any(turn.sender == person for turn in care.turns)
    if not in_it and all(one.person != person for one in care.endangered):
        return case
    others = [name_of(draft, case.room, party) for party in care.parties if party != person]
    care = replace(
        care,
        turns=_without(care.turns, person),
        notes=tuple(replace(note, words="") for note in care.notes),
        endangered=tuple(replace(one, words="") if one.person == person else one for one in care.endangered),
    )
    return replace(case, name="、".join(others), excerpt="", words="", shows="", care=care)


def _without(turns: tuple[Turn, ...], person: str) -> tuple[Turn, ...]:
    return tuple(turn for turn in turns if turn.sender != person)

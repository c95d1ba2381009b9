"""Levels of response, 劝阻-劝和-劝退-请出: which one a case has come to, as a proposal for staff.

The bot itself only ever dissuades and reconciles. To ask somebody to leave, and to remove them, is decided and
done by a person; here it is only said that the time to think about it may have come.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.care.lines import care_of

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.playbook.model import LevelId
    from bot.core.records import Case

# So many quarrels of one person in half a year, and talking has been tried.
_TRIED = 2
_REMEMBERED = timedelta(days=180)


def level_of(draft: Draft, case: Case) -> LevelId:
    """Return the level a case has come to: what is mild and new is let be with a word, what comes again is not.

    Args:
        draft: the decision in the making.
        case: the case, with its care.
    """
    care = care_of(case)
    if care.reopened >= _TRIED or any(_quarrels(draft, case, party) >= _TRIED for party in care.parties):
        return "ask_to_leave"
    if care.severity == "low" and not care.reopened:
        return "dissuade"
    return "reconcile"


def is_word_enough(draft: Draft, case: Case) -> bool:
    """Return whether a case has come no further than a calm word in the room: nobody is written to for it.

    Args:
        draft: the decision in the making.
        case: the case, with its care.
    """
    care = care_of(case)
    return case.kind != "safety" and level_of(draft, case) == "dissuade" and care.owner is None


def _quarrels(draft: Draft, case: Case, person: str) -> int:
    """Return in how many earlier cases of this room somebody was a party, of those not too long ago."""
    return sum(
        1
        for number in draft.state.cases
        if (other := draft.case(number)) is not None
        and other.care is not None
        and other.kind in {"dispute", "faction"}
        and other.room == case.room
        and other.number < case.number
        and person in other.care.parties
        and case.opened_at - other.opened_at <= _REMEMBERED
    )

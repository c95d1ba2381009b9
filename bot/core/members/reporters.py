"""Members who report others: how much their word counts, and what staff made of it before.

A first report counts whole. Every one that staff rejected makes the next weigh less, until staff agreed with some
again; whoever reports without end, or hardly ever rightly, is told of to staff once and counted no more for a
while. What counts is only whether staff is asked: no number of reports sanctions anybody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.members import befriending
from bot.core.members.reported import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.records import Case, Label, PersonState

# From this weight of all reporters together staff is asked: one whom staff trusts, or several it trusts less.
ENOUGH = 0.5
_A_DAY = timedelta(hours=24)
_MOST_A_DAY = 5
# Staff's answers are forgotten like everything else that counts against somebody.
_REMEMBERED = timedelta(days=90)
_MOST_OUTCOMES = 16
_MOSTLY = 3
_TELL_AGAIN = timedelta(days=30)

replace = msgspec.structs.replace


def weight(person: PersonState, now: datetime) -> float:
    """Return how much somebody's report counts, from 0 to 1; 0: not at all, for a while.

    Args:
        person: the reporter.
        now: the moment.
    """
    if is_too_much(person, now):
        return 0.0
    upheld, rejected = tally(person, now)
    return (1 + upheld) / (1 + upheld + rejected)


def together(draft: Draft, reporters: Iterable[str]) -> float:
    """Return how much several people's reports of the same thing count together."""
    return sum(weight(draft.person(one), draft.now) for one in reporters)


def is_too_much(person: PersonState, now: datetime) -> bool:
    """Return whether somebody reports too much in a day, or was mostly wrong."""
    upheld, rejected = tally(person, now)
    return today(person, now) > _MOST_A_DAY or (rejected >= _MOSTLY and rejected > 2 * upheld)


def today(person: PersonState, now: datetime) -> int:
    """Return how often somebody reported in the last 24 hours."""
    return sum(now - at < _A_DAY for at in person.reporter.at)


def tally(person: PersonState, now: datetime) -> tuple[int, int]:
    """Return how often staff agreed with somebody's reports lately, and how often not."""
    recent = [one.upheld for one in person.reporter.outcomes if now - one.at < _REMEMBERED]
    return sum(recent), len(recent) - sum(recent)


def note(draft: Draft, who: str) -> bool:
    """Note that somebody reports; returns whether staff is to be told that it has become too much."""
    person = draft.person(who)
    known = person.reporter
    person = replace(person, reporter=replace(known, at=(*known.at, draft.now)[-_MOST_A_DAY - 1 :]))
    tell = is_too_much(person, draft.now) and (
        known.told_at is None or draft.now - known.told_at >= _TELL_AGAIN
    )
    if tell:
        person = replace(person, reporter=replace(person.reporter, told_at=draft.now))
    draft.put(person)
    return tell


def judged(draft: Draft, case: Case, label: Label | None) -> None:
    """Write down with everybody who reported a case what staff made of it; a later word replaces an earlier one.

    Args:
        draft: the decision in the making.
        case: reported by members, or not.
        label: `ad` where staff agreed, `ok` where it did not; None takes back what was written down.
    """
    for who in () if case.report is None else case.report.by:
        person = draft.person(who)
        outcomes = tuple(one for one in person.reporter.outcomes if one.case != case.number)
        if label is not None:
            outcomes = (*outcomes, Outcome(case.number, draft.now, upheld=label == "ad"))[-_MOST_OUTCOMES:]
        draft.put(replace(person, reporter=replace(person.reporter, outcomes=outcomes)))


def settle(draft: Draft, case: Case, *, by: str, upheld: bool) -> None:
    """Settle what members reported of a person, without a message that could be called an ad.

    Args:
        draft: the decision in the making.
        case: a report that waits for an answer.
        by: who answers.
        upheld: whether staff agrees.
    """
    draft.drop("task", f"approval:{case.number}")
    draft.put(replace(case, state="done" if upheld else "rejected", held=(), by=by))
    judged(draft, case, "ad" if upheld else "ok")
    if case.report is None or case.report.about != "befriending":
        return
    if upheld:
        befriending.note(draft, case.member, each=True)
    else:
        befriending.forget_since(draft, case.member, case.opened_at)

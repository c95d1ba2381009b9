"""Danger: whoever speaks of harm makes their case one of safety, whatever it was about before.

A human is fetched at once, the promises are those of safety, and of the bot that person hears the line for
their danger and nothing else, in no case at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing
from bot.core.care.brief import brief, looking_after
from bot.core.care.editions import choose_for
from bot.core.care.lines import care_of
from bot.core.care.records import Endangered
from bot.core.care.rota import next_after, operator_of
from bot.core.care.waits import stop_waiting
from bot.core.playbook.danger import danger_of
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from bot.core.care.records import Care
    from bot.core.draft import Draft
    from bot.core.playbook.model import Danger, Playbook, Role
    from bot.core.records import Case

_SHOWN = 200

replace = msgspec.structs.replace


def is_in_danger(draft: Draft, person: str) -> bool:
    """Return whether somebody spoke of danger in a case that is still open: they hear nothing else of the bot."""
    return any(
        (case := draft.case(number)) is not None
        and case.kind == "safety"
        and case.state == "open"
        and person in endangered_in(care_of(case))
        for number in draft.state.cases
    )


def endangered_in(care: Care) -> tuple[str, ...]:
    """Return who is in danger in a case of safety."""
    return tuple(one.person for one in care.endangered) or care.parties


def danger_in(draft: Draft, words: str) -> Danger | None:
    """Return which danger words speak of, as the playbook for safety tells them apart; None: any.

    Args:
        draft: the decision in the making.
        words: already read as danger.
    """
    tables = (playbook for playbook in draft.policy.playbooks if "safety" in playbook.for_kinds)
    playbook = next((one for one in tables if one.dangers), None)
    return None if playbook is None else danger_of(playbook, words)


def role_for(playbook: Playbook, care: Care, person: str) -> Role | None:
    """Return the role of somebody in danger in the playbook for safety: the one for what they spoke of."""
    danger = next((one.danger for one in care.endangered if one.person == person), None)
    parties = [role for role in playbook.roles if role.who == "party"]
    fitting = [role for role in parties if role.danger is not None and role.danger == danger]
    return next(iter((*fitting, *(role for role in parties if role.danger is None))), None)


def is_known(case: Case, person: str, danger: Danger | None) -> bool:
    """Return whether a case is one of safety already because of the same danger to the same person."""
    return case.kind == "safety" and any(
        one.person == person and one.danger == danger for one in care_of(case).endangered
    )


def note(care: Care, draft: Draft, person: str, danger: Danger | None, words: str, *, private: bool) -> Care:
    """Return a case's care with somebody in danger noted in it; what they spoke of last counts."""
    said = excerpt(words, _SHOWN)
    one = Endangered(person=person, at=draft.now, danger=danger, words=said, private=private)
    others = tuple(known for known in care.endangered if known.person != person)
    return replace(
        closing.noted(draft, care, "danger", member=person),
        severity="high",
        endangered=(*others, one),
        line="",
    )


def become_safety(
    draft: Draft, case: Case, person: str, danger: Danger | None, words: str, *, private: bool
) -> Case:
    """Make a case one of safety because of what somebody in it said; its promises begin anew.

    Args:
        draft: the decision in the making.
        case: theirs, of whatever kind, open or closed.
        person: who said it.
        danger: which one they spoke of.
        words: what they said; staff alone sees it.
        private: they said it to the bot and not in the room.
    """
    closing.wake(draft, case)
    case = draft.case(case.number) or case
    playbook, version = choose_for(draft, "safety", (words,))
    care = note(care_of(case), draft, person, danger, words, private=private)
    care = replace(
        care,
        was=care.was or ("" if case.kind == "safety" else case.kind),
        playbook=playbook or care.playbook,
        edition=version or care.edition,
        answered_at=None,
    )
    case = replace(case, kind="safety", care=care)
    draft.put(case)
    if case.state == "open":
        closing.expect_resolution(draft, case)
        closing.expect_a_human(draft, case)
    return case


def fall_silent(draft: Draft, person: str) -> None:
    """Stop every track of a person, in all cases: what still waits to be said to them is not said any more."""
    for number in draft.state.cases:
        track = draft.track(number, person)
        if track is None or track.state == "ended":
            continue
        stop_waiting(draft, track)
        draft.put(replace(track, state="human", held=None, heard="", stale=track.lines))
        case = draft.case(number)
        if case is not None and case.state == "open" and track.state == "open":
            closing.expect_a_human(draft, case)


def tell_at_once(draft: Draft, case: Case) -> None:
    """Give the brief to whoever looks after a case, to whoever is on duty, and to the operator, at any hour."""
    room = draft.room(case.room)
    if room is None:
        return
    readers = (looking_after(draft, case, room), next_after(draft, room, ()), operator_of(draft, room))
    for to in dict.fromkeys(reader for reader in readers if reader is not None):
        brief(draft, case, to, cause="danger")

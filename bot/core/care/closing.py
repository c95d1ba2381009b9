"""Closing: how a case ends, what still follows, and when its words are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care.brief import looking_after, outcome_of, tell, track_row
from bot.core.care.editions import let_go, playbook_of
from bot.core.care.lines import care_of, line_of, promised, to_room
from bot.core.care.records import Note
from bot.core.care.waits import cancel, plan

if TYPE_CHECKING:
    from bot.core.care.records import Care, Track
    from bot.core.draft import Draft
    from bot.core.playbook.model import Followup, Playbook
    from bot.core.records import Case

# What staff closes with when it went well; a playbook's own outcomes say so themselves.
RESOLVED = "resolved"
CALMED = "calmed"
# A word in the room was enough.
QUIET = "quiet"
# Nobody needs to be told how these ended.
_BY_ITSELF = frozenset({CALMED, QUIET})

# What nobody has taken up again for so long is over.
_ALL_QUIET = timedelta(hours=24)

replace = msgspec.structs.replace


def conclude(draft: Draft, case: Case) -> None:
    """Close a case once every party's track is over; one that a human leads is closed by a human."""
    case = draft.case(case.number) or case
    care = care_of(case)
    if case.state != "open" or case.kind == "safety":
        return  # that nobody is in danger any more is for a human to say
    tracks = [draft.track(case.number, party) for party in care.parties]
    if not tracks or any(track is None or track.state != "ended" for track in tracks):
        return
    outcomes = [track.outcome or "" for track in tracks if track is not None]
    chosen = [track for track in tracks if track is not None and _chose(draft, case, track)]
    for track in chosen:
        tell(draft, case, "care.to_do", track=track, words=dict(track.kept)["choice"])
    if chosen:
        return  # what somebody chose is for a human to carry out, and to close when it is done
    unhappy = [outcome for outcome in outcomes if not is_good(draft, case, outcome)]
    close(draft, case, (unhappy or outcomes)[0])


def _chose(draft: Draft, case: Case, track: Track) -> bool:
    return is_good(draft, case, track.outcome or "") and any(name == "choice" for name, _ in track.kept)


def is_good(draft: Draft, case: Case, outcome: str) -> bool:
    """Return whether an outcome is a good one: the playbook says so, or staff called it resolved."""
    playbook = playbook_of(draft, care_of(case).edition)
    known = None if playbook is None else playbook.outcome(outcome)
    return outcome == RESOLVED if known is None else known.good


def close(draft: Draft, case: Case, outcome: str, *, by: str | None = None, words: str = "") -> None:
    """Close a case: nothing more is said on any track, whatever still waits to be sent.

    Args:
        draft: the decision in the making.
        case: an open case.
        outcome: how it ended.
        by: the person of the staff who closed it; None: it ended by itself.
        words: what they said about it.
    """
    for task in draft.tasks_of(case.number):
        draft.drop("task", task.key)
    for track in draft.tracks(case.number):
        if track.state != "ended":
            draft.put(replace(track, state="ended", held=None, heard="", outcome=track.outcome or outcome))
    care = noted(draft, care_of(case), "closed", by=by, words=words, outcome=outcome)
    care = replace(care, outcome=outcome, closed_at=draft.now, line="")
    if by is not None:
        care = replace(care, answered_at=care.answered_at or draft.now)
    case = replace(
        case, state="done" if case.state != "recorded" else "recorded", by=by or case.by, care=care
    )
    draft.put(case)
    if case.state == "recorded":
        return
    keep = timedelta(days=draft.policy.settings.care.keep_days)
    plan(draft, case, "care-forget", draft.now + keep)
    playbook = playbook_of(draft, care.edition)
    if playbook is not None and outcome not in _BY_ITSELF and is_good(draft, case, outcome):
        _warm_line(draft, case, playbook, outcome)
        _plan_followups(draft, case, playbook, outcome)
    room = draft.room(case.room)
    # Whoever closed it has their answer already.
    if (
        outcome not in _BY_ITSELF
        and room is not None
        and (by is None or looking_after(draft, case, room) != by)
    ):
        rows = tuple(track_row(draft, case, track) for track in draft.tracks(case.number))
        tell(draft, case, "care.closed", outcome=outcome_of(draft, case, outcome), tracks=rows, by=by or "")


def _warm_line(draft: Draft, case: Case, playbook: Playbook, outcome: str) -> None:
    """Say one warm line in the room, where the playbook has one for how the whole case ended."""
    room, known = draft.room(case.room), playbook.outcome(outcome)
    if room is None or known is None or draft.policy.mode(room) != "act":
        return
    line = line_of(draft, case, playbook, known.room, f"outcome {outcome}", "room")
    if line is not None:
        draft.effects.append(to_room(case, line.text))


def _plan_followups(draft: Draft, case: Case, playbook: Playbook, outcome: str) -> None:
    for number, followup in enumerate(playbook.followups):
        if not _follows(playbook, followup, outcome):
            continue
        due_at = draft.now + timedelta(hours=followup.hours)
        role = playbook.role(followup.role)
        if role is not None and role.who in {"room", "staff"}:
            plan(draft, case, "care-followup", due_at, None, number)
            continue
        for track in draft.tracks(case.number):
            if track.role == followup.role and not draft.person(track.member).opted_out:
                plan(draft, case, "care-followup", due_at, track.member, number)


def _follows(playbook: Playbook, followup: Followup, outcome: str) -> bool:
    """Return whether a follow-up is for an outcome; what staff called resolved is like any good one."""
    if not followup.after or outcome in followup.after:
        return True
    named = (playbook.outcome(name) for name in followup.after)
    return outcome == RESOLVED and any(known is not None and known.good for known in named)


def expect_a_human(draft: Draft, case: Case) -> None:
    """See to it that somebody takes a case that waits for a human: nobody does in time, the next one hears of it."""
    care = care_of(draft.case(case.number) or case)
    if care.owner is None:
        minutes = draft.policy.settings.care.take_minutes
        plan(draft, case, "care-take", draft.now + timedelta(minutes=minutes))


def wake(draft: Draft, case: Case) -> None:
    """Open a closed case again, because a follow-up found that all is not well."""
    case = draft.case(case.number) or case
    if case.state != "done":
        return
    care = replace(care_of(case), closed_at=None, outcome=None)
    draft.put(replace(case, state="open", care=noted(draft, care, "woken")))
    cancel(draft, case.number, "care-forget")
    expect_resolution(draft, case)


def expect_quiet(draft: Draft, case: Case) -> None:
    """Plan when a case for which a word in the room was enough is over, if nothing more comes."""
    plan(draft, case, "care-quiet", draft.now + _ALL_QUIET)


def expect_resolution(draft: Draft, case: Case) -> None:
    """Plan when a case must have been answered by a human, and when it must be resolved."""
    cancel(draft, case.number, "care-quiet")
    care = care_of(draft.case(case.number) or case)
    answer, resolve = promised(draft, playbook_of(draft, care.edition))
    if care.answered_at is None:
        plan(draft, case, "care-answer", draft.now + timedelta(hours=answer))
    plan(draft, case, "care-resolve", draft.now + timedelta(hours=resolve))


def noted(
    draft: Draft,
    care: Care,
    what: str,
    *,
    by: str | None = None,
    member: str | None = None,
    words: str = "",
    outcome: str | None = None,
) -> Care:
    """Return a case's care with one more note of what happened."""
    note = Note(at=draft.now, what=what, by=by, member=member, words=words, outcome=outcome)
    return replace(care, notes=(*care.notes, note)[-_MOST_NOTES:])


# A case of a month has some dozens; what is older than this many says nothing any more.
_MOST_NOTES = 60


def forget(draft: Draft, case: Case) -> None:
    """Let the words of a closed case go; who, when and how it ended stays.

    Args:
        draft: the decision in the making.
        case: a closed case whose words were kept for as long as the operator wants.
    """
    care = care_of(case)
    if case.state == "open":
        return
    turns = tuple(replace(turn, words="") for turn in care.turns)
    notes = tuple(replace(note, words="") for note in care.notes)
    endangered = tuple(replace(one, words="") for one in care.endangered)
    draft.put(
        replace(
            case,
            excerpt="",
            words="",
            care=replace(care, turns=turns, notes=notes, endangered=endangered, line="", forgotten=True),
        )
    )
    editions = {care.edition}
    for track in draft.tracks(case.number):
        editions.add(track.edition)
        replies = tuple(replace(reply, words="") for reply in track.replies)
        draft.put(replace(track, replies=replies, kept=(), heard="", held=None))
    if not any(task.kind == "care-followup" for task in draft.tasks_of(case.number)):
        for version in sorted(editions):
            let_go(draft, version)

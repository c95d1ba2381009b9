"""What staff is told of a case, in private: the brief with the whole picture, and a line whenever something moves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.care.editions import playbook_of
from bot.core.care.facts import history_of, name_of
from bot.core.care.levels import is_word_enough, level_of
from bot.core.care.lines import care_of, line_of
from bot.core.care.rota import next_after, operator_of
from bot.core.effects import NotifyStaff, Words
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.care.records import Care, Track
    from bot.core.draft import Draft
    from bot.core.effects import Row, Value, Values
    from bot.core.records import Case, RoomState

# A phone screen: of a long exchange staff sees how it began and the last turns, and how many there were between.
_SHOWN_TURNS, _SHOWN_FIRST = 12, 5
_SHOWN_WORDS = 60
_SHOWN_REASONS = 5

# Who hears of it for these reasons does so beside whoever is on duty.
_AT_ONCE = frozenset({"urgent", "danger"})

replace = msgspec.structs.replace


def brief(draft: Draft, case: Case, to: str, *, cause: str = "") -> None:
    """Give a person of the staff the whole picture of a case, and remember that they have it.

    Args:
        draft: the decision in the making.
        case: the case.
        to: who gets it.
        cause: what brings it to them now: nothing (they are on duty), `passed` (nobody took it), `handed`,
            `again` (it flared up anew), `grown` (it is another kind now), `urgent`, `danger` (somebody spoke of
            it just now).
    """
    case = draft.case(case.number) or case
    care = care_of(case)
    if to not in care.told:
        # Whoever hears of it because it is urgent does not take the place of those on duty.
        told = (to, *care.told) if cause in _AT_ONCE else (*care.told, to)
        case = replace(case, care=replace(care, told=told))
        draft.put(case)
    draft.effects.append(
        NotifyStaff(
            to=to,
            room=case.room,
            words=Words("care.brief", brief_values(draft, case, cause, reader=to)),
            case=case.number,
        )
    )


def brief_values(draft: Draft, case: Case, cause: str = "", *, reader: str = "") -> Values:
    """Return what the brief shows, as the values of its text.

    Args:
        draft: the decision in the making.
        case: the case.
        cause: see `brief`.
        reader: who reads it.
    """
    care, room = care_of(case), draft.room(case.room)
    mode = "" if room is None else draft.policy.mode(room)
    playbook = playbook_of(draft, care.edition)
    level = level_of(draft, case)
    # What is proposed is a talk with each; where a word in the room is enough, or nobody is spoken to, it is not.
    enough = is_word_enough(draft, case)
    proposal = (
        None
        if playbook is None or enough or mode == "observe"
        else line_of(draft, case, playbook, playbook.proposal, "proposal", "staff", reader=reader)
    )
    tracks = draft.tracks(case.number)
    known = next((one for one in playbook.levels if one.id == level), None) if playbook is not None else None
    return {
        "case": case.number,
        "room": (room.topic if room is not None else "") or case.room,
        "kind": case.kind,
        "severity": care.severity,
        "cause": cause,
        "reopened": care.reopened,
        "was": care.was,
        "dangers": tuple(
            {
                "name": name_of(draft, case.room, one.person),
                "danger": one.danger or "",
                "words": one.words,
                "private": one.private,
            }
            for one in care.endangered
        ),
        "turns": turn_rows(draft, case),
        "reasons": tuple({"rule": reason} for reason in _reasons(draft, care)),
        "people": tuple(history_of(draft, case, party) for party in care.parties),
        "ringleaders": "、".join(name_of(draft, case.room, party) for party in care.ringleaders),
        "target": _target_of(draft, case),
        "attacker": "" if care.attacker is None else name_of(draft, case.room, care.attacker),
        "proposal": "" if proposal is None else proposal.text,
        "level": level if case.kind != "safety" else "",
        "enough": enough and mode != "observe",
        "needs": "" if known is None else known.needs.of(draft.policy.settings.operator.language),
        "line": care.line,
        "said": care.line_at is not None,
        "tracks": tuple(track_row(draft, case, track) for track in tracks),
        "steps": _steps(draft, case, tracks),
        "owner": "" if care.owner is None else name_of(draft, case.room, care.owner),
        "mode": mode,
        "state": case.state,
        "outcome": outcome_of(draft, case, care.outcome),
        "closings": tuple(
            {
                "time": _local(draft, case, note.at),
                "by": "" if note.by is None else name_of(draft, case.room, note.by),
                "outcome": outcome_of(draft, case, note.outcome),
                "words": note.words,
            }
            for note in care.notes
            if note.what == "closed"
        ),
    }


def _reasons(draft: Draft, care: Care) -> list[str]:
    """Return the ids of the cues that spoke for a quarrel, the newest last; what softened it is no reason."""
    model = draft.policy.conflict
    cues = {} if model is None else model.reader.cues.specs
    found = dict.fromkeys(
        reason for turn in care.turns for reason in turn.why if reason not in cues or cues[reason].weight > 0
    )
    return list(found)[-_SHOWN_REASONS:]


def turn_rows(draft: Draft, case: Case) -> tuple[Row, ...]:
    """Return what was said in the room: how it began and the last turns, with local times and names.

    Of what stands between them only the number of turns is told, as the `gap` before a turn.
    """
    turns = care_of(case).turns
    left_out = max(0, len(turns) - _SHOWN_TURNS)
    shown = (*turns[:_SHOWN_FIRST], *turns[_SHOWN_FIRST + left_out :]) if left_out else turns
    return tuple(
        {
            "time": _local(draft, case, turn.at),
            "name": turn.name,
            "words": excerpt(turn.words, _SHOWN_WORDS),
            "counts": turn.weight > 0,
            "gap": left_out if place == _SHOWN_FIRST else 0,
        }
        for place, turn in enumerate(shown)
    )


def _local(draft: Draft, case: Case, at: datetime) -> str:
    """Return a moment as the room's clock shows it, with the day where it is another than today."""
    zone = ZoneInfo(draft.policy.room(case.room).timezone)
    there = at.astimezone(zone)
    today = there.date() == draft.now.astimezone(zone).date()
    return there.strftime("%H:%M" if today else "%m-%d %H:%M")


def step_name(draft: Draft, case: Case, track: Track | None, step: str) -> str:
    """Return what staff calls a step: its name in the track's playbook, never its id.

    Args:
        draft: the decision in the making.
        case: the case.
        track: whose step it is; None: the case's own playbook.
        step: its id, empty for none.
    """
    playbook = playbook_of(draft, care_of(case).edition if track is None else track.edition)
    if playbook is None or not step:
        return ""
    return playbook.title_of(step, draft.policy.settings.operator.language)


def track_row(draft: Draft, case: Case, track: Track) -> Row:
    """Return how far the talk with one person has come, as a row."""
    held = track.held
    return {
        "name": name_of(draft, case.room, track.member),
        "state": track.state,
        "step": step_name(draft, case, track, track.step),
        "held": step_name(draft, case, track, held.step) if held is not None else "",
        "text": held.text if held is not None else "",
        "read": track.replies[-1].read if track.replies else "",
        "words": excerpt(track.replies[-1].words if track.replies else "", _SHOWN_WORDS),
        "outcome": outcome_of(draft, case, track.outcome),
    }


def outcome_of(draft: Draft, case: Case, outcome: str | None) -> str:
    """Return what people call an outcome: as its playbook names it, else its own word."""
    if outcome is None:
        return ""
    editions = dict.fromkeys((care_of(case).edition, *(t.edition for t in draft.tracks(case.number))))
    playbooks = (playbook_of(draft, version) for version in editions)
    known = next((one for p in playbooks if p is not None and (one := p.outcome(outcome))), None)
    return outcome if known is None else known.title.of(draft.policy.settings.operator.language)


def looking_after(draft: Draft, case: Case, room: RoomState) -> str | None:
    """Return who is told what happens in a case: who took it, else who got the brief last, else who is on duty."""
    care = care_of(case)
    line = (care.owner, *reversed(care.told))
    reachable = (person for person in line if person and draft.person(person).friend is not False)
    return next(reachable, None) or next_after(draft, room, ())


def tell(
    draft: Draft,
    case: Case,
    text: str,
    /,
    *,
    track: Track | None = None,
    operator_too: bool = False,
    **values: Value | tuple[Row, ...],
) -> None:
    """Tell whoever looks after a case what happened in it, in one line.

    Args:
        draft: the decision in the making.
        case: the case.
        text: which text of the catalogue.
        track: the person it is about, where it is about one.
        operator_too: the operator hears of it as well.
        values: what the text shows beside number and names.
    """
    case = draft.case(case.number) or case
    room = draft.room(case.room)
    if room is None:
        return
    about: Values = {
        "case": case.number,
        "room": room.topic or room.room,
        "kind": case.kind,
        "name": "" if track is None else name_of(draft, case.room, track.member),
        **values,
    }
    readers = [looking_after(draft, case, room), operator_of(draft, room) if operator_too else None]
    for to in dict.fromkeys(reader for reader in readers if reader is not None):
        draft.effects.append(NotifyStaff(to=to, room=room.room, words=Words(text, about), case=case.number))


def _target_of(draft: Draft, case: Case) -> str:
    target = care_of(case).target
    if target is None or target in {"staff", "brand"}:
        return target or ""
    return name_of(draft, case.room, target)


def _steps(draft: Draft, case: Case, tracks: list[Track]) -> str:
    """Return what `/say` is most likely to name: the first step of each kind, in the playbook's order."""
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is None:
        return ""
    roles = {track.role for track in tracks} | {role.id for role in playbook.roles if role.who == "helper"}
    first: dict[str, str] = {}
    for step in playbook.steps:
        if step.role in roles and step.purpose not in {"inform", "follow_up", "close"}:
            first.setdefault(step.purpose, step_name(draft, case, None, step.id))
    return " / ".join(dict.fromkeys(first.values()))

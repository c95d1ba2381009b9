"""What staff is told of a case, in private: the brief with the whole picture, and a line whenever something moves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.care.editions import playbook_of
from bot.core.care.facts import history_of, name_of
from bot.core.care.levels import level_of
from bot.core.care.lines import care_of, line_of
from bot.core.care.rota import next_after, operator_of
from bot.core.effects import NotifyStaff, Words

if TYPE_CHECKING:
    from bot.core.care.records import Care, Track
    from bot.core.draft import Draft
    from bot.core.effects import Row, Value, Values
    from bot.core.records import Case, RoomState

# A phone screen: of a long exchange staff sees the last turns, and how many there were before.
_SHOWN_TURNS = 12
_SHOWN_WORDS = 60
_SHOWN_REASONS = 5

replace = msgspec.structs.replace


def brief(draft: Draft, case: Case, to: str, *, cause: str = "") -> None:
    """Give a person of the staff the whole picture of a case, and remember that they have it.

    Args:
        draft: the decision in the making.
        case: the case.
        to: who gets it.
        cause: what brings it to them now: nothing (they are on duty), `passed` (nobody took it), `handed`,
            `again` (it flared up anew), `grown` (it is another kind now), `urgent`.
    """
    case = draft.case(case.number) or case
    care = care_of(case)
    if to not in care.told:
        # Whoever hears of it because it is urgent does not take the place of those on duty.
        told = (to, *care.told) if cause == "urgent" else (*care.told, to)
        case = replace(case, care=replace(care, told=told))
        draft.put(case)
    draft.effects.append(
        NotifyStaff(
            to=to,
            room=case.room,
            words=Words("care.brief", brief_values(draft, case, cause)),
            case=case.number,
        )
    )


def brief_values(draft: Draft, case: Case, cause: str = "") -> Values:
    """Return what the brief shows, as the values of its text.

    Args:
        draft: the decision in the making.
        case: the case.
        cause: see `brief`.
    """
    care, room = care_of(case), draft.room(case.room)
    playbook = playbook_of(draft, care.edition)
    proposal = (
        None if playbook is None else line_of(draft, case, playbook, playbook.proposal, "proposal", "staff")
    )
    tracks = draft.tracks(case.number)
    level = level_of(draft, case)
    known = next((one for one in playbook.levels if one.id == level), None) if playbook is not None else None
    return {
        "case": case.number,
        "room": (room.topic if room is not None else "") or case.room,
        "kind": case.kind,
        "severity": care.severity,
        "cause": cause,
        "reopened": care.reopened,
        "turns": turn_rows(draft, case),
        "turns_before": max(0, len(care.turns) - _SHOWN_TURNS),
        "reasons": tuple({"rule": reason} for reason in _reasons(draft, care)),
        "people": tuple(history_of(draft, case, party) for party in care.parties),
        "ringleaders": "、".join(name_of(draft, case.room, party) for party in care.ringleaders),
        "target": _target_of(draft, case),
        "proposal": "" if proposal is None else proposal.text,
        "level": level if case.kind != "safety" else "",
        "needs": "" if known is None else known.needs.of(draft.policy.settings.operator.language),
        "line": care.line,
        "said": care.line_at is not None,
        "tracks": tuple(track_row(draft, case, track) for track in tracks),
        "steps": _steps(draft, case, tracks),
        "owner": "" if care.owner is None else name_of(draft, case.room, care.owner),
        "mode": "" if room is None else draft.policy.mode(room),
        "state": case.state,
        "outcome": outcome_of(draft, case, care.outcome),
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
    """Return the last turns of what was said in the room, with local times and names."""
    zone = ZoneInfo(draft.policy.room(case.room).timezone)
    return tuple(
        {
            "time": turn.at.astimezone(zone).strftime("%H:%M"),
            "name": turn.name,
            "words": turn.words[:_SHOWN_WORDS],
            "counts": turn.weight > 0,
        }
        for turn in care_of(case).turns[-_SHOWN_TURNS:]
    )


def track_row(draft: Draft, case: Case, track: Track) -> Row:
    """Return how far the talk with one person has come, as a row."""
    held = track.held
    return {
        "name": name_of(draft, case.room, track.member),
        "state": track.state,
        "step": track.step,
        "held": held.step if held is not None else "",
        "text": held.text if held is not None else "",
        "read": track.replies[-1].read if track.replies else "",
        "words": (track.replies[-1].words if track.replies else "")[:_SHOWN_WORDS],
        "outcome": outcome_of(draft, case, track.outcome),
    }


def outcome_of(draft: Draft, case: Case, outcome: str | None) -> str:
    """Return what people call an outcome: as its playbook names it, else its own word."""
    if outcome is None:
        return ""
    playbook = playbook_of(draft, care_of(case).edition)
    known = None if playbook is None else playbook.outcome(outcome)
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
    """Return the steps that `/say` is most likely to name: the first of each kind, in the playbook's order."""
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is None:
        return ""
    roles = {track.role for track in tracks} | {role.id for role in playbook.roles if role.who == "helper"}
    first: dict[str, str] = {}
    for step in playbook.steps:
        if step.role in roles and step.purpose not in {"inform", "follow_up", "close"}:
            first.setdefault(step.purpose, step.id)
    return " ".join(first.values())

"""Opening: a case begins, grows, or begins anew; the room's mode decides what of it is done.

`observe` writes down what would be said, `assist` holds every private line until staff says yes, `act` leads.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, tracks
from bot.core.care.brief import brief, brief_values, looking_after, tell
from bot.core.care.editions import choose, playbook_of
from bot.core.care.facts import name_of
from bot.core.care.lines import care_of, line_of, to_person, to_room
from bot.core.care.records import Care, Track
from bot.core.care.rota import next_after, next_turn, on_duty, operator_of
from bot.core.care.saying import announce, calm_line, say_in_room
from bot.core.care.timers import is_urgent
from bot.core.care.waits import plan
from bot.core.effects import NotifyStaff, Words
from bot.core.records import Case
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.conflict.news import Raised, Severity
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, Role
    from bot.core.records import RoomState

_SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
_MOST_TURNS = 40

replace = msgspec.structs.replace


def open_case(draft: Draft, room: RoomState, news: Raised) -> Case:
    """Open a case for what was raised, and do what the room's mode allows.

    Args:
        draft: the decision in the making.
        room: where.
        news: what was raised; nobody of the staff is among its parties.
    """
    playbook, version = choose(draft, news)
    observing = draft.policy.mode(room) == "observe"
    care = Care(
        parties=news.parties,
        severity=news.severity,
        target=news.target,
        ringleaders=news.ringleaders,
        turns=news.turns[-_MOST_TURNS:],
        playbook=playbook,
        edition=version,
    )
    case = Case(
        number=draft.new_case_number(),
        kind=news.kind,
        state="recorded" if observing else "open",
        room=room.room,
        member=news.parties[0],
        name="、".join(name_of(draft, room.room, party) for party in news.parties),
        opened_at=draft.now,
        excerpt=news.turns[-1].words if news.turns else "",
        event=news.event,
        care=closing.noted(draft, care, "opened", words=news.severity),
    )
    draft.put(case)
    if observing:
        _write_down(draft, room, case, news)
    else:
        _set_about(draft, room, case, news)
    return draft.case(case.number) or case


def take_in(draft: Draft, room: RoomState, case: Case, news: Raised) -> Case:
    """Let news join a case that is open: what it adds, whoever is new, a severity that rose.

    Args:
        draft: the decision in the making.
        room: where.
        case: the case.
        news: what was raised.
    """
    before = care_of(case)
    case = _grown(draft, case, news)
    draft.put(case)
    care = care_of(case)
    if case.state != "open" or draft.policy.mode(room) == "observe":
        return case
    if not care.silent:
        _reseat(draft, case, care.edition)
        _begin_tracks(draft, room, case, anew=False)
    rose = _SEVERITIES.index(care.severity) > _SEVERITIES.index(before.severity)
    newcomers = [p for p in care.parties if p not in before.parties]
    to = looking_after(draft, case, room)
    if care.edition != before.edition and to is not None:
        brief(draft, case, to, cause="grown")
        _announce_all(draft, case)
    elif rose or newcomers or not news.escalated:
        names = "、".join(name_of(draft, case.room, party) for party in newcomers)
        tell(draft, case, "care.joined", severity=care.severity, rose=rose, names=names, words=case.excerpt)
    if is_urgent(case) and before.severity != "high":
        _tell_operator(draft, room, case, "urgent")
    return draft.case(case.number) or case


def reopen(draft: Draft, room: RoomState, case: Case, news: Raised) -> Case:
    """Open a case again: the same people, some days later.

    Args:
        draft: the decision in the making.
        room: where.
        case: a closed case, or one that was only written down.
        news: what was raised.
    """
    for task in draft.tasks_of(case.number):
        draft.drop("task", task.key)
    for track in draft.tracks(case.number):
        if track.state != "ended":
            draft.put(replace(track, state="ended", held=None, heard=""))
    again = case.state == "done"
    case = _grown(draft, case, news)
    care = replace(
        care_of(case),
        told=(),
        owner=None,
        silent=False,
        outcome=None,
        closed_at=None,
        answered_at=None,
        severity=news.severity,
        reopened=care_of(case).reopened + again,
        forgotten=False,
    )
    case = replace(case, state="open", care=closing.noted(draft, care, "reopened"))
    draft.put(case)
    _set_about(draft, room, case, news)
    return draft.case(case.number) or case


def _grown(draft: Draft, case: Case, news: Raised) -> Case:
    care = care_of(case)
    known = {turn.event for turn in care.turns}
    turns = (*care.turns, *(turn for turn in news.turns if turn.event not in known))
    parties = tuple(dict.fromkeys((*care.parties, *news.parties)))
    version, playbook = care.edition, care.playbook
    if news.kind != case.kind or not version:
        # What was one person's complaint is a group's now: newcomers meet the playbook that is for that.
        playbook, version = choose(draft, news)
    care = replace(
        care,
        parties=parties,
        severity=max(care.severity, news.severity, key=_SEVERITIES.index),
        target=news.target or care.target,
        ringleaders=tuple(dict.fromkeys((*care.ringleaders, *news.ringleaders))),
        turns=turns[-_MOST_TURNS:],
        playbook=playbook,
        edition=version,
    )
    return replace(
        case,
        kind=news.kind,
        name="、".join(name_of(draft, case.room, party) for party in parties),
        excerpt=news.turns[-1].words if news.turns else case.excerpt,
        more=case.more + 1,
        care=closing.noted(draft, care, "joined", words=news.severity),
    )


def _set_about(draft: Draft, room: RoomState, case: Case, news: Raised) -> None:
    """Say the calm line, begin the tracks, and give the brief to whoever is on duty."""
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is not None and (line := calm_line(draft, case, room, playbook, news)):
        if draft.policy.mode(room) == "act":
            say_in_room(draft, case, line)
        else:
            draft.put(replace(case, care=replace(care_of(case), line=line)))
    case = draft.case(case.number) or case
    _begin_tracks(draft, room, case)
    why = "again" if care_of(case).reopened else ""
    _brief_duty(draft, room, draft.case(case.number) or case, why)
    _announce_all(draft, case)
    closing.expect_resolution(draft, case)


def _announce_all(draft: Draft, case: Case) -> None:
    """Say what the playbook has for staff and for the room from the beginning."""
    playbook = playbook_of(draft, care_of(case).edition)
    for role in playbook.roles if playbook is not None else ():
        if playbook is not None and role.who in {"staff", "room"}:
            announce(draft, draft.case(case.number) or case, playbook, role)


def _brief_duty(draft: Draft, room: RoomState, case: Case, why: str) -> None:
    """Brief whoever is on duty; what is urgent wakes the operator, the rest waits for the next turn of duty."""
    duty, operator = next_after(draft, room, ()), operator_of(draft, room)
    turn = next_turn(draft, room) if duty == operator else None
    if turn is not None and not is_urgent(case):
        plan(draft, case, "care-take", turn)
    elif duty is not None:
        brief(draft, case, duty, cause=why)
        plan(draft, case, "care-take", draft.now + timedelta(minutes=draft.policy.settings.care.take_minutes))
    if is_urgent(case):
        _tell_operator(draft, room, case, "urgent")


def _tell_operator(draft: Draft, room: RoomState, case: Case, why: str) -> None:
    operator = operator_of(draft, room)
    case = draft.case(case.number) or case
    if operator is not None and operator not in care_of(case).told:
        brief(draft, case, operator, cause=why)


def _begin_tracks(draft: Draft, room: RoomState, case: Case, *, anew: bool = True) -> None:
    """Begin a track with everybody who has a part in the playbook; `anew` with those whose track is over, too."""
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is None:
        return
    for role in playbook.roles:
        for person in _people_of(draft, room, case, playbook, role):
            if not anew and draft.track(case.number, person) is not None:
                continue
            tracks.begin(draft, draft.case(case.number) or case, playbook, role, person)


def _people_of(draft: Draft, room: RoomState, case: Case, playbook: Playbook, role: Role) -> tuple[str, ...]:
    care = care_of(case)
    if role.who == "ringleader":
        return care.ringleaders
    if role.who == "party":
        apart = care.ringleaders if any(other.who == "ringleader" for other in playbook.roles) else ()
        return tuple(party for party in care.parties if party not in apart)
    if role.who == "colleague":
        # Against us as a whole: whoever is on duty was to answer.
        named = care.target is not None and is_staff(draft.policy, room, care.target)
        return (care.target,) if named and care.target is not None else tuple(on_duty(draft, room)[:1])
    return ()


def _reseat(draft: Draft, case: Case, version: str) -> None:
    """Let tracks that nobody has answered go on by the playbook the case has now; nothing is said twice."""
    playbook = playbook_of(draft, version)
    if playbook is None:
        return
    care = care_of(case)
    for track in draft.tracks(case.number):
        if track.edition == version or track.replies or track.heard or track.state != "open":
            continue
        who = "ringleader" if track.member in care.ringleaders else "party"
        role = next((r for r in playbook.roles if r.who == who), None) or next(
            (r for r in playbook.roles if r.who == "party"), None
        )
        if role is not None and role.first is not None and track.step and track.held is None:
            seated = replace(track, edition=version, role=role.id, step=role.first)
            draft.put(seated)
            tracks.wait_for_answer(draft, case, seated)


def _write_down(draft: Draft, room: RoomState, case: Case, news: Raised) -> None:
    """Write down what would be said and to whom, where the room only watches."""
    playbook = playbook_of(draft, care_of(case).edition)
    calm = "" if playbook is None else calm_line(draft, case, room, playbook, news)
    if calm:
        draft.recorded.append(to_room(case, calm, at_once=True))
    to = next_after(draft, room, ())
    if to is not None:
        words = Words("care.brief", brief_values(draft, case))
        draft.recorded.append(NotifyStaff(to=to, room=case.room, words=words, case=case.number))
    for role in playbook.roles if playbook is not None else ():
        if playbook is None or role.who in {"staff", "colleague", "room"}:
            continue
        for person in _people_of(draft, room, case, playbook, role):
            _write_down_first_line(draft, case, playbook, role, person)


def _write_down_first_line(draft: Draft, case: Case, playbook: Playbook, role: Role, person: str) -> None:
    step = None if role.first is None else playbook.step(role.first)
    if step is None or draft.person(person).opted_out:
        return
    track = Track(case=case.number, member=person, role=role.id, edition=care_of(case).edition, lines=1)
    line = line_of(draft, case, playbook, step.texts, step.id, role.who, track)
    if line is not None:
        draft.recorded.append(to_person(case, track, line.text, "opening"))

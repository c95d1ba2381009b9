"""Opening: a case begins, grows, or begins anew; the room's mode decides what of it is done.

`observe` writes down what would be said, `assist` holds every private line until staff says yes, `act` leads.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, danger, tracks
from bot.core.care.brief import brief, brief_values, looking_after, tell
from bot.core.care.editions import choose, playbook_of
from bot.core.care.facts import name_of
from bot.core.care.growing import SEVERITIES, grown, let_go_of, reseat, with_sides
from bot.core.care.levels import is_word_enough
from bot.core.care.lines import care_of, line_of, to_person, to_room
from bot.core.care.parts import people_of
from bot.core.care.records import Care, Track
from bot.core.care.rota import next_after, next_turn, operator_of
from bot.core.care.saying import announce, calm_line, say_in_room
from bot.core.care.timers import is_urgent
from bot.core.care.turns import with_what_came_before
from bot.core.care.waits import plan
from bot.core.effects import NotifyStaff, Words
from bot.core.records import Case

if TYPE_CHECKING:
    from bot.core.conflict.news import Raised
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, Role
    from bot.core.records import RoomState


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
        turns=with_what_came_before(draft, room, news),
        playbook=playbook,
        edition=version,
    )
    care = with_sides(draft, room, care, news)
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
    if news.kind == "safety":
        danger.fall_silent(draft, news.parties[0])
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
    before, was_a_word = care_of(case), is_word_enough(draft, case)
    case = grown(draft, room, case, news)
    draft.put(case)
    let_go_of(draft, case, before)
    care = care_of(case)
    if draft.policy.mode(room) == "observe":
        if news.kind == "safety":
            danger.tell_at_once(draft, case)
        return draft.case(case.number) or case
    if case.state != "open":
        return case
    enough = is_word_enough(draft, case)
    if not care.silent and not enough:
        reseat(draft, case)
        begin_tracks(draft, room, case, anew=False)
    if was_a_word and not enough:
        closing.expect_resolution(draft, case)
        closing.expect_a_human(draft, case)
    rose = SEVERITIES.index(care.severity) > SEVERITIES.index(before.severity)
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


def endanger(draft: Draft, room: RoomState, case: Case, news: Raised) -> Case:
    """Let somebody's words of danger in the room make an open case one of safety; others' talks go on.

    Args:
        draft: the decision in the making.
        room: where.
        case: an open case of theirs.
        news: the danger; its first party spoke of it.
    """
    person, words = news.parties[0], news.turns[-1].words if news.turns else ""
    case = grown(draft, room, case, news)
    draft.put(case)
    danger.fall_silent(draft, person)
    case = danger.become_safety(
        draft, case, person, danger.danger_in(draft, words), words, private=news.private
    )
    track = draft.track(case.number, person)
    if track is not None:
        draft.put(replace(track, state="ended"))
    playbook = playbook_of(draft, care_of(case).edition)
    role = None if playbook is None else danger.role_for(playbook, care_of(case), person)
    if playbook is not None and role is not None and draft.policy.mode(room) != "observe":
        tracks.begin(draft, case, playbook, role, person)
    danger.tell_at_once(draft, case)
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
    if news.kind == "safety":
        danger.fall_silent(draft, news.parties[0])
        case = replace(case, care=replace(care_of(case), endangered=()))
    case = grown(draft, room, case, news)
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


def _set_about(draft: Draft, room: RoomState, case: Case, news: Raised) -> None:
    """Say the calm line, begin the tracks, and give the brief to whoever is on duty."""
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is not None and (line := calm_line(draft, case, room, playbook, news)):
        if draft.policy.mode(room) == "act":
            say_in_room(draft, case, line)
        else:
            draft.put(replace(case, care=replace(care_of(case), line=line)))
    case = draft.case(case.number) or case
    enough = is_word_enough(draft, case)
    if not enough:
        begin_tracks(draft, room, case)
    why = "again" if care_of(case).reopened else ""
    _brief_duty(draft, room, draft.case(case.number) or case, why)
    if enough:
        closing.expect_quiet(draft, case)
        return
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
        if not is_word_enough(draft, case):
            minutes = timedelta(minutes=draft.policy.settings.care.take_minutes)
            plan(draft, case, "care-take", draft.now + minutes)
    if is_urgent(case):
        _tell_operator(draft, room, case, "urgent")


def _tell_operator(draft: Draft, room: RoomState, case: Case, why: str) -> None:
    operator = operator_of(draft, room)
    case = draft.case(case.number) or case
    if operator is not None and operator not in care_of(case).told:
        brief(draft, case, operator, cause=why)


def begin_tracks(draft: Draft, room: RoomState, case: Case, *, anew: bool = True) -> None:
    """Begin a track with everybody who has a part in the playbook; `anew` with those whose track is over, too.

    Args:
        draft: the decision in the making.
        room: the case's.
        case: the case.
        anew: speak again with those whose track is over.
    """
    playbook = playbook_of(draft, care_of(case).edition)
    if playbook is None:
        return
    for role in playbook.roles:
        for person in people_of(draft, room, case, playbook, role):
            if not anew and draft.track(case.number, person) is not None:
                continue
            tracks.begin(draft, draft.case(case.number) or case, playbook, role, person)


def _write_down(draft: Draft, room: RoomState, case: Case, news: Raised) -> None:
    """Write down what would be said and to whom, where the room only watches."""
    playbook = playbook_of(draft, care_of(case).edition)
    calm = "" if playbook is None else calm_line(draft, case, room, playbook, news)
    if calm:
        draft.recorded.append(to_room(case, calm, at_once=True))
    to = next_after(draft, room, ())
    if news.kind == "safety":
        # A life outweighs a trial's silence: people are told, of the bot nobody hears a word.
        danger.tell_at_once(draft, case)
    elif to is not None:
        words = Words("care.brief", brief_values(draft, case, reader=to))
        draft.recorded.append(NotifyStaff(to=to, room=case.room, words=words, case=case.number))
    for role in playbook.roles if playbook is not None else ():
        if playbook is None or role.who in {"staff", "colleague", "room"}:
            continue
        for person in people_of(draft, room, case, playbook, role):
            _write_down_first_line(draft, case, playbook, role, person)


def _write_down_first_line(draft: Draft, case: Case, playbook: Playbook, role: Role, person: str) -> None:
    step = None if role.first is None else playbook.step(role.first)
    if step is None or draft.person(person).opted_out:
        return
    track = Track(case=case.number, member=person, role=role.id, edition=care_of(case).edition, lines=1)
    line = line_of(draft, case, playbook, step.texts, step.id, role.who, track)
    if line is not None:
        draft.recorded.append(to_person(case, track, line.text, "opening"))

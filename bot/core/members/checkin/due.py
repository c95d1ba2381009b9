"""Who is due: silent for long, and nobody whom a word would reach at the wrong time or at all."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.core.members.checkin.worth import worth_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.members.checkin.records import CheckIn
    from bot.core.records import MemberState, RoomState

# Whoever was in a case that ended just now has had enough private words for a while.
_JUST_SETTLED = timedelta(days=14)
_OPEN = frozenset({"open", "asked", "carrying"})


class Due(NamedTuple):
    """Somebody who is due; in the order of these fields people are asked.

    What a word is worth (the less the more), since when they are silent, and a hash, so that equals are told
    apart by neither date nor name.
    """

    cost: float
    since: datetime
    hash: int
    person: str
    room: str
    member: MemberState


class Circumstances(NamedTuple):
    """What one decision has to know of everybody: who is staff, who is in a case, who is to be asked already."""

    staff: frozenset[str]
    busy: frozenset[str]
    planned: frozenset[str]


def circumstances(draft: Draft) -> Circumstances:
    """Return what holds for all rooms at this moment."""
    state, policy = draft.state, draft.policy
    staff = {person for person in (state.account.self_id, policy.settings.operator.id) if person}
    for room in state.rooms.values():
        own = policy.room(room.room)
        # Known bots stand on the whitelist, and whoever else does the operator looks after in person.
        staff.update(own.staff, own.whitelist, room.staff, (duty.who for duty in own.duty))
        if room.owner:
            staff.add(room.owner)
    busy: set[str] = set()
    for case in state.cases.values():
        settled = None if case.care is None else case.care.closed_at
        if case.state in _OPEN or (settled is not None and draft.now - settled < _JUST_SETTLED):
            busy.add(case.member)
            busy.update(case.people)
            if case.care is not None:
                busy.update(case.care.parties)
    planned: set[str] = set()
    for task in state.tasks.values():
        if task.member is not None and task.kind in {"care-followup", "care-wait", "care-listen"}:
            busy.add(task.member)
        elif task.member is not None and task.kind in {"checkin", "checkin-control", "checkin-now"}:
            planned.add(task.member)
    for tracks in state.tracks.values():
        busy.update(track.member for track in tracks.values() if track.state != "ended")
    return Circumstances(frozenset(staff), frozenset(busy), frozenset(planned))


def why_not(draft: Draft, member: MemberState, around: Circumstances) -> str | None:  # noqa: PLR0911 - reads best as a list
    """Return why somebody must not be asked, however long they are silent; None if they may be.

    Args:
        draft: the decision in the making.
        member: in the room it is about.
        around: what holds for all rooms.
    """
    person_id, checkin = member.member, draft.policy.settings.checkin
    if not member.present:
        return "left"
    if member.role != "member" or person_id in around.staff:
        return "staff"
    if person_id in around.busy:
        return "in_case"
    person = draft.state.people.get(person_id)
    if person is not None:
        if person.opted_out:
            return "opted_out"
        if person.banned:
            return "banned"
        if checkin.leave_alone_tag in person.tags:
            return "leave_alone"
    if person_id in checkin.never:
        return "leave_alone"
    if person_id in draft.state.last_checkin:
        last = draft.last_checkin(person_id)
        if last is not None and _is_recent(draft, member.room, last):
            return "asked"
    return None


def _is_recent(draft: Draft, room: str, last: CheckIn) -> bool:
    """Return whether the last check-in still stands in the way of another one."""
    if last.state == "recorded":
        # Nobody heard of it: it only keeps a room that watches from writing the same down every day.
        here = draft.room(room)
        if here is None or draft.policy.mode(here) != "observe":
            return False
    if last.state == "proposed":
        return draft.now - last.at < timedelta(days=7)
    return draft.now - last.at < timedelta(days=draft.policy.settings.checkin.again_days)


def silent_since(draft: Draft, member: MemberState) -> datetime:
    """Return since when a person is silent in all rooms, private words to the bot included."""
    since = _here(member)
    for members in draft.state.members.values():
        other = members.get(member.member)
        if other is not None and other.last_at is not None and other.last_at > since:
            since = other.last_at
    person = draft.state.people.get(member.member)
    if person is not None and person.wrote_at is not None:
        since = max(since, person.wrote_at)
    return since


def is_due(draft: Draft, member: MemberState, since: datetime) -> bool:
    """Return whether somebody has been silent long enough, and in the room long enough."""
    checkin = draft.policy.settings.checkin
    joined = member.joined_at
    if joined is not None and draft.now - joined < timedelta(days=checkin.joined_days):
        return False
    return draft.now - since >= timedelta(days=checkin.silent_days)


def is_open(draft: Draft, room: RoomState) -> bool:
    """Return whether members of a room are asked at all."""
    return not room.left and not room.checkins_paused and draft.policy.room(room.room).checkins


def everybody_due(draft: Draft, around: Circumstances) -> list[Due]:
    """Return whoever is due in any room, each person once, in the room where a word is worth most."""
    state, now, checkin = draft.state, draft.now, draft.policy.settings.checkin
    silent = now - timedelta(days=checkin.silent_days)
    joined = now - timedelta(days=checkin.joined_days)
    awake = _awake_since(draft, silent)
    tiers = () if draft.policy.members is None else draft.policy.members.tiers
    found: dict[str, Due] = {}
    for room in state.rooms.values():
        if not is_open(draft, room):
            continue
        for member in state.members.get(room.room, {}).values():
            # The cheap questions first: of 250,000 members most are answered here.
            if not member.present or member.first_seen > silent:
                continue
            if (member.joined_at is not None and member.joined_at > joined) or member.member in awake:
                continue
            since = _here(member)
            if since > silent or member.member in around.planned:
                continue
            if why_not(draft, member, around) is not None:
                continue
            person = member.member
            worth = worth_of(member, state.people.get(person), since, now, checkin, tiers)
            due = Due(-worth, since, zlib.crc32(person.encode()), person, room.room, member)
            known = found.get(person)
            if known is None or due[:5] < known[:5]:
                found[person] = due
    return list(found.values())


def _here(member: MemberState) -> datetime:
    since = member.last_at or member.first_seen
    if member.joined_at is not None and member.joined_at > since:
        since = member.joined_at
    return max(since, member.first_seen)


def _awake_since(draft: Draft, moment: datetime) -> set[str]:
    """Return whoever talked anywhere, or wrote to the bot, after a moment: they are not silent."""
    awake = {
        member.member
        for members in draft.state.members.values()
        for member in members.values()
        if member.last_at is not None and member.last_at > moment
    }
    awake.update(
        person.member
        for person in draft.state.people.values()
        if person.wrote_at is not None and person.wrote_at > moment
    )
    return awake

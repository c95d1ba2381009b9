"""Who is where: rooms, members, joins and leaves, and who can be written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.digest.plan import plan_digests
from bot.core.hands import BURST
from bot.core.members import badges, naming, newcomers, returning, routine, seen
from bot.core.members.checkin import asking as checkins
from bot.core.members.health import leaving, weeks
from bot.core.members.talk import is_talk
from bot.core.records import MemberState, RoomState

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import (
        Account,
        Friend,
        Join,
        Leave,
        Member,
        Message,
        Rename,
        Room,
        Roster,
    )

# A member list that shrinks to less than half at once is a hiccup of the gateway rather than a
# mass exodus; it is believed only when three readings in a row say so.
_BELIEVE_SHRINK_AFTER = 3
_SMALL_ROOM = 10

# A message this much older (by the platform's own time) than the room's newest is a replay by a
# reconnecting gateway: it is journalled and judged, but nothing is done about it any more.
REPLAYED_AFTER = timedelta(minutes=10)
_NOTEWORTHY = timedelta(seconds=20)

replace = msgspec.structs.replace


def on_room(event: Room, draft: Draft) -> None:
    """Take over what is known of a room; the first time, the room is adopted."""
    known = draft.room(event.room)
    if known is None:
        room = RoomState(
            room=event.room,
            topic=event.topic,
            owner=event.owner,
            staff=event.staff or (),
            policy=event.policy,
            adopted_at=draft.now,
        )
    else:
        room = replace(
            known,
            topic=event.topic or known.topic,
            owner=event.owner or known.owner,
            staff=known.staff if event.staff is None else event.staff,
            policy=event.policy or known.policy,
            left=False,
        )
    draft.put(room)
    plan_digests(draft, room)
    routine.begin(draft)


def on_member(event: Member, draft: Draft) -> None:
    """Take over what is known of a member."""
    _adopt(event.room, draft)
    known = draft.member(event.room, event.member)
    if known is None:
        member = MemberState(
            room=event.room,
            member=event.member,
            name=event.name,
            role=event.role,
            joined_at=event.joined_at,
            first_seen=draft.now,
            inviter=event.inviter,
        )
    else:
        member = replace(
            known,
            name=event.name or known.name,
            role=event.role,
            joined_at=event.joined_at or known.joined_at,
            inviter=event.inviter or known.inviter,
            present=True,
        )
    draft.put(member)
    _know_person(event.member, event.name, event.friend, draft)


def on_roster(event: Roster, draft: Draft) -> None:
    """Work out from a fresh member list who came and went unseen.

    The first list of a room tells nothing of joining dates: everybody on it is long-standing.
    """
    room = _adopt(event.room, draft)
    known = draft.state.members.get(event.room, {})
    listed = {p.member: p for p in event.members}
    gone = [m for m in known.values() if m.present and m.member not in listed]
    present = sum(1 for m in known.values() if m.present)
    if (
        room.rostered
        and present >= _SMALL_ROOM
        and len(gone) * 2 > present
        and room.shrunk + 1 < _BELIEVE_SHRINK_AFTER
    ):
        draft.put(replace(room, shrunk=room.shrunk + 1))
        return
    joined_at = draft.now if room.rostered and not _is_first_whole_list(event, known) else None
    came, named, banned = _listed(event, joined_at, draft)
    for member in gone:
        draft.put(leaving.gone(draft, member, counted=joined_at is not None))
    if joined_at is not None and came:
        draft.count(event.room, joins=len(came))
    if not room.rostered or room.shrunk or room.left:
        draft.put(replace(draft.room(event.room) or room, rostered=True, shrunk=0, left=False))
    for member_id, arrived in banned:
        returning.turn_away(draft, event.room, member_id, arrived=arrived)
    if joined_at is not None:
        newcomers.arrived(draft, event.room, [one for one in came if not draft.person(one).banned])
    for member_id in named:
        naming.look_at(event.room, member_id, draft)


def _listed(
    event: Roster, joined_at: datetime | None, draft: Draft
) -> tuple[list[str], list[str], list[tuple[str, bool]]]:
    """Take over everybody on a list; returns who came, whose name is new, and who is banned (and just came)."""
    came: list[str] = []
    named: list[str] = []
    banned: list[tuple[str, bool]] = []
    for someone in event.members:
        _know_person(someone.member, someone.name, someone.friend, draft)
        old = draft.member(event.room, someone.member)
        arrived = old is None or not old.present
        if arrived and someone.member != draft.state.account.self_id:
            came.append(someone.member)
        if draft.person(someone.member).banned:
            banned.append((someone.member, arrived))
        if old is None:
            draft.put(
                MemberState(
                    room=event.room,
                    member=someone.member,
                    name=someone.name,
                    joined_at=joined_at,
                    first_seen=draft.now,
                )
            )
            if joined_at is not None:
                named.append(someone.member)
        elif not old.present or (someone.name and someone.name != old.name):
            named.append(someone.member)
            draft.put(replace(old, present=True, name=someone.name or old.name))
    return came, named, banned


def _is_first_whole_list(event: Roster, known: dict[str, MemberState]) -> bool:
    """Return whether earlier lists were cut short: most of a list unknown means nobody on it just came."""
    new = sum(1 for someone in event.members if someone.member not in known)
    return new >= _SMALL_ROOM and new * 2 > len(event.members)


def on_join(event: Join, draft: Draft) -> None:
    """Note a newcomer, or somebody who came back."""
    room = _adopt(event.room, draft)
    if event.member == draft.state.account.self_id:
        draft.put(replace(room, left=False))
        return
    known = draft.member(event.room, event.member)
    if known is None:
        member = MemberState(
            room=event.room,
            member=event.member,
            name=event.name,
            joined_at=draft.now,
            first_seen=draft.now,
            inviter=event.inviter,
        )
    else:
        # A join told twice, or told after the list was read, is no second arrival.
        member = replace(
            known,
            name=event.name or known.name,
            joined_at=known.joined_at if known.present or _brought_back(event, known, draft) else draft.now,
            inviter=event.inviter or known.inviter,
            present=True,
        )
    draft.put(member)
    if known is None or not known.present:
        draft.count(event.room, joins=1)
    _know_person(event.member, event.name, event.friend, draft)
    arrived = known is None or not known.present
    if draft.person(event.member).banned:
        returning.turn_away(draft, event.room, event.member, arrived=arrived, inviter=event.inviter)
    elif arrived:
        newcomers.arrived(draft, event.room, [event.member])
    naming.look_at(event.room, event.member, draft)


def _brought_back(event: Join, known: MemberState, draft: Draft) -> bool:
    """Return whether somebody comes back after an undo, which leaves no trace, so no newcomer's either.

    The bot itself invited them, or, where it could not, anybody else did.
    """
    if event.inviter is not None and event.inviter == draft.state.account.self_id:
        return True
    case = None if known.last_case is None else draft.case(known.last_case)
    return case is not None and case.state == "undone" and bool({"remove", "ban"} & set(case.done))


def on_leave(event: Leave, draft: Draft) -> None:
    """Note that somebody left; when it is the account itself, the room is no longer ours."""
    room = _adopt(event.room, draft)
    if event.member == draft.state.account.self_id:
        draft.put(replace(room, left=True))
        return
    member = draft.member(event.room, event.member)
    if member is not None and member.present:
        draft.put(leaving.gone(draft, member, remover=event.remover))
    _close_cases_of_the_gone(event, draft)


def _close_cases_of_the_gone(event: Leave, draft: Draft) -> None:
    """Close what is settled by somebody's leaving: a removal that had failed, a request to remove."""
    for case in list(draft.state.cases.values()):
        if case.room != event.room or case.member != event.member or case.level not in {"remove", "ban"}:
            continue
        if case.state == "failed":
            draft.put(replace(case, state="left"))
        elif case.state == "asked" and case.level == "remove":
            draft.drop("task", f"approval:{case.number}")
            draft.put(replace(case, state="expired", held=()))


def on_rename(event: Rename, draft: Draft) -> None:
    """Note a new name."""
    member = draft.member(event.room, event.member)
    if member is not None and member.name != event.name:
        draft.put(replace(member, name=event.name))
        naming.look_at(event.room, event.member, draft)


def on_friend(event: Friend, draft: Draft) -> None:
    """Note whether a person can be written to in private."""
    _know_person(event.member, "", event.friend, draft)
    if event.friend:
        checkins.befriended(event.member, draft)


def on_account(event: Account, draft: Draft) -> None:
    """Note who the account itself is and whether it is connected."""
    account = draft.account()
    connected = event.state in {"login", "connected"}
    draft.put(replace(account, self_id=event.self_id or account.self_id, connected=connected))
    if draft.state.rooms:
        routine.begin(draft)


def heard(event: Message, draft: Draft) -> tuple[RoomState, MemberState]:
    """Note that somebody spoke in a room; returns room and member as they stood before this message.

    The member's own record is already updated in the draft.
    """
    room_id = event.room
    if room_id is None:
        raise ValueError("a private message has no room")
    room = _adopt(room_id, draft)
    sent_at = event.sent_at
    if sent_at is not None:
        # Nothing is sent after it is received: a wrong clock must not make all that follows look old.
        sent_at = min(sent_at, draft.now)
        # Replays are minutes old: a record written for every message would say no more.
        if room.last_sent_at is None or sent_at - room.last_sent_at >= _NOTEWORTHY:
            draft.put(replace(room, last_sent_at=sent_at))
    known = draft.member(room_id, event.sender)
    today = draft.today
    replayed = is_replayed(event, room)
    if known is None:
        known = MemberState(room=room_id, member=event.sender, name=event.name, first_seen=draft.now)
    draft.talks = is_talk(event)
    week, weekly = weeks.one_more(known, today)
    member = replace(
        known,
        name=event.name or known.name,
        week=week,
        weekly=weekly,
        last_at=draft.now,
        messages=known.messages + 1,
        talk=known.talk + draft.talks,
        last_day=today,
        days=known.days + (known.last_day != today),
        present=known.present or not (replayed or _just_removed(known, draft)),
    )
    draft.put(member)
    if event.sender != draft.state.account.self_id:
        hour = draft.policy.hour(room_id, draft.now)
        draft.count_message(room_id, hour, new_talker=known.last_day != today)
        draft.message = event
        if known.last_day != today:
            badges.look(draft, event.sender, member.days)
        if not replayed:
            seen.note(event, known, draft)
            member = _without_the_banned(known, member, draft)
    return room, member


def _without_the_banned(known: MemberState, member: MemberState, draft: Draft) -> MemberState:
    """Send a banned person away who speaks; returns the member, with the case their words then belong to."""
    person = draft.state.people.get(member.member)
    if person is None or not person.banned or not member.present:
        return member
    case = returning.turn_away(draft, member.room, member.member, arrived=not known.present)
    return member if case is None else replace(member, last_case=case.number)


def is_replayed(event: Message, room: RoomState) -> bool:
    """Return whether a message is an old one told again.

    Args:
        event: a message in a room.
        room: the room as it stood before.
    """
    return (
        event.sent_at is not None
        and room.last_sent_at is not None
        and room.last_sent_at - event.sent_at > REPLAYED_AFTER
    )


def befriended(person: str, name: str, draft: Draft) -> None:
    """Note that somebody wrote to the bot in private, so they can be answered there."""
    _know_person(person, name, friend=True, draft=draft)


def _just_removed(member: MemberState, draft: Draft) -> bool:
    """Return whether this is a late message of somebody who was removed moments ago."""
    case = None if member.last_case is None else draft.case(member.last_case)
    if case is None or case.level not in {"remove", "ban"} or case.state not in {"done", "carrying"}:
        return False
    return draft.now - case.opened_at <= BURST


def _adopt(room: str, draft: Draft) -> RoomState:
    known = draft.room(room)
    if known is None:
        known = RoomState(room=room, adopted_at=draft.now)
        draft.put(known)
        routine.begin(draft)
    return known


def _know_person(member: str, name: str, friend: bool | None, draft: Draft) -> None:  # noqa: FBT001 - a fact, not a switch
    person = draft.person(member)
    if (friend is not None and friend != person.friend) or (name and name != person.name):
        draft.put(
            replace(person, name=name or person.name, friend=person.friend if friend is None else friend)
        )

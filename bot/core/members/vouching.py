"""Vouching: a member asks staff to let somebody in; only a yes of staff sends the invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.effects import Invite
from bot.core.members.requests import ask_for_a_yes
from bot.core.rules.view import excerpt
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import MemberState, RoomState

# Whoever has so many requests waiting first waits for their answer.
_MOST_WAITING = 3
_LATELY = timedelta(days=7)
_MOST_A_WEEK = 10


def rooms_for(draft: Draft, person: str) -> list[RoomState]:
    """Return the rooms somebody is in whose members may vouch.

    Args:
        draft: the decision in the making.
        person: who would vouch.
    """
    found = []
    for name in draft.state.rooms_of(person):
        room, member = draft.room(name), draft.member(name, person)
        if room is None or room.left or member is None or not member.present:
            continue
        if draft.policy.room(name).welcome.vouch and draft.policy.mode(room) != "observe":
            found.append(room)
    return found


def may_ask(draft: Draft, person: str) -> bool:
    """Return whether somebody may vouch once more: few requests wait, and they did not ask all week long."""
    theirs = [c for c in draft.state.cases.values() if c.origin == "vouch" and c.member == person]
    return (
        sum(case.state == "asked" for case in theirs) < _MOST_WAITING
        and sum(draft.now - case.opened_at <= _LATELY for case in theirs) < _MOST_A_WEEK
        and not draft.person(person).banned
    )


def vouch(draft: Draft, room: RoomState, member: MemberState, name: str, reason: str) -> None:
    """Open a request that staff answers; on a yes the invitation goes out, where it is clear whom it goes to.

    Args:
        draft: the decision in the making.
        room: which they are to be let into.
        member: who vouches.
        name: of whom, as the member wrote it.
        reason: why.
    """
    invitee = _known_as(draft, name)
    held = () if invitee is None else (Invite(member=invitee, room=room.room),)
    ask_for_a_yes(
        draft,
        room,
        held,
        origin="vouch",
        name=member.name or member.member,
        excerpt=excerpt(reason),
        words=excerpt(name, 30),
        member=member.member,
    )


def _known_as(draft: Draft, name: str) -> str | None:
    """Return the one friend of the account who is called so; nobody is guessed, and no banned person invited."""
    wanted = plain(name.strip())
    found = [
        person.member
        for person in draft.state.people.values()
        if person.friend is True and plain(person.name.strip()) == wanted
    ]
    if len(found) != 1 or draft.person(found[0]).banned:
        return None
    return found[0]

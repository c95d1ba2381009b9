"""Inviters: who brought whom into a room, and who brings advertisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members.bans import is_about_an_ad
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.records import Case, MemberState

# A tree of this many people is looked at by hand anyway; the bound keeps a decision quick.
_MOST = 200


def brought_in(draft: Draft, room: str, member: str) -> list[tuple[int, MemberState]]:
    """Return whom somebody brought into a room, and whom those brought, each with its depth, in tree order.

    Args:
        draft: the decision in the making.
        room: the room.
        member: who is asked about; not in the answer.
    """
    members = sorted(draft.state.members.get(room, {}).values(), key=lambda m: (m.first_seen, m.member))
    by_inviter: dict[str, list[MemberState]] = {}
    for known in members:
        if known.inviter is not None:
            by_inviter.setdefault(known.inviter, []).append(known)
    found: list[tuple[int, MemberState]] = []
    # People can have invited each other in turn: nobody is listed twice.
    listed = {member}
    waiting = [(0, known) for known in reversed(by_inviter.get(member, ()))]
    while waiting and len(found) < _MOST:
        depth, known = waiting.pop()
        if known.member in listed:
            continue
        listed.add(known.member)
        found.append((depth, known))
        waiting += [(depth + 1, brought) for brought in reversed(by_inviter.get(known.member, ()))]
    return found


def silent_ones(draft: Draft, room: str, member: str) -> tuple[str, ...]:
    """Return those of the people somebody brought in who are present, never really talked and may be removed.

    Adverts are no talk.

    Args:
        draft: the decision in the making.
        room: the room.
        member: who brought them.
    """
    known_room = draft.room(room)
    if known_room is None:
        return ()
    return tuple(
        known.member
        for _, known in brought_in(draft, room, member)
        if known.present
        and known.talk <= _adverts(draft, room, known.member)
        and not is_immune(draft.policy, draft.state, known_room, known.member)
    )


def brought_in_advertisers(draft: Draft, inviter: str, since: datetime | None = None) -> int:
    """Return how many people somebody brought in who were removed for ads; what was undone does not count.

    Args:
        draft: the decision in the making.
        inviter: who brought them.
        since: from when on; None: ever.
    """
    return len(
        {
            (case.room, case.member)
            for case in draft.state.cases.values()
            if case.inviter == inviter
            and is_removal_for_an_ad(case)
            and (since is None or case.opened_at >= since)
        }
    )


def is_removal_for_an_ad(case: Case) -> bool:
    """Return whether somebody was, verified, taken out of a room for an ad and that still stands."""
    return case.state == "done" and case.level in {"remove", "ban"} and is_about_an_ad(case)


def _adverts(draft: Draft, room: str, member: str) -> int:
    return sum(
        1 + case.more
        for case in draft.state.cases.values()
        if case.room == room
        and case.member == member
        and is_about_an_ad(case)
        and case.state not in {"undone", "rejected"}
        # What members say is no advert before staff agrees.
        and (case.origin != "report" or case.by is not None)
    )

"""Who is staff, who can never be sanctioned, and whom to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.policy import Policy
    from bot.core.records import RoomState
    from bot.core.state import State


def is_staff(policy: Policy, room: RoomState, person: str) -> bool:
    """Return whether a person may steer the bot in a room: operator, owner, admin, or staff by settings."""
    return (
        person in (policy.settings.operator.id, room.owner)
        or person in room.staff
        or person in policy.room(room.room).staff
    )


def is_immune(policy: Policy, state: State, room: RoomState, person: str) -> bool:
    """Return whether no path may ever sanction this person in a room; no setting switches this off.

    Owner, staff, the bot itself and whitelisted members are immune; so is a member whose record
    says they are staff or owner.
    """
    if (
        person == state.account.self_id
        or is_staff(policy, room, person)
        or person in policy.room(room.room).whitelist
    ):
        return True
    member = state.member(room.room, person)
    return member is not None and member.role != "member"


def staff_to_tell(
    draft: Draft, room: RoomState, *, first: str | None = None, after: str | None = None
) -> str | None:
    """Return the next person of a room's staff to tell in private, or None when nobody is left.

    The order: staff named in the settings, the operator, the owner, admins. Those known to be no
    friends of the account cannot be written to and are passed over.

    Args:
        draft: the decision in the making.
        room: the room it is about.
        first: the person who gave the order and so hears first.
        after: the person who could not be reached; the one behind them is returned.
    """
    policy = draft.policy
    order = [
        first,
        *sorted(policy.room(room.room).staff),
        policy.settings.operator.id,
        room.owner,
        *room.staff,
    ]
    own = draft.account().self_id
    line = [p for p in dict.fromkeys(order) if p and p != own]
    if after is not None:
        line = line[line.index(after) + 1 :] if after in line else []
    return next((p for p in line if draft.person(p).friend is not False), None)

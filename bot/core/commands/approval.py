"""Finds the cases that wait, the one a yes, a no or an undo is about, and refuses friendly what cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.numbers import number_in
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from collections.abc import Container

    from bot.core.commands.command import Call
    from bot.core.draft import Draft
    from bot.core.records import Case, CaseState, RoomState

# A room has talked of other things since: nobody knows any more which message "just now" means.
STALE = timedelta(days=3)


def cases_in(draft: Draft, rooms: Container[str], state: CaseState) -> list[Case]:
    """Return the cases of some rooms that are in a state, the oldest first: /status counts them, /cases lists them.

    Args:
        draft: the decision in the making.
        rooms: their ids.
        state: `asked` waits for a person's yes or no.
    """
    found = (draft.case(number) for number in sorted(draft.state.cases))
    return [case for case in found if case is not None and case.state == state and case.room in rooms]


def rooms_of(call: Call) -> list[RoomState]:
    """Return the rooms the bot is in of whose staff the caller is."""
    rooms = sorted(call.draft.state.rooms.values(), key=lambda r: r.room)
    return [room for room in rooms if not room.left and is_staff(call.draft.policy, room, call.by)]


def case_of(call: Call) -> Case | None:
    """Return the case whose number was given, if the caller is staff of its room; else answer why not."""
    number = number_in(call.rest)
    if number is None:
        call.reply("case.which", example=call.example)
        return None
    case = call.draft.case(number)
    room = None if case is None else call.draft.room(case.room)
    if case is None or room is None or not is_staff(call.draft.policy, room, call.by):
        call.reply("case.not_found", case=number)
        return None
    return case


def waiting_case(call: Call) -> Case | None:
    """Return the case if it still waits for a decision; else say what became of it.

    One whose time is over has lapsed, also where the bot was offline when it ended.
    """
    case = case_of(call)
    if case is None:
        return None
    if case.state == "asked" and case.until is not None and call.draft.now > case.until:
        call.draft.drop("task", f"approval:{case.number}")
        case = msgspec.structs.replace(case, state="expired", held=())
        call.draft.put(case)
    if case.state != "asked":
        call.reply("case.settled", case=case.number, state=case.state)
        return None
    return case


def days_old(call: Call, case: Case) -> int:
    """Return how many days ago a case was opened, 0 while what it is about is still fresh to everybody."""
    age = call.draft.now - case.opened_at
    return age.days if age >= STALE else 0

"""Finds the case a yes, a no or an undo is about, and refuses friendly what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.state import Case

_LONGEST_NUMBER = 9


def case_of(call: Call) -> Case | None:
    """Return the case whose number was given, if the caller is staff of its room; else answer why not."""
    number = call.rest.strip().lstrip("#").strip()
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_NUMBER:
        call.reply("case.which")
        return None
    case = call.draft.case(int(number))
    room = None if case is None else call.draft.room(case.room)
    if case is None or room is None or not is_staff(call.draft.policy, room, call.by):
        call.reply("case.not_found", case=int(number))
        return None
    return case


def waiting_case(call: Call) -> Case | None:
    """Return the case if it still waits for a decision; else say what became of it."""
    case = case_of(call)
    if case is not None and case.state != "asked":
        call.reply("case.settled", case=case.number, state=case.state)
        return None
    return case

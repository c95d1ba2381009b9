"""`/cases` (案件): what is open in one's rooms, who looks after it, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.commands.command import Call, Command
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import Case

_SHOWN = 12


def run(call: Call) -> None:
    """Answer with the open cases of the caller's rooms, the newest last."""
    draft = call.draft
    mine = {
        room.room
        for room in draft.state.rooms.values()
        if not room.left and is_staff(draft.policy, room, call.by)
    }
    found = [
        case
        for number in draft.state.cases
        if (case := draft.case(number)) is not None
        and case.care is not None
        and case.state == "open"
        and case.room in mine
    ]
    rows = tuple(_row(call, case) for case in found[-_SHOWN:])
    call.reply("care.cases", rows=rows, more=max(0, len(found) - _SHOWN))


def _row(call: Call, case: Case) -> Row:
    care, room = care_of(case), call.draft.room(case.room)
    return {
        "case": case.number,
        "kind": case.kind,
        "severity": care.severity,
        "name": case.name,
        "room": (room.topic if room is not None else "") or case.room,
        "owner": "" if care.owner is None else name_of(call.draft, case.room, care.owner),
        "hours": int((call.draft.now - case.opened_at) / timedelta(hours=1)),
        "late": bool(care.late),
    }


COMMAND = Command(
    names=("cases", "案件"),
    where=("private",),
    usage="/cases（或 案件）",
    help_zh="现在有哪些事在跟",
    help_en="what is open",
    run=run,
)

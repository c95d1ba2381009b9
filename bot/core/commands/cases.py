"""`/cases` (案件): what waits for a yes in one's rooms, what could not be done, and which cases of care are open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.commands.approval import cases_in, rooms_of
from bot.core.commands.case_card import excerpt_for, matter_of
from bot.core.commands.command import Call, Command
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import Case

# A phone screen has some twenty lines: what waits comes first and leaves at least a few to care.
_WAITING = 8
_BOTH = 14
_FAILED = 5
_LINE = 24
_BETWEEN = "、"


def run(call: Call) -> None:
    """Answer with the cases of the caller's rooms: what waits, the oldest first; open care, the newest last."""
    draft = call.draft
    mine = {room.room for room in rooms_of(call)}
    waiting, failed = cases_in(draft, mine, "asked"), cases_in(draft, mine, "failed")
    # What nobody answers in time lapses, the oldest first.
    asked = tuple(_asked_row(call, case) for case in waiting[:_WAITING])
    found = [case for case in cases_in(draft, mine, "open") if case.care is not None]
    shown = _BOTH - len(asked)
    call.reply(
        "care.cases",
        waiting=asked,
        waiting_count=len(waiting),
        waiting_more=len(waiting) - len(asked),
        failed=_BETWEEN.join(str(case.number) for case in failed[-_FAILED:]),
        failed_count=len(failed),
        rows=tuple(_row(call, case) for case in found[-shown:]),
        count=len(found),
        more=max(0, len(found) - shown),
    )


def _asked_row(call: Call, case: Case) -> Row:
    return {
        "case": case.number,
        "room": _room_name(call, case),
        "name": case.name or case.member,
        "matter": matter_of(case),
        "level": case.level or "",
        "excerpt": excerpt(excerpt_for(call, case), _LINE),
    }


def _row(call: Call, case: Case) -> Row:
    care = care_of(case)
    return {
        "case": case.number,
        "kind": case.kind,
        "severity": care.severity,
        "name": case.name,
        "room": _room_name(call, case),
        "owner": "" if care.owner is None else name_of(call.draft, case.room, care.owner),
        "hours": int((call.draft.now - case.opened_at) / timedelta(hours=1)),
        "late": bool(care.late),
    }


def _room_name(call: Call, case: Case) -> str:
    room = call.draft.room(case.room)
    return (room.topic if room is not None else "") or case.room


COMMAND = Command(
    names=("cases", "案件"),
    where=("private",),
    usage="/cases（或 案件）",
    help_zh="哪些事等你决定，哪些在跟",
    help_en="what waits for you, what is open",
    run=run,
)

"""The card of a case that is none of care: who, where, when, what was said, why, what was done, what can be done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core import undoing
from bot.core.briefing import inviter_of, reasons_of
from bot.core.care.facts import shown_name
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.commands.command import Call
    from bot.core.effects import Row, Values
    from bot.core.records import Case

_LONGEST = 160


def card_of(call: Call, case: Case) -> Values:
    """Return a case as the values of the text `case.card`.

    Args:
        call: the command of somebody of the room's staff.
        case: the case.
    """
    draft = call.draft
    room = draft.room(case.room)
    waits = case.state == "asked"
    parts = _parts_of(call, case)
    return {
        "case": case.number,
        "room": (room.topic if room is not None else "") or case.room,
        "name": case.name or case.member,
        "matter": matter_of(case),
        "time": _clock(call, case, case.opened_at),
        "excerpt": excerpt_for(call, case),
        "by_staff": case.by_staff,
        "hidden": is_private(case) and not _may_read(call, case),
        "more_said": case.more,
        "whom": case.words if case.origin == "vouch" else "",
        "count": len(case.people),
        "reports": 0 if case.report is None else len(case.report.by),
        "about": "" if case.report is None else case.report.about,
        **reasons_of(case),
        **inviter_of(draft, case),
        "level": case.level or "",
        "state": case.state,
        "until": _clock(call, case, case.until) if waits and case.until is not None else "",
        "by": "" if case.by is None else shown_name(draft, case.room, case.by),
        "deeds": _deeds_of(case),
        "parts_done": parts["done"],
        "parts_failed": parts["failed"],
        "parts_pending": parts["carrying"] + parts["asked"],
        "of": case.of or 0,
        "lost": bool(case.failed),
        "can_decide": waits,
        "can_undo": undoing.can_be_undone(case) or undoing.is_a_mere_verdict(draft, case),
    }


def matter_of(case: Case) -> str:
    """Return what a case is about, as `[names.matter]` knows it.

    Args:
        case: one that is none of care.
    """
    if case.kind == "question":
        if case.report is not None:
            return "report"
        return "reporter" if case.origin == "report" else "private_word"
    if case.kind == "request" or case.origin in {"tree", "return", "order", "verdict"}:
        return case.origin
    if case.of is not None:
        return "part"
    if case.unwelcome is not None:
        return "unwelcome"
    return "name" if case.about_a_name else "message"


def excerpt_for(call: Call, case: Case) -> str:
    """Return what was said, as far as the caller may read it.

    Args:
        call: the command of somebody of the room's staff.
        case: the case.
    """
    if is_private(case) and not _may_read(call, case):
        return ""
    # Of a welcome the whole is shown: that is what the yes is to.
    return excerpt(case.words if case.origin == "welcome" else case.shown, _LONGEST)


def is_private(case: Case) -> bool:
    """Return whether a case holds what somebody told the bot in private, maybe about one of the admins.

    Args:
        case: one that is none of care.
    """
    return matter_of(case) == "private_word"


def _may_read(call: Call, case: Case) -> bool:
    """Return whether the caller is one of those who hear private words first: the operator and staff by settings."""
    policy = call.draft.policy
    return call.by == policy.settings.operator.id or call.by in policy.room(case.room).staff


def _deeds_of(case: Case) -> tuple[Row, ...]:
    """Return what was set going because of a case, with what its receipts said."""
    told = (("done", case.done), ("failed", case.failed), ("pending", case.pending))
    found = {effect: outcome for outcome, effects in told for effect in effects}
    return tuple({"effect": effect, "outcome": outcome} for effect, outcome in found.items())


def _parts_of(call: Call, case: Case) -> Counter[str]:
    """Return how many cases carry out a part of this one, by their states."""
    draft = call.draft
    parts = (draft.case(number) for number in draft.state.cases)
    return Counter(
        part.state
        for part in parts
        if part is not None and part.of == case.number and part.origin != "return"
    )


def _clock(call: Call, case: Case, moment: datetime) -> str:
    zone = ZoneInfo(call.draft.policy.room(case.room).timezone)
    return moment.astimezone(zone).strftime("%m-%d %H:%M")

"""Leaving: after how many days somebody went, and what came before it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.members.health.records import Departure

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.members.health.records import After
    from bot.core.records import MemberState

_EARLY = timedelta(days=7)
# What happened longer ago has been slept over.
_JUST_BEFORE = timedelta(days=14)
_REMOVED_JUST_NOW = timedelta(days=1)

replace = msgspec.structs.replace


def gone(
    draft: Draft, member: MemberState, *, remover: str | None = None, counted: bool = True
) -> MemberState:
    """Count somebody's leaving and return their record as it is then.

    Args:
        draft: the decision in the making.
        member: as they stood before.
        remover: who sent them out, where the platform says so.
        counted: false where nobody knows when they left.
    """
    if not counted:
        return replace(member, present=False)
    days = -1 if member.joined_at is None else (draft.now - member.joined_at).days
    draft.count_departure(member.room, Departure(days, _after(draft, member, remover)))
    return replace(member, present=False, left_at=draft.now)


def _after(draft: Draft, member: MemberState, remover: str | None) -> After:
    if remover is not None or _was_removed(draft, member):
        return "removed"
    if _was_in_a_case(draft, member):
        return "case"
    if member.joined_at is not None and draft.now - member.joined_at <= _EARLY:
        return "early"
    since = max(member.last_at or member.first_seen, member.joined_at or member.first_seen)
    silent = timedelta(days=draft.policy.settings.checkin.silent_days)
    return "silence" if draft.now - since >= silent else "other"


def _was_removed(draft: Draft, member: MemberState) -> bool:
    case = None if member.last_case is None else draft.case(member.last_case)
    return (
        case is not None
        and case.level in {"remove", "ban"}
        and case.state in {"carrying", "done"}
        and draft.now - case.opened_at <= _REMOVED_JUST_NOW
    )


def _was_in_a_case(draft: Draft, member: MemberState) -> bool:
    for case in draft.state.cases.values():
        if case.room != member.room or draft.now - case.opened_at > _JUST_BEFORE:
            continue
        if case.member == member.member or (case.care is not None and member.member in case.care.parties):
            return case.state not in {"recorded", "rejected", "undone"}
    return False

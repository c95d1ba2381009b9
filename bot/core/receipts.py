"""Receipts: what became of the effects, and what the bot may therefore believe.

A sanction counts against a member only when it reached them; a removal is done only when the member
list says so; whoever turns out not to be a friend is spoken to in the room instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core import trade_room
from bot.core.briefing import asking_text, done_text, passed_on_text, tell_staff
from bot.core.care import receipts as care
from bot.core.effects import Invite
from bot.core.hands import removal_line, sanction_effects
from bot.core.members import requests
from bot.core.members.bans import is_about_an_ad
from bot.core.members.checkin import receipts as checkins
from bot.core.records import Strike

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Receipt
    from bot.core.records import Case, Level

_SANCTIONS: dict[str, Level] = {"remind": "remind", "warn": "warn", "remove": "remove", "ban": "ban"}
_COUNTED = {"remind": "reminds", "warn": "warns", "remove": "removes", "ban": "removes"}
_REMOVALS = frozenset({"remove", "ban"})
_MAX_UNSURE = 100

replace = msgspec.structs.replace


def on_receipt(event: Receipt, draft: Draft) -> None:
    """Take a receipt into the case it belongs to."""
    _note_unsure(event, draft)
    if event.outcome == "refused" and event.detail == "not_friend" and event.to is not None:
        draft.put(replace(draft.person(event.to), friend=False))
    if event.case is None or checkins.on_receipt(event, draft):
        return
    case = draft.case(event.case)
    if case is None:
        return
    if case.care is not None:
        care.on_receipt(event, case, draft)
    elif event.effect_kind in _SANCTIONS:
        _sanction(event, case, draft)
    elif event.effect_kind == "notify_staff":
        _told(event, case, draft)
    elif event.effect_kind == "invite" and event.outcome != "done":
        if case.kind == "request":
            requests.not_invited(draft, case, event.detail)
        else:
            _cannot_undo(event, case, draft)


def _note_unsure(event: Receipt, draft: Draft) -> None:
    """Keep a list of what nobody can tell, until an echo settles it."""
    account = draft.account()
    if event.outcome == "unknown":
        unsure = (*(e for e in account.unsure if e != event.effect), event.effect)[-_MAX_UNSURE:]
        draft.put(replace(account, unsure=unsure))
    elif event.effect in account.unsure:
        draft.put(replace(account, unsure=tuple(e for e in account.unsure if e != event.effect)))


def _sanction(event: Receipt, case: Case, draft: Draft) -> None:
    kind = event.effect_kind
    if kind in case.done:
        return
    if case.state == "undone":
        if event.outcome == "done" and kind in _REMOVALS:
            _bring_back(case, kind, draft)
        return
    pending = tuple(k for k in case.pending if k != kind)
    if event.outcome == "done":
        failed = tuple(k for k in case.failed if k != kind)
        draft.put(replace(case, pending=pending, done=(*case.done, kind), failed=failed, state="done"))
        draft.count(case.room, **{_COUNTED[kind]: 1})
        _strike(case, _SANCTIONS[kind], draft)
        if kind in _REMOVALS:
            _removed(draft.case(case.number) or case, draft)
        elif case.by is None:
            _tell_of_offence(draft.case(case.number) or case, draft)
        _settle_whole(case, draft)
        return
    if kind in {"remind", "warn"} and event.detail in {"not_friend", "opted_out"}:
        draft.effects += sanction_effects(draft, case, via_room=True)
        return
    draft.put(replace(case, pending=pending, failed=(*case.failed, kind), state="failed"))
    draft.count(case.room, failed=1)
    room = draft.room(case.room)
    if room is not None and event.outcome != "dropped":
        tell_staff(draft, room, draft.case(case.number) or case, "staff.failed", detail=event.detail)
    _settle_whole(case, draft)


def _removed(case: Case, draft: Draft) -> None:
    """Say what is to be said of a verified removal; of a part of something larger staff hears as a whole."""
    removal_line(draft, case)
    room = draft.room(case.room)
    if room is not None and (case.of is None or case.origin == "return"):
        tell_staff(draft, room, case, done_text(case))


def _tell_of_offence(case: Case, draft: Draft) -> None:
    """Let staff know whom the bot spoke to in a trade room: there it is no slip of a seller."""
    room = draft.room(case.room)
    if room is not None and trade_room.is_offence(draft, case):
        tell_staff(draft, room, case, "staff.offence")


def _settle_whole(part: Case, draft: Draft) -> None:
    """Settle a case that has no removal of its own once all its parts are settled, and say how they went."""
    whole = None if part.of is None or part.origin == "return" else draft.case(part.of)
    if whole is None or whole.state != "carrying" or whole.pending:
        return
    parts = [
        case
        for number in draft.state.cases
        if (case := draft.case(number)) is not None and case.of == whole.number and case.origin != "return"
    ]
    if any(case.state in {"carrying", "asked"} for case in parts):
        return
    failed = sum(case.state == "failed" for case in parts)
    whole = replace(whole, state="failed" if failed else "done")
    draft.put(whole)
    room = draft.room(whole.room)
    if room is not None:
        done = sum(case.state == "done" for case in parts)
        tell_staff(draft, room, whole, "staff.parts", counts=(done, failed))


def _strike(case: Case, level: Level, draft: Draft) -> None:
    """Count a sanction that reached its member; sending a banned person away again is no new offence."""
    member = draft.member(case.room, case.member)
    if member is not None and (case.of is None or is_about_an_ad(case)) and case.origin != "return":
        strike = Strike(draft.now, level, case.number, unwelcome=case.unwelcome is not None)
        draft.put(replace(member, strikes=(*member.strikes, strike)[-20:]))


def _told(event: Receipt, case: Case, draft: Draft) -> None:
    """Close a case that only had to be passed on; find the next of staff when one could not be reached."""
    if event.outcome in {"refused", "failed"}:
        _next_staff(event, case, draft)
    if case.kind == "question" and case.state == "carrying":
        now = draft.case(case.number) or case
        if event.outcome == "done":
            draft.put(replace(now, state="done", pending=()))
        elif "notify_staff" in now.failed:
            draft.put(replace(now, state="failed", pending=()))


def _next_staff(event: Receipt, case: Case, draft: Draft) -> None:
    """Tell the next member of staff when one could not be reached."""
    room = draft.room(case.room)
    if room is None:
        return
    match case.state:
        case "carrying" if case.kind == "question":
            text = passed_on_text(case)
        case "asked":
            text = asking_text(case)
        case "failed":
            text = "staff.failed"
        case "done" if case.level in _REMOVALS and (case.of is None or case.origin == "return"):
            text = done_text(case)
        case "done" if case.level in {"remind", "warn"} and case.by is None:
            text = "staff.offence"
        case "undone" if "invite" in case.failed:
            text = "staff.not_reinvited"
        case _:
            return  # what was to be told is settled, or no longer true
    tell_staff(draft, room, case, text, after=event.to)


def _bring_back(case: Case, kind: str, draft: Draft) -> None:
    """Invite back whom a removal reached after it had been undone."""
    draft.put(replace(case, done=(*case.done, kind)))
    draft.effects.append(Invite(member=case.member, room=case.room, case=case.number))


def _cannot_undo(event: Receipt, case: Case, draft: Draft) -> None:
    """Say honestly that a removed member could not be brought back."""
    room = draft.room(case.room)
    draft.put(replace(case, failed=(*case.failed, "invite")))
    if room is not None:
        tell_staff(draft, room, draft.case(case.number) or case, "staff.not_reinvited", detail=event.detail)

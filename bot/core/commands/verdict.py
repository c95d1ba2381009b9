"""Verdicts: what staff say of a message, learned from at once, and what it means for its sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core import undoing
from bot.core.ads import known
from bot.core.ads.ladder import next_level
from bot.core.commands.approval import days_old
from bot.core.commands.no import reject
from bot.core.commands.ok import approve
from bot.core.commands.quoted import Saying
from bot.core.hands import Proposal, carry_out, open_case
from bot.core.members.bans import is_about_an_ad, is_ban_due
from bot.core.records import Case
from bot.core.rules.view import excerpt
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.records import CaseState

# What was done because of a case, or is being done.
_DEALT_WITH = frozenset({"carrying", "done", "failed"})


def call_ad(call: Call, meant: Case | Saying) -> None:
    """Call a message an ad: learn from it, and do what the ladder says where nothing was done yet.

    A room that only watches is not touched; an approved case is not punished twice.

    Args:
        call: the command.
        meant: what it is about.
    """
    draft = call.draft
    if _is_of_the_immune(call, meant):
        call.reply("verdict.immune")
        return
    case = _case_for(call, meant, "recorded")
    if case is None:
        return
    if case.unwelcome is not None:
        # Whatever its type: staff say that it is an ad.
        case = msgspec.structs.replace(case, unwelcome=None, origin="verdict")
        draft.put(case)
    if case.state == "asked":
        if approve(call, case):
            call.reply("verdict.ad", case=case.number, acted=True)
        return
    known.learn(draft, case, "ad", call.by)
    if case.state in _DEALT_WITH:
        call.reply("verdict.ad", case=case.number, acted=False)
        return
    room, member = draft.room(case.room), draft.member(case.room, case.member)
    if room is None or member is None or not member.present or draft.policy.mode(room) == "observe":
        draft.put(msgspec.structs.replace(case, state="recorded", by=call.by))
        call.reply("verdict.ad", case=case.number, acted=False)
        return
    if days := days_old(call, case):
        # Nobody remembers the message: it is learned, and nobody is told off for it.
        draft.put(msgspec.structs.replace(case, state="recorded", by=call.by))
        call.reply("case.too_late", case=case.number, name=case.name, because="old", days=days)
        return
    level = next_level(member, draft.policy.room(room.room).ladder, draft.now)
    if level == "remove" and is_ban_due(draft, room, case.member):
        level = "ban"
    again = msgspec.structs.replace(
        case, level=level, origin="verdict", opened_at=draft.now, done=(), failed=()
    )
    carry_out(draft, again, by=call.by)
    call.reply("verdict.ad", case=case.number, acted=True)


def call_harmless(call: Call, meant: Case | Saying) -> None:
    """Call a message harmless: learn from it, and take back with an apology what was done because of it.

    Args:
        call: the command.
        meant: what it is about.
    """
    draft = call.draft
    case = _case_for(call, meant, "rejected")
    if case is None:
        return
    undone = invited = False
    if case.state == "asked":
        reject(call, case)
    elif undoing.can_be_undone(case):
        invited, undone = undoing.undo(draft, case, call.by), True
    elif case.state != "undone":
        draft.put(msgspec.structs.replace(case, state="rejected", held=(), by=call.by))
    known.learn(draft, case, "ok", call.by)
    call.reply("verdict.ok", case=case.number, undone=undone, invited=invited)


def _case_for(call: Call, meant: Case | Saying, state: CaseState) -> Case | None:
    """Return the case a verdict is kept under, opening one for a message that had none."""
    if isinstance(meant, Case):
        if meant.kind == "sanction" and (is_about_an_ad(meant) or meant.unwelcome is not None):
            return meant
        call.reply("verdict.no_message", case=meant.number)
        return None
    proposal = Proposal(
        room=meant.room,
        member=meant.member,
        level="remind",
        sure=True,
        excerpt=excerpt(meant.words),
        event=meant.event,
        signals=(),
        origin="verdict",
        words=meant.words,
    )
    case = msgspec.structs.replace(open_case(call.draft, proposal, state), level=None, by=call.by)
    call.draft.put(case)
    return case


def _is_of_the_immune(call: Call, meant: Case | Saying) -> bool:
    """Return whether the words are those of somebody whose talk can never become an ad."""
    room = call.draft.room(meant.room) if isinstance(meant, Case) else meant.room
    member = meant.member if isinstance(meant, Case) else meant.member.member
    return room is not None and is_immune(call.draft.policy, call.draft.state, room, member)

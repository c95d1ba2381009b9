"""`/ban @member [reason]` or `/ban N`: out of the operator's rooms and kept out, after a preview and a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.approval import case_of
from bot.core.commands.command import Call, Command
from bot.core.commands.numbers import number_in
from bot.core.commands.target import target_of
from bot.core.hands import Proposal, open_case, sanction_effects, wait_for_a_yes
from bot.core.members.bans import immune_somewhere
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from bot.core.records import MemberState, RoomState


def run(call: Call) -> None:
    """Show staff in private whom a ban would hit and where; nothing happens without a yes."""
    found = _of_case(call) if number_in(call.rest) is not None else _of_mention(call)
    if found is None:
        return
    room, member, excerpt_, by_staff = found
    draft = call.draft
    immune_in = immune_somewhere(draft, member.member, room.room)
    if immune_in is not None or member.member == draft.account().self_id:
        call.reply("target.immune", name=member.name)
        return
    if draft.person(member.member).banned:
        call.reply("ban.already", name=member.name)
        return
    proposal = Proposal(
        room=room,
        member=member,
        level="ban",
        sure=True,
        excerpt=excerpt(excerpt_),
        event=call.event.id,
        signals=(),
        origin="order",
        by_staff=by_staff,
    )
    case = open_case(draft, proposal, "asked")
    held = tuple(sanction_effects(draft, case))
    wait_for_a_yes(draft, msgspec.structs.replace(case, held=held, by=call.by))


def _of_mention(call: Call) -> tuple[RoomState, MemberState, str, bool] | None:
    if call.room is None:
        call.reply("case.which", example=call.example)
        return None
    target = target_of(call, anybody=True)
    return None if target is None else (call.room, target.member, target.reason, True)


def _of_case(call: Call) -> tuple[RoomState, MemberState, str, bool] | None:
    """Return whom a case is about, its excerpt and whether staff said that: the way to ban who is gone already."""
    case = case_of(call)
    if case is None:
        return None
    room, member = call.draft.room(case.room), call.draft.member(case.room, case.member)
    if case.kind != "sanction" or room is None or member is None:
        call.reply("case.not_found", case=case.number)
        return None
    return room, member, case.excerpt, case.by_staff


COMMAND = Command(
    names=("ban", "拉黑"),
    where=("room", "private"),
    usage="/ban @某人 原因（或 /ban 12）",
    help_zh="移出并不再放进来；先给你看管到哪几个群",
    help_en="remove for good; shows you first in which rooms",
    run=run,
)

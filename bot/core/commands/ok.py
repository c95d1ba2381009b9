"""`/ok N` (通过 N): yes, do what was proposed."""

from __future__ import annotations

import msgspec

from bot.core.commands.approval import waiting_case
from bot.core.commands.command import Call, Command
from bot.core.hands import carry_out
from bot.core.staff import is_immune


def run(call: Call) -> None:
    """Carry out the held effects of a case; the first answer wins."""
    case = waiting_case(call)
    if case is None:
        return
    draft = call.draft
    draft.drop("task", f"approval:{case.number}")
    room = draft.room(case.room)
    member = draft.member(case.room, case.member)
    if room is None or is_immune(draft.policy, draft.state, room, case.member):
        draft.put(msgspec.structs.replace(case, state="rejected", held=(), by=call.by))
        call.reply("target.immune", name=case.name)
        return
    if member is None or not member.present:
        draft.put(msgspec.structs.replace(case, state="expired", held=(), by=call.by))
        call.reply("target.gone", name=case.name)
        return
    carry_out(draft, case, by=call.by)
    call.reply("case.approved", case=case.number, name=case.name, level=case.level or "")


COMMAND = Command(
    names=("ok", "通过", "同意"),
    where=("private",),
    usage="/ok 12（或 通过 12）",
    help_zh="同意我的建议",
    help_en="approve a proposal",
    run=run,
)

"""`/no N` (驳回 N): no, it was harmless."""

from __future__ import annotations

import msgspec

from bot.core.commands.approval import waiting_case
from bot.core.commands.command import Call, Command


def run(call: Call) -> None:
    """Reject a proposal: nothing happens to the member and nothing counts against them."""
    case = waiting_case(call)
    if case is None:
        return
    call.draft.drop("task", f"approval:{case.number}")
    call.draft.put(msgspec.structs.replace(case, state="rejected", held=(), by=call.by))
    call.reply("case.rejected", case=case.number, name=case.name)


COMMAND = Command(
    names=("no", "驳回", "不同意"),
    where=("private",),
    usage="/no 12（或 驳回 12）",
    help_zh="这条没问题，不处理",
    help_en="reject a proposal",
    run=run,
)

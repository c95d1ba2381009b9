"""`/no N` (驳回 N): no, it was harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core import undoing
from bot.core.ads import known
from bot.core.commands import skip
from bot.core.commands.approval import waiting_case
from bot.core.commands.care_case import is_of_care
from bot.core.commands.command import Call, Command
from bot.core.members import reporters, requests
from bot.core.members.bans import is_about_an_ad

if TYPE_CHECKING:
    from bot.core.records import Case


def run(call: Call) -> None:
    """Reject a proposal: nothing happens to the member and nothing counts against them. Of care, skip the line."""
    if is_of_care(call):
        skip.run(call)
        return
    case = waiting_case(call)
    if case is None:
        return
    if case.kind == "request":
        requests.refuse(call.draft, case, call.by)
        call.reply("request.refused", case=case.number)
        return
    if case.kind == "question":
        reporters.settle(call.draft, case, by=call.by, upheld=False)
    else:
        reject(call, case)
    call.reply("case.rejected", case=case.number, name=case.name)


def reject(call: Call, case: Case) -> None:
    """Settle a case that waits for a yes with a no; what staff called harmless is learned from."""
    draft = call.draft
    draft.drop("task", f"approval:{case.number}")
    draft.put(msgspec.structs.replace(case, state="rejected", held=(), by=call.by))
    if is_about_an_ad(case):
        known.learn(draft, case, "ok", call.by)
    elif case.of is not None or case.origin == "return":
        undoing.pardon_here(draft, case)


COMMAND = Command(
    names=("no", "驳回", "不同意"),
    where=("private",),
    usage="/no 12（或 驳回 12）",
    help_zh="这条没问题，不处理",
    help_en="reject a proposal",
    run=run,
)

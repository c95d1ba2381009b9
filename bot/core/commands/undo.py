"""`/undo N` (撤销 N): take a sanction back with everything that would punish again."""

from __future__ import annotations

import msgspec

from bot.core import undoing
from bot.core.ads import known
from bot.core.commands.approval import case_of
from bot.core.commands.command import Call, Command
from bot.core.members.bans import is_about_an_ad


def run(call: Call) -> None:
    """Undo a sanction: strike, ban and sample go, and whoever was removed is invited back with an apology."""
    case = case_of(call)
    if case is None:
        return
    draft = call.draft
    staff_said_so = draft.sample(case.number) is not None
    if not undoing.can_be_undone(case) and case.origin == "verdict" and staff_said_so:
        # Nothing was done: the verdict itself is what is taken back.
        known.unlearn(draft, case.number)
        draft.put(msgspec.structs.replace(case, state="undone", by=call.by))
        call.reply("case.undone", case=case.number, name=case.name, invited=False)
        return
    if not undoing.can_be_undone(case):
        call.reply("case.nothing_to_undo", case=case.number, state=case.state)
        return
    invited = undoing.undo(draft, case, call.by)
    if is_about_an_ad(case) and not staff_said_so:
        # Nobody but the bot had called it an ad: that was wrong, and is not said of the same text again.
        known.learn(draft, case, "ok", call.by)
    call.reply("case.undone", case=case.number, name=case.name, invited=invited)


COMMAND = Command(
    names=("undo", "撤销"),
    where=("room", "private"),
    usage="/undo 12",
    help_zh="撤销这次处理，不留记录分",
    help_en="take a sanction back",
    run=run,
)

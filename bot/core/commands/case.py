"""`/case 12` (案卷 12): the whole picture of a case, of care or not, with how far it has come."""

from __future__ import annotations

from bot.core.care.brief import brief_values
from bot.core.commands.approval import case_of
from bot.core.commands.care_case import is_of_care, meant_by
from bot.core.commands.case_card import card_of
from bot.core.commands.command import Call, Command
from bot.core.commands.numbers import number_in


def run(call: Call) -> None:
    """Answer with the case as it stands now: of care with its brief, else with its card."""
    if number_in(call.rest) is None or is_of_care(call):
        meant = meant_by(call, open_only=False)
        if meant is not None:
            call.reply("care.brief", **brief_values(call.draft, meant.case))
        return
    case = case_of(call)
    if case is not None:
        call.reply("case.card", **card_of(call, case))


COMMAND = Command(
    names=("case", "案卷"),
    where=("private",),
    usage="/case 12（或 案卷 12）",
    help_zh="看一件事的来龙去脉",
    help_en="show a case as it stands",
    run=run,
)

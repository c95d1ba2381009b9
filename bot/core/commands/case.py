"""`/case 12` (案卷 12): the whole picture of a case, with how far each talk has come."""

from __future__ import annotations

from bot.core.care.brief import brief_values
from bot.core.commands.care_case import meant_by
from bot.core.commands.command import Call, Command


def run(call: Call) -> None:
    """Answer with the brief as it stands now."""
    meant = meant_by(call, open_only=False)
    if meant is not None:
        call.reply("care.brief", **brief_values(call.draft, meant.case))


COMMAND = Command(
    names=("case", "案卷"),
    where=("private",),
    usage="/case 12（或 案卷 12）",
    help_zh="看一件事的来龙去脉",
    help_en="show a case as it stands",
    run=run,
)

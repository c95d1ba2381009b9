"""`/take 12` (接手 12): a person leads a case from here, and the bot is silent in it."""

from __future__ import annotations

from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.care.orders import take_over
from bot.core.commands.care_case import meant_by
from bot.core.commands.command import Call, Command


def run(call: Call) -> None:
    """Take a case over."""
    meant = meant_by(call)
    if meant is None:
        return
    before = care_of(meant.case).owner
    take_over(call.draft, meant.case, call.by)
    other = "" if before in {None, call.by} else name_of(call.draft, meant.room.room, before or "")
    call.reply("care.taken", case=meant.case.number, name=meant.case.name, before=other)


COMMAND = Command(
    names=("take", "接手"),
    where=("private",),
    usage="/take 12（或 接手 12）",
    help_zh="这件事我来跟，你先别说话",
    help_en="lead a case myself; the bot is silent in it",
    run=run,
)

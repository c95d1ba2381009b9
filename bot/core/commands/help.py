"""`/help`: what the bot can do, on one phone screen."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.effects import Row


def run(call: Call) -> None:
    """Answer with the commands that may be used here."""
    from bot.core.commands.registry import commands  # noqa: PLC0415 - the registry imports this module

    rows: tuple[Row, ...] = tuple(
        {
            "usage": command.usage,
            "zh": command.help_zh,
            "en": command.help_en,
            "room": "room" in command.where,
            "private": "private" in command.where,
        }
        for command in commands()
    )
    call.reply("command.help", rows=rows)


COMMAND = Command(
    names=("help", "帮助"),
    where=("room", "private"),
    usage="/help",
    help_zh="看看我会什么",
    help_en="what I can do",
    run=run,
)

"""`/help`: what the bot can do, on one phone screen."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.effects import Row


def run(call: Call) -> None:
    """Answer with every command in a few words, or with all about the one that is named."""
    from bot.core.commands.registry import by_name, commands  # noqa: PLC0415 - the registry imports this module

    one = by_name().get(call.rest.strip().lstrip("/／").lower())
    if one is not None:
        call.reply("command.usage", usage=one.usage, zh=one.help_zh, en=one.help_en)
        return
    rows: tuple[Row, ...] = tuple(
        {
            # A line of a phone holds some twenty signs: what else may be said stands in `/help NAME`.
            "usage": command.usage.partition("（")[0],
            "zh": command.help_zh.partition("；")[0],
            "en": command.help_en.partition(";")[0],
            "room": "room" in command.where,
            "private": "private" in command.where,
        }
        for command in commands()
    )
    call.reply("command.help", rows=rows)


COMMAND = Command(
    names=("help", "帮助"),
    where=("room", "private"),
    usage="/help（或 /help ban）",
    help_zh="看看我会什么",
    help_en="what I can do",
    run=run,
)

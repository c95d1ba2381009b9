"""`/notad`, quoting a message, or `/notad N`: staff say that it is harmless."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.commands.quoted import meant_by
from bot.core.commands.verdict import call_harmless


def run(call: Call) -> None:
    """Learn from the message meant, and take back what was done because of it."""
    meant = meant_by(call)
    if meant is not None:
        call_harmless(call, meant)


COMMAND = Command(
    names=("notad", "不是广告"),
    where=("room", "private"),
    usage="/notad（引用那条消息，或 /notad 12）",
    help_zh="引用它：不是广告，撤销并道歉；也可以 /notad 12",
    help_en="quote a message: it is no ad",
    run=run,
)

"""`/ad`, quoting a message, or `/ad N`: staff say that it is an ad."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.commands.quoted import meant_by
from bot.core.commands.verdict import call_ad


def run(call: Call) -> None:
    """Learn from the message meant, and deal with its sender as the room's ladder says."""
    meant = meant_by(call)
    if meant is not None:
        call_ad(call, meant)


COMMAND = Command(
    names=("ad", "是广告"),
    where=("room", "private"),
    usage="/ad（引用那条消息，或 /ad 12）",
    help_zh="引用它：是广告，记住并处理；也可以 /ad 12",
    help_en="quote a message: it is an ad",
    run=run,
)

"""`/warn @member [reason]`: a formal warning, by name of the staff."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.commands.order import order
from bot.core.commands.target import target_of


def run(call: Call) -> None:
    """Warn the one member meant."""
    target = target_of(call)
    if target is not None:
        order(call, target, "warn")


COMMAND = Command(
    names=("warn", "警告"),
    where=("room",),
    usage="/warn @某人 原因",
    help_zh="提醒 TA 注意，记一次",
    help_en="warn somebody, on record",
    run=run,
)

"""`/kick @member` or `踢@member`: out of this room, verified afterwards, undone by `/undo`."""

from __future__ import annotations

from bot.core.commands.command import Call, Command
from bot.core.commands.order import order
from bot.core.commands.target import target_of


def run(call: Call) -> None:
    """Remove the one member meant; exactly mentioned, so no confirmation is asked."""
    target = target_of(call)
    if target is not None:
        order(call, target, "remove")


COMMAND = Command(
    names=("kick", "踢"),
    where=("room",),
    usage="/kick @某人（或 踢@某人）",
    help_zh="请 TA 离开本群，可撤销",
    help_en="remove somebody, can be undone",
    run=run,
)

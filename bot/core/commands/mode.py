"""`/mode`: how far the bot may go in this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.command import Call, Command

if TYPE_CHECKING:
    from bot.core.records import Mode

MODES: dict[str, Mode] = {
    "observe": "observe",
    "观察": "observe",
    "assist": "assist",
    "协助": "assist",
    "act": "act",
    "执行": "act",
}


def run(call: Call) -> None:
    """Show the room's mode, or change it."""
    room = call.room
    if room is None:
        return
    if not call.rest:
        call.reply("mode.now", mode=call.draft.policy.mode(room))
        return
    mode = MODES.get(call.rest.lower())
    if mode is None:
        call.reply("mode.unknown", given=call.rest[:20])
        return
    current = call.draft.room(room.room) or room
    call.draft.put(msgspec.structs.replace(current, mode=mode))
    call.reply("mode.set", mode=mode)


COMMAND = Command(
    names=("mode", "模式"),
    where=("room",),
    usage="/mode observe|assist|act",
    help_zh="看、问、动手；observe 只看，assist 先问你，act 直接处理",
    help_en="watch only / ask first / act",
    run=run,
)

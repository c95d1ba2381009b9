"""`/status`: how the room, or all of one's rooms, are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.commands.approval import cases_in, rooms_of
from bot.core.commands.command import Call, Command

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import RoomState


def run(call: Call) -> None:
    """Answer with mode, today's numbers and what waits for a person."""
    draft = call.draft
    rooms = [call.room] if call.room is not None else rooms_of(call)
    rows = tuple(_row(call, room) for room in rooms)
    call.reply("status", rows=rows, unsure=len(draft.account().unsure) if call.room is None else 0)


def _row(call: Call, room: RoomState) -> Row:
    draft = call.draft
    today = draft.day(room.room)
    return {
        "room": room.topic or room.room,
        "mode": draft.policy.mode(room),
        "members": sum(1 for m in draft.state.members.get(room.room, {}).values() if m.present),
        "messages": today.messages,
        "talkers": today.talkers,
        "ads": today.ads,
        "removes": today.removes,
        "waiting": len(cases_in(draft, {room.room}, "asked")),
        "failed": len(cases_in(draft, {room.room}, "failed")),
    }


COMMAND = Command(
    names=("status", "状态"),
    where=("room", "private"),
    usage="/status",
    help_zh="今天群里怎么样",
    help_en="how today is going",
    run=run,
)

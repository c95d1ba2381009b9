"""`/status`: how the room, or all of one's rooms, are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.commands.command import Call, Command
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import RoomState


def run(call: Call) -> None:
    """Answer with mode, today's numbers and what waits for a person."""
    draft = call.draft
    rooms = [call.room] if call.room is not None else _own_rooms(call)
    rows = tuple(_row(call, room) for room in rooms)
    call.reply("status", rows=rows, unsure=len(draft.account().unsure) if call.room is None else 0)


def _own_rooms(call: Call) -> list[RoomState]:
    rooms = sorted(call.draft.state.rooms.values(), key=lambda r: r.room)
    return [room for room in rooms if not room.left and is_staff(call.draft.policy, room, call.by)]


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
        "waiting": sum(1 for c in draft.state.cases.values() if c.room == room.room and c.state == "asked"),
        "failed": sum(1 for c in draft.state.cases.values() if c.room == room.room and c.state == "failed"),
    }


COMMAND = Command(
    names=("status", "状态"),
    where=("room", "private"),
    usage="/status",
    help_zh="今天群里怎么样",
    help_en="how today is going",
    run=run,
)

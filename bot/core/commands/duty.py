"""`/duty` (值班): who is on duty now, in which order, and who comes in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.care.facts import name_of
from bot.core.care.rota import next_turn, on_duty, operator_of
from bot.core.commands.command import Call, Command
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import RoomState


def run(call: Call) -> None:
    """Answer with the rota of the room, or of all of one's rooms."""
    draft = call.draft
    rooms = [call.room] if call.room is not None else sorted(draft.state.rooms.values(), key=lambda r: r.room)
    rows = tuple(
        _row(call, room) for room in rooms if not room.left and is_staff(draft.policy, room, call.by)
    )
    text = "care.duty"
    if call.room is None:
        call.reply(text, rows=rows)
    else:
        call.reply_private(text, rows=rows)


def _row(call: Call, room: RoomState) -> Row:
    draft = call.draft
    now, turn, last = on_duty(draft, room), next_turn(draft, room), operator_of(draft, room)
    zone = ZoneInfo(draft.policy.room(room.room).timezone)
    return {
        "room": room.topic or room.room,
        "names": " → ".join(name_of(draft, room.room, person) for person in now),
        "last": "" if last is None else name_of(draft, room.room, last),
        "next": "" if turn is None else turn.astimezone(zone).strftime("%m-%d %H:%M"),
        "rota": bool(draft.policy.room(room.room).duty),
    }


COMMAND = Command(
    names=("duty", "值班"),
    where=("room", "private"),
    usage="/duty（或 值班）",
    help_zh="现在谁值班",
    help_en="who is on duty",
    run=run,
)

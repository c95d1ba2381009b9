"""`/vouch name reason` (担保): a member asks, in private, to let somebody in; staff decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.commands.command import Call, Command
from bot.core.members.vouching import may_ask, rooms_for, vouch
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.records import RoomState

_LONGEST_NAME = 30


def run(call: Call) -> None:
    """Open a request to staff, or say kindly why that cannot be."""
    draft = call.draft
    rooms = rooms_for(draft, call.by)
    if not rooms:
        call.reply("vouch.nowhere")
        return
    rest = call.rest.replace("\u2005", " ").replace("\u3000", " ").strip(" @")
    room, rest = _room_in(rest, rooms)
    name, _, reason = rest.partition(" ")
    if not name or not reason.strip() or len(name) > _LONGEST_NAME:
        call.reply("vouch.how")
        return
    if room is None:
        call.reply("vouch.which_room", rooms="、".join(one.topic or one.room for one in rooms), name=name)
        return
    member = draft.member(room.room, call.by)
    if member is None or not may_ask(draft, call.by):
        call.reply("vouch.enough")
        return
    vouch(draft, room, member, name, reason.strip())
    call.reply("vouch.asked", name=name, room=room.topic or room.room)


def _room_in(rest: str, rooms: list[RoomState]) -> tuple[RoomState | None, str]:
    """Return the room meant, and the words without its name: the only one, or the one whose name ends the line."""
    if len(rooms) == 1:
        return rooms[0], rest
    for room in sorted(rooms, key=lambda one: -len(one.topic)):
        if room.topic and plain(rest).endswith(f" {plain(room.topic)}"):
            return room, rest[: len(rest) - len(room.topic)].strip()
    return None, rest


COMMAND = Command(
    names=("vouch", "担保"),
    where=("private",),
    usage="/vouch 名字 理由",
    help_zh="群友想请朋友进群；私聊我，由管理员点头",
    help_en="members ask staff to let a friend in; in private",
    run=run,
    who="member",
)

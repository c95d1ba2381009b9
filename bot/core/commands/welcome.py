"""`/welcome` (迎新): who came lately and who said that they read the rules; `names` lists names that do not fit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.commands.command import Call, Command
from bot.core.commands.whom import rooms_of
from bot.core.members.name_format import unfitting
from bot.core.members.probation import is_on_probation

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import RoomState

_LATELY = timedelta(days=7)
# A phone screen.
_MOST_NAMES = 12
_NAMES = frozenset({"names", "name", "昵称"})


def run(call: Call) -> None:
    """Answer in private, whatever room it was said in: names of people are nobody else's business."""
    if call.draft.policy.members is None:
        call.reply_private("member.off")
    elif call.rest.strip().lower() in _NAMES:
        rows = tuple(_names_row(call, room) for room in rooms_of(call))
        call.reply_private("welcome.names", rows=tuple(row for row in rows if row["format"]))
    else:
        call.reply_private("welcome.overview", rows=tuple(_row(call, room) for room in rooms_of(call)))


def _row(call: Call, room: RoomState) -> Row:
    draft = call.draft
    own = draft.policy.room(room.room).welcome
    new = [
        member
        for member in draft.state.members.get(room.room, {}).values()
        if member.present and member.joined_at is not None and draft.now - member.joined_at <= _LATELY
    ]
    waiting = [m.name or m.member for m in new if m.acknowledged_at is None]
    return {
        "room": room.topic or room.room,
        "enabled": own.enabled,
        "count": len(new),
        "spoke": sum(member.messages > 0 for member in new),
        "acknowledge": own.acknowledge,
        "acknowledged": len(new) - len(waiting),
        "waiting": "、".join(waiting[:_MOST_NAMES]) if own.acknowledge != "off" else "",
        "more": max(0, len(waiting) - _MOST_NAMES),
        "probation": sum(is_on_probation(own, member, draft.now) for member in new),
        "format": own.name_format,
        "unfitting": len(unfitting(draft, room.room)),
    }


def _names_row(call: Call, room: RoomState) -> Row:
    people = unfitting(call.draft, room.room)
    return {
        "room": room.topic or room.room,
        "format": call.draft.policy.room(room.room).welcome.name_format,
        "names": "、".join(member.name or member.member for member in people[:_MOST_NAMES]),
        "count": len(people),
        "more": max(0, len(people) - _MOST_NAMES),
    }


COMMAND = Command(
    names=("welcome", "迎新"),
    where=("room", "private"),
    usage="/welcome（或 迎新；/welcome names）",
    help_zh="最近来了谁、谁看过群规；names 看谁的昵称还没改",
    help_en="who came lately and read the rules; names lists names that do not fit",
    run=run,
)

"""Which room a command means: the one it was said in, or in private the one it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.staff import is_staff
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.effects import Row
    from bot.core.records import RoomState

_QUOTES = {"「": "」", "“": "”", '"': '"', "『": "』"}
_MOST = 12


def own_rooms(call: Call) -> list[RoomState]:
    """Return the rooms the caller may speak for: the one the command was said in, or all of theirs."""
    draft = call.draft
    rooms = [call.room] if call.room is not None else sorted(draft.state.rooms.values(), key=lambda r: r.room)
    return [room for room in rooms if not room.left and is_staff(draft.policy, room, call.by)]


def room_of(call: Call, words: str) -> tuple[RoomState, str] | None:
    """Return the room a command means and the words behind its name, or answer with a question and return None.

    Args:
        call: the command.
        words: in private they may begin with a room's name, in quotation marks or not.
    """
    rooms = own_rooms(call)
    if call.room is not None and rooms:
        return rooms[0], words
    named, rest = _quoted(words)
    if named:
        found = [room for room in rooms if plain(named) in _names(room)]
    else:
        found = [room for room in rooms if any(_begins(words, name) for name in _names(room))]
        # 亲子群 and 亲子群二 may both be there: the longer name is meant.
        found = sorted(found, key=lambda room: -max(len(n) for n in _names(room) if _begins(words, n)))[:1]
        if found:
            rest = words[max(len(n) for n in _names(found[0]) if _begins(words, n)) :].strip()
        elif len(rooms) == 1:
            return rooms[0], words
    if len(found) == 1:
        return found[0], rest
    rows: tuple[Row, ...] = tuple({"room": room.topic or room.room} for room in rooms[:_MOST])
    call.reply_private("room.which", rows=rows, more=max(0, len(rooms) - _MOST))
    return None


def _quoted(words: str) -> tuple[str, str]:
    closing = _QUOTES.get(words[:1])
    if closing is None or closing not in words[1:]:
        return "", words
    named, _, rest = words[1:].partition(closing)
    return named, rest.strip()


def _names(room: RoomState) -> set[str]:
    return {plain(name) for name in (room.topic, room.room) if name}


def _begins(words: str, name: str) -> bool:
    # Names are compared as people read them; a character keeps its place unless the fold is longer.
    start = plain(words)[: len(name)]
    after = words[len(name) : len(name) + 1]
    return start == name and (not after or after.isspace() or not after.isalnum())

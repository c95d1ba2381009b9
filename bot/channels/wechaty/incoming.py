"""What the gateway's event stream says, as values; whatever else it says is told apart, never fatal.

python-wechaty lets any field that is missing, and every `error` event, end the bot. Here an event that cannot
be used becomes `Odd`, which is logged by its number and otherwise ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from bot.channels.wechaty.wire import readable


class Heard(msgspec.Struct, frozen=True):
    """A message; only its id is in the event."""

    message: str


class LoggedIn(msgspec.Struct, frozen=True):
    """The account is logged in."""

    contact: str


class LoggedOut(msgspec.Struct, frozen=True):
    """The account is logged out."""


class Scan(msgspec.Struct, frozen=True):
    """A code waits to be scanned; empty once it has been."""

    qr: str


class Ready(msgspec.Struct, frozen=True):
    """The gateway has loaded contacts and rooms."""


class Joined(msgspec.Struct, frozen=True):
    """People entered a room; `timestamp` 0 where the gateway gave none."""

    room: str
    members: tuple[str, ...]
    inviter: str | None
    timestamp: int


class Left(msgspec.Struct, frozen=True):
    """People left a room, or were removed."""

    room: str
    members: tuple[str, ...]
    remover: str | None
    timestamp: int


class Topic(msgspec.Struct, frozen=True):
    """A room has another name."""

    room: str
    topic: str


class Befriended(msgspec.Struct, frozen=True):
    """Something about a friendship; the rest is in its payload."""

    friendship: str


class Invited(msgspec.Struct, frozen=True):
    """The account is invited into a room; the rest is in the invitation's payload."""

    invitation: str


class Dirty(msgspec.Struct, frozen=True):
    """Something remembered is out of date; `type` is wechaty-puppet's payload type."""

    type: int
    id: str


class Connected(msgspec.Struct, frozen=True):
    """The stream is open; said by the connection itself."""


class Disconnected(msgspec.Struct, frozen=True):
    """An open stream is lost; said by the connection itself."""


class Trouble(msgspec.Struct, frozen=True):
    """The gateway reports an error of its own; its text stays out of the log, since it may quote messages."""


class Dong(msgspec.Struct, frozen=True):
    """The answer to a ding; many puppets give its `data` back."""

    data: str


class Idle(msgspec.Struct, frozen=True):
    """A sign of life or something else of no consequence."""


class Odd(msgspec.Struct, frozen=True):
    """An event that nothing can be done with; `why` never repeats its content."""

    type: int
    why: str


Incoming = (
    Heard
    | LoggedIn
    | LoggedOut
    | Scan
    | Ready
    | Joined
    | Left
    | Topic
    | Befriended
    | Invited
    | Dirty
    | Connected
    | Disconnected
    | Trouble
    | Dong
    | Idle
    | Odd
)

DIRTY_CONTACT = 2
DIRTY_ROOM = 3
DIRTY_ROOM_MEMBER = 4


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return readable(value) if isinstance(value, str) else ""


def _id(data: dict[str, Any], key: str) -> str:
    value = _text(data, key)
    if not value:
        raise ValueError(f"no {key}")
    return value


def _ids(data: dict[str, Any], key: str) -> tuple[str, ...]:
    value = data.get(key)
    found = (
        tuple(readable(item) for item in value if isinstance(item, str) and item)
        if isinstance(value, list)
        else ()
    )
    if not found:
        raise ValueError(f"no {key}")
    return found


def _number(data: dict[str, Any], key: str) -> int:
    value = data.get(key)
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e17 else 0  # noqa: PLR2004 - µs of year 5138


def _moved(data: dict[str, Any], who: str, by: str) -> tuple[str, tuple[str, ...], str | None, int]:
    return _id(data, "roomId"), _ids(data, who), _text(data, by) or None, _number(data, "timestamp")


_READ: dict[int, Callable[[dict[str, Any]], Incoming]] = {
    1: lambda _: Idle(),  # heartbeat
    2: lambda data: Heard(_id(data, "messageId")),
    3: lambda data: Dong(_text(data, "data")),
    4: lambda _: Idle(),  # post (a moment's publication)
    16: lambda _: Trouble(),
    17: lambda data: Befriended(_id(data, "friendshipId")),
    18: lambda data: Invited(_id(data, "roomInvitationId")),
    19: lambda data: Joined(*_moved(data, "inviteeIdList", "inviterId")),
    20: lambda data: Left(*_moved(data, "removeeIdList", "removerId")),
    21: lambda data: Topic(_id(data, "roomId"), _text(data, "newTopic")),
    22: lambda data: Scan(_text(data, "qrcode")),
    23: lambda _: Ready(),
    24: lambda _: Idle(),  # reset: the gateway's own affair
    25: lambda data: LoggedIn(_id(data, "contactId")),
    26: lambda _: LoggedOut(),
    27: lambda data: Dirty(_number(data, "payloadType"), _text(data, "payloadId")),
}


def read(number: int, payload: str) -> Incoming:
    """Read one event of the stream.

    Args:
        number: The event's type as the proto numbers it.
        payload: Its JSON.
    """
    make = _READ.get(number)
    if make is None:
        return Odd(number, "unknown type")
    try:
        data = json.loads(payload)  # takes halves of surrogate pairs, which msgspec refuses
    except (ValueError, RecursionError):
        data = {}
    try:
        return make(data if isinstance(data, dict) else {})
    except ValueError as error:
        return Odd(number, str(error))

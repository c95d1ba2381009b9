"""Carrying out one effect through a channel, and saying in our own words what came of it."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec
import structlog

from bot.core.effects import (
    AcceptFriend,
    AskFriend,
    Ban,
    Digest,
    Invite,
    NotifyStaff,
    Remind,
    Remove,
    SendPrivate,
    SendRoom,
    Warn,
)
from bot.core.events import Outcome
from bot.errors import ChannelError, NotAllowedError, NotDeliveredError, NotFriendError, UndecidedError
from bot.ports import Channel, OutboxRow, Sent
from bot.shell.delivery import kind_of

_log = structlog.get_logger(__name__)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of carrying out a row once.

    `status` is an outcome, or `again` (surely not done: try later) or `look` (asked for; the roster must
    tell). `detail` is a code the core decides by, `error` the channel's words for the operator.
    `healthy`: whether the channel answered; None: it was never called. `spent`: it may have gone out.
    """

    status: Outcome | Literal["again", "look"]
    detail: str = ""
    error: str = ""
    message_id: str | None = None
    healthy: bool | None = True
    spent: bool = True

    @property
    def outcome(self) -> Outcome:
        """The status, where it is an end."""
        match self.status:
            case "again" | "look":
                raise ValueError(f"{self.status} is not the end of a row")
            case outcome:
                return outcome


async def carry_out(channel: Channel, row: OutboxRow) -> Result:
    """Carry out a claimed row; nothing but our own cancellation is raised.

    Words are said at most once: whatever leaves it open whether they were said ends as `unknown`.
    """
    if isinstance(row.effect, Remove | Ban):
        return await _remove(channel, row)
    try:
        sent = await _say(channel, row)
    except asyncio.CancelledError:
        if _being_cancelled():
            raise
        return Result(status="unknown", detail="undecided", error="the channel gave up", healthy=False)
    except Exception as error:  # noqa: BLE001 - every one becomes a result
        return _result_of(row, error)
    return Result(status="done", message_id=sent.message_id)


async def look(channel: Channel, effect: Remove | Ban) -> Result:
    """Read the roster: is the member gone (`done`) or still there (`look`)?

    A list with nobody in it, not even the account, is no list: nobody counts as gone because of it.
    """
    unreadable = Result(status="again", detail="roster_unreadable", healthy=False)
    try:
        present = await channel.members(effect.room)
    except NotAllowedError as error:
        return Result(status="refused", detail="not_allowed", error=str(error))
    except asyncio.CancelledError:
        if _being_cancelled():
            raise
        return unreadable
    except Exception as error:  # noqa: BLE001 - an unread roster is read again, whatever stood in the way
        if not isinstance(error, ChannelError):
            _log.error("channel failed in an unforeseen way", room=effect.room, exc_info=error)
        return msgspec.structs.replace(unreadable, error=str(error) or repr(error))
    if not present:
        return msgspec.structs.replace(unreadable, error="the member list is empty")
    if effect.member in present:
        return Result(status="look", detail="still_there", error="the member list still names this member")
    return Result(status="done")


async def _remove(channel: Channel, row: OutboxRow) -> Result:
    effect = row.effect
    if not isinstance(effect, Remove | Ban):
        raise TypeError(f"{kind_of(effect)} is no removal")
    if row.attempts > 1 and (seen := await look(channel, effect)).status == "done":
        return seen  # an earlier attempt did it, or the member left: asking again would only be a risk
    healthy = True
    try:
        await channel.remove(effect.room, effect.member)
    except asyncio.CancelledError:
        if _being_cancelled():
            raise
        healthy = False
    except Exception as error:  # noqa: BLE001 - every one becomes a result, or is left to the roster
        result = _result_of(row, error)
        if result.detail == "not_delivered":
            return result
        if result.status == "refused":  # perhaps because there is nobody left to remove
            seen = await look(channel, effect)
            return seen if seen.status == "done" else result
        healthy = False
    return msgspec.structs.replace(await look(channel, effect), healthy=healthy)


async def _say(channel: Channel, row: OutboxRow) -> Sent:
    """Call the channel for everything that is no removal."""
    effect, text = row.effect, row.text or ""
    match effect:
        case Remind(via="room") | Warn(via="room"):
            return await channel.say_room(effect.room, text, (effect.to,))
        case SendRoom():
            return await channel.say_room(effect.room, text, effect.mentions)
        case Remind() | Warn() | SendPrivate() | NotifyStaff() | Digest():
            return await channel.say_private(effect.to, text)
        case Invite():
            await channel.invite(effect.room, effect.member)
        case AskFriend():
            await channel.ask_friend(effect.to, text, effect.room)
        case AcceptFriend():
            await channel.accept_friend(effect.request)
        case Remove() | Ban():
            raise TypeError("a removal is not said")
    return Sent()


def _result_of(row: OutboxRow, error: Exception) -> Result:
    """Return what an error of the channel means for a row."""
    match error:
        case NotFriendError():
            return Result(status="refused", detail="not_friend", error=str(error))
        case NotAllowedError():
            return Result(status="refused", detail="not_allowed", error=str(error))
        case NotDeliveredError():
            return Result(
                status="again", detail="not_delivered", error=str(error), healthy=False, spent=False
            )
        case UndecidedError() if row.guarantee == "at_least_once":
            return Result(status="again", detail="undecided", error=str(error), healthy=False)
        case ChannelError():
            return Result(status="unknown", detail="undecided", error=str(error), healthy=False)
        case _:
            _log.error(
                "channel failed in an unforeseen way",
                effect=row.id,
                kind=kind_of(row.effect),
                exc_info=error,
            )
            return Result(status="unknown", detail="defect", error=repr(error), healthy=False)


def _being_cancelled() -> bool:
    """Return whether it is us who are cancelled, not something the channel awaits inside."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

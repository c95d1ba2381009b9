"""What is behind an event of the stream: the calls that complete it, and the events it becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import structlog

from bot.channels.wechaty import incoming, mapping
from bot.channels.wechaty.people import People
from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.rooms import Rooms
from bot.channels.wechaty.wire import MessagePayload, readable
from bot.core import events
from bot.errors import ChannelRejectedError, NotDeliveredError, UndecidedError
from bot.ports import Received

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

_CONFIRM, _RECEIVE = 1, 2  # wechaty-puppet's kinds of friendship events


class Patience(msgspec.Struct, frozen=True):
    """How long the channel tries to learn what is behind an event (seconds)."""

    attempts: int = 4
    first_wait: float = 0.2
    link_lost: float = 30.0


class Behind:
    """Completes events through the puppet."""

    def __init__(self, puppet: GatewayPuppet, people: People, rooms: Rooms, patience: Patience) -> None:
        self._puppet, self._people, self._rooms, self._patience = puppet, people, rooms, patience

    def work(self, event: incoming.Incoming, at: datetime) -> Coroutine[Any, Any, list[Received]] | None:
        """Return the work of finding out what is behind an event, if there is any."""
        work: Coroutine[Any, Any, list[Received]] | None = None
        match event:
            case incoming.Heard(message):
                work = self._message(message, at)
            case incoming.Joined():
                work = self._join(event, at)
            case incoming.Left():
                work = self._leave(event, at)
            case incoming.Topic(room, topic):
                work = self._topic(room, topic, at)
            case incoming.Befriended(friendship):
                work = self._friendship(friendship, at)
            case incoming.Invited(invitation):
                work = self._invitation(invitation, at)
            case incoming.LoggedIn(contact):
                work = self._login(contact, at)
            case incoming.Ready():
                work = self._rooms_now(at, anew=False)
            case _:
                pass  # scans are for the link's state, signs of life are for nobody
        return work

    async def _tried(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call until it is answered: a few times if the gateway fails, longer while the link is down."""
        patience, loop = self._patience, asyncio.get_running_loop()
        give_up, wait, failures = loop.time() + patience.link_lost, patience.first_wait, 0
        while True:
            try:
                return await call()
            except ChannelRejectedError:
                raise
            except (NotDeliveredError, UndecidedError):
                failures += self._puppet.connected
                if (
                    failures >= patience.attempts
                    or loop.time() + wait > give_up
                    or self._puppet.closed.is_set()
                ):
                    raise
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    async def _message(self, message: str, at: datetime) -> list[Received]:
        payload = await self._tried(lambda: self._puppet.message_payload(message))
        if payload.type == mapping.RECALLED:
            recall = mapping.recall_of(payload, at)
            if recall is None:
                log.warning("a recall does not say of what")
                return []
            return [Received(f"recall:{recall.id}", recall)]
        room = payload.room_id or None
        first = await self._room_first(room, at)
        name = await self._people.name_or_nothing(room, payload.talker_id) if payload.talker_id else ""
        event = mapping.message_of(payload, at, name, await self._extras(payload), self._puppet.login_user_id)
        return [*first, Received(f"message:{message}", event)]

    async def _extras(self, payload: MessagePayload) -> mapping.Extras:
        """Ask for the content of a card; a message is worth having without."""
        puppet, message = self._puppet, payload.id
        try:
            match payload.type:
                case mapping.LINK:
                    return mapping.Extras(link=await self._tried(lambda: puppet.message_url_json(message)))
                case mapping.MINI_PROGRAM:
                    content = await self._tried(lambda: puppet.message_mini_program_json(message))
                    return mapping.Extras(miniprogram=content)
                case mapping.CONTACT_CARD:
                    card = await self._tried(lambda: puppet.message_contact(message))
                    name = await self._people.name_or_nothing(None, card) if card else ""
                    return mapping.Extras(card_id=readable(card) or None, card_name=name)
        except (NotDeliveredError, UndecidedError, ValueError) as error:
            log.warning("content of a card not read", type=payload.type, why=type(error).__name__)
        return mapping.Extras()

    async def _room_first(self, room: str | None, at: datetime) -> list[Received]:
        """Return the room's event if we first hear of it: the core must know its owner and staff."""
        if room is None or self._rooms.known(room):
            return []
        self._rooms.refresh(room)
        event = await self._rooms.described(room, at)
        return [stamped(event)] if event else []

    async def _join(self, event: incoming.Joined, at: datetime) -> list[Received]:
        items = await self._room_first(event.room, at)
        stamp = event.timestamp or microseconds(at)
        await self._people.read(event.room, event.members)
        for line in self._people.present(event.room, event.members):
            join = events.Join(
                at=at,
                room=event.room,
                member=line.member,
                name=line.name,
                inviter=event.inviter,
                friend=line.friend,
            )
            items.append(Received(f"join:{event.room}:{line.member}:{stamp}", join))
        return items

    async def _leave(self, event: incoming.Left, at: datetime) -> list[Received]:
        stamp = event.timestamp or microseconds(at)
        # Somebody who left without a remover's name went by themselves.
        remover = event.remover if event.remover not in event.members else None
        return [
            Received(
                f"leave:{event.room}:{line.member}:{stamp}",
                events.Leave(at=at, room=event.room, member=line.member, name=line.name, remover=remover),
            )
            for line in self._people.present(event.room, event.members)
        ]

    async def _topic(self, room: str, topic: str, at: datetime) -> list[Received]:
        event = await self._rooms.described(room, at)
        if event is None:
            return []  # the room is read once more soon
        # The gateway may still remember the old topic; the event cannot.
        return [stamped(self._rooms.learned(msgspec.structs.replace(event, topic=topic or event.topic)))]

    async def _friendship(self, friendship: str, at: datetime) -> list[Received]:
        payload = await self._tried(lambda: self._puppet.friendship_payload(friendship))
        member = readable(payload.contact_id)
        for room in self._people.forget(member):
            self._rooms.refresh(room)
        if payload.type == _CONFIRM:
            return [Received(f"friend:{friendship}", events.Friend(at=at, member=member))]
        if payload.type == _RECEIVE:
            request = events.FriendRequest(at=at, member=member, text=readable(payload.hello), id=friendship)
            return [Received(f"friend_request:{friendship}", request)]
        return []

    async def _invitation(self, invitation: str, at: datetime) -> list[Received]:
        payload = await self._tried(lambda: self._puppet.room_invitation_payload(invitation))
        member, topic = readable(payload.inviter_id), readable(payload.topic)
        event = events.RoomInvite(at=at, member=member, topic=topic, id=invitation)
        return [Received(f"room_invite:{invitation}", event)]

    async def _login(self, contact: str, at: datetime) -> list[Received]:
        account = events.Account(at=at, state="login", self_id=contact)
        return [stamped(account), *await self._rooms_now(at, anew=True)]

    async def _rooms_now(self, at: datetime, *, anew: bool) -> list[Received]:
        """Describe all rooms (or those not yet known), and have their members read."""
        try:
            rooms = await self._tried(self._puppet.room_list)
        except (NotDeliveredError, UndecidedError) as error:
            log.warning("rooms not read; each is read when something happens in it", why=type(error).__name__)
            return []
        wanted = [room for room in rooms if anew or not self._rooms.known(room)]
        described = await asyncio.gather(*(self._rooms.described(room, at) for room in wanted))
        for room in wanted:
            self._rooms.refresh(room)
        return [stamped(event) for event in described if event is not None]


def microseconds(at: datetime) -> int:
    """Return a moment as a number, for keys."""
    return int(at.timestamp() * 1_000_000)


_count = 0


def stamped(event: events.Event) -> Received:
    """Give an event a key of its own: it is news each time, never a second delivery."""
    global _count  # noqa: PLW0603
    _count += 1
    what = getattr(event, "room", None) or ""
    return Received(f"{type(event).__name__.lower()}:{what}:{microseconds(event.at)}:{_count}", event)

"""The gateway's events, completed by further calls, in order, into the inbox.

An event carries an id; the message, the names and the friendships behind it take calls of their own. They run at
most `in_flight` at once (python-wechaty's one task per event reorders messages and collapses at ten thousand), and
a queue of bounded length keeps the order: while the bot is behind, the stream is not read on.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
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
from bot.errors import ChannelError, ChannelRejectedError, NotDeliveredError, UndecidedError
from bot.ports import Inbox, Received

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

_SEEN_MOST = 5_000  # gateways repeat what is recent; the store knows the rest by its key
_CONFIRM, _RECEIVE = 1, 2  # wechaty-puppet's kinds of friendship events


class Patience(msgspec.Struct, frozen=True):
    """How long the channel tries to learn what is behind an event (seconds)."""

    attempts: int = 4
    first_wait: float = 0.2
    link_lost: float = 30.0


class Inbound:
    """Takes the stream's events (`hear`) and feeds the inbox (`run`)."""

    def __init__(
        self,
        puppet: GatewayPuppet,
        people: People,
        now: Callable[[], datetime],
        *,
        in_flight: int,
        settle_seconds: float,
        patience: Patience,
    ) -> None:
        self._puppet, self._people = puppet, people
        self._clock = now
        self._last: datetime | None = None
        self._patience = patience
        self._queue: asyncio.Queue[asyncio.Future[list[Received]]] = asyncio.Queue(in_flight)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lost_at: datetime | None = None
        self.rooms = Rooms(puppet, people, self.now, self._insert, settle_seconds)

    def now(self) -> datetime:
        """Return the time of receipt: the clock's, but never going back."""
        now = self._clock()
        if self._last is not None and now < self._last:
            now = self._last
        self._last = now
        return now

    # ------------------------------------------------------------------------------------- in and out

    async def run(self, inbox: Inbox) -> None:
        """Feed the inbox for ever, strictly in the stream's order."""
        try:
            while True:
                for item in await (await self._queue.get()):
                    await inbox.put(item)
        finally:
            self.rooms.close()
            while not self._queue.empty():
                self._queue.get_nowait().cancel()

    async def hear(self, event: incoming.Incoming) -> None:
        """Take one event; returns when there is room in the queue."""
        match event:
            case incoming.Heard(message):
                if message in self._seen:
                    return
                self._seen[message] = None
                if len(self._seen) > _SEEN_MOST:
                    self._seen.popitem(last=False)
                await self._add(self._message(message, self.now()))
            case incoming.Joined():
                await self._add(self._join(event, self.now()))
                self.rooms.changed(event.room)
            case incoming.Left():
                await self._add(self._leave(event, self.now()))
                self.rooms.changed(event.room)
            case incoming.Topic(room, topic):
                await self._add(self._topic(room, topic, self.now()))
                self.rooms.changed(room)
            case incoming.Befriended(friendship):
                await self._add(self._friendship(friendship, self.now()))
            case incoming.Invited(invitation):
                await self._add(self._invitation(invitation, self.now()))
            case incoming.Dirty(kind, id_):
                self._dirty(kind, id_)
            case incoming.LoggedIn(contact):
                await self._add(self._login(contact, self.now()))
            case incoming.Ready():
                await self._add(self._new_rooms(self.now()))
            case incoming.LoggedOut():
                await self._account("logout")
            case incoming.Connected():
                await self._account("connected")
            case incoming.Disconnected():
                self._lost_at = self.now()
                await self._account("disconnected")
            case _:
                pass  # scans are for the link's state, signs of life are for nobody

    async def _add(self, work: Coroutine[Any, Any, list[Received]]) -> None:
        await self._queue.put(asyncio.create_task(self._guarded(work)))

    async def _insert(self, items: Sequence[events.Event]) -> None:
        """Put what was read of a room in its place: after every event that was heard before the reading."""
        done: asyncio.Future[list[Received]] = asyncio.get_running_loop().create_future()
        done.set_result([_stamped(item) for item in items])
        await self._queue.put(done)

    async def _guarded(self, work: Coroutine[Any, Any, list[Received]]) -> list[Received]:
        """Let one event fail alone: a bot that dies of an odd payload protects nobody."""
        try:
            return await work
        except ChannelError as error:
            log.error("event lost: what is behind it could not be read", why=type(error).__name__)  # noqa: TRY400
        except Exception as error:  # noqa: BLE001 - see above; told in full, without the values
            log.error(
                "event lost through a defect",
                why=type(error).__name__,
                at=traceback.format_tb(error.__traceback__),
            )
        return []

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
                if failures >= patience.attempts or loop.time() + wait > give_up:
                    raise
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    # -------------------------------------------------------------------------------- one event each

    async def _message(self, message: str, at: datetime) -> list[Received]:
        try:
            payload = await self._tried(lambda: self._puppet.message_payload(message))
        except ChannelError:
            self._seen.pop(message, None)  # should the gateway repeat it, it is welcome
            raise
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
        """Return the room's event if it is the first we hear of it: the core must know its owner and staff."""
        if room is None or self.rooms.known(room):
            return []
        self.rooms.refresh(room)
        event = await self.rooms.described(room, at)
        return [_stamped(event)] if event else []

    async def _join(self, event: incoming.Joined, at: datetime) -> list[Received]:
        items = await self._room_first(event.room, at)
        stamp = event.timestamp or _microseconds(at)
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
        stamp = event.timestamp or _microseconds(at)
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
        event = await self.rooms.described(room, at)
        if event is None:
            return []  # the room is read once more soon
        # The gateway may still remember the old topic; the event cannot.
        return [_stamped(self.rooms.learned(msgspec.structs.replace(event, topic=topic or event.topic)))]

    async def _friendship(self, friendship: str, at: datetime) -> list[Received]:
        payload = await self._tried(lambda: self._puppet.friendship_payload(friendship))
        member = readable(payload.contact_id)
        for room in self._people.forget(member):
            self.rooms.refresh(room)
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

    def _dirty(self, kind: int, id_: str) -> None:
        if kind == incoming.DIRTY_CONTACT:
            for room in self._people.forget(id_):
                self.rooms.refresh(room)
        elif kind in {incoming.DIRTY_ROOM, incoming.DIRTY_ROOM_MEMBER}:
            room = id_.partition(",")[0]  # a member's is written "room,member"
            if kind == incoming.DIRTY_ROOM_MEMBER:
                self._people.forget_room(room)
            self.rooms.refresh(room)

    # ------------------------------------------------------------------------------------ the account

    async def _account(self, state: str) -> None:
        at = self.now()
        gap = None
        if state == "connected" and self._lost_at is not None:
            gap = (at - self._lost_at).total_seconds()
            self._lost_at = None
        event = msgspec.convert(
            {"kind": "account", "at": at, "state": state, "gap_seconds": gap}, events.Account
        )
        await self._insert([event])

    async def _login(self, contact: str, at: datetime) -> list[Received]:
        account = events.Account(at=at, state="login", self_id=contact)
        return [_stamped(account), *await self._rooms_now(at, anew=True)]

    async def _new_rooms(self, at: datetime) -> list[Received]:
        return await self._rooms_now(at, anew=False)

    async def _rooms_now(self, at: datetime, *, anew: bool) -> list[Received]:
        """Describe all rooms (or those not yet known), and have their members read."""
        try:
            rooms = await self._tried(self._puppet.room_list)
        except (NotDeliveredError, UndecidedError) as error:
            log.error("rooms not read; each is read when something happens in it", why=type(error).__name__)  # noqa: TRY400
            return []
        wanted = [room for room in rooms if anew or not self.rooms.known(room)]
        described = await asyncio.gather(*(self.rooms.described(room, at) for room in wanted))
        for room in wanted:
            self.rooms.refresh(room)
        return [_stamped(event) for event in described if event is not None]


def _microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


_count = 0


def _stamped(event: events.Event) -> Received:
    """Give an event a key of its own: it is news each time, never a second delivery."""
    global _count  # noqa: PLW0603
    _count += 1
    what = getattr(event, "room", None) or ""
    return Received(f"{type(event).__name__.lower()}:{what}:{_microseconds(event.at)}:{_count}", event)

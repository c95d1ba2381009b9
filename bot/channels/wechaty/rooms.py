"""What the rooms are and who is in them: read at login, after every change, and once a day."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from bot.channels.wechaty.people import People
from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.wire import readable
from bot.core import events
from bot.errors import ChannelError, ChannelRejectedError

log = structlog.get_logger(__name__)

Insert = Callable[[Sequence[events.Event]], Awaitable[None]]

_AT_ONCE = 4  # rooms read in the background at a time: live messages share the same calls
_READINGS = 3  # of a room that changes while it is read


class Rooms:
    """Reads rooms through the puppet; what it learns it hands to `insert`."""

    def __init__(
        self,
        puppet: GatewayPuppet,
        people: People,
        now: Callable[[], datetime],
        insert: Insert,
        settle_seconds: float,
    ) -> None:
        self._puppet, self._people, self._now, self._insert = puppet, people, now, insert
        self._settle = settle_seconds
        self._rooms: dict[str, events.Room] = {}
        self._due: dict[str, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._changes: Counter[str] = Counter()

    def known(self, room: str) -> bool:
        """Say whether the room was described before."""
        return room in self._rooms

    def learned(self, event: events.Room) -> events.Room:
        """Remember and return a room's description."""
        self._rooms[event.room] = event
        return event

    async def described(self, room: str, at: datetime) -> events.Room | None:
        """Read a room's topic, owner and admins; None (and a log line) if it cannot be read."""
        try:
            payload = await self._puppet.room_payload(room)
        except ChannelRejectedError:
            raise
        except ChannelError as error:
            log.warning("room not read", room=room, why=type(error).__name__)
            return None
        event = events.Room(
            at=at,
            room=room,
            topic=readable(payload.topic),
            owner=readable(payload.owner_id) or None,
            staff=tuple(readable(admin) for admin in payload.admin_ids),
        )
        return self.learned(event)

    async def roster(self, room: str, *, fresh: bool) -> tuple[events.Present, ...]:
        """Read who is in a room: the list always anew, names and friendships as far as they are not fresh."""
        everybody: list[str] = await self._puppet.room_members(room)
        await self._people.read(
            room, everybody if fresh else self._people.strangers(room, everybody), fresh=fresh
        )
        return self._people.present(room, everybody)

    def changed(self, room: str) -> None:
        """Note that an event about the room was heard: what is being read of it may be older."""
        self._changes[room] += 1
        self.refresh(room)

    def refresh(self, room: str, *, fresh: bool = False) -> None:
        """Have a room read soon; what comes in quick succession is read once."""
        waiting = room in self._due
        self._due[room] = fresh or self._due.get(room, False)
        if not waiting:
            task = asyncio.create_task(self._read_soon(room))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def refresh_all(self) -> None:
        """Have every known room read in full."""
        for room in self._rooms:
            self.refresh(room, fresh=True)

    def close(self) -> None:
        """Stop reading."""
        for task in self._tasks:
            task.cancel()

    async def _read_soon(self, room: str) -> None:
        await asyncio.sleep(self._settle)
        async with self._slots:
            fresh = self._due.pop(room)
            described: events.Room | None = None
            present: tuple[events.Present, ...] = ()
            # What is read must not be older than the events before which it is put: read again if one came.
            for _ in range(_READINGS):
                before = self._changes[room]
                try:
                    present = await self.roster(room, fresh=fresh)
                except ChannelRejectedError:
                    return  # the connection itself says so
                except ChannelError as error:
                    log.warning("members of a room not read", room=room, why=type(error).__name__)
                    return
                if not present:  # not even the account: whoever took that for true would let everybody go
                    log.warning("members of a room not read", room=room, why="nobody is named")
                    return
                described = await self.described(room, self._now())
                if before == self._changes[room]:
                    break
                fresh = False
            roster = events.Roster(at=self._now(), room=room, members=present)
            await self._insert([described, roster] if described else [roster])

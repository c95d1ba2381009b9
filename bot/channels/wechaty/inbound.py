"""The gateway's events, completed by further calls, in order, into the inbox.

An event carries an id; the message, the names and the friendships behind it take calls of their own. They
run at most `in_flight` at once (python-wechaty's one task per event reorders messages and collapses at ten
thousand), and a queue of bounded length keeps the order: while the bot is behind, the stream is not read on.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog

from bot.channels.wechaty import incoming
from bot.channels.wechaty.behind import Behind, Patience, stamped
from bot.channels.wechaty.people import People
from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.rooms import Rooms
from bot.core import events
from bot.errors import ChannelError
from bot.ports import Inbox, Received

log = structlog.get_logger(__name__)

_LAST_SECONDS = 2.0  # for what was heard when the channel is closed
_SEEN_MOST = 5_000  # gateways repeat what is recent; the store knows the rest by its key


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
        self._queue: asyncio.Queue[asyncio.Future[list[Received]]] = asyncio.Queue(in_flight)
        self._works: set[asyncio.Task[list[Received]]] = set()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lost_at: datetime | None = None
        self.rooms = Rooms(puppet, people, self.now, self._insert, settle_seconds)
        self._behind = Behind(puppet, people, self.rooms, patience)

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
                work = await self._queue.get()
                await asyncio.wait({work})
                for item in () if work.cancelled() else work.result():
                    await inbox.put(item)
                self._queue.task_done()
        finally:
            self.rooms.close()
            self._give_up()
            await asyncio.gather(*self._works, return_exceptions=True)

    async def finish(self, listening: asyncio.Future[None]) -> None:
        """See what was heard into the inbox, beside `run`; what takes too long is given up.

        Args:
            listening: Ends once nothing more is heard.
        """
        self.rooms.close()
        for seconds in (_LAST_SECONDS * 3 / 4, _LAST_SECONDS / 4):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await asyncio.shield(listening)
                    await self._queue.join()
                return
            # What cannot be completed must not take along what was heard after it.
            if given_up := self._give_up():
                log.warning("events lost: closed before they were complete", count=given_up)
        log.warning("events lost: closed before they were taken", count=self._queue.qsize())

    def _give_up(self) -> int:
        return sum(work.cancel() for work in self._works)

    async def hear(self, event: incoming.Incoming) -> None:
        """Take one event; returns when there is room in the queue."""
        match event:
            case incoming.Heard(message) if self._repeated(message):
                return
            case incoming.Dirty(kind, id_):
                self._dirty(kind, id_)
            case incoming.LoggedOut():
                await self._account("logout")
            case incoming.Connected():
                await self._account("connected")
            case incoming.Disconnected():
                self._lost_at = self.now()
                await self._account("disconnected")
            case _:
                work = self._behind.work(event, self.now())
                if work is not None:
                    task = asyncio.create_task(self._guarded(event, work))
                    self._works.add(task)
                    task.add_done_callback(self._works.discard)
                    await self._queue.put(task)
        if isinstance(event, incoming.Joined | incoming.Left | incoming.Topic):
            self.rooms.changed(event.room)

    def _repeated(self, message: str) -> bool:
        """Say whether a message was heard lately; from now on it was."""
        if message in self._seen:
            return True
        self._seen[message] = None
        if len(self._seen) > _SEEN_MOST:
            self._seen.popitem(last=False)
        return False

    async def _insert(self, items: Sequence[events.Event]) -> None:
        """Put what was read of a room in its place: after every event that was heard before the reading."""
        done: asyncio.Future[list[Received]] = asyncio.get_running_loop().create_future()
        done.set_result([stamped(item) for item in items])
        await self._queue.put(done)

    async def _guarded(
        self, event: incoming.Incoming, work: Coroutine[Any, Any, list[Received]]
    ) -> list[Received]:
        """Let one event fail alone: a bot that dies of an odd payload protects nobody."""
        try:
            return await work
        except ChannelError as error:
            log.warning("event lost: what is behind it could not be read", why=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - see above; where it happened is told, the values are not
            where = traceback.format_tb(error.__traceback__)
            log.error("event lost through a defect", why=type(error).__name__, where=where)  # noqa: TRY400
        if isinstance(event, incoming.Heard):
            self._seen.pop(event.message, None)  # should the gateway repeat it, it is welcome
        return []

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

    async def _account(self, state: Literal["logout", "connected", "disconnected"]) -> None:
        at = self.now()
        gap = None
        if state == "connected" and self._lost_at is not None:
            gap = (
                at - self._lost_at
            ).total_seconds()  # what was said meanwhile is lost: gateways keep nothing
            self._lost_at = None
        await self._insert([events.Account(at=at, state=state, gap_seconds=gap)])

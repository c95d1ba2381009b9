"""Enrichment: the slower look at a picture (its codes, what it looks like, the text in it), beside the lane.

What it finds comes back as an `enrich` event through the lane's own door, so it is journalled like
everything else and decided in order. It never blocks a room: queues are bounded, and what does not fit is counted.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog

from bot.core.ads.pictures import like
from bot.core.events import Enrich, Event, Message
from bot.core.state import State
from bot.errors import ChannelError
from bot.ports import Clock, Inbox, PictureChannel, Received
from bot.shell.picture import Look, look_at, text_in

_log = structlog.get_logger(__name__)

_WORKERS = 2
_WAITING = 64
# A text reader takes seconds and hundreds of megabytes for a picture: one at a time, and few that wait.
_READING = 16
_NEWCOMER = timedelta(days=3)


class _ToRead(msgspec.Struct, frozen=True):
    message: Message
    picture: bytes
    look: Look


class _Readings:
    """Pictures that wait for the reader, the most urgent first; too many of them, and the least urgent goes."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, _ToRead]] = []
        self._number = 0
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, urgency: int, reading: _ToRead) -> bool:
        """Let a picture wait; returns False if one had to go for that, this one or another."""
        self._number += 1
        heapq.heappush(self._waiting, (urgency, self._number, reading))
        self._some.set()
        if len(self._waiting) <= _READING:
            return True
        self._waiting.remove(max(self._waiting))
        heapq.heapify(self._waiting)
        return False

    async def get(self) -> _ToRead:
        """Return the picture to read next, as soon as there is one."""
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return heapq.heappop(self._waiting)[2]


class Enricher:
    """Looks at pictures; a full queue drops the newest or least urgent picture and counts it.

    Text is read only where the extra [ocr] is installed, by one worker: newcomers' pictures and those of members
    who had a case first, the others while nobody of those waits.
    """

    def __init__(
        self,
        channel: PictureChannel,
        inbox: Inbox,
        clock: Clock,
        state: Callable[[], State],
        reader: Callable[[bytes], str] | None = None,
    ) -> None:
        """Prepare.

        Args:
            channel: hands over pictures.
            inbox: where findings go.
            clock: the time of the finding.
            state: what is known; staff's pictures are not looked at.
            reader: reads the text in a picture; None means that of the extra [ocr], where it is installed.
        """
        self._channel, self._inbox, self._clock, self._state = channel, inbox, clock, state
        self._read = text_in() if reader is None else reader
        self._queue: asyncio.Queue[Message] = asyncio.Queue(_WAITING)
        self._to_read = _Readings()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.passed_over = 0

    def heard(self, event: Event) -> None:
        """Note a message; a picture in a room is looked at as soon as a worker is free."""
        if not isinstance(event, Message) or event.type != "image" or event.room is None:
            return
        room = self._state().rooms.get(event.room)
        own = self._state().account.self_id
        if room is None or event.sender in {own, room.owner, *room.staff} or (event.image and event.image.qr):
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.passed_over += 1
            return
        self._idle.clear()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(_WORKERS):
                workers.create_task(self._work())
            if self._read is not None:
                workers.create_task(self._work_reading(self._read))

    async def idle(self) -> None:
        """Return once every picture noted so far was looked at."""
        await self._idle.wait()

    async def _work(self) -> None:
        while True:
            message = await self._queue.get()
            self._busy += 1
            try:
                await self._look(message)
            finally:
                self._rest()

    async def _work_reading(self, read: Callable[[bytes], str]) -> None:
        while True:
            waiting = await self._to_read.get()
            self._busy += 1
            try:
                text = await asyncio.to_thread(read, waiting.picture)
            except Exception:  # noqa: BLE001 - a picture may break the reader; the next ones must be read
                _log.exception("the text of a picture could not be read", message=waiting.message.id)
            else:
                if text.strip():
                    await self._tell(waiting.message, waiting.look, text, step="text")
            finally:
                self._rest()

    def _rest(self) -> None:
        self._busy -= 1
        if self._queue.empty() and not self._to_read and not self._busy:
            self._idle.set()

    async def _look(self, message: Message) -> None:
        try:
            picture = await self._channel.picture(message.id)
            look = Look() if picture is None else await asyncio.to_thread(look_at, picture)
        except ChannelError as error:
            _log.warning("a picture could not be fetched", message=message.id, error=str(error))
            return
        except Exception:  # noqa: BLE001 - a picture may break a library; the next ones must be looked at
            _log.exception("a picture could not be looked at", message=message.id)
            return
        if look.qr or self._is_known(look.hash):
            await self._tell(message, look, "")
        if self._read is not None and picture is not None and look.hash:
            self._wait_to_be_read(message, picture, look)

    def _is_known(self, hash_: str) -> bool:
        """Return whether a picture looks like one that was an ad; the rule decides how alike it must be."""
        return like(hash_, self._state().account.pictures, _ALIKE) is not None

    def _wait_to_be_read(self, message: Message, picture: bytes, look: Look) -> None:
        urgency = self._urgency(message, self._clock.now())
        self.passed_over += not self._to_read.take(urgency, _ToRead(message, picture, look))

    def _urgency(self, message: Message, now: datetime) -> int:
        """Return 0 for who just came or had a case, 1 for everybody else."""
        member = None if message.room is None else self._state().member(message.room, message.sender)
        if member is None:
            return 1
        new = member.joined_at is not None and now - member.joined_at <= _NEWCOMER
        return 0 if new or member.last_case is not None else 1

    async def _tell(self, message: Message, look: Look, text: str, step: str = "") -> None:
        finding = Enrich(
            at=self._clock.now(),
            room=message.room,
            id=message.id,
            sender=message.sender,
            qr=look.qr,
            ocr=text,
            hash=look.hash,
        )
        key = f"enrich:{message.id}:{step}" if step else f"enrich:{message.id}"
        await self._inbox.put(Received(key=key, event=finding))


# The widest setting of rule kind `picture_seen`.
_ALIKE = 12

"""Enrichment: the slower look at a message (codes in its picture), beside the lane, never in its way.

What it finds comes back as an `enrich` event through the lane's own door, so it is journalled like
everything else and decided in order.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import structlog

from bot.core.events import Enrich, Event, Message
from bot.core.state import State
from bot.errors import ChannelError
from bot.ports import Clock, Inbox, PictureChannel, Received

_log = structlog.get_logger(__name__)

_WORKERS = 2
_WAITING = 64
# A picture larger than this is no photograph: decoding it could eat the machine's memory.
_MOST_PIXELS = 50_000_000


class Enricher:
    """Looks for codes in pictures; a full queue drops the newest picture and counts it."""

    def __init__(
        self, channel: PictureChannel, inbox: Inbox, clock: Clock, state: Callable[[], State]
    ) -> None:
        """Prepare.

        Args:
            channel: hands over pictures.
            inbox: where findings go.
            clock: the time of the finding.
            state: what is known; staff's pictures are not looked at.
        """
        self._channel, self._inbox, self._clock, self._state = channel, inbox, clock, state
        self._queue: asyncio.Queue[Message] = asyncio.Queue(_WAITING)
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
                self._busy -= 1
                if self._queue.empty() and not self._busy:
                    self._idle.set()

    async def _look(self, message: Message) -> None:
        try:
            picture = await self._channel.picture(message.id)
            codes = () if picture is None else await asyncio.to_thread(codes_in, picture)
        except ChannelError as error:
            _log.warning("a picture could not be fetched", message=message.id, error=str(error))
            return
        except Exception:  # noqa: BLE001 - a picture may break a library; the next ones must be looked at
            _log.exception("a picture could not be looked at", message=message.id)
            return
        if codes:
            finding = Enrich(
                at=self._clock.now(), room=message.room, id=message.id, sender=message.sender, qr=codes
            )
            await self._inbox.put(Received(key=f"enrich:{message.id}", event=finding))


def codes_in(picture: bytes) -> tuple[str, ...]:
    """Return what the QR codes in a picture lead to; nothing for what is no readable picture.

    Args:
        picture: the bytes of an image file.
    """
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return ()
            grey = image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ()
    return tuple(dict.fromkeys(code.text for code in zxingcpp.read_barcodes(grey) if code.text))

"""What one channel has still to hand over to the bot."""

from __future__ import annotations

import asyncio

from bot.ports import Received


class Feed:
    """A line of items on their way to the bot; `begun` once the channel listens, None ends it."""

    def __init__(self) -> None:
        """Start empty."""
        self.begun = asyncio.Event()
        self.owed = 0
        self._queue: asyncio.Queue[Received | None] = asyncio.Queue()

    def put(self, item: Received | None) -> None:
        """Add one item, or the end."""
        self.owed += 1
        self._queue.put_nowait(item)

    async def get(self) -> Received | None:
        """Return the next item; it stays owed until `handed_over`."""
        return await self._queue.get()

    def handed_over(self) -> None:
        """Count the oldest owed item as delivered."""
        self.owed -= 1
        self._queue.task_done()

    async def delivered(self) -> None:
        """Return once the channel listens and nothing is owed."""
        await self.begun.wait()
        await self._queue.join()

    def finish(self) -> None:
        """Let everybody who waits for this feed go on: nothing more will be handed over."""
        self.begun.set()
        while self.owed:
            self.handed_over()

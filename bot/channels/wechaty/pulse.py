"""Whether the event stream still hears anything: while it is quiet, the gateway is asked for a sign of life.

A stream may be deaf although the link below it is sound and calls are answered: only what comes back on the
stream itself proves that it hears. A `ding` is answered so, by a `dong`. Some puppets know no ding, or never
answer it: connecting anew for ever would help nobody, so of them it must do that calls are answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import structlog
from grpclib.exceptions import GRPCError

from bot.channels.wechaty import wire
from bot.channels.wechaty.stub import TimedStub
from bot.core.settings import WechatyLink
from bot.errors import ChannelError, ChannelRejectedError, NotAllowedError

log = structlog.get_logger(__name__)

_ALIVE_SECONDS = 1.0  # a sign of life is told of this often at most
_STAMP = "qunguan-"

Coming = asyncio.Future[wire.EventResponse | None]


class SilentError(Exception):
    """The stream is deaf or the gateway is stuck; the text says which."""


class Pulse:
    """Feels the pulse of one gateway, over all connections to it.

    `dong` is what is known of it: `untried` (or it may have changed), `answers`, or `never`.
    """

    def __init__(self, link: WechatyLink) -> None:
        self._quiet, self._limit = link.keepalive_seconds, link.keepalive_timeout_seconds
        self.dong: Literal["untried", "answers", "never"] = "untried"
        self._knows_ding = True
        self._told = False
        self._dings = 0
        self._until = 0.0
        self._told_at = float("-inf")

    def lost(self, *, deaf: bool) -> None:
        """Note that the connection ended; if not for deafness, another puppet may be there the next time."""
        if not deaf:
            self._knows_ding = True
            if self.dong == "answers":
                self.dong = "untried"

    def beat(self, alive: Callable[[], None]) -> None:
        """Note a sign of life, and tell of it unless that was done a moment ago."""
        now = _now()
        if now - self._told_at >= _ALIVE_SECONDS:
            self._told_at = now
            alive()

    def heard_dong(self, data: str) -> None:
        """Note an answer to a ding, if it came in time and is not that to an earlier one."""
        if _now() > self._until or (data.startswith(_STAMP) and data != self._stamp):
            return
        if self.dong == "never":
            log.info("the gateway answers ding after all: a deaf event stream will be noticed")
        self.dong = "answers"

    async def next(
        self, coming: Coming, stub: TimedStub, alive: Callable[[], None]
    ) -> wire.EventResponse | None:
        """Wait for the stream's next event, however long that takes, while there are signs of life.

        Args:
            coming: The event being waited for; if it is cancelled, None is returned.
            stub: The calls of this connection.
            alive: Told of signs of life, once a second at most.

        Raises:
            SilentError: there was none in time.
        """
        while not (await asyncio.wait({coming}, timeout=self._quiet))[0]:
            await self._check(coming, stub)
            if not coming.done():
                self.beat(alive)
        event = None if coming.cancelled() else coming.result()
        if event is not None:
            self.beat(alive)
        return event

    @property
    def _stamp(self) -> str:
        return f"{_STAMP}{self._dings}"

    async def _check(self, coming: Coming, stub: TimedStub) -> None:
        """Ask for a sign of life; returns once there is one."""
        self._dings += 1
        self._until = _now() + self._limit
        asking = (asyncio.ensure_future(self._ding(stub)), asyncio.ensure_future(self._call(stub)))
        open_: set[asyncio.Future[Any]] = {coming, *asking}
        answered = False
        try:
            while not coming.done() and not (answered and self.dong == "never"):
                done, open_ = await asyncio.wait(
                    open_, timeout=self._until - _now(), return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    raise SilentError(self._deaf() if answered else self._stuck())
                answered |= any(task.done() and task.result() for task in asking)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    async def _ding(self, stub: TimedStub) -> bool:
        """Ask for a dong; returns whether the call was answered, if only by an error."""
        if not self._knows_ding:
            return False
        try:
            await stub.ding(data=self._stamp)
        except ChannelRejectedError:
            raise
        except NotAllowedError:
            self._knows_ding = False
            self._never("it knows no ding")
        except ChannelError as error:
            return isinstance(error.__cause__, GRPCError)
        return True

    async def _call(self, stub: TimedStub) -> bool:
        """Make the cheapest call that every gateway knows; returns whether it was answered."""
        try:
            await stub.version()
        except ChannelRejectedError:
            raise
        except ChannelError:
            return False
        return True

    def _stuck(self) -> str:
        return f"the gateway is stuck: it answered no call within {self._limit:g} s"

    def _deaf(self) -> str:
        told = f"the event stream is deaf: nothing came within {self._limit:g} s of a ding"
        if self.dong == "answers":
            return told
        self._never("it does not answer ding")
        return f"{told}, or this gateway never answers one"

    def _never(self, why: str) -> None:
        self.dong = "never"
        if not self._told:
            self._told = True
            log.warning(
                "the gateway counts as alive while it answers calls: a deaf stream cannot be noticed", why=why
            )


def _now() -> float:
    return asyncio.get_running_loop().time()

"""The calls themselves: each with a time limit, bounded in number, and honest about what became of it."""

from __future__ import annotations

import asyncio
from typing import Any

from grpclib.client import Channel
from grpclib.const import Cardinality
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError

from bot.channels.wechaty import shim
from bot.channels.wechaty.answers import meaning_of
from bot.core.settings import WechatyLink
from bot.errors import NotDeliveredError, UndecidedError

shim.load()

from wechaty_grpc.wechaty import PuppetStub  # noqa: E402 - importable only after the shim

# Everything that can happen to a connection. A certificate that does not fit is an OSError, too.
BROKEN = (OSError, StreamTerminatedError, ProtocolError, TimeoutError)

# Calls that must not queue behind the reading of payloads.
_AT_ONCE = frozenset(
    f"/wechaty.Puppet/{name}"
    for name in (
        "Start",
        "Version",
        "Ding",
        "MessageSendText",
        "RoomDel",
        "RoomAdd",
        "RoomTopic",
        "RoomAnnounce",
        "FriendshipAdd",
        "FriendshipAccept",
        "RoomInvitationAccept",
    )
)


class TimedStub(PuppetStub):  # type: ignore[misc]  # the package has no types
    """wechaty's stub, with limits on time and on calls under way, and errors that say what became of it."""

    def __init__(self, channel: Channel, link: WechatyLink, slots: asyncio.Semaphore, token: str) -> None:
        super().__init__(channel, metadata={"authorization": f"Wechaty {token}"})
        self._seconds = link.rpc_timeout_seconds
        self._gateway = link.endpoint or ""
        self._slots = slots

    async def _unary_unary(self, route: str, request: Any, response_type: Any, **_: object) -> Any:  # noqa: ANN401
        if route in _AT_ONCE:
            return await self._ask(route, request, response_type)
        async with self._slots:
            return await self._ask(route, request, response_type)

    async def _ask(self, route: str, request: Any, response_type: Any) -> Any:  # noqa: ANN401
        call = route.rpartition("/")[2]
        sent = False
        try:
            async with (
                asyncio.timeout(self._seconds),
                self.channel.request(
                    route, Cardinality.UNARY_UNARY, type(request), response_type, metadata=self.metadata
                ) as stream,
            ):
                await stream.send_message(request, end=True)
                sent = True
                answer = await stream.recv_message()
        except GRPCError as error:
            raise meaning_of(error, call, self._gateway) from error
        except BROKEN as error:
            why = (
                "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
            )
            if sent:
                raise UndecidedError(f"{call}: {why} (the request was sent)") from error
            raise NotDeliveredError(f"{call}: {why} (before the request was sent)") from error
        if answer is None:
            raise UndecidedError(f"{call}: the gateway ended the call without an answer")
        return answer

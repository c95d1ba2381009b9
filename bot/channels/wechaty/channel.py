"""WeChat as a channel of the bot: `bot.ports.Channel` and `PictureChannel` over a Wechaty gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bot.channels.wechaty import incoming, mapping, pictures
from bot.channels.wechaty.behind import Patience
from bot.channels.wechaty.inbound import Inbound
from bot.channels.wechaty.people import People
from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.wire import readable
from bot.core.settings import WechatyLink
from bot.errors import NotFriendError
from bot.ports import Clock, Inbox, LinkState, Sent

log = structlog.get_logger(__name__)

_A_DAY = 86_400.0
_SETTLE_SECONDS = 1.0  # joins come in flocks: one reading of the room serves them all


class WechatyChannel:
    """One WeChat account behind a Wechaty gateway."""

    def __init__(
        self,
        settings: WechatyLink,
        clock: Clock,
        *,
        reread_seconds: float = _A_DAY,
        settle_seconds: float = _SETTLE_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        """Set up; nothing is connected before `run`.

        Args:
            settings: Where the gateway is, and how long to wait for it.
            clock: The time of receipt.
            reread_seconds: How often every room is read in full, whatever the gateway reported.
            settle_seconds: How long a room must be quiet before it is read after a change.
            patience: How long to try for what is behind an event.

        Raises:
            ConfigError: endpoint or token is missing or malformed, or the certificate file cannot be read.
        """
        self._puppet = GatewayPuppet(settings)
        self._people = People(self._puppet, background=max(1, settings.in_flight // 2))
        self._inbound = Inbound(
            self._puppet,
            self._people,
            clock.now,
            in_flight=settings.in_flight,
            settle_seconds=settle_seconds,
            patience=patience or Patience(),
        )
        self._reread_seconds = reread_seconds
        self._answer_seconds = settings.rpc_timeout_seconds

    # ----------------------------------------------------------------------------------------- hearing

    async def run(self, inbox: Inbox, on_link: Callable[[LinkState], None]) -> None:
        """Connect and stay connected, feeding the inbox, until `close`.

        Raises:
            ChannelRejectedError: the gateway refuses the token.
        """

        async def hear(event: incoming.Incoming) -> None:
            match event:
                case incoming.Scan(qr) if qr:
                    on_link(LinkState("scan", "scan the code with WeChat", qr))
                case incoming.LoggedIn():
                    on_link(LinkState("login"))
                case incoming.LoggedOut():
                    on_link(LinkState("logout", "the account is logged out of WeChat"))
                case _:
                    pass
            await self._inbound.hear(event)

        helpers = [
            asyncio.create_task(self._inbound.run(inbox)),
            asyncio.create_task(self._reread()),
        ]
        listening = asyncio.create_task(self._puppet.listen(hear, on_link))
        finishing = asyncio.create_task(self._finish(listening))
        try:
            done, _ = await asyncio.wait({finishing, *helpers}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a helper ends only by failing, as when the inbox refuses
        finally:
            tasks = (finishing, listening, *helpers)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._puppet.hang_up()

    async def _finish(self, listening: asyncio.Task[None]) -> None:
        """Wait for `close`, or for the end of the connection by itself; see what was heard into the inbox."""
        closed: asyncio.Task[Any] = asyncio.create_task(self._puppet.closed.wait())
        try:
            await asyncio.wait({listening, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closed.cancel()
        await self._inbound.finish(listening)

    async def close(self) -> None:
        """Hear nothing more; `run` returns once what was heard is handed over, or after two seconds.

        The account stays logged in at the gateway.
        """
        await self._puppet.stop()

    async def _reread(self) -> None:
        while True:
            await asyncio.sleep(self._reread_seconds)
            if self._puppet.connected:
                self._inbound.rooms.refresh_all()

    # ------------------------------------------------------------------------------------------- doing

    async def say_room(self, room: str, text: str, mentions: Sequence[str]) -> Sent:
        """Say something in a room; mentioned members are named before the text, as WeChat does it."""
        names = tuple([await self._people.name_or_nothing(room, member) for member in mentions])
        said = readable(mapping.with_mentions(text, names))
        return Sent(await self._puppet.message_send_text(room, said, list(mentions)) or None)

    async def say_private(self, person: str, text: str) -> Sent:
        """Say something to a friend; who is no friend according to a fresh look is not written to at all."""
        if not (await self._people.contact(person, fresh=True)).friend:
            raise NotFriendError(f"{person} is no friend of the account")
        return Sent(await self._puppet.message_send_text(person, readable(text), []) or None)

    async def remove(self, room: str, member: str) -> None:
        """Ask the gateway to remove a member. Some answer well and do nothing: `members` tells."""
        await self._puppet.room_delete(room, member)

    async def invite(self, room: str, member: str) -> None:
        """Ask the gateway to bring a member into a room; in rooms of 40 and more they get an invitation."""
        await self._puppet.room_add(room, member)

    async def members(self, room: str) -> frozenset[str]:
        """Read afresh who is in a room; empty only if the gateway has no idea."""
        return frozenset(readable(member) for member in await self._puppet.room_members(room))

    async def ask_friend(self, person: str, hello: str, room: str | None) -> None:
        """Send a friend request with a greeting, through a shared room where one is given."""
        await self._puppet.friendship_add(person, readable(hello), room)

    async def accept_friend(self, request: str) -> None:
        """Accept a friend request by its handle."""
        await self._puppet.friendship_accept(request)

    async def accept_room(self, invitation: str) -> None:
        """Accept an invitation into a room by its handle."""
        await self._puppet.room_invitation_accept(invitation)

    async def rename_room(self, room: str, topic: str) -> None:
        """Give a room another name."""
        await self._puppet.room_topic(room, readable(topic))

    async def picture(self, message_id: str) -> bytes | None:
        """Return the picture's bytes, or None if the gateway has it no more."""
        return await pictures.picture(self._puppet, message_id, self._answer_seconds)

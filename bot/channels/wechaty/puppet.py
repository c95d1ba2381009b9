"""The connection to a Wechaty gateway, and every call over it.

`GatewayPuppet` is a `PuppetService` of wechaty with the transport replaced: python-wechaty's own ends on the
first `error` event, never notices a frozen gateway, knows no TLS, no time limits and no second reconnect, and
opens by stopping whoever else uses the gateway (docs/explanation/wechaty.md has the measurements).
"""

from __future__ import annotations

import asyncio
import json
import random
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, cast

import structlog
from grpclib.client import Channel
from grpclib.config import Configuration
from grpclib.const import Cardinality, Status
from grpclib.exceptions import GRPCError

from bot.channels.wechaty import incoming, shim, wire
from bot.channels.wechaty.answers import meaning_of
from bot.channels.wechaty.pulse import Coming, Pulse, SilentError
from bot.channels.wechaty.stub import BROKEN, TimedStub
from bot.core.settings import WechatyLink
from bot.errors import ChannelError, ChannelRejectedError, ConfigError, NotDeliveredError
from bot.ports import LinkState

shim.load()

from wechaty_grpc.wechaty.puppet import (  # noqa: E402 - importable only after the shim
    EventRequest,
    FriendshipSearchPhoneRequest,
    FriendshipSearchWeixinRequest,
)
from wechaty_puppet import Puppet, PuppetOptions  # noqa: E402
from wechaty_puppet_service import PuppetService  # noqa: E402

log = structlog.get_logger(__name__)

Hear = Callable[[incoming.Incoming], Awaitable[None]]
OnLink = Callable[[LinkState], None]

# The event stream may fill its own window, never the connection's: the answers to the calls that empty it
# would find no room, and both sides would wait for ever.
_STREAM_WINDOW = 4 * 1024**2
_CONNECTION_WINDOW = 4 * _STREAM_WINDOW

TAKEN = (
    "another client listens to this gateway, and only one can: stop the other one "
    "(a second copy of the bot?); trying again slowly"
)


class _StoppedError(Exception):
    """Leaves the stream after `stop`."""


class GatewayPuppet(PuppetService):  # type: ignore[misc]  # the package has no types
    """A puppet of wechaty whose connection stays up, or says why not.

    `connected` and `self_id` tell how things stand. Calls raise the errors of `bot.errors`.
    """

    def __init__(self, link: WechatyLink) -> None:
        host, port = _address(link.endpoint)
        if not link.token:
            raise ConfigError("no gateway token: set QUNGUAN_WECHATY_TOKEN (or token under [wechaty])")
        # PuppetService's own constructor reads TOKEN and ENDPOINT from the environment and writes the token
        # to the log; what it sets up otherwise is these few lines.
        Puppet.__init__(self, PuppetOptions(token=link.token, end_point=link.endpoint), "gateway")
        self.channel: Channel | None = None
        self._puppet_stub: TimedStub | None = None
        self.login_user_id: str | None = None
        self.connected = False
        self._link = link
        self._host, self._port = host, port
        self._tls = _tls(link)
        self._slots = asyncio.Semaphore(link.in_flight)
        self._pulse = Pulse(link)
        self._coming: Coming | None = None
        self.closed = asyncio.Event()

    # ------------------------------------------------------------------------------- staying connected

    async def listen(self, hear: Hear, on_link: OnLink) -> None:
        """Stay connected and hand over every event in order, until `stop`; the caller hangs up then.

        Args:
            hear: Takes one event; the stream is not read on before it returns.
            on_link: Told of every change.

        Raises:
            ChannelRejectedError: the gateway refuses the token.
        """
        shortest, longest = self._link.backoff_from_seconds, self._link.backoff_to_seconds
        delay = shortest
        while not self.closed.is_set():
            on_link(LinkState("connecting"))
            deaf = False
            try:
                why = await self._until_closed(self._session(hear, on_link))
            except SilentError as error:
                why, deaf = str(error), True
            except ChannelRejectedError as error:
                on_link(LinkState("rejected", str(error)))
                raise
            finally:
                was_connected, self.connected = self.connected, False
                self._pulse.lost(deaf=deaf)
                if not self.closed.is_set():
                    self.hang_up()
            on_link(LinkState("disconnected", why))
            if was_connected:
                await hear(incoming.Disconnected())
            # A stream that is deaf again each time is no better than no connection.
            delay = shortest if was_connected and not deaf else min(delay * 2, longest)
            # Spread between half and the whole, so that bots that lost a gateway together come back apart.
            await self._until_closed(asyncio.sleep(delay * random.uniform(0.5, 1.0)))  # noqa: S311

    async def probe(self) -> str:
        """Ask the gateway once for its version, disturbing nobody's session, and hang up.

        Raises:
            ChannelError: the gateway cannot be reached, or refuses the token.
        """
        try:
            self._connect()
            return str((await self.puppet_stub.version()).version)
        finally:
            self.hang_up()

    async def stop(self) -> None:
        """Hear nothing more and let `listen` return; calls are answered on, until `hang_up`.

        The gateway's session goes on: others may use it, or we again.
        """
        self.closed.set()
        if self._coming is not None:
            self._coming.cancel()

    def hang_up(self) -> None:
        """Let go of the connection; calls fail from now on."""
        channel, self.channel, self._puppet_stub = self.channel, None, None
        if channel is not None:
            channel.close()

    async def start(self) -> None:
        """Refuse: `Wechaty.start` must not be used with this puppet, `listen` takes its place."""
        raise NotImplementedError("GatewayPuppet.listen takes the place of start")

    async def _until_closed(self, work: Any) -> str:  # noqa: ANN401 - any awaitable
        """Wait for something, but no longer than until `stop`.

        A session that is connected ends by itself then, once what it heard last is taken.
        """
        task = asyncio.ensure_future(work)
        closed = asyncio.ensure_future(self.closed.wait())
        try:
            await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
            if self.connected:
                await asyncio.wait({task})
            return task.result() if task.done() else "closed"
        finally:
            closed.cancel()
            task.cancel()
            await asyncio.gather(task, closed, return_exceptions=True)

    def _connect(self) -> Channel:
        link = self._link
        config = Configuration(
            ssl_target_name_override=link.server_name,
            http2_connection_window_size=_CONNECTION_WINDOW,
            http2_stream_window_size=_STREAM_WINDOW,
            _keepalive_time=link.keepalive_seconds,
            _keepalive_timeout=link.keepalive_timeout_seconds,
            _keepalive_permit_without_calls=True,
            # Without these two, grpclib stops probing an idle link after two probes, five minutes apart.
            _http2_max_pings_without_data=0,
            _http2_min_sent_ping_interval_without_data=min(1.0, link.keepalive_seconds),
        )
        channel = Channel(
            host=self._host, port=self._port, ssl=self._tls, config=config, codec=wire.RepairingCodec()
        )
        self.channel = channel
        self.login_user_id = None  # the gateway tells anew at the start of every stream
        self._puppet_stub = TimedStub(channel, link, self._slots, self.options.token)
        return channel

    async def _session(self, hear: Hear, on_link: OnLink) -> str:
        """Connect and read the stream to its end; return why it ended."""
        try:
            channel = self._connect()
            # Harmless for a puppet that runs. python-wechaty stops it first, which ends everybody's session.
            await self.puppet_stub.start()
            async with channel.request(
                "/wechaty.Puppet/Event",
                Cardinality.UNARY_STREAM,
                EventRequest,
                wire.EventResponse,
                metadata=self.puppet_stub.metadata,
            ) as stream:
                async with asyncio.timeout(self._link.rpc_timeout_seconds):
                    await stream.send_message(EventRequest(), end=True)
                await self._read(stream, hear, on_link)
        except _StoppedError:
            return "closed"
        except GRPCError as error:
            if error.status is Status.ALREADY_EXISTS:
                return TAKEN
            meaning = meaning_of(error, "Event", self._link.endpoint or "")
            if isinstance(meaning, ChannelRejectedError):
                raise meaning from error
            return str(meaning)
        except ChannelRejectedError:
            raise
        except ChannelError as error:
            return str(error)
        except BROKEN as error:
            return f"{type(error).__name__}: {error}"
        return "the gateway ended the event stream"

    async def _read(self, stream: Any, hear: Hear, on_link: OnLink) -> None:  # noqa: ANN401
        """Read the stream to its end, or until `stop`."""
        coming = asyncio.ensure_future(stream.recv_message())
        try:
            if await self._is_granted(coming):
                self.connected = True
                on_link(LinkState("connected"))
                await hear(incoming.Connected())
            stub = self.puppet_stub
            while not self.closed.is_set():
                self._coming = coming
                event = await self._pulse.next(coming, stub, lambda: on_link(LinkState("alive")))
                if event is None:
                    break
                await self._take(incoming.read(event.type, event.payload), hear)
                coming = asyncio.ensure_future(stream.recv_message())
            if self.closed.is_set():
                raise _StoppedError  # grpclib would wait for the end of a stream that is left in peace
        finally:
            self._coming = None
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _is_granted(self, first: Coming) -> bool:
        """Say whether the stream is ours: once a later call was answered, and the stream had not failed.

        A refused stream (another client has it) says so at once, but a granted one may stay silent for hours.
        """
        probe = asyncio.ensure_future(self.puppet_stub.version())
        try:
            await asyncio.wait({first, probe}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done() or first.exception() is None:
                await probe
            return not first.done() or first.exception() is None
        finally:
            probe.cancel()

    async def _take(self, event: incoming.Incoming, hear: Hear) -> None:
        match event:
            case incoming.Odd(number, why):
                log.warning("gateway event ignored", type=number, why=why)
                return
            case incoming.Trouble():
                log.warning("the gateway reports an error of its own; its log has the details")
                return
            case incoming.Dong(data):
                self._pulse.heard_dong(data)
                return
            case incoming.LoggedIn(contact):
                self.login_user_id = contact
            case incoming.LoggedOut():
                self.login_user_id = None
            case _:
                pass
        await hear(event)

    # ------------------------------------------------------- calls that differ between the generations

    @property
    def puppet_stub(self) -> TimedStub:
        """Return the stub of the present connection; raises NotDeliveredError at once if there is none."""
        if self._puppet_stub is None:
            raise NotDeliveredError("not connected to the gateway")
        return self._puppet_stub

    async def _call(self, name: str, request: object, response_type: type[Any]) -> Any:  # noqa: ANN401
        return await self.puppet_stub._unary_unary(f"/wechaty.Puppet/{name}", request, response_type)  # noqa: SLF001

    async def message_payload(self, message_id: str) -> wire.MessagePayload:
        """Return a message; its type stays wechaty-puppet's number, of which the base class knows sixteen."""
        payload = await self._call("MessagePayload", wire.RoomIdRequest(id=message_id), wire.MessagePayload)
        return cast("wire.MessagePayload", payload)

    async def room_topic(self, room_id: str, new_topic: str) -> None:
        """Rename a room."""
        await self._call("RoomTopic", wire.TextRequest(id=room_id, **wire.both(new_topic)), wire.TextResponse)

    async def room_announce(self, room_id: str, announcement: str | None = None) -> str:
        """Set a room's announcement if one is given; return it."""
        request = wire.TextRequest(id=room_id, **wire.both(announcement))
        answer = await self._call("RoomAnnounce", request, wire.TextResponse)
        return announcement or str(answer.text)

    async def contact_alias(self, contact_id: str, alias: str | None = None) -> str:
        """Set our own name for a person if one is given; return it."""
        request = wire.TextRequest(id=contact_id, **wire.both(alias))
        answer = await self._call("ContactAlias", request, wire.TextResponse)
        return alias or str(answer.text)

    async def room_qr_code(self, room_id: str) -> str:
        """Return the content of a room's code; the base class forgets to say of which room."""
        answer = await self._call("RoomQRCode", wire.RoomIdRequest(id=room_id), wire.RoomQrCodeResponse)
        return str(answer.qrcode)

    async def room_invitation_payload(self, room_invitation_id: str, payload: object = None) -> Any:  # noqa: ANN401
        """Return an invitation as it came; the base class builds one from names the answer does not have."""
        del payload
        return await self.puppet_stub.room_invitation_payload(id=room_invitation_id)

    async def friendship_payload(self, friendship_id: str, payload: object = None) -> Any:  # noqa: ANN401
        """Return a friendship; the base class would send the payload `null` along and so set it."""
        del payload
        return await self.puppet_stub.friendship_payload(id=friendship_id)

    async def friendship_add(self, contact_id: str, hello: str, room_id: str | None = None) -> None:
        """Ask a person to become a friend, saying through which room we know them."""
        request = wire.FriendshipAddRequest(contact_id=contact_id, hello=hello, room=room_id)
        await self._call("FriendshipAdd", request, wire.Empty)

    async def friendship_search(self, weixin: str | None = None, phone: str | None = None) -> str | None:
        """Return the contact id behind a WeChat name or a phone number, None if nobody is found."""
        if weixin is not None:
            request: object = FriendshipSearchWeixinRequest(weixin=weixin)
            answer = await self._call("FriendshipSearchWeixin", request, wire.TextResponse)
        else:
            request = FriendshipSearchPhoneRequest(phone=phone or "")
            answer = await self._call("FriendshipSearchPhone", request, wire.TextResponse)
        return str(answer.text) or None

    async def message_url_json(self, message_id: str) -> Any:  # noqa: ANN401
        """Return a link's payload as the gateway gives it."""
        return json.loads((await self.puppet_stub.message_url(id=message_id)).url_link)

    async def message_mini_program_json(self, message_id: str) -> Any:  # noqa: ANN401
        """Return a mini-program's payload as the gateway gives it; the base class refuses unknown keys."""
        return json.loads((await self.puppet_stub.message_mini_program(id=message_id)).mini_program)


def _address(endpoint: str | None) -> tuple[str, int]:
    if not endpoint:
        raise ConfigError("no gateway: set QUNGUAN_WECHATY_ENDPOINT=host:port (or endpoint under [wechaty])")
    host, _, port = endpoint.removeprefix("http://").removeprefix("https://").rstrip("/").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 - TCP's ports
        raise ConfigError(f"the gateway's endpoint must be host:port, not {endpoint!r}")
    return host.strip("[]"), int(port)


def _tls(link: WechatyLink) -> ssl.SSLContext | None:
    if not link.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=link.ca_file)
    except OSError as error:
        raise ConfigError(f"ca_file {link.ca_file}: {error}") from error
    context.set_alpn_protocols(["h2"])
    return context

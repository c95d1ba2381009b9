"""Gateways shared by the tests of a session, and a channel connected to one."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # test folders are no packages

from gateway_process import SETS, Gateway, need_set

from bot.channels.wechaty.behind import Patience
from bot.channels.wechaty.channel import WechatyChannel
from bot.core.events import Event
from bot.core.settings import WechatyLink
from bot.errors import ChannelError
from bot.ports import LinkState, Received

PATIENCE = Patience(attempts=3, first_wait=0.01, link_lost=10.0)
A_WHILE = 20.0  # seconds until a test that waits in vain fails; never waited out by one that passes


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, when: datetime) -> None:
        await asyncio.sleep(max(0.0, (when - self.now()).total_seconds()))


class Listener:
    """Runs a channel and keeps all it says; `await listener.event(kind, test)` waits for what is wanted."""

    def __init__(self, channel: WechatyChannel) -> None:
        self.channel = channel
        self.received: list[Received] = []
        self.states: list[LinkState] = []
        self.ended: BaseException | None = None
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.slow: asyncio.Event | None = None

    async def put(self, item: Received) -> None:
        if self.slow is not None:
            await self.slow.wait()
        self.received.append(item)
        await self._tell()

    def _linked(self, state: LinkState) -> None:
        self.states.append(state)
        self._soon = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _run(self) -> None:
        try:
            await self.channel.run(self, self._linked)
        except ChannelError as error:
            self.ended = error
        finally:
            await self._tell()

    def start(self) -> "Listener":
        self._task = asyncio.create_task(self._run())
        return self

    async def stop(self) -> None:
        await self.channel.close()
        if self._task is not None:
            await asyncio.wait_for(self._task, A_WHILE)

    @property
    def events(self) -> list[Event]:
        return [item.event for item in self.received]

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, test: Callable[[], Any]) -> Any:
        """Wait for news until the test holds."""
        async with asyncio.timeout(A_WHILE):
            async with self._news:
                await self._news.wait_for(lambda: test() or (self._task and self._task.done()))
        found = test()
        assert found, f"the channel ended first: {self.ended!r}"
        return found

    async def event(
        self, kind: type[Any], test: Callable[[Any], Any] = lambda _: True, after: int = 0
    ) -> Any:
        """Wait for an event of a kind, among those from the number `after` on."""
        return await self.until(
            lambda: next((e for e in self.events[after:] if isinstance(e, kind) and test(e)), None)
        )

    async def state(self, wanted: str, after: int = 0) -> LinkState:
        found = await self.until(lambda: [s for s in self.states[after:] if s.state == wanted])
        return found[0]


def link(gateway: Gateway, **changes: Any) -> WechatyLink:
    settings: dict[str, Any] = {
        "endpoint": gateway.endpoint,
        "token": gateway.token,
        "rpc_timeout_seconds": 5,
        "backoff_from_seconds": 0.02,
        "backoff_to_seconds": 0.2,
    }
    return WechatyLink(**{**settings, **changes})


def listener_to(gateway: Gateway, *, reread: float = 86_400.0, **changes: Any) -> Listener:
    channel = WechatyChannel(
        link(gateway, **changes), WallClock(), settle_seconds=0.01, reread_seconds=reread, patience=PATIENCE
    )
    return Listener(channel)


@pytest.fixture(scope="session", params=SETS)
def shared_gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    need_set(request.param)
    gateway = Gateway(request.param).start()
    yield gateway
    gateway.kill()


@pytest.fixture
def gateway(shared_gateway: Gateway) -> Gateway:
    shared_gateway.ask("reset")
    return shared_gateway


@pytest.fixture(params=SETS)
def generation(request: pytest.FixtureRequest) -> str:
    need_set(request.param)
    return str(request.param)


@pytest.fixture
def boot() -> Iterator[Callable[..., Gateway]]:
    """Start gateways of one's own, to be frozen and killed."""
    started: list[Gateway] = []

    def start(generation: str, *flags: str, **more: Any) -> Gateway:
        started.append(Gateway(generation, *flags, **more))
        return started[-1].start()

    yield start
    for gateway in started:
        gateway.kill()


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Awaitable[Listener]]]:
    """Connect a channel, by default up to the roster of every room."""
    listeners: list[Listener] = []

    async def start(gateway: Gateway, *, ready: bool = True, **changes: Any) -> Listener:
        listener = listener_to(gateway, **changes).start()
        listeners.append(listener)
        if ready:
            from bot.core.events import Roster

            await listener.until(lambda: len({roster.room for roster in listener.of(Roster)}) == 2)
        return listener

    yield start
    for listener in listeners:
        await listener.stop()


@pytest.fixture
async def bot(gateway: Gateway, connect: Callable[..., Awaitable[Listener]]) -> Listener:
    """A channel at a shared gateway that has just been reset."""
    return await connect(gateway)

"""A channel that runs in a test, and all that it said."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from gateway_process import Gateway

from bot.channels.wechaty.behind import Patience
from bot.channels.wechaty.channel import WechatyChannel
from bot.core.events import Event
from bot.core.settings import WechatyLink
from bot.errors import ChannelError
from bot.ports import LinkState, Received

PATIENCE = Patience(attempts=3, first_wait=0.01, link_lost=10.0)
A_WHILE = 30.0  # seconds until a test that waits in vain fails; never waited out by one that passes


async def eventually(test: Callable[[], Any]) -> Any:
    """Wait for what nobody tells of."""
    async with asyncio.timeout(A_WHILE):
        while not (found := test()):  # noqa: ASYNC110 - that is what it is for
            await asyncio.sleep(0.01)
    return found


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
        try:
            async with asyncio.timeout(A_WHILE), self._news:
                await self._news.wait_for(lambda: test() or (self._task and self._task.done()))
        except TimeoutError:
            heard = [type(event).__name__ for event in self.events]
            raise AssertionError(f"waited in vain; heard {heard}, link {self.states}") from None
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

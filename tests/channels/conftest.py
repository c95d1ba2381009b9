"""Gateways shared by the tests of a session, and channels connected to them."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # test folders are no packages

from gateway_process import SETS, Gateway, need_set
from listening import Listener, listener_to

from bot.core.events import Roster


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
            await listener.until(lambda: len({roster.room for roster in listener.of(Roster)}) == 2)
        return listener

    yield start
    for listener in listeners:
        await listener.stop()


@pytest.fixture
async def bot(gateway: Gateway, connect: Callable[..., Awaitable[Listener]]) -> Listener:
    """A channel at a shared gateway that has just been reset."""
    return await connect(gateway)

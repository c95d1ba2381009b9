"""Sending alarms outside WeChat: by webhook, and by whatever apprise knows.

Addresses of webhooks carry secrets: none is ever logged in full, nor quoted in an error.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog

from bot.core import settings
from bot.errors import ConfigError
from bot.ports import Clock
from bot.shell.watch import AlarmNote

_log = structlog.get_logger(__name__)

WEBHOOK_VARIABLE: Final = "QUNGUAN_ALARM_WEBHOOK"

_BACKLOG: Final = 100
"""Alarms kept while none gets through; the oldest go first: the newest say how things stand."""

_WORTH_REPEATING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Persistence(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how long one alarm is tried; seconds, each wait twice the one before."""

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    timeout: float = 10.0


class AlarmSender:
    """Sends alarms one after another from a task of its own; `ring` never waits."""

    def __init__(
        self,
        where: settings.Alarm,
        *,
        clock: Clock,
        rng: random.Random,
        environ: Mapping[str, str] = os.environ,
        persistence: Persistence | None = None,
    ) -> None:
        """Do nothing until `start`.

        Args:
            where: the [alarm] table.
            clock: waits between tries.
            rng: spreads them.
            environ: where QUNGUAN_ALARM_WEBHOOK may stand; it wins over the table.
            persistence: how often and how long to try.
        """
        self._clock, self._rng = clock, rng
        self._persistence = persistence or Persistence()
        self._webhook = environ.get(WEBHOOK_VARIABLE) or where.webhook or None
        self._apprise_urls = where.apprise
        self._apprise: Any = None  # apprise ships no types we can rely on, and may not be there
        self._session: aiohttp.ClientSession | None = None
        self._waiting: deque[AlarmNote] = deque(maxlen=_BACKLOG)
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.sent = 0
        self.lost = 0

    async def start(self) -> None:
        """Check the addresses and begin to send.

        Raises:
            ConfigError: if an address is malformed, or apprise is asked for and not installed.
        """
        check_addresses(self._webhook, self._apprise_urls)
        if self._apprise_urls:
            self._apprise = _apprise_with(self._apprise_urls)
        timeout = aiohttp.ClientTimeout(total=self._persistence.timeout)
        self._session = aiohttp.ClientSession(timeout=timeout)
        self._task = asyncio.create_task(self._run())

    async def stop(self, grace: float = 5.0) -> None:
        """Give what waits `grace` seconds to get out, then let go."""
        if self._task is not None:
            flushing = asyncio.create_task(self.flushed())
            await asyncio.wait({flushing, self._task}, timeout=grace, return_when=asyncio.FIRST_COMPLETED)
            flushing.cancel()
            self._task.cancel()
            await asyncio.wait({flushing, self._task})
            self._task = None
        if self._session is not None:
            await self._session.close()
            self._session = None

    def ring(self, note: AlarmNote) -> None:
        """Take an alarm to be sent, and log it at once."""
        _log.log(_LOG_LEVELS[note.level], "alarm", kind=note.kind, text=note.text)
        if self._webhook is None and not self._apprise_urls:
            return
        if len(self._waiting) == _BACKLOG:
            self.lost += 1
        self._waiting.append(note)
        self._done.clear()
        self._news.set()

    async def flushed(self) -> None:
        """Return when nothing waits to be sent."""
        while self._waiting:
            await self._done.wait()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            while self._waiting:
                note = self._waiting[0]
                await self._send(note)
                if self._waiting and self._waiting[0] is note:  # not pushed out meanwhile
                    self._waiting.popleft()
            self._news.clear()
            self._done.set()

    async def _send(self, note: AlarmNote) -> None:
        ways: list[tuple[str, Callable[[AlarmNote], Awaitable[bool]]]] = []
        if self._webhook is not None:
            ways.append((f"webhook at {_host(self._webhook)}", self._post))
        if self._apprise is not None:
            ways.append(("apprise", self._notify))
        for name, way in ways:
            if await self._insist(name, way, note):
                self.sent += 1
            else:
                self.lost += 1
                _log.error("an alarm could not be sent", way=name, kind=note.kind)

    async def _insist(self, name: str, way: Callable[[AlarmNote], Awaitable[bool]], note: AlarmNote) -> bool:
        """Try one way again and again; `way` returns False where trying again would not help."""
        wait = self._persistence.first_wait
        for attempt in range(1, self._persistence.attempts + 1):
            try:
                return await way(note)
            except Exception as error:  # noqa: BLE001 - logged; an alarm must survive whatever went wrong
                # The type alone: messages of these errors quote addresses.
                _log.warning("alarm not sent yet", way=name, attempt=attempt, reason=_reason(error))
            if attempt < self._persistence.attempts:
                pause = min(wait, self._persistence.longest_wait) * (1 + self._rng.random() / 4)
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause))
                wait *= 2
        return False

    async def _post(self, note: AlarmNote) -> bool:
        if self._session is None or self._webhook is None:
            raise RuntimeError("the sender was not started")
        body = {
            "text": note.text,
            "level": note.level,
            "kind": note.kind,
            "at": note.at.isoformat(),
            "account": note.account,
        }
        async with self._session.post(self._webhook, json=body, allow_redirects=False) as answer:
            if answer.status < HTTPStatus.MULTIPLE_CHOICES:
                return True
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _WORTH_REPEATING:
                raise _NotTakenError(answer.status)
            _log.error("the webhook refuses alarms", way=_host(self._webhook), status=answer.status)
            return False

    async def _notify(self, note: AlarmNote) -> bool:
        title = f"qunguan {note.account}".strip()
        if not await self._apprise.async_notify(body=note.text, title=title):
            raise _NotTakenError(0)
        return True


class _NotTakenError(Exception):
    """Whoever should pass the alarm on did not take it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}" if status else "not taken")


_LOG_LEVELS: Final = {"critical": 50, "warning": 30, "info": 20}


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, _NotTakenError) else type(error).__name__


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"


def check_addresses(webhook: str | None, apprise_urls: tuple[str, ...]) -> None:
    """Check where alarms shall go, without sending one.

    Args:
        webhook: the address in force, or None.
        apprise_urls: addresses for apprise.

    Raises:
        ConfigError: if an address is malformed, or apprise is asked for and not installed.
    """
    if webhook is not None:
        _check_webhook(webhook)
    if apprise_urls:
        _apprise_with(apprise_urls)


def _check_webhook(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine, parts = False, urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise ConfigError(
            f"the alarm webhook is no http(s) address: correct {WEBHOOK_VARIABLE}, or webhook under [alarm]"
        )


def _apprise_with(urls: tuple[str, ...]) -> Any:  # noqa: ANN401 - an optional library without types
    try:
        apprise = importlib.import_module("apprise")
    except ImportError as error:
        raise ConfigError(
            "[alarm] apprise is set, but apprise is not installed: pip install 'qunguan[notify]'"
        ) from error
    sender = apprise.Apprise()
    for number, url in enumerate(urls, 1):
        if not sender.add(url):
            raise ConfigError(f"[alarm] apprise: address {number} is none that apprise understands")
    return sender

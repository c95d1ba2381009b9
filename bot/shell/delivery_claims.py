"""Claims: the last look before a row goes, and its durable way from `todo` to `sending` and back."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog

from bot.errors import StoreError
from bot.ports import Clock, OutboxRow, Store
from bot.shell.delivery_hands import Result
from bot.shell.delivery_receipt import in_full

_log = structlog.get_logger(__name__)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How the dispatcher tries, waits and looks; seconds.

    Waits between attempts grow by `retry_factor` from `retry_first` to `retry_longest`, plus up to a
    quarter by chance, so that many rows that failed together do not come back together. After a removal
    the roster is read at once and again after each of `looks`.
    """

    workers: int = 16
    attempts: int = 8
    retry_first: float = 2.0
    retry_factor: float = 3.0
    retry_longest: float = 300.0
    looks: tuple[float, ...] = (1.0, 3.0, 10.0)

    def wait_after(self, attempts: int, rng: random.Random) -> timedelta:
        """Return how long to wait after the n-th attempt (1 or more)."""
        wait = min(self.retry_first * self.retry_factor ** (attempts - 1), self.retry_longest)
        return timedelta(seconds=wait * (1 + rng.random() / 4))


class Claims:
    """Claims and releases rows; a store that fails delays a row, it never doubles one."""

    def __init__(
        self, store: Store, clock: Clock, may_send: Callable[[OutboxRow], str | None], rng: random.Random
    ) -> None:
        """Work on a store; `may_send` gives the reason why a row must not go any more, or None."""
        self._store, self._clock, self._may_send, self._rng = store, clock, may_send, rng

    def veto(self, row: OutboxRow) -> Result | None:
        """Return why a row must not go any more, or None; what cannot be checked is not sent."""
        try:
            reason = self._may_send(row)
        except Exception as error:  # noqa: BLE001 - logged and told in the receipt
            _log.error("the last look before sending failed", effect=row.id, exc_info=error)
            return Result(status="failed", detail="defect", error=repr(error), healthy=None)
        return None if reason is None else Result(status="dropped", detail=reason, healthy=None)

    async def claim(self, row: OutboxRow) -> OutboxRow | None:
        """Return the row as claimed, or None if somebody else settled or took it; raises StoreError."""
        now = self._clock.now()
        if not await self._store.claim(row.id, now):
            return None
        return msgspec.structs.replace(row, status="sending", attempts=row.attempts + 1, sent_at=now)

    async def release(self, row: OutboxRow, pace: Pace, result: Result) -> OutboxRow | None:
        """Return the row as released until its next try, or None if there is to be none."""
        if row.attempts >= pace.attempts:
            return None
        until = self.next_try(row, pace)
        try:
            await self._store.release(row.id, until, in_full(result))
        except StoreError as error:
            _log.error("store would not release a row", effect=row.id, error=str(error))
            return None
        return msgspec.structs.replace(row, status="todo", not_before=until)

    def next_try(self, row: OutboxRow, pace: Pace) -> datetime:
        """Return when a row may be tried again."""
        return self._clock.now() + pace.wait_after(max(1, row.attempts), self._rng)

"""The dispatcher: takes committed effects out of the outbox into the world, and brings receipts back.

    offered -> waiting -> governor -> may it still be said? -> claimed (durable) -> channel -> receipt

Everything that waits, waits as a value in `DeliveryQueue` or in a heap here; tasks are only what is
really under way, at most `Pace.workers` of them. `_scan` starts what can start and is called whenever
something changed: rows came, a job ended, the link turned, a moment passed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import structlog

from bot.core.effects import Ban, Remove
from bot.errors import StoreError
from bot.ports import Channel, Clock, Inbox, LinkState, OutboxRow, Store
from bot.shell.budget import DAY
from bot.shell.delivery import Purse, delivery_of
from bot.shell.delivery_claims import Claims, Pace
from bot.shell.delivery_crew import Crew, Waker
from bot.shell.delivery_echo import Echoes
from bot.shell.delivery_hands import Result, carry_out, look
from bot.shell.delivery_looks import Looks
from bot.shell.delivery_queue import DeliveryQueue
from bot.shell.delivery_receipt import received
from bot.shell.governor import Governor

_log = structlog.get_logger(__name__)

_LOOK_LOCK = timedelta(seconds=1)
"""How long an invitation waits at a time for the removal of the same member to be verified."""

_NEVER_CALLED = Result(status="dropped", healthy=None, spent=False)


class Dispatcher:
    """Carries out the outbox rows of one account."""

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        *,
        channel: Channel,
        store: Store,
        inbox: Inbox,
        clock: Clock,
        governor: Governor,
        may_send: Callable[[OutboxRow], str | None],
        rng: random.Random,
        pace: Pace | None = None,
        on_result: Callable[[bool], None] | None = None,
    ) -> None:
        """Do nothing until `start`.

        Args:
            channel: carries effects out.
            store: where rows are claimed and released.
            inbox: where receipts go.
            clock: the time and the waiting.
            governor: says when a row may go.
            may_send: the last look before a row goes (opt-out, immune people, mode): why not, or None.
            rng: spreads retries.
            pace: tries and waits; the defaults are made for WeChat.
            on_result: told after each channel call whether the channel answered.
        """
        self._channel, self._store, self._inbox, self._clock = channel, store, inbox, clock
        self._governor = governor
        self._claims = Claims(store, clock, may_send, rng)
        self._pace = pace or Pace()
        self._on_result = on_result or (lambda _ok: None)
        self._queue = DeliveryQueue()
        self._echoes = Echoes()
        self._crew = Crew(self._pace.workers, self._scan, partial(self._defect, "a job failed"))
        self._waker = Waker(clock, self._scan)
        self._known: set[str] = set()
        self._looks = Looks()
        self._running = False
        self.counts: Counter[str] = Counter()
        """How many rows ended in each outcome, how many tries were in vain (`again`), and `defect`s."""

    # -- what others call --------------------------------------------------------------------

    async def start(self) -> Sequence[OutboxRow]:
        """Take up the outbox where the last run left it; return the rows nobody can vouch for.

        A receipt `unknown` is handed in for each of them, once however often the program starts.
        """
        now = self._clock.now()
        lost = await self._store.recover(now)
        self._governor.preload(await self._store.sent_since(now - DAY), now)
        self._echoes.preload(await self._store.undecided())
        for row in lost:
            undecided = Result(status="unknown", detail="undecided", error="the program ended meanwhile")
            self._crew.do(partial(self._settle, row, undecided))
        waiting = await self._store.unsent()
        self._running = True
        self.offer(waiting)
        return lost

    def offer(self, rows: Iterable[OutboxRow]) -> None:
        """Take rows just committed; never waits. Rows known already are ignored."""
        now = self._clock.now()
        for row in rows:
            if row.id not in self._known:
                self._known.add(row.id)
                self._queue.put(row, now)
        self._scan()

    def link(self, state: LinkState) -> None:
        """Note how the link stands; while it is down nothing is claimed."""
        self._governor.link(state)
        self._scan()

    def echo(self, message_id: str, conversation: str, text: str) -> bool:
        """Take in an own message that came back; return whether it settles an unknown row. Never waits."""
        proven = self._echoes.heard(message_id, conversation, text, self._clock.now())
        if proven is not None:
            self._prove(proven)
            self._scan()
        return proven is not None

    @property
    def working(self) -> int:
        """How many rows are in a step that goes on without the clock moving."""
        return len(self._crew)

    @property
    def waiting(self) -> int:
        """How many rows wait to be sent or verified."""
        return len(self._queue) + len(self._looks)

    async def settled(self) -> None:
        """Return when nothing can go on until the clock moves or something new comes.

        Whoever moves the clock then finds the moment this waits for among the clock's waiters.
        """
        self._scan()
        while len(self._crew) or not self._waker.sleeps:
            await self._crew.idle()
            await self._waker.asleep()
            self._scan()

    async def stop(self, grace: float = 5.0) -> None:
        """Start nothing more, give what is under way `grace` seconds, then break it off.

        Words broken off end as `unknown`; everything else is taken up at the next start.
        """
        self._running = False
        self._waker.stop()
        await self._crew.stop(grace)

    # -- what starts when --------------------------------------------------------------------

    def _scan(self) -> None:
        """Start all that can start now, and set the waker for what comes next."""
        if not self._running:
            return
        now = self._clock.now()
        for row in self._queue.pass_time(now):
            self._crew.do(partial(self._settle, row, Result(status="dropped", detail="expired")))
        for row, looked in self._looks.due(now):
            self._crew.do(partial(self._look_again, row, looked))
        wakes = [*self._start_rows(now), self._looks.next_at(), self._queue.next_alarm()]
        if known := [when for when in wakes if when is not None]:
            self._waker.ring_at(min(known))

    def _start_rows(self, now: datetime) -> list[datetime | None]:
        """Start what the governor lets go; return the moments at which to ask again, where known."""
        wakes: list[datetime | None] = []
        blocked: set[Purse] = set()
        while self._crew.has_room and (row := self._queue.best(blocked)) is not None:
            try:
                refusal, answer = self._governor.refuses(row), self._governor.ask(row, now)
            except Exception as error:  # noqa: BLE001 - logged; one bad row must not stop the others
                self._defect("asking about a row failed", error, row)
                self._end_unsent(row, Result(status="failed", detail="defect", error=repr(error)))
                continue
            if refusal is not None:
                self._end_unsent(row, Result(status="refused", detail=refusal))
            elif self._looks.holds(row.effect):
                self._queue.hold(row, now + _LOOK_LOCK)
            elif answer.scope == "go":
                self._governor.sent(row, now)
                self._queue.take(row)
                self._crew.do(partial(self._send, row))
            elif answer.scope == "row" and answer.at is not None:
                self._queue.hold(row, answer.at)
            else:
                wakes.append(answer.at)
                if answer.scope == "all":
                    break
                blocked.add(delivery_of(row.effect).purse)
        return wakes

    # -- one row -----------------------------------------------------------------------------

    async def _send(self, row: OutboxRow) -> None:
        """See a row the governor let go through to its receipt, or to its next try."""
        try:
            if (tried := await self._try(row)) is not None:
                await self._conclude(*tried)
        finally:
            self._queue.free(row.conversation)

    async def _try(self, row: OutboxRow) -> tuple[OutboxRow, Result] | None:
        """Claim a row and carry it out once; None if it is not ours to carry out (now)."""
        result = _NEVER_CALLED
        try:
            # Asked on both sides of the claim: an opt-out may come in while the store is busy.
            if (veto := self._claims.veto(row)) is not None:
                return row, veto
            claimed = await self._claims.claim(row)
            if claimed is None:
                self._known.discard(row.id)
                return None
            if (veto := self._claims.veto(claimed)) is not None:
                return claimed, veto
            result = await self._call(claimed)
        except StoreError as error:
            _log.error("store would not claim a row", effect=row.id, error=str(error))
            self._queue.put_back(row, self._claims.next_try(row, self._pace))
            return None
        finally:
            self._governor.ended(row, self._clock.now(), healthy=result.healthy, spent=result.spent)
            if result.healthy is not None:
                self._on_result(result.healthy)
        return claimed, result

    async def _call(self, row: OutboxRow) -> Result:
        self._looks.begin(row)
        self._echoes.begin(row)
        try:
            return await carry_out(self._channel, row)
        except asyncio.CancelledError:
            if row.guarantee == "at_most_once":
                await self._settle(row, Result(status="unknown", detail="undecided", error="broken off"))
            raise

    async def _conclude(self, row: OutboxRow, result: Result) -> None:
        """Settle a row, or see to it that it is looked at or tried again."""
        for proven in self._echoes.end(row, result.status, result.message_id, self._clock.now()):
            if proven.id == row.id:
                result = Result(status="done", message_id=proven.message_id)
            else:
                self._prove(proven)
        if result.status == "look":
            await self._look_later(row, 0, result)
            return
        self._looks.end(row)
        if result.status == "again":
            await self._try_later(row, result)
        else:
            await self._settle(row, result)

    async def _look_later(self, row: OutboxRow, looked: int, result: Result) -> None:
        """Plan the next look at the roster; after the last one the removal has failed."""
        if looked < len(self._pace.looks):
            when = self._clock.now() + timedelta(seconds=self._pace.looks[looked])
            self._looks.plan(when, row, looked)
            return
        self._looks.end(row)
        await self._settle(row, msgspec.structs.replace(result, status="failed"))

    async def _look_again(self, row: OutboxRow, looked: int) -> None:
        if not isinstance(row.effect, Remove | Ban):
            raise TypeError(f"{row.id} is no removal")
        result = await look(self._channel, row.effect)
        if result.status == "look":
            await self._look_later(row, looked + 1, result)
        else:
            await self._conclude(row, result)

    async def _try_later(self, row: OutboxRow, result: Result) -> None:
        """Let a row that surely was not carried out wait for its next try, unless it had its last."""
        self.counts["again"] += 1
        released = await self._claims.release(row, self._pace, result)
        if released is None or released.not_before is None:
            await self._settle(row, msgspec.structs.replace(result, status="failed"))
        else:
            self._queue.put_back(released, released.not_before)

    # -- receipts ----------------------------------------------------------------------------

    def _end_unsent(self, row: OutboxRow, result: Result) -> None:
        self._queue.drop(row)
        self._crew.do(partial(self._settle, row, result))

    def _prove(self, row: OutboxRow) -> None:
        done = Result(status="done", message_id=row.message_id, detail="echo")
        self._crew.do(partial(self._settle, row, done, ":echo"))

    async def _settle(self, row: OutboxRow, result: Result, suffix: str = "") -> None:
        """Hand in the receipt of a row; the lane journals it and settles the row in one transaction."""
        self._known.discard(row.id)
        self.counts[result.status] += 1
        await self._inbox.put(received(row, result, self._clock.now(), suffix))

    def _defect(self, what: str, error: Exception, row: OutboxRow | None = None) -> None:
        self.counts["defect"] += 1
        _log.error(what, effect=row.id if row else None, exc_info=error)

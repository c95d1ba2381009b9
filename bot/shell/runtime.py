"""The runtime: one account's store, channel, lane and dispatcher, put together and kept going."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.assembly import Brain
from bot.core.digest.plan import reader_of
from bot.core.draft import Decision
from bot.core.events import Account, Due, Enrich, Event, Message, Receipt
from bot.core.quiet import QuietHours
from bot.core.records import Task
from bot.core.staff import is_staff
from bot.ports import Channel, Clock, LinkState, OutboxRow, PictureChannel, Received, Store
from bot.shell.delivery_claims import Pace
from bot.shell.dispatcher import Dispatcher
from bot.shell.enrich import Enricher
from bot.shell.governor import Governor
from bot.shell.lane import Lane
from bot.shell.last_look import why_not
from bot.shell.watch import LinkWatch

_log = structlog.get_logger(__name__)

_WIND_DOWN_SECONDS = 10
# What the bot tells itself is no sign of life of the gateway.
_OWN = (Due, Receipt, Enrich, Account)


class Runtime:
    """One account at work. `start`, then `run`; `tick` is rung by an alarm clock, real or simulated."""

    def __init__(
        self,
        *,
        store: Store,
        channel: Channel,
        clock: Clock,
        brain: Callable[[], Brain],
        rng: random.Random | None = None,
        pace: Pace | None = None,
        watch: LinkWatch | None = None,
        onlooker: Callable[[Event, Decision], None] | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            store: where everything is kept.
            channel: the platform connection.
            clock: real or simulated.
            brain: gives the policy and renderer in force.
            rng: jitter and retries; a seeded one makes a simulated run repeatable.
            pace: how the dispatcher tries and looks.
            watch: told of the link's state, to raise alarms.
            onlooker: shown every decision once it is committed.
        """
        rng = rng if rng is not None else random.SystemRandom()
        self._store, self._channel, self._clock, self._brain, self._watch = (
            store,
            channel,
            clock,
            brain,
            watch,
        )
        self._onlooker = onlooker
        self.lane = Lane(store, clock, brain, offer=self._offer, heard=self._heard)
        self.governor = Governor(
            brain().policy.settings.governor, rng=rng, quiet=self._quiet, exempt=self._is_staff_somewhere
        )
        self.dispatcher = Dispatcher(
            channel=channel,
            store=store,
            inbox=self.lane,
            clock=clock,
            governor=self.governor,
            may_send=self._may_send,
            rng=rng,
            pace=pace,
            on_result=self._on_result,
        )
        self._enricher: Enricher | None = None
        if isinstance(channel, PictureChannel):
            self._enricher = Enricher(channel, self.lane, clock, lambda: self.lane.state)

    async def start(self) -> Sequence[OutboxRow]:
        """Open the store, decide what a crash left, take up the outbox; return what nobody can vouch for.

        Raises:
            StoreError: the store cannot be used.
        """
        await self._store.open()
        try:
            left = await self.lane.start()
            if left:
                _log.info("decided what was left undecided", events=left)
            return await self.dispatcher.start()
        except BaseException:
            await self.dispatcher.stop()
            await self._store.close()
            raise

    async def run(self) -> None:
        """Work until cancelled or until the channel is refused for good.

        Raises:
            ChannelRejectedError: the gateway does not want us.
            StoreError: the store failed.
        """
        parts = [asyncio.create_task(self._channel.run(self.lane, self.on_link), name="channel")]
        if self._enricher is not None:
            parts.append(asyncio.create_task(self._enricher.run(), name="enricher"))
        lane = asyncio.create_task(self.lane.run(), name="lane")
        try:
            await asyncio.wait([lane, *parts], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._wind_down(lane, parts)
        for part in (lane, *parts):
            if part.done() and not part.cancelled():
                part.result()

    async def _wind_down(self, lane: asyncio.Task[None], parts: Sequence[asyncio.Task[None]]) -> None:
        """Let go of the channel, see what is under way to its receipt, and close the store."""
        await self._channel.close()
        await asyncio.wait(parts[:1], timeout=_WIND_DOWN_SECONDS)
        await self.dispatcher.stop()
        if not lane.done():
            # A lane that cannot work its queue off in time leaves it to the next start: nothing is lost.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.lane.idle(), _WIND_DOWN_SECONDS)
        for task in (lane, *parts):
            task.cancel()
        await asyncio.gather(lane, *parts, return_exceptions=True)
        await self._store.close()

    async def tick(self) -> None:
        """Bring in what is due; harmless however often it is rung."""
        now = self._clock.now()
        for task in self.lane.state.due(now):
            await self.lane.put(Received(key=_ring_of(task, now), event=Due(at=now, task=task.key)))

    async def settled(self) -> None:
        """Return when nothing can go on until the clock moves or something new comes."""
        while True:
            await self.lane.idle()
            if self._enricher is not None:
                await self._enricher.idle()
            await self.dispatcher.settled()
            if self.lane.is_idle and not self.dispatcher.working:
                return

    def figures(self) -> dict[str, int]:
        """Return how much went through and how much waits, for the log."""
        return {
            "decided": self.lane.decided,
            "duplicates": self.lane.duplicates,
            "defects": self.lane.defects,
            "behind": self.lane.behind,
            "waiting": self.dispatcher.waiting,
            "sent": self.dispatcher.counts["done"],
            "undecided": self.dispatcher.counts["unknown"],
        }

    def unread_rooms(self) -> list[str]:
        """Return the rooms about which nobody but the account itself could be told anything."""
        state, policy = self.lane.state, self._brain().policy
        return [
            room.room
            for room in state.rooms.values()
            if not room.left and reader_of(policy, room, state.account.self_id) is None
        ]

    def on_link(self, state: LinkState) -> None:
        """Take in how the channel's link stands; what of it belongs in the journal the channel hands over."""
        if state.state == "alive":
            if self._watch is not None:
                self._watch.heard()
            return
        trouble = state.state in {"disconnected", "logout", "scan", "rejected"}
        (_log.warning if trouble else _log.info)("link", state=state.state, detail=state.detail)
        self.dispatcher.link(state)
        if self._watch is not None:
            self._watch.link(state)

    def _offer(self, rows: Sequence[OutboxRow]) -> None:
        self.dispatcher.offer(rows)

    def _heard(self, event: Event, decision: Decision | None) -> None:
        if self._watch is not None and not isinstance(event, _OWN):
            self._watch.heard()
        if self._enricher is not None:
            self._enricher.heard(event)
        own = self.lane.state.account.self_id
        if self._watch is not None and own is not None:
            self._watch.account = own
        if isinstance(event, Receipt):
            _log.info(
                "effect", effect=event.effect_kind, outcome=event.outcome, case=event.case, room=event.room
            )
        if isinstance(event, Message) and event.sender == own:
            self.dispatcher.echo(event.id, event.room or event.to or "", event.text)
        if self._onlooker is not None and decision is not None:
            self._onlooker(event, decision)

    def _may_send(self, row: OutboxRow) -> str | None:
        return why_not(row, self.lane.state, self._brain().policy)

    def _on_result(self, ok: bool) -> None:  # noqa: FBT001 - the dispatcher's callback
        if self._watch is not None:
            self._watch.send_result(ok)

    def _quiet(self, room: str | None) -> QuietHours | None:
        policy = self._brain().policy
        if room is None:
            base = policy.settings.defaults
            return QuietHours(base.timezone, base.quiet_from, base.quiet_to)
        own = policy.room(room)
        return QuietHours(own.timezone, own.quiet_from, own.quiet_to)

    def _is_staff_somewhere(self, person: str) -> bool:
        policy = self._brain().policy
        return person == policy.settings.operator.id or any(
            is_staff(policy, room, person) for room in self.lane.state.rooms.values()
        )


def _ring_of(task: Task, now: datetime) -> str:
    """Return the journal's key of a task's coming due, another one for each hour it is overdue.

    A task that is done is gone, so a second ring finds nothing. One whose decision met a defect is
    still there: under one key for ever it would be taken for known and never be tried again.
    """
    hours = (now - task.due_at) // timedelta(hours=1)
    return f"due:{task.key}" + (f"+{hours}h" if hours else "")

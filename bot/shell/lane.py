"""The lane of an account: everything received goes through here, one after the other.

    put -> journal (durable) -> decide -> commit (one transaction) -> effects to the dispatcher

Journalling and committing are done for whatever has gathered meanwhile, so a busy account pays for few
disk flushes and a quiet one waits for nobody. When the store fails the lane stops: what is journalled
and not decided is decided at the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from bot.assembly import Brain
from bot.core.decide import decide
from bot.core.draft import Decision
from bot.core.effects import Effect
from bot.core.events import Event
from bot.core.state import State
from bot.decisions import decision_line, is_worth_remembering
from bot.errors import StoreError
from bot.history import repair_text
from bot.ports import Clock, Decided, OutboxRow, Received, Store
from bot.shell.delivery import conversation_of, delivery_of

_log = structlog.get_logger(__name__)

# What gathers while the disk is busy is taken together, up to so many: deciding them keeps the event
# loop from everything else for a few milliseconds at most.
_BATCH = 128
_QUEUE = 4096


class Lane:
    """Journals, decides and commits, strictly in order; an `Inbox` for channels and receipts.

    `state` is what is known right now; `counts` says how much went through and what failed.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        brain: Callable[[], Brain],
        *,
        offer: Callable[[Sequence[OutboxRow]], None],
        heard: Callable[[Event, Decision | None], None],
    ) -> None:
        """Prepare a lane.

        Args:
            store: where everything is kept.
            clock: the time of receipt.
            brain: gives the policy and renderer in force right now.
            offer: is handed rows once they are committed.
            heard: is told of each event and its decision once that is committed (None: a defect).
        """
        self._store = store
        self._clock = clock
        self._brain = brain
        self._offer = offer
        self._heard = heard
        self._queue: asyncio.Queue[Received] = asyncio.Queue(_QUEUE)
        self._last_at: datetime | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self.state = State()
        self.decided = 0
        self.duplicates = 0
        self.defects = 0

    async def start(self) -> int:
        """Load the state and decide what a crash left undecided; return how many events that were."""
        self.state = State(await self._store.records())
        self._last_at = await self._store.last_at()
        left = await self._store.pending()
        for start in range(0, len(left), _BATCH):
            await self._decide([(row.seq, row.event) for row in left[start : start + _BATCH]])
        return len(left)

    async def put(self, item: Received) -> None:
        """Queue one item; waits while the lane is far behind."""
        self._idle.clear()
        await self._queue.put(item)

    async def run(self) -> None:
        """Work until cancelled.

        Raises:
            StoreError: the store failed; nothing further is taken.
        """
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._take(batch)
            if self._queue.empty():
                self._idle.set()

    async def idle(self) -> None:
        """Return once everything put so far is decided and committed."""
        await self._idle.wait()

    @property
    def is_idle(self) -> bool:
        """Whether everything put so far is decided and committed."""
        return self._idle.is_set()

    @property
    def behind(self) -> int:
        """How many received items wait to be journalled."""
        return self._queue.qsize()

    async def _take(self, batch: Sequence[Received]) -> None:
        items = [self._stamped(item) for item in batch]
        try:
            seqs = await self._store.append(items)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one item that cannot be kept must not take the others with it
            items, seqs = await self._one_by_one(items)
        fresh = [(seq, item.event) for seq, item in zip(seqs, items, strict=True) if seq is not None]
        self.duplicates += len(items) - len(fresh)
        if fresh:
            await self._decide(fresh)

    async def _one_by_one(self, items: Sequence[Received]) -> tuple[list[Received], list[int | None]]:
        """Journal items singly: what is no valid text is repaired, what cannot be kept is left out."""
        kept: list[Received] = []
        seqs: list[int | None] = []
        for item in items:
            try:
                sound = _repaired(item)
                seqs += await self._store.append([sound])
                kept.append(sound)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - whatever is wrong with it, the others must be taken
                self.defects += 1
                _log.exception("an item could not be journalled; it is left out", item=repr(item.key))
        return kept, seqs

    def _stamped(self, item: Received) -> Received:
        """Return the item with a time of receipt that does not go back."""
        at = item.event.at
        if self._last_at is not None and at < self._last_at:
            return msgspec.structs.replace(item, event=msgspec.structs.replace(item.event, at=self._last_at))
        self._last_at = at
        return item

    async def _decide(self, events: Sequence[tuple[int, Event]]) -> None:
        brain = self._brain()
        decided: list[Decided] = []
        told: list[tuple[Event, Decision | None]] = []
        rows: list[OutboxRow] = []
        for seq, event in events:
            outcome, decision = self._one(seq, event, brain)
            decided.append(outcome)
            told.append((event, decision))
            rows += outcome.outbox
        await self._store.commit(decided)
        self.decided += len(decided)
        for event, decision in told:
            self._heard(event, decision)
        if rows:
            self._offer(rows)

    def _one(self, seq: int, event: Event, brain: Brain) -> tuple[Decided, Decision | None]:
        """Decide one event; a defect of the program costs this event its decision, never the bot its life."""
        try:
            decision = decide(event, self.state, brain.policy, event.at)
            outbox = tuple(outbox_rows(seq, event.at, decision.effects, brain))
            line = (
                decision_line(event, decision, brain.renderer.render)
                if is_worth_remembering(decision)
                else None
            )
        except Exception:  # noqa: BLE001 - whatever it is, the other events must be decided
            self.defects += 1
            _log.exception("an event could not be decided; it is kept in the journal", seq=seq)
            return Decided(seq=seq), None
        self.state.apply(decision.changes)
        return Decided(seq=seq, changes=decision.changes, outbox=outbox, line=line), decision


def _repaired(item: Received) -> Received:
    """Return an item all of whose texts are valid."""
    event = msgspec.convert(_valid(msgspec.to_builtins(item.event)), type(item.event))
    return msgspec.structs.replace(item, key=repair_text(item.key), event=event)


def _valid(value: Any) -> Any:  # noqa: ANN401 - any builtin value
    if isinstance(value, str):
        return repair_text(value)
    if isinstance(value, list | tuple):
        return [_valid(item) for item in value]
    if isinstance(value, dict):
        return {key: _valid(item) for key, item in value.items()}
    return value


def outbox_rows(seq: int, at: datetime, effects: Sequence[Effect], brain: Brain) -> list[OutboxRow]:
    """Return the outbox rows of a decision's effects, worded as they will be sent.

    Args:
        seq: the journal's number of the event; with the effect's place it names the row for ever, so
            that deciding an event again after a crash cannot send anything twice.
        at: the moment of the decision.
        effects: what was decided.
        brain: words the effects.
    """
    rows = []
    for place, effect in enumerate(effects):
        delivery = delivery_of(effect)
        words = getattr(effect, "words", None)
        rows.append(
            OutboxRow(
                id=f"{seq}:{place}",
                seq=seq,
                effect=effect,
                conversation=conversation_of(effect),
                priority=delivery.priority,
                guarantee=delivery.guarantee,
                created_at=at,
                text=None if words is None else brain.renderer.render(words),
                expires_at=at + delivery.ttl,
            )
        )
    return rows

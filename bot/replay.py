"""Replay: the same `decide` over a history, without a database, as fast as the core allows.

Open-loop: sanctions are taken as reaching their member at once (so the ladder climbs), but who is in a
room changes by the history's own events only. The clock is driven by the events' times.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec

from bot.core.decide import decide
from bot.core.draft import Decision
from bot.core.events import Due, Message, Receipt
from bot.core.rules.view import excerpt, words_of
from bot.core.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from bot.core.effects import Effect
    from bot.core.events import Event
    from bot.core.policy import Policy

# An effect may lead to another (a reminder refused in private is said in the room); such chains are short.
_LONGEST_CHAIN = 10
# A replay drives the clock and carries out effects itself: what the history says of either is passed over.
_MADE_HERE = (Receipt, Due)
_SHOWN = 80


class Replayed(msgspec.Struct, frozen=True):
    """One decided event with what followed at once when its effects were carried out."""

    event: Event
    decision: Decision
    followed: tuple[Effect, ...] = ()


class Replayer:
    """Decides a history event by event on a state of its own."""

    def __init__(self, policy: Policy, state: State | None = None) -> None:
        """Start from nothing, or from a given state.

        Args:
            policy: what to decide by.
            state: where to start; changed by `run`.
        """
        self.policy = policy
        self.state = state if state is not None else State()

    def run(self, events: Iterable[Event], until: datetime | None = None) -> Iterator[Replayed]:
        """Yield what is decided for every event, and for every task that falls due on the way.

        Receipts and due times recorded in the history are left out: this run makes its own.

        Args:
            events: in the order of time.
            until: let time run on to this moment after the last event.
        """
        for event in events:
            if isinstance(event, _MADE_HERE):
                continue
            if until is not None and event.at > until:
                break
            if self.state.is_due(event.at):
                yield from self._tasks_until(event.at)
            yield self._decide(event)
        if until is not None:
            yield from self._tasks_until(until)

    def _tasks_until(self, now: datetime) -> Iterator[Replayed]:
        next_due = self.state.next_due
        while next_due is not None and next_due <= now:
            task = self.state.due(next_due)[0]
            yield self._decide(Due(at=next_due, task=task.key))
            next_due = self.state.next_due

    def _decide(self, event: Event) -> Replayed:
        decision = decide(event, self.state, self.policy, event.at)
        self.state.apply(decision.changes)
        if not decision.effects:
            return Replayed(event, decision)
        return Replayed(event, decision, tuple(self._carry_out(event, decision.effects)))

    def _carry_out(self, event: Event, effects: tuple[Effect, ...]) -> Iterator[Effect]:
        counter = itertools.count()
        waiting = list(effects)
        while waiting:
            effect = waiting.pop(0)
            number = next(counter)
            if number >= _LONGEST_CHAIN + len(effects):
                return
            receipt = receipt_of(effect, f"replay:{number}", event.at)
            decision = decide(receipt, self.state, self.policy, event.at)
            self.state.apply(decision.changes)
            waiting += decision.effects
            yield from decision.effects


def receipt_of(effect: Effect, effect_id: str, at: datetime) -> Receipt:
    """Return the receipt of an effect that was carried out.

    Args:
        effect: what was done.
        effect_id: its id.
        at: when.
    """
    return Receipt(
        at=at,
        effect=effect_id,
        effect_kind=str(effect.__struct_config__.tag),
        outcome="done",
        room=getattr(effect, "room", None),
        to=getattr(effect, "to", None) or getattr(effect, "member", None),
        case=effect.case,
    )


class RoomReport(msgspec.Struct):
    """What a replay found in one room."""

    room: str
    topic: str = ""
    messages: int = 0
    ads: int = 0
    suspects: int = 0
    sanctions: list[tuple[str, str, str, str]] = []  # kind, who, why, what was said


class Report:
    """Sums a replay up for a person: who would have been reminded, warned or removed, and why."""

    def __init__(self, why: Callable[[str], str]) -> None:
        """Start empty.

        Args:
            why: gives a rule's sentence by its id.
        """
        self.rooms: dict[str, RoomReport] = {}
        self._why = why

    def add(self, replayed: Replayed, state: State) -> None:
        """Take one decided event into account.

        Args:
            replayed: the event and what came of it.
            state: for names and topics.
        """
        event, decision = replayed.event, replayed.decision
        if not isinstance(event, Message) or event.room is None:
            return
        report = self.rooms.get(event.room)
        if report is None:
            report = self.rooms[event.room] = RoomReport(event.room)
        report.messages += 1
        if decision.verdict == "ok":
            return
        known = state.rooms.get(event.room)
        report.topic = known.topic if known is not None else ""
        report.ads += decision.verdict == "ad"
        report.suspects += decision.verdict == "suspect"
        why = "; ".join(dict.fromkeys(self._why(s.rule) for s in decision.reasons if s.weight > 0))
        for effect in (*decision.effects, *decision.recorded):
            kind = str(effect.__struct_config__.tag)
            if kind in {"remind", "warn", "remove", "notify_staff"}:
                shown = "ask_staff" if kind == "notify_staff" else kind
                report.sanctions.append(
                    (shown, event.name or event.sender, why, excerpt(words_of(event), _SHOWN))
                )

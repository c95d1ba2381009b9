"""Replay: the same `decide` over a history, without a database, as fast as the core allows.

Open-loop: sanctions are taken as reaching their member at once (so the ladder climbs), but who is in a
room changes by the history's own events only. The clock is driven by the events' times.
"""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads import memory
from bot.core.ads.score import judge
from bot.core.decide import decide
from bot.core.draft import Decision, Draft
from bot.core.events import Due, Message, Receipt
from bot.core.rules.view import shown, view_of
from bot.core.staff import is_immune
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
_GENTLE_FIRST = {name: place for place, name in enumerate(("gentle", "normal", "strict", "ads-room"))}
_OWN = len(_GENTLE_FIRST)


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


class PresetReport(msgspec.Struct, frozen=True):
    """What a preset would have made of a history: messages acted on alone, messages asked about, days it spans."""

    preset: str
    ads: int
    suspects: int
    days: float


class PresetTrial:
    """Judges every message of a history once more under each preset, in the same scene."""

    def __init__(self, policy: Policy) -> None:
        """Start from nothing.

        Args:
            policy: of which every preset is tried.
        """
        self._policy = policy
        self._counts = {name: [0, 0] for name in policy.presets}
        self._first: datetime | None = None
        self._last: datetime | None = None

    def add(self, event: Event, state: State) -> None:
        """Judge an event, before it is decided.

        Args:
            event: of any kind.
            state: as it stands before the event.
        """
        if not isinstance(event, Message) or event.room is None:
            return
        self._first = self._first or event.at
        self._last = event.at
        draft = Draft(state, self._policy, event.at)
        room = state.rooms.get(event.room)
        if event.sender == state.account.self_id or room is None:
            return
        member = state.member(event.room, event.sender)
        if member is None or is_immune(self._policy, state, room, event.sender):
            return
        view = view_of(event, memory.scene_in(event, room, member, draft))
        for name, preset in self._policy.presets.items():
            verdict = judge(view, self._policy.rules, self._policy.settings.scoring, preset).verdict
            self._counts[name][0] += verdict == "ad"
            self._counts[name][1] += verdict == "suspect"

    def reports(self) -> list[PresetReport]:
        """Return what each preset would have done, from gentle to strict, then trade rooms' and the operator's own."""
        days = 1.0
        if self._first is not None and self._last is not None:
            days = max(1.0, (self._last - self._first) / timedelta(days=1))
        found = [
            PresetReport(name, ads, asked, round(days, 2)) for name, (ads, asked) in self._counts.items()
        ]
        return sorted(found, key=lambda one: (_GENTLE_FIRST.get(one.preset, _OWN), one.preset))


class Report:
    """Sums a replay up for a person: who would have been reminded, warned or removed, and why."""

    def __init__(self, why: Callable[[str], str], between: str = "; ") -> None:
        """Start empty.

        Args:
            why: gives a rule's sentence by its id.
            between: what stands between two of them.
        """
        self.rooms: dict[str, RoomReport] = {}
        self._why = why
        self._between = between

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
        report.ads += decision.verdict == "ad" and not decision.unwelcome
        report.suspects += decision.verdict == "suspect" and not decision.unwelcome
        why = self._between.join(dict.fromkeys(self._why(s.rule) for s in decision.reasons if s.weight > 0))
        for effect in (*decision.effects, *decision.recorded):
            kind = str(effect.__struct_config__.tag)
            if kind in {"remind", "warn", "remove", "notify_staff"}:
                level = "ask_staff" if kind == "notify_staff" else kind
                member = state.member(event.room, event.sender)
                name = event.name or (member.name if member is not None else "") or event.sender
                report.sanctions.append((level, name, why, shown(event, _SHOWN)))

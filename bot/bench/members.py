"""Members, per message: their presence, and what is known of them on top (answers, thanks, badges, questions)."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from bot.assembly import load_brain
from bot.bench.figures import Figure, figure
from bot.channels.simulator.synthetic import synthetic
from bot.core.decide import decide
from bot.core.draft import Draft
from bot.core.events import Message
from bot.core.members import acquaintance, presence
from bot.core.members.health import questions
from bot.core.settings import Settings
from bot.core.state import State

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration
    from bot.core.events import Event
    from bot.core.policy import Policy

ROOMS, MEMBERS, SEED = 20, 100, 1
MESSAGES = 20_000
RUNS = 5
GOAL_MICROSECONDS = 5.0


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Note what synthetic messages show of their senders, and nothing else of them.

    Args:
        calibration: measured again before every run.
        messages: how many.
    """
    count = messages or MESSAGES
    policy = load_brain(Settings(), forced_mode="act").policy
    events = list(synthetic(ROOMS, MEMBERS, count, SEED))
    first = next((i for i, event in enumerate(events) if isinstance(event, Message)), len(events))
    talk = [event for event in events[first:] if isinstance(event, Message) and event.room is not None]
    presence_cost = knowing_cost = float("inf")
    for _ in range(RUNS):
        calibration.again()
        nothing = _spent(talk, _ready(policy, events[:first]), policy, 0)
        present = _spent(talk, _ready(policy, events[:first]), policy, 1)
        known = _spent(talk, _ready(policy, events[:first]), policy, 2)
        presence_cost = min(presence_cost, (present - nothing) / max(1, len(talk)))
        knowing_cost = min(knowing_cost, max(0.0, known - present) / max(1, len(talk)))
    note = f"{len(talk):,} messages, {ROOMS} rooms x {MEMBERS}, best of {RUNS} runs, CPU time"
    return [
        figure(
            "members",
            "presence, one message",
            presence_cost * 1e6,
            "µs",
            rounds=calibration.rounds(presence_cost),
            note=note,
        ),
        figure(
            "members",
            "knowing, one message",
            knowing_cost * 1e6,
            "µs",
            at_most=GOAL_MICROSECONDS,
            rounds=calibration.rounds(knowing_cost),
            note="on top of it: talk, answers, thanks, badges, open questions",
        ),
    ]


def _ready(policy: Policy, events: list[Event]) -> State:
    state = State()
    for event in events:
        state.apply(decide(event, state, policy, event.at).changes)
    gc.collect()
    return state


def _spent(talk: list[Message], state: State, policy: Policy, much: int) -> float:
    """Return the CPU seconds of noting messages: nothing of them, who is there, or all that is known."""
    start = time.thread_time()
    for event in talk:
        draft = Draft(state, policy, event.at)
        draft.verdict = "ok"
        if much:
            room, member = presence.heard(event, draft)
            if much > 1:
                acquaintance.note(event, member, draft)
                questions.heard(event, room, draft)
        state.apply(draft.decision().changes)
    return time.thread_time() - start

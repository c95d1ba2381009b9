"""The same history under the same policy gives the same decisions, byte for byte."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from bot.core.decide import decide
from bot.core.records import Record, record_key
from bot.core.state import State
from bot.decisions import decision_line
from tests.core.histories import decide_all, histories
from tests.core.scene import AD, Scene, policy

POLICY = policy()
_encode = msgspec.json.Encoder().encode
_record = msgspec.json.Decoder(Record).decode


def render(words):
    return f"{words.text}/{words.variant}/{_encode(words.values).decode()}"


def lines_of(events):
    state = State()
    lines = [
        decision_line(e, d, render) for e, d in zip(events, decide_all(events, state, POLICY), strict=True)
    ]
    return lines, [_encode(record) for record in state.records()]


@given(histories())
def test_deciding_a_history_twice_gives_the_same_lines_and_the_same_records(events):
    assert lines_of(events) == lines_of(events)


@given(histories(max_size=25))
def test_decide_only_reads_the_state(events):
    state = State()
    for event in events:
        before = [_encode(record) for record in state.records()]
        due_before = state.next_due
        decision = decide(event, state, POLICY, event.at)
        assert [_encode(record) for record in state.records()] == before
        assert state.next_due == due_before
        state.apply(decision.changes)


@given(histories(max_size=25))
def test_a_state_read_back_from_a_store_in_any_order_decides_the_same(events):
    state = State()
    for event in events:
        stored = [_record(_encode(record)) for record in state.records()]
        restored = State(reversed(stored))
        one, other = (decide(event, s, POLICY, event.at) for s in (state, restored))
        assert decision_line(event, one, render) == decision_line(event, other, render)
        state.apply(one.changes)


@given(histories())
def test_every_record_survives_json(events):
    state = State()
    decide_all(events, state, POLICY)
    for record in state.records():
        assert _record(_encode(record)) == record


@given(histories())
def test_events_survive_json(events):
    from bot.core.events import Event

    for event in events:
        assert msgspec.json.decode(_encode(event), type=Event) == event


@given(histories())
def test_a_record_is_found_under_one_key_only(events):
    state = State()
    decide_all(events, state, POLICY)
    keys = [record_key(record) for record in state.records()]
    assert len(keys) == len(set(keys))


@given(histories())
def test_what_is_due_next_is_the_earliest_task(events):
    state = State()
    for event in events:
        state.apply(decide(event, state, POLICY, event.at).changes)
        assert state.next_due == min((t.due_at for t in state.tasks.values()), default=None)


def test_records_with_effects_inside_survive_json():
    scene = Scene("assist")
    scene.say("u1", AD)
    case = scene.case()
    assert case.held
    assert _record(_encode(case)) == case


def test_a_state_refuses_to_forget_what_it_does_not_know():
    from bot.core.records import Gone

    with pytest.raises(ValueError, match="no record of kind"):
        State().apply([Gone("dream", "1")])

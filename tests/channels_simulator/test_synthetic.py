from __future__ import annotations

import statistics
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.simulator.synthetic import labelled, synthetic
from bot.core.events import Event, Message


def test_thirty_thousand_messages_look_like_a_real_stream():
    stream = list(labelled(10, 200, 30_000, seed=1))
    messages = [(event, ad) for event, ad in stream if isinstance(event, Message)]
    assert len(messages) == 30_000
    assert 0.025 < sum(ad for _, ad in messages) / len(messages) < 0.035
    assert 14 <= statistics.median(len(m.text) for m, ad in messages if m.type == "text" and not ad) <= 18
    assert len({m.id for m, _ in messages}) == 30_000
    assert all(ad is False for event, ad in stream if not isinstance(event, Message))


@settings(max_examples=20)
@given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 200), st.integers())
def test_any_size_is_valid_history_in_order_of_time(rooms, members, messages, seed):
    events = list(synthetic(rooms, members, messages, seed))
    assert all(a.at <= b.at for a, b in pairwise(events))
    assert sum(isinstance(e, Message) for e in events) == messages
    assert msgspec.json.decode(msgspec.json.encode(events), type=list[Event]) == events


def test_the_same_seed_makes_the_same_stream_and_another_one_another():
    assert list(synthetic(2, 20, 300, 5)) == list(synthetic(2, 20, 300, 5))
    assert list(synthetic(2, 20, 300, 5)) != list(synthetic(2, 20, 300, 6))

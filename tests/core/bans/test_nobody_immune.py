"""Whatever happens and whoever orders it: no sanction ever names somebody immune, on the new paths either."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.effects import Ban, Remind, Remove, Warn
from bot.core.events import BanEntry, Join, Message, Receipt
from bot.core.staff import is_immune
from bot.core.state import State
from tests.core import histories as of
from tests.core.scene import MAYBE, NOON, Scene, policy

SANCTIONS = (Remind, Warn, Remove, Ban)
POLICY = policy(defaults={"ladder": {"ban_after": 1}})

_commands = st.one_of(
    st.builds(
        "{}@{}{}".format,
        st.sampled_from(["/ban ", "/unban ", "/kicktree ", "拉黑 "]),
        of.name,
        st.sampled_from(["\u2005", " 吵", ""]),
    ),
    st.builds(
        "{} {}".format,
        st.sampled_from(["/ban", "/unban", "/ad", "/notad", "/ok", "/ok", "/no", "/undo"]),
        st.integers(1, 8),
    ),
    st.sampled_from(["/ad", "/notad", f"「小林：{MAYBE}」\n- - - -\n/ad", f"「：{MAYBE}」\n- - - -\n/ad"]),
)
_more = st.one_of(
    st.builds(
        Message,
        at=st.just(NOON),
        room=of.room | st.none(),
        id=st.sampled_from(["m1", "m2", "m3"]) | st.uuids().map(str),
        sender=of.person,
        name=of.name,
        text=_commands | of.talk,
        mentions=of.mentions,
        quote=st.none() | st.sampled_from(["m1", "m2", "m3"]),
    ),
    st.builds(
        Join, at=st.just(NOON), room=of.room, member=of.person, name=of.name, inviter=st.none() | of.person
    ),
    st.builds(BanEntry, at=st.just(NOON), member=of.person, name=of.name, banned=st.booleans()),
    st.builds(
        Receipt,
        at=st.just(NOON),
        effect=st.just("e1"),
        effect_kind=st.sampled_from(["remove", "ban", "warn"]),
        outcome=st.sampled_from(["done", "failed"]),
        room=of.room,
        to=of.person,
        case=st.integers(1, 8),
    ),
)


@st.composite
def histories(draw):
    """Return a history of rooms and members with many of the new commands in it."""
    at = NOON
    events = []
    for event in [*draw(of.histories(max_size=12)), *draw(st.lists(of._events | _more | _more, max_size=40))]:
        at += timedelta(seconds=draw(st.sampled_from([0.0, 1.0, 700.0, 90_000.0])))
        events.append(msgspec.structs.replace(event, at=at))
    return events


@given(histories())
def test_no_sanction_ever_names_the_immune(events):
    state = State()
    for event in events:
        decision = decide(event, state, POLICY, event.at)
        state.apply(decision.changes)
        for effect in (*decision.effects, *decision.recorded):
            if isinstance(effect, SANCTIONS):
                person = effect.to if isinstance(effect, Remind | Warn) else effect.member
                assert not is_immune(POLICY, state, state.rooms[effect.room], person), (event, effect)


@given(histories())
def test_such_a_history_decides_the_same_from_a_state_read_back_in_any_order(events):
    encode = msgspec.json.Encoder().encode
    from bot.core.records import Record

    decode = msgspec.json.Decoder(Record).decode
    state = State()
    for event in events:
        restored = State(reversed([decode(encode(record)) for record in state.records()]))
        one, other = (decide(event, s, POLICY, event.at) for s in (state, restored))
        assert (one.effects, one.recorded) == (other.effects, other.recorded)
        state.apply(one.changes)


def test_the_search_finds_sanctions_at_all():
    scene = Scene()
    scene.say("u1", MAYBE)
    assert isinstance(scene.whisper("staff", "/ok 1").effects[0], SANCTIONS)

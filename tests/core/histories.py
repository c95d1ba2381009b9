"""Generated histories: a few rooms, a few people, everything that can happen to them, in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.draft import Decision
from bot.core.events import (
    Account,
    Due,
    Enrich,
    Event,
    Friend,
    FriendRequest,
    Join,
    Leave,
    Member,
    Message,
    Outcome,
    Present,
    Recall,
    Receipt,
    Rename,
    Room,
    RoomInvite,
    Roster,
)
from bot.core.policy import Policy
from bot.core.state import State
from tests.core.scene import AD, BOT, GUARD, MAYBE, NOON, OPERATOR, OWNER, SCAM, STAFF, TALK

ROOMS = ("r1", "r2")
PEOPLE = (BOT, OWNER, STAFF, OPERATOR, GUARD, "u1", "u2", "u3")
NAMES = ("小林", "小王", "小 王", "/kick @all", "{{ 7*7 }}", "", "\u202e林小")

room = st.sampled_from(ROOMS)
person = st.sampled_from(PEOPLE)
name = st.sampled_from(NAMES)
number = st.integers(1, 6)
case_command = st.builds(
    "{}{}{}".format,
    st.sampled_from(["/ok", "/no", "/undo", "通过", "驳回", "撤销"]),
    st.sampled_from([" ", ""]),
    number,
)
target_command = st.builds(
    "{}@{}{}".format,
    st.sampled_from(["/kick ", "/warn ", "踢", "／踢"]),
    name,
    st.sampled_from(["\u2005", " 吵架", ""]),
)
other_command = st.sampled_from(
    ["/mode act", "/mode assist", "/模式 观察", "/status", "/help", "/kcik @小林", "/微笑"]
)
talk = st.sampled_from([TALK, AD, MAYBE, SCAM, "别再给我发了", "「小林：" + AD + "」\n- - - -\n好的"])
line = talk | case_command | target_command | other_command
picture = st.sampled_from(["", "0f1e2d3c4b5a6978", "0f1e2d3c4b5a6979", "f" * 16, "00ff00ff00ff00ff"])
mentions = st.lists(person | st.just("all"), max_size=2).map(tuple)
start = st.just(NOON)


def _receipt(
    effect: str, kind: str, outcome: Outcome, detail: str, where: str, to: str, case: int | None
) -> Receipt:
    return Receipt(
        at=NOON,
        effect=effect,
        effect_kind=kind,
        outcome=outcome,
        detail=detail,
        room=where,
        to=to,
        case=case,
    )


_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Message,
        at=start,
        room=room | st.none(),
        id=st.uuids().map(str),
        sender=person,
        name=name,
        text=line,
        mentions=mentions,
        sent_at=st.none() | st.integers(-3600, 60).map(lambda s: NOON + timedelta(seconds=s)),
    ),
    st.builds(
        Message, at=start, room=room, id=st.uuids().map(str), sender=person, text=line, mentions=mentions
    ),
    st.builds(
        Room,
        at=start,
        room=room,
        topic=name,
        owner=st.none() | person,
        staff=st.lists(person, max_size=2).map(tuple),
    ),
    st.builds(
        Member,
        at=start,
        room=room,
        member=person,
        name=name,
        role=st.sampled_from(["member", "staff", "owner"]),
        friend=st.none() | st.booleans(),
    ),
    st.builds(Join, at=start, room=room, member=person, name=name),
    st.builds(Leave, at=start, room=room, member=person),
    st.builds(Rename, at=start, room=room, member=person, name=name),
    st.builds(
        Roster,
        at=start,
        room=room,
        members=st.lists(st.builds(Present, member=person, name=name), max_size=5).map(tuple),
    ),
    st.builds(Enrich, at=start, room=room, id=st.just("m"), sender=person, ocr=talk, hash=picture),
    st.builds(Recall, at=start, room=room, id=st.just("m")),
    st.builds(Friend, at=start, member=person, friend=st.booleans()),
    st.builds(FriendRequest, at=start, member=person, text=talk | st.just(""), id=st.just("f1")),
    st.builds(RoomInvite, at=start, member=person),
    st.builds(Account, at=start, state=st.sampled_from(["login", "disconnected"]), self_id=st.just(BOT)),
    st.builds(
        Due,
        at=start,
        task=st.builds("approval:{}".format, number)
        | st.sampled_from([f"digest:{OPERATOR}:2026-03-0{d}" for d in (2, 3)]),
    ),
    st.builds(
        _receipt,
        st.sampled_from(["e1", "e2"]),
        st.sampled_from(["remind", "warn", "remove", "notify_staff", "invite", "digest"]),
        st.sampled_from(["done", "failed", "unknown", "refused", "dropped"]),
        st.sampled_from(["", "not_friend", "opted_out"]),
        room,
        person,
        st.none() | number,
    ),
)

_steps = st.sampled_from([0.0, 1.0, 30.0, 700.0, 40_000.0])


@st.composite
def histories(draw: st.DrawFn, max_size: int = 40) -> list[Event]:
    """Return events in the order of time, a second to half a day apart."""
    import msgspec

    at = NOON
    events = []
    for event in draw(st.lists(_events, min_size=1, max_size=max_size)):
        at += timedelta(seconds=draw(_steps))
        events.append(msgspec.structs.replace(event, at=at))
    return events


def decide_all(events: Iterable[Event], state: State, policy: Policy) -> list[Decision]:
    """Decide events in order on a state that takes the changes over."""
    decisions = []
    for event in events:
        decision = decide(event, state, policy, event.at)
        state.apply(decision.changes)
        decisions.append(decision)
    return decisions

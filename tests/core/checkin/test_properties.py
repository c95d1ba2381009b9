"""Whatever happens, whatever is configured and however the clock jumps: what must never happen does not."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.effects import AskFriend, SendPrivate, SendRoom
from bot.core.events import Account, Due, Friend, Join, Leave, Member, Message, Room
from bot.core.policy import Policy
from bot.core.settings import Settings
from bot.core.state import State
from bot.replay import receipt_of
from tests.core.checkin.silence import packs
from tests.core.scene import BOT, OPERATOR, OWNER, RULES

# Clocks change in Berlin on 29 March 2026, in New York on 8 March; 2028 has a leap day.
STARTS = [
    datetime(2026, 2, 20, 3, tzinfo=UTC),
    datetime(2026, 9, 20, 3, tzinfo=UTC),
    datetime(2028, 1, 25, 3, tzinfo=UTC),
]
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Chatham"]
PEOPLE = ["p0", "p1", "p2", "p3", "p4", "p5"]
ROOMS = ["r1", "r2"]

happenings = st.lists(
    st.tuples(
        st.floats(0, 40),  # days until it happens
        st.sampled_from(
            ["talk", "stop", "answer", "leave", "join", "friend", "no_friend", "restart", "jump", "mode"]
        ),
        st.sampled_from(PEOPLE),
        st.sampled_from(ROOMS),
    ),
    max_size=14,
)
configs = st.fixed_dictionaries(
    {
        "silent_days": st.sampled_from([7, 30]),
        "joined_days": st.sampled_from([0, 14]),
        "again_days": st.sampled_from([14, 40, 90]),
        "spread_days": st.sampled_from([1, 30]),
        "per_day": st.sampled_from([0, 1, 3, 20]),
        "hours_from": st.sampled_from(["00:00", "10:00"]),
        "hours_to": st.sampled_from(["12:00", "23:30"]),
        "days": st.sampled_from(["workdays", "every_day"]),
        "remind_days": st.sampled_from([0, 2]),
        "control_share": st.sampled_from([0.0, 0.4]),
        "control_from": st.just(2),
        "unreachable": st.sampled_from(["friend_request", "room_line", "list"]),
    }
)


class World:
    """Lets things happen and time run, and keeps all that was said unasked with its moment."""

    def __init__(self, config, zone, start):
        self.settings = msgspec.convert(
            {
                "operator": {"id": OPERATOR},
                "defaults": {"mode": "act", "timezone": zone},
                "checkin": {**config, "return_days": 10},
            },
            Settings,
        )
        self.policy = Policy(self.settings, RULES, **packs())
        self.state, self.now, self.number = State(), start, 0
        self.said, self.stopped = [], {}
        self.tell(Account(at=start, state="login", self_id=BOT))
        for room in ROOMS:
            self.tell(Room(at=start, room=room, topic=room, owner=OWNER))
            for person in PEOPLE:
                self.tell(Member(at=start, room=room, member=person, name=f"名{person[1]}", joined_at=start))

    def tell(self, event):
        decision = decide(event, self.state, self.policy, event.at)
        self.state.apply(decision.changes)
        for effect in decision.effects:
            self.said.append((event.at, effect))
            self.tell_receipt(effect)

    def tell_receipt(self, effect):
        receipt = receipt_of(effect, "e", self.now)
        friend = True if not hasattr(effect, "to") else self.state.people.get(effect.to)
        if (
            isinstance(effect, SendPrivate)
            and friend is not None
            and getattr(friend, "friend", True) is False
        ):
            receipt = msgspec.structs.replace(receipt, outcome="refused", detail="not_friend")
        self.tell(receipt)

    def run(self, days, *, twice=False):
        until = self.now + timedelta(days=days)
        while self.state.next_due is not None and self.state.next_due <= until:
            for task in self.state.due(self.state.next_due):
                self.now = max(self.now, task.due_at)
                for _ in range(2 if twice else 1):
                    self.tell(Due(at=self.now, task=task.key))
        self.now = until

    def happen(self, what, person, room):
        self.number += 1
        message = {"at": self.now, "id": f"m{self.number}", "sender": person, "name": person}
        match what:
            case "talk":
                self.tell(Message(**message, room=room, text="今天大家都在聊什么呀"))
            case "stop":
                self.stopped.setdefault(person, self.now)
                self.tell(Message(**message, room=None, text="别再给我发消息了"))
            case "answer":
                self.tell(Message(**message, room=None, text="最近太忙了"))
            case "leave":
                self.tell(Leave(at=self.now, room=room, member=person))
            case "join":
                self.tell(Join(at=self.now, room=room, member=person, name=person))
            case "friend" | "no_friend":
                self.tell(Friend(at=self.now, member=person, friend=what == "friend"))
            case "restart":
                # What a store gives back is the same records; what rang while the bot was down rings late.
                packed = [msgspec.json.encode(r) for r in self.state.records()]
                kinds = [type(r) for r in self.state.records()]
                self.state = State(msgspec.json.decode(b, type=k) for b, k in zip(packed, kinds, strict=True))
                self.now += timedelta(days=3, hours=11)
            case "jump":
                self.now += timedelta(hours=13)
            case "mode":
                room_state = self.state.rooms[room]
                mode = {"act": "observe", "observe": "act", None: "observe"}[room_state.mode]
                self.state.apply([msgspec.structs.replace(room_state, mode=mode)])


def _asks(world):
    return [
        (at, e.mentions[0] if isinstance(e, SendRoom) else e.to, e)
        for at, e in world.said
        if (isinstance(e, SendPrivate | AskFriend) and e.purpose == "checkin")
        or (isinstance(e, SendRoom) and e.mentions and e.words.text == "checkin.line")
    ]


@settings(max_examples=60, deadline=None)
@given(happenings, configs, st.sampled_from(ZONES), st.sampled_from(STARTS), st.booleans())
def test_what_must_never_happen(happening, config, zone, start, twice):
    world = World(config, zone, start)
    for days, what, person, room in happening:
        world.run(days, twice=twice)
        world.happen(what, person, room)
    world.run(60, twice=twice)

    asked = defaultdict(list)
    for at, person, effect in _asks(world):
        # One that was refused for want of friendship goes another way within the same check-in.
        asked[person].append((at, effect.case))
    for times in asked.values():
        numbers = {}
        for at, case in times:
            numbers.setdefault(case, at)
        moments = sorted(numbers.values())
        for one, other in itertools.pairwise(moments):
            assert other - one >= timedelta(days=config["again_days"])

    reminded = Counter(e.case for _, e in world.said if getattr(e, "purpose", "") == "checkin_reminder")
    assert all(count == 1 for count in reminded.values())

    unasked = [
        (at, e)
        for at, e in world.said
        if getattr(e, "purpose", "") in {"checkin", "checkin_reminder", "checkin_hello", "checkin_answer"}
    ]
    for at, effect in unasked:
        assert effect.to not in world.stopped or at <= world.stopped[effect.to]

    place = ZoneInfo(zone)
    quiet = world.policy.room("r1")
    days = Counter()
    for at, effect in unasked:
        if effect.purpose == "checkin_answer":
            continue
        here = at.astimezone(place)
        wall = here.strftime("%H:%M")
        assert config["hours_from"] <= wall < config["hours_to"]
        assert quiet.quiet_to <= wall < quiet.quiet_from
        assert config["days"] == "every_day" or world.policy.days_off.is_workday(here.date())
        if effect.purpose in {"checkin", "checkin_reminder"} and isinstance(effect, SendPrivate):
            days[at.astimezone(world.policy.zone).date()] += 1
    assert all(count <= config["per_day"] for count in days.values())

"""Whatever is scheduled and however time goes: no post twice, at night, too close, or on the same topic too soon."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conflict.records import Episode
from bot.core.decide import decide
from bot.core.effects import SendRoom
from bot.core.events import Account, Due, Message, Room
from bot.core.policy import Policy
from bot.core.quiet import QuietHours
from bot.core.records import Record
from bot.core.settings import Settings
from bot.core.state import State
from bot.lively import load_lively
from bot.shell.holidays import chinese_days_off
from tests.core.scene import BOT, OPERATOR, OWNER, RULES

# Clocks change in Berlin on 29 March and 25 October 2026, in New York on 8 March; 2028 has a leap day.
STARTS = [
    datetime(2026, 3, 5, 3, tzinfo=UTC),
    datetime(2026, 10, 20, 3, tzinfo=UTC),
    datetime(2028, 2, 25, 3, tzinfo=UTC),
]
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Chatham"]
WHENS = [
    "每天 2:30", "每天 20:00", "每天 22:29", "每天 22:30", "每天 8:00", "每周日 2:30", "工作日 9:00", "周末 10:00",
    "每月29号 10:00", "30 1,2,3,9 * * *", "0 9 29 2 *", "2026-03-29 02:30", "2026-10-25 02:30",
]  # fmt: skip
written = st.lists(
    st.fixed_dictionaries(
        {
            "rooms": st.just(["r1"]) | st.just(["r1", "r2"]),
            "when": st.sampled_from(WHENS),
            "text": st.sampled_from(["", "", "大家好"]),
            "about": st.sampled_from(["any", "parents"]),
        }
    ),
    min_size=1,
    max_size=4,
)
happenings = st.lists(
    st.tuples(
        st.floats(0, 9),  # days until it happens
        st.sampled_from(["restart", "jump", "staff", "quarrel", "pause", "resume", "add", "mode"]),
        st.sampled_from(WHENS),
    ),
    max_size=10,
)
configs = st.fixed_dictionaries(
    {
        "window_hours": st.sampled_from([0, 4, 30]),
        "repeat_days": st.sampled_from([1, 10, 180]),
        "staff_minutes": st.sampled_from([0, 10]),
        "late_minutes": st.sampled_from([1, 30, 240]),
    }
)
_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(Record).decode


class World:
    """Lets posts be planned and time run, and keeps what was said with its moment and its task."""

    def __init__(self, posts, config, zone, start):
        self.settings = msgspec.convert(
            {
                "operator": {"id": OPERATOR},
                "defaults": {"mode": "act", "timezone": zone},
                "posts": config,
                "post": posts,
            },
            Settings,
        )
        self.policy = Policy(self.settings, RULES, lively=load_lively(), days_off=chinese_days_off())
        self.state, self.now, self.number, self.said = State(), start, 0, []
        self.tell(Account(at=start, state="login", self_id=BOT))
        for room in ("r1", "r2"):
            self.tell(Room(at=start, room=room, topic=room, owner=OWNER))

    def tell(self, event):
        decision = decide(event, self.state, self.policy, event.at)
        self.state.apply(decision.changes)
        self.said += [
            (event.at, e, getattr(event, "task", ""))
            for e in decision.effects
            if isinstance(e, SendRoom) and e.words.text == "post.line"
        ]

    def say(self, text):
        self.number += 1
        message = Message(at=self.now, room=None, id=f"m{self.number}", sender=OPERATOR, text=text)
        self.tell(message)

    def run(self, days, *, twice):
        until = self.now + timedelta(days=days)
        while self.state.next_due is not None and self.state.next_due <= until:
            for task in self.state.due(self.state.next_due):
                self.now = max(self.now, task.due_at)
                for _ in range(2 if twice else 1):
                    self.tell(Due(at=self.now, task=task.key))
        self.now = max(self.now, until)

    def happen(self, what, when):
        number = max(self.state.posts, default=0)
        match what:
            case "restart":
                packed = [_encode(record) for record in self.state.records()]
                self.state = State(_decode(record) for record in reversed(packed))
                self.now += timedelta(days=1, hours=7)
            case "jump":
                self.now += timedelta(hours=13, minutes=20)
            case "staff":
                self.number += 1
                self.tell(
                    Message(at=self.now, room="r1", id=f"m{self.number}", sender=OWNER, text="大家早上好呀")
                )
            case "quarrel":
                self.state.apply(
                    [Episode(room="r1", kind="dispute", severity="low", parties=(), at=self.now, event="m")]
                )
            case "pause" | "resume":
                self.say(f"/schedule {what} {number}")
            case "add":
                self.say(f"/schedule r2 {when} 新来的")
            case "mode":
                room = self.state.rooms["r1"]
                other = {"observe": "act", "act": "observe", None: "observe"}[room.mode]
                self.state.apply([msgspec.structs.replace(room, mode=other)])


@settings(max_examples=80, deadline=None)
@given(written, happenings, configs, st.sampled_from(ZONES), st.sampled_from(STARTS), st.booleans())
def test_what_must_never_happen(posts, happening, config, zone, start, twice):
    world = World(posts, config, zone, start)
    for days, what, when in happening:
        world.run(days, twice=twice)
        world.happen(what, when)
    world.run(25, twice=twice)

    tasks = Counter(task for _, _, task in world.said)
    assert all(count == 1 for count in tasks.values())

    own = world.policy.room("r1")
    quiet = QuietHours(own.timezone, own.quiet_from, own.quiet_to)
    assert not any(quiet.covers(at) for at, _, _ in world.said)

    by_room = defaultdict(list)
    for at, effect, task in world.said:
        by_room[effect.room].append(at)
        planned = datetime.fromisoformat(task.split(":", 2)[2]).replace(tzinfo=ZoneInfo(zone))
        late = at - planned.astimezone(UTC)
        # A reading that clocks skip falls on the far side of the jump.
        assert timedelta(0) <= late <= timedelta(minutes=config["late_minutes"]), (at, task)
    for moments in by_room.values():
        for one, other in itertools.pairwise(moments):
            assert other - one >= timedelta(hours=config["window_hours"])

    topics = {topic.text for topic in world.policy.lively.icebreakers.topic}
    last = {}
    for at, effect, _ in world.said:
        key = (effect.room, effect.words.values["text"])
        if key[1] in topics:
            assert key not in last or at - last[key] >= timedelta(days=config["repeat_days"])
            last[key] = at

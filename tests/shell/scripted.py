"""A channel that does what a test scripted, and everything a dispatcher needs around it."""

import asyncio
import random
from collections import defaultdict
from datetime import timedelta

import msgspec

from bot.core import settings
from bot.core.effects import (
    AcceptFriend,
    AskFriend,
    Ban,
    Digest,
    Invite,
    NotifyStaff,
    Remind,
    Remove,
    SendPrivate,
    SendRoom,
    Warn,
    Words,
)
from bot.core.events import Room
from bot.ports import Decided, LinkState, OutboxRow, Received, Sent
from bot.shell.delivery import conversation_of, delivery_of
from bot.shell.delivery_claims import Pace
from bot.shell.dispatcher import Dispatcher
from bot.shell.governor import Governor
from bot.store.memory import MemoryStore
from tests.shell.virtual_clock import VirtualClock

UP = LinkState(state="connected")
DOWN = LinkState(state="disconnected")
WORDS = Words("any")
FREE = settings.Governor(
    per_minute=600,
    per_hour=10_000,
    per_day=100_000,
    per_room_hour=1000,
    per_person_day=100,
    removals_minute=120,
    gap_seconds=0,
    jitter_seconds=0,
    same_text_minutes=0,
    breaker_failures=100,
)


def remind(room="r1", to="u1", via="room"):
    return Remind(to=to, room=room, words=WORDS, via=via)


def warn(room="r1", to="u1", via="room"):
    return Warn(to=to, room=room, words=WORDS, via=via)


def remove(room="r1", member="u1"):
    return Remove(room=room, member=member)


def ban(room="r1", member="u1"):
    return Ban(room=room, member=member)


def invite(room="r1", member="u1"):
    return Invite(room=room, member=member)


def line(room="r1", urgent=False, mentions=()):
    return SendRoom(room=room, words=WORDS, urgent=urgent, mentions=mentions)


def private(to="u1", purpose="checkin", room=None):
    return SendPrivate(to=to, purpose=purpose, words=WORDS, room=room)


def notice(to="staff1"):
    return NotifyStaff(to=to, words=WORDS)


def digest(to="boss"):
    return Digest(to=to, words=WORDS)


def ask(to="u1", room="r1"):
    return AskFriend(to=to, purpose="checkin", words=WORDS, room=room)


def accept(member="u1", request="q1"):
    return AcceptFriend(member=member, request=request)


class ScriptedChannel:
    """Keeps what was called; raises or waits as scripted under the name of the call or of its target."""

    def __init__(self):
        self.calls = []
        self.script = defaultdict(list)
        self.present = defaultdict(set)
        self.account = {"bot"}  # is in every room; empty: the platform names nobody at all
        self.under_way = 0
        self.most_at_once = 0
        self.sent = 0

    async def _do(self, name, where, *rest):
        self.calls.append((name, where, *rest))
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(0)
            for key in (name, where):
                step = self.script[key].pop(0) if self.script[key] else None
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                if callable(step):
                    step()
        finally:
            self.under_way -= 1
        self.sent += 1
        return Sent(message_id=f"m{self.sent}")

    async def say_room(self, room, text, mentions):
        return await self._do("say_room", room, text, tuple(mentions))

    async def say_private(self, person, text):
        return await self._do("say_private", person, text)

    async def remove(self, room, member):
        await self._do("remove", room, member)

    async def invite(self, room, member):
        await self._do("invite", room, member)
        self.present[room].add(member)

    async def members(self, room):
        await self._do("roster", room)
        return frozenset({*self.present[room], *self.account})

    async def ask_friend(self, person, hello, room):
        await self._do("ask_friend", person, hello, room)

    async def accept_friend(self, request):
        await self._do("accept_friend", request)

    async def run(self, inbox, on_link):
        raise NotImplementedError

    async def close(self):
        raise NotImplementedError

    def named(self, *names):
        return [call for call in self.calls if call[0] in names]


class Lane:
    """What the real lane does with a receipt: journals it, and settles what it settles."""

    def __init__(self, store):
        self.store = store
        self.taken = []

    async def put(self, item):
        [seq] = await self.store.append([item])
        if seq is not None:
            self.taken.append(item)

    def outcomes(self):
        return {item.event.effect: (item.event.outcome, item.event.detail) for item in self.taken}


class Stage:
    """A dispatcher with everything around it; `restart` is what a crash leaves: the store."""

    def __init__(
        self,
        limits=FREE,
        *,
        store=None,
        channel=None,
        clock=None,
        pace=None,
        may_send=None,
        quiet=None,
        seed=7,
    ):
        self.store = store or MemoryStore()
        self.clock = clock or VirtualClock()
        self.channel = channel or ScriptedChannel()
        self.lane = Lane(self.store)
        self.results = []
        self.governor = Governor(
            limits,
            rng=random.Random(seed),
            quiet=quiet or (lambda _room: None),
            exempt=lambda person: person.startswith(("staff", "boss")),
        )
        self.dispatcher = Dispatcher(
            channel=self.channel,
            store=self.store,
            inbox=self.lane,
            clock=self.clock,
            governor=self.governor,
            may_send=may_send or (lambda _row: None),
            rng=random.Random(seed),
            pace=pace or Pace(),
            on_result=self.results.append,
        )
        self.planned = 0

    async def start(self):
        lost = await self.dispatcher.start()
        self.dispatcher.link(UP)
        return lost

    async def plan(self, *effects, **changes):
        """Commit effects as the lane does and return their rows, not yet offered."""
        self.planned += 1
        room = Room(at=self.clock.now(), room="any")
        [seq] = await self.store.append([Received(key=f"cause:{id(self)}:{self.planned}", event=room)])
        rows = [row_of(e, f"{seq}.{n}", seq, self.clock.now(), **changes) for n, e in enumerate(effects)]
        await self.store.commit([Decided(seq=seq, outbox=tuple(rows))])
        return rows

    async def offer(self, *effects, **changes):
        rows = await self.plan(*effects, **changes)
        self.dispatcher.offer(rows)
        await self.dispatcher.settled()
        return rows

    async def until(self, **span):
        """Let a stretch of time pass, stopping wherever somebody waits for a moment."""
        end = self.clock.now() + timedelta(**span)
        await self.dispatcher.settled()
        while (when := self.clock.next_waiter()) is not None and when <= end:
            self.clock.advance_to(when)
            await self.dispatcher.settled()
        self.clock.advance_to(end)
        await self.dispatcher.settled()

    async def reach(self, condition):
        """Let tasks go on, without the clock moving, until a condition holds."""
        for _ in range(10_000):
            if condition():
                return
            await asyncio.sleep(0)
        raise AssertionError("never came to pass")

    async def row(self, row_id):
        return self.store._outbox[row_id]

    async def statuses(self):
        return {row.id: row.status for row in self.store._outbox.values()}


def row_of(effect, row_id, seq, now, **changes):
    """Build an outbox row as the lane does."""
    delivery = delivery_of(effect)
    row = OutboxRow(
        id=row_id,
        seq=seq,
        effect=effect,
        conversation=conversation_of(effect),
        priority=delivery.priority,
        guarantee=delivery.guarantee,
        created_at=now,
        text=None if isinstance(effect, Remove | Ban | Invite | AcceptFriend) else f"text {row_id}",
        expires_at=now + delivery.ttl,
    )
    return msgspec.structs.replace(row, **changes)

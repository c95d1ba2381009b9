"""A bot that is to be killed: `killed_bot.py FOLDER RUN DIE_AT [--finish]`.

It runs the real runtime on the database in FOLDER, on a simulated platform that talks without end. What
really happened in the world is written to `truth.jsonl`, durably and at the deed, and is the platform's
memory at the next start; what the store acknowledged as journalled goes to `acknowledged.jsonl`. A line
is printed at every step worth dying at; it kills itself, if nobody else does, at the DIE_AT-th of them (0:
never), or at the n-th of a name (out:2).
With --finish nobody talks: it ends all that is open, asks `/status`, waits for the digest and stops.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bot.assembly import load_brain
from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.community import Community
from bot.channels.simulator.driver import settle
from bot.channels.simulator.scene import Content, Scene
from bot.channels.simulator.world import World
from bot.config import load_settings
from bot.ports import Decided, OutboxRow, Received, Sent
from bot.shell.runtime import Runtime
from bot.store.sqlite import SqliteStore

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
AD = "加V xhm_demo88 手机兼职日结200"
MAYBE = "有意者私聊"
SECRET = "悄悄话"
BOT, BOSS, AIDE, GUARD = "bot", "boss", "aide", "guard"
ROOMS = {"a": "act", "b": "assist"}
QUIET_FOLK = ("quote1", "quote2", "talk1", "talk2")

_effect: ContextVar[str | None] = ContextVar("effect", default=None)


def community(seed: int, *, calm: bool) -> Community:
    """Return the place: two rooms, a platform in a bad mood unless `calm`."""
    everywhere = list(ROOMS)
    people = [
        {"id": who, "name": f"{who}先生", "rooms": everywhere, "friend": True} for who in (BOSS, AIDE, GUARD)
    ]
    people += [{"id": who, "name": f"{who}女士", "rooms": everywhere, "friend": True} for who in QUIET_FOLK]
    people += [
        {"id": f"m{n}", "name": f"会员{n}", "rooms": everywhere, "friend": n % 2 == 0} for n in range(12)
    ]
    rooms = [{"id": r, "topic": f"{r}群", "owner": BOSS, "staff": [AIDE], "account": "staff"} for r in ROOMS]
    limits = {} if calm else {"refused": 0.05, "lost": 0.04, "kick_fails": 0.2, "duplicated": 0.1}
    return msgspec.convert(
        {
            "name": "要被打断的社区",
            "starts": "2026-03-02",
            "seed": seed,
            "account": {"id": BOT, "name": "管家"},
            "operator": BOSS,
            "people": people,
            "rooms": rooms,
            "limits": limits,
        },
        Community,
    )


class Diary:
    """A file that keeps what was written whatever happens to the writer."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, value: object) -> None:
        os.write(self._descriptor, json.dumps(value, ensure_ascii=False).encode() + b"\n")
        os.fsync(self._descriptor)


class Steps:
    """Counts the steps worth dying at, prints them, and dies at one of them."""

    def __init__(self, die_at: str) -> None:
        self._name, _, count = die_at.rpartition(":")
        self._left = int(count)

    def __call__(self, name: str) -> None:
        with suppress(BrokenPipeError):
            os.write(1, name.encode() + b"\n")
        self._left -= self._name in {"", name}
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()  # death may take a moment; not one more step is taken


class TellingStore(SqliteStore):
    """The store, saying what it acknowledged, and whose effect the present task carries out."""

    def __init__(self, path: Path, steps: Steps, acknowledged: Diary) -> None:
        super().__init__(path)
        self._steps, self._acknowledged = steps, acknowledged

    async def append(self, items: Sequence[Received]) -> Sequence[int | None]:
        self._steps("append")
        seqs = await super().append(items)
        self._acknowledged.write([item.key for item in items])
        self._steps("appended")
        return seqs

    async def commit(self, decided: Sequence[Decided]) -> None:
        self._steps("commit")
        await super().commit(decided)
        self._steps("committed")

    async def claim(self, effect: str, at: datetime) -> bool:
        _effect.set(effect)
        claimed = await super().claim(effect, at)
        self._steps("claimed")
        return claimed

    async def release(self, effect: str, not_before: datetime, detail: str) -> None:
        await super().release(effect, not_before, detail)
        self._steps("released")

    async def recover(self, at: datetime) -> Sequence[OutboxRow]:
        self._steps("recover")
        rows = await super().recover(at)
        self._steps("recovered")
        return rows


class TruthfulChannel(SimulatorChannel):
    """The platform, dying before or after a deed, and noting every removal it is asked for."""

    def __init__(self, world: World, steps: Steps, truth: Diary) -> None:
        super().__init__(world)
        self._place, self._steps, self._truth = world, steps, truth

    async def say_room(self, room: str, text: str, mentions: Sequence[str]) -> Sent:
        self._steps("say")
        try:
            return await super().say_room(room, text, mentions)
        finally:
            self._steps("said")

    async def say_private(self, person: str, text: str) -> Sent:
        self._steps("whisper")
        try:
            return await super().say_private(person, text)
        finally:
            self._steps("whispered")

    async def remove(self, room: str, member: str) -> None:
        there = member in self._place.present[room]
        self._truth.write(
            {"what": "asked_removal", "room": room, "to": [member], "there": there, "effect": _effect.get()}
        )
        self._steps("remove")
        await super().remove(room, member)
        self._steps("removed")


class Killed:
    """One life of the bot, and the people around it."""

    def __init__(self, folder: Path, run: int, die_at: str, *, calm: bool) -> None:
        self.random = random.Random(run)
        self.run = run
        self.truth = Diary(folder / "truth.jsonl")
        past = read_truth(folder)
        times = [datetime.fromisoformat(line["at"]) for line in past if "at" in line]
        self.clock = VirtualClock(max(times, default=START) + timedelta(minutes=1))
        self.truth.write({"what": "started", "at": self.clock.now().isoformat(), "run": run})
        self.world = World(community(run, calm=calm), self.clock)
        self.asked: set[str] = set()
        self.done: set[str] = set()
        for line in past:
            self._recall(line)
        self.world.watch(self._note)
        self.steps = steps = Steps(die_at)
        steps("started")
        settings = load_settings(folder, {})
        brain = load_brain(settings, folder)
        self.runtime = Runtime(
            store=TellingStore(folder / "qunguan.db", steps, Diary(folder / "acknowledged.jsonl")),
            channel=TruthfulChannel(self.world, steps, self.truth),
            clock=self.clock,
            brain=lambda: brain,
            rng=random.Random(run),
        )
        self.newcomers = 0

    def _recall(self, line: dict[str, Any]) -> None:
        """Let the platform remember what happened in an earlier life."""
        what, room, who = line["what"], line.get("room"), line.get("who", "")
        if what == "joined":
            self.world.names[who] = line["name"]
            self.world.present[room].add(who)
        elif what in {"left", "removed"}:
            self.world.present[room].discard(who if what == "left" else line["to"][0])
        elif what == "befriended":
            self.world.friends.add(who)
        elif what == "said":
            self._hear(who, line["text"])

    def _note(self, scene: Scene) -> None:
        line = {
            "what": scene.what,
            "at": scene.at.isoformat(),
            "room": scene.room,
            "who": scene.who,
            "name": scene.name,
            "to": scene.to,
            "text": scene.text,
            "message": scene.message,
            "effect": _effect.get() if scene.by_account else None,
        }
        self.truth.write(line)
        if scene.what == "said":
            self._hear(scene.who, scene.text)
        elif scene.what == "removed" and scene.by_account:
            self.steps("out")

    def _hear(self, who: str, text: str) -> None:
        if who == BOT:
            self.asked.update(re.findall(r"/ok (\d+)", text))
            self.done.update(re.findall(r"/undo (\d+)", text))
        else:
            self.asked.difference_update(re.findall(r"^/(?:ok|no) (\d+)", text))
            self.done.difference_update(re.findall(r"^/undo (\d+)", text))

    # -- talk --------------------------------------------------------------------------------

    def something_happens(self) -> None:
        """Let one of many things happen."""
        world, rng = self.world, self.random
        room = rng.choice(list(ROOMS))
        regulars = [f"m{n}" for n in range(6) if f"m{n}" in world.present[room]]
        out = [f"m{n}" for n in range(6, 12) if f"m{n}" in world.present[room]]
        match rng.randrange(14):
            case 0 | 1:
                self.newcomers += 1
                who = f"n{self.run}x{self.newcomers}"
                world.names[who] = f"新人{self.run}号{self.newcomers}"
                world.join(room, who)
                world.say(who, Content(text=AD), room=room)
            case 2 | 3 if regulars:
                world.say(rng.choice(regulars), Content(text=rng.choice([AD, AD, MAYBE])), room=room)
            case 4 if self.asked:
                answer = rng.choice(["ok", "ok", "no"])
                world.say(rng.choice([BOSS, AIDE]), Content(text=f"/{answer} {min(self.asked)}"))
            case 5 if self.done and rng.random() < 0.3:
                world.say(BOSS, Content(text=f"/undo {min(self.done)}"))
            case 6 if out and rng.random() < 0.4:
                world.say(AIDE, Content(text=f"踢@{world.names[rng.choice(out)]}"), room=room)
            case 7 if regulars:
                world.say(AIDE, Content(text=f"/warn @{world.names[rng.choice(regulars)]} 别吵"), room=room)
            case 8:
                world.say(rng.choice([BOSS, AIDE, GUARD]), Content(text=AD), room=room)
            case 9:
                who = rng.choice(["quote1", "quote2"])
                world.say(who, Content(text=f"「会员1：{AD}」\n- - - - - - -\n别信这种"), room=room)
            case 10:
                world.say("talk1", Content(text=f"{SECRET}{rng.randrange(1000)}"))
            case 11:
                world.say(BOSS, Content(text="/status"), room=rng.choice([None, room]))
            case 12:
                world.say("talk2", Content(text="别再给我发消息了"))
            case _:
                world.say(rng.choice(["talk1", "talk2"]), Content(text="今天天气真好"), room=room)

    # -- time --------------------------------------------------------------------------------

    async def settled(self) -> None:
        await settle(self.world, self.runtime.settled)

    async def advance(self, longest: timedelta) -> None:
        """Let time pass, to the next moment somebody waits for if that is near."""
        waiting = self.clock.next_waiter
        moment = self.clock.now() + longest
        self.clock.advance_to(moment if waiting is None else max(self.clock.now(), min(moment, waiting)))
        await self.runtime.tick()

    async def talk(self) -> None:
        """Talk without end; the bot keeps up most of the time."""
        while True:
            for _ in range(self.random.randint(1, 5)):
                self.something_happens()
            if self.random.random() < 0.4:
                await self.settled()
            else:
                for _ in range(self.random.randrange(30)):
                    await asyncio.sleep(0)
            await self.advance(timedelta(minutes=self.random.choice([0, 1, 5, 30, 120])))

    async def finish(self) -> None:
        """End everything that is open, ask how things stand, and wait for a digest."""
        for _ in range(2):
            await self.until(self.clock.now() + timedelta(days=4))
        self.world.say(BOSS, Content(text="/status"))
        await self.settled()
        await self.until(self.clock.now() + timedelta(days=1))

    async def until(self, end: datetime) -> None:
        """Let time pass to a moment with everything done that falls due on the way."""
        await self.settled()
        while self.clock.now() < end:
            due = self.runtime.lane.state.next_due
            longest = end - self.clock.now()
            if due is not None and due > self.clock.now():
                longest = min(longest, due - self.clock.now())
            await self.advance(longest)
            await self.settled()

    async def live(self, *, finish: bool) -> None:
        """Live until killed, or until all is finished."""
        await self.runtime.start()
        work = asyncio.create_task(self.runtime.run())
        doing = asyncio.create_task(self.finish() if finish else self.talk())
        await asyncio.wait({work, doing}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            raise RuntimeError("the bot ended by itself")
        doing.result()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def read_truth(folder: Path) -> list[dict[str, Any]]:
    """Return what really happened, in order."""
    path = folder / "truth.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


if __name__ == "__main__":
    place, number, last_step = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    to_the_end = "--finish" in sys.argv
    asyncio.run(Killed(place, number, last_step, calm=to_the_end).live(finish=to_the_end))

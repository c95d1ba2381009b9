"""Lets the script happen: its moments in time, and the reactions to what the account does."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.channels.simulator.scene import Content, Scene
from bot.channels.simulator.script import Moment, Reaction, Script
from bot.channels.simulator.validity import PLACEHOLDER
from bot.channels.simulator.world import World


class Stage:
    """What is still to happen in a world, earliest first, equal times in the order they were planned."""

    def __init__(self, script: Script, world: World) -> None:
        """Plan all moments of the script and watch the account for reactions."""
        self._script = script
        self._world = world
        self._whom = script.community.directory()
        self._ids: dict[str, str] = {}
        self._left = [reaction.times for reaction in script.reactions]
        self._plan: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = 0
        for when, moment in zip(script.times, script.moments, strict=True):
            self._at(when, partial(self._happen, moment))
        world.watch(self._react)

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens, or None when the story is over."""
        return self._plan[0][0] if self._plan else None

    def perform_next(self) -> None:
        """Let the next thing happen now."""
        heapq.heappop(self._plan)[2]()

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._plan, (when, self._order, act))

    # -- moments -----------------------------------------------------------------------------

    def _happen(self, moment: Moment) -> None:
        world, who, room = self._world, self._whom[moment.who], moment.room
        if room is not None and not self._can_happen(moment, room):
            world.note("absent", who, room, text=moment.text)
            return
        whom = None if moment.whom is None else self._whom[moment.whom]
        match moment.does:
            case "say":
                self._say(moment, who)
            case "join" if room is not None:
                world.join(room, who, whom)
            case "leave" if room is not None:
                world.leave(room, who)
            case "remove" if room is not None and whom is not None:
                world.leave(room, whom, remover=who)
            case "rename":
                world.rename(who, moment.text)
            case "recall" if moment.quote is not None:
                said = self._ids.get(moment.quote)
                if said is not None:
                    world.recall(said)
            case "befriend":
                world.befriend(who)
            case "ask_friend":
                world.ask_friend(who, moment.text)

    def _can_happen(self, moment: Moment, room: str) -> bool:
        there = self._world.present[room]
        here = moment.does == "join" or self._whom[moment.who] in there
        return here and all(self._whom[n] in there for n in moment.needs)

    def _say(self, moment: Moment, who: str) -> None:
        if moment.room is None and who not in self._world.friends:
            self._world.note("refused", who, None, to=(self._world.account,), text=moment.text)
            return
        quoted = None if moment.quote is None else self._ids.get(moment.quote)
        said = self._world.say(who, moment.content, room=moment.room, quote=quoted)
        if moment.id is not None:
            self._ids[moment.id] = said
        if moment.picture is not None:
            self._world.pictures[said] = self._script.pictures[moment.picture]

    # -- reactions ---------------------------------------------------------------------------

    def _react(self, scene: Scene) -> None:
        if not scene.by_account:
            return
        for i, reaction in enumerate(self._script.reactions):
            words = self._words(reaction, scene) if self._left[i] and self._meant(reaction, scene) else None
            who = self._who(reaction, scene)
            if words is None or who is None:
                continue
            self._left[i] -= 1
            minutes = reaction.after + (
                self._world.random.uniform(0, reaction.spread) if reaction.spread else 0
            )
            when = scene.at + timedelta(minutes=minutes)
            self._at(when, self._reply(reaction, who, words, scene.room))
            return

    def _meant(self, reaction: Reaction, scene: Scene) -> bool:
        said = "private" if scene.room is None else "room"
        if reaction.on != (said if scene.what == "said" else scene.what):
            return False
        if reaction.room not in {None, scene.room}:
            return False
        if reaction.to and not {self._whom[t] for t in reaction.to} & set(scene.to):
            return False
        at = self._script.community.clock_time
        return (reaction.since is None or at(reaction.since) <= scene.at) and (
            reaction.until is None or scene.at < at(reaction.until)
        )

    def _words(self, reaction: Reaction, scene: Scene) -> str | None:
        found = re.search(reaction.pattern or "", scene.text)
        if found is None:
            return None
        holes = found.groupdict()
        if any(holes[hole] is None for hole in PLACEHOLDER.findall(reaction.text)):
            return None
        return PLACEHOLDER.sub(lambda hole: str(holes[hole.group(1)]), reaction.text)

    def _who(self, reaction: Reaction, scene: Scene) -> str | None:
        if reaction.who is not None:
            return self._whom[reaction.who]
        named = [self._whom[t] for t in reaction.to if self._whom[t] in scene.to]
        return next(iter(named or scene.to), None)

    def _reply(self, reaction: Reaction, who: str, words: str, there: str | None) -> Callable[[], None]:
        room = there if reaction.where is None else None if reaction.where == "private" else reaction.where

        def reply() -> None:
            world = self._world
            if reaction.does == "befriend":
                world.befriend(who)
            elif reaction.does == "join" and room is not None:
                world.join(room, who, world.account)
            elif room is not None and who not in world.present[room]:
                world.note("absent", who, room, text=words)
            elif room is None and who not in world.friends:
                world.note("refused", who, None, to=(world.account,), text=words)
            elif reaction.does == "leave" and room is not None:
                world.leave(room, who)
            elif reaction.does == "say":
                world.say(who, Content(text=words), room=room)

        return reply

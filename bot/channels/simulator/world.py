"""The simulated world: who is where, what was said and done, and who hears of it.

The world knows no limits and no script: it carries out what it is told and remembers it.
Everything that happens is a `Scene` (for the story-teller, with the truth) and, where the platform
would report it, an event in every feed (for the bot, with what an account can see).
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator

import msgspec

from bot.channels.simulator.community import Community, Person, RoomPlan
from bot.channels.simulator.feed import Feed
from bot.channels.simulator.scene import Content, Scene, What
from bot.core import events
from bot.ports import Clock, Received

MENTION_END = "\u2005"
"""What WeChat writes after a mentioned name."""


class World:
    """A community at one moment; every method happens at the clock's present time."""

    def __init__(self, community: Community, clock: Clock, *, seed: int | None = None) -> None:
        """People the rooms as the community file says; `seed` overrides the file's."""
        self.community = community
        self.clock = clock
        self.random = random.Random(community.seed if seed is None else seed)  # noqa: S311 - a story, no secret
        self.account = community.account.id
        self.names = {p.id: p.name for p in (community.account, *community.people)}
        self.friends = {p.id for p in community.people if self._is_friend(p)}
        self.plans: dict[str, RoomPlan] = {r.id: r for r in community.rooms}
        self.present: dict[str, set[str]] = {
            r.id: {p.id for p in community.people if r.id in p.rooms} | {self.account}
            for r in community.rooms
        }
        whom = community.directory()
        self.owners = {r.id: whom[r.owner] for r in community.rooms}
        self.staff = {r.id: tuple(whom[s] for s in r.staff) + self._own_rank(r) for r in community.rooms}
        self.transcript: list[Scene] = []
        self.messages: dict[str, events.Message] = {}
        self.pictures: dict[str, bytes] = {}
        self.requests: dict[str, str] = {}
        self._prefix = f"{clock.now():%y%m%d%H%M%S%f}"
        self._count = itertools.count(1)
        self._feeds: list[Feed] = []
        self._watchers: list[Callable[[Scene], None]] = []

    def _is_friend(self, person: Person) -> bool:
        return self.random.random() < self.community.friends if person.friend is None else person.friend

    def _own_rank(self, plan: RoomPlan) -> tuple[str, ...]:
        return (self.account,) if plan.account == "staff" else ()

    # -- who listens -------------------------------------------------------------------------

    def watch(self, watcher: Callable[[Scene], None]) -> None:
        """Call `watcher` with every scene from now on, at the moment it happens."""
        self._watchers.append(watcher)

    def open_feed(self) -> Feed:
        """Return a feed of everything an account is told from now on."""
        feed = Feed()
        self._feeds.append(feed)
        return feed

    def close_feed(self, feed: Feed) -> None:
        """Stop filling a feed and drop what it still holds."""
        if feed in self._feeds:
            self._feeds.remove(feed)
        feed.finish()

    async def delivered(self) -> None:
        """Return once every channel listens and has handed over all that happened so far."""
        for feed in list(self._feeds):
            await feed.delivered()

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to hand over."""
        return all(feed.owed == 0 for feed in self._feeds)

    def tell(self, key: str, event: events.Event, *, again: bool = False) -> None:
        """Put an event into every feed, `again` for one the platform delivers twice."""
        for feed in self._feeds:
            for _ in range(2 if again else 1):
                feed.put(Received(key=key, event=event))

    def note(
        self,
        what: What,
        who: str,
        room: str | None,
        *,
        to: tuple[str, ...] = (),
        text: str = "",
        message: str | None = None,
    ) -> None:
        """Write a scene into the transcript and show it to the watchers."""
        scene = Scene(
            at=self.clock.now(),
            what=what,
            room=room,
            who=who,
            name=self.names[who],
            to=to,
            text=text,
            message=message,
            by_account=who == self.account,
        )
        self.transcript.append(scene)
        for watcher in self._watchers:
            watcher(scene)

    # -- what people do ----------------------------------------------------------------------

    def say(
        self,
        who: str,
        content: Content,
        *,
        room: str | None = None,
        to: str | None = None,
        quote: str | None = None,
        mentions: tuple[str, ...] = (),
    ) -> str:
        """Let somebody speak in a room, or in private (`room` None) `to` the account or from it.

        Names after an @ become mentions as on the platform. Returns the id of the message.
        """
        text = content.text
        if room is not None:
            text, named = self.mentioned(room, text)
            mentions += tuple(m for m in named if m not in mentions)
        number = f"m{self._prefix}-{next(self._count)}"
        message = events.Message(
            at=self.clock.now(),
            room=room,
            id=number,
            sender=who,
            to=to if room is None and who == self.account else None,
            name=self.names[who],
            mentions=mentions,
            quote=quote,
            **{**msgspec.structs.asdict(content), "text": text},
        )
        self.messages[number] = message
        addressed = mentions if room is not None else (to or self.account,)
        self.note("said", who, room, to=addressed, text=text or f"[{content.type}]", message=number)
        self.tell(f"message:{number}", message, again=self.chance(self.community.limits.duplicated))
        return number

    def join(self, room: str, who: str, inviter: str | None = None) -> None:
        """Let somebody enter a room; who is there already stays as they are."""
        if who in self.present[room]:
            return
        self.present[room].add(who)
        now = self.clock.now()
        self.note("joined", who, room, to=(inviter,) if inviter else ())
        event = events.Join(
            at=now, room=room, member=who, name=self.names[who], inviter=inviter, friend=who in self.friends
        )
        self.tell(f"join:{room}:{who}:{now.isoformat()}", event)

    def leave(self, room: str, who: str, remover: str | None = None) -> None:
        """Let somebody go, by themself or removed by `remover`; who is not there cannot go."""
        if who not in self.present[room]:
            return
        self.present[room].discard(who)
        now = self.clock.now()
        if remover is None:
            self.note("left", who, room)
        else:
            self.note("removed", remover, room, to=(who,))
        event = events.Leave(at=now, room=room, member=who, name=self.names[who], remover=remover)
        self.tell(f"leave:{room}:{who}:{now.isoformat()}", event)

    def rename(self, who: str, name: str) -> None:
        """Let somebody call themself something else, everywhere."""
        before = self.names[who]
        now = self.clock.now()
        self.names[who] = name
        self.note("renamed", who, None, text=before)
        for room in self.rooms_of(who):
            event = events.Rename(at=now, room=room, member=who, name=name)
            self.tell(f"rename:{room}:{who}:{now.isoformat()}", event)

    def recall(self, message: str) -> None:
        """Let the sender take a message back."""
        said = self.messages[message]
        self.note("recalled", said.sender, said.room, text=said.text, message=message)
        self.tell(f"recall:{message}", events.Recall(at=self.clock.now(), room=said.room, id=message))

    def ask_friend(self, who: str, text: str) -> str:
        """Let somebody ask for the account's friendship; returns the handle to accept it by."""
        handle = f"f{self._prefix}-{next(self._count)}"
        self.requests[handle] = who
        self.note("friend_asked", who, None, to=(self.account,), text=text)
        self.tell(
            f"friend_request:{handle}",
            events.FriendRequest(at=self.clock.now(), member=who, text=text, id=handle),
        )
        return handle

    def befriend(self, who: str) -> None:
        """Make a person and the account friends."""
        if who in self.friends:
            return
        self.friends.add(who)
        now = self.clock.now()
        self.note("befriended", who, None, to=(self.account,))
        self.tell(f"friend:{who}:{now.isoformat()}", events.Friend(at=now, member=who))

    # -- what can be seen --------------------------------------------------------------------

    def chance(self, likely: float) -> bool:
        """Return whether something of this likelihood happens; draws nothing when it never can."""
        return likely > 0 and self.random.random() < likely

    def rooms_of(self, who: str) -> Iterator[str]:
        """Yield the rooms somebody is in."""
        return (room for room, there in self.present.items() if who in there)

    def roster(self, room: str) -> tuple[events.Present, ...]:
        """Return who is in a room, the account included, ordered by id."""
        there = sorted(self.present[room])
        return tuple(events.Present(member=m, name=self.names[m], friend=m in self.friends) for m in there)

    def mentioned(self, room: str, text: str) -> tuple[str, tuple[str, ...]]:
        """Return the text with every "@name" closed as the platform does, and whom it mentions."""
        if "@" not in text:
            return text, ()
        by_name = {self.names[m]: m for m in sorted(self.present[room])} | {"所有人": "all"}
        longest_first = sorted(by_name, key=lambda name: (-len(name), name))
        pattern = re.compile("@(" + "|".join(map(re.escape, longest_first)) + f")[ {MENTION_END}]?")
        found = dict.fromkeys(by_name[hit.group(1)] for hit in pattern.finditer(text))
        return pattern.sub(rf"@\1{MENTION_END}", text), tuple(found)

"""The account's hands in the simulated world, with the platform's limits around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from bot.channels.simulator.scene import Content
from bot.channels.simulator.world import World
from bot.core import events
from bot.errors import NotAllowedError, NotDeliveredError, NotFriendError, UndecidedError
from bot.ports import Inbox, LinkState, Received, Sent


class SimulatorChannel:
    """`Channel` and `PictureChannel` over a `World`; make one only to `run` it.

    From its making the channel hears all that happens; `World.delivered` waits until `run` has
    handed it over. Limits are those of WeChat: only owner or staff remove members, nobody removes
    the owner, private words and invitations reach friends only, removals may fail without a word.
    """

    def __init__(self, world: World) -> None:
        """Listen to the world."""
        self._world = world
        self._feed = world.open_feed()
        self._kicks: Counter[str] = Counter()
        limits, whom = world.community.limits, world.community.directory()
        self._stubborn = {whom[s.member]: s for s in limits.stubborn}

    async def run(self, inbox: Inbox, on_link: Callable[[LinkState], None]) -> None:
        """Announce account and rooms, then hand over what happens until `close`."""
        on_link(LinkState(state="connecting"))
        self._announce()
        self._feed.begun.set()
        on_link(LinkState(state="connected", detail=self._world.community.name))
        try:
            while (item := await self._feed.get()) is not None:
                await inbox.put(item)
                self._feed.handed_over()
        finally:
            self._world.close_feed(self._feed)
            on_link(LinkState(state="disconnected"))

    async def close(self) -> None:
        """Let `run` return after what it still owes."""
        self._feed.put(None)

    def _announce(self) -> None:
        world, now = self._world, self._world.clock.now()
        stamp = now.isoformat()
        login = events.Account(at=now, state="login", self_id=world.account)
        self._feed.put(Received(key=f"account:login:{stamp}", event=login))
        for room, plan in world.plans.items():
            if world.account not in world.present[room]:
                continue
            about = events.Room(
                at=now, room=room, topic=plan.topic, owner=self._owner(room), staff=world.staff[room]
            )
            self._feed.put(Received(key=f"room:{room}:{stamp}", event=about))
            roster = events.Roster(at=now, room=room, members=world.roster(room))
            self._feed.put(Received(key=f"roster:{room}:{stamp}", event=roster))

    def redeliver(self, count: int) -> None:
        """Hand over the last `count` messages once more, as gateways do after a reconnect."""
        now = self._world.clock.now()
        for message in list(self._world.messages.values())[-count:] if count > 0 else ():
            late = msgspec.structs.replace(message, at=now, sent_at=message.at)
            self._feed.put(Received(key=f"message:{message.id}", event=late))

    # -- the account's words -----------------------------------------------------------------

    async def say_room(self, room: str, text: str, mentions: Sequence[str]) -> Sent:
        """Say something in a room; members named in `mentions` are called by an @ before the text."""
        world = self._world
        self._must_be_in(room)
        called = [m for m in mentions if m in world.present[room]]
        calls = "".join(f"@{world.names[m]} " for m in called if f"@{world.names[m]}" not in text)

        def spoken() -> str:
            return world.say(world.account, Content(text=calls + text), room=room, mentions=tuple(called))

        return self._attempt(spoken, room, (), text)

    async def say_private(self, person: str, text: str) -> Sent:
        """Say something to a friend; NotFriendError to everybody else."""
        self._must_be_friend(person)
        world = self._world
        return self._attempt(
            lambda: world.say(world.account, Content(text=text), to=person), None, (person,), text
        )

    async def ask_friend(self, person: str, hello: str, room: str | None) -> None:
        """Send a friend request; what the person does about it is up to the script."""
        world = self._world
        if person not in world.names:
            raise NotAllowedError(f"the platform knows nobody called {person}")
        self._attempt(
            lambda: world.note("friend_asked", world.account, room, to=(person,), text=hello),
            room,
            (person,),
            hello,
        )

    async def accept_friend(self, request: str) -> None:
        """Accept a person's friend request by its handle."""
        who = self._world.requests.pop(request, None)
        if who is None:
            raise NotAllowedError(
                f"the platform knows no friend request {request}: it was accepted or has expired"
            )
        self._world.befriend(who)

    def _attempt(
        self, act: Callable[[], str | None], room: str | None, to: tuple[str, ...], text: str
    ) -> Sent:
        world, limits = self._world, self._world.community.limits
        if world.chance(limits.refused):
            world.note("refused", world.account, room, to=to, text=text)
            raise NotDeliveredError("the platform refused the message (simulated): it may be sent again")
        if world.chance(limits.lost):
            if world.chance(0.5):
                act()
            else:
                world.note("lost", world.account, room, to=to, text=text)
            raise UndecidedError(
                "the platform did not answer in time (simulated): the message may have gone out"
            )
        return Sent(message_id=act())

    # -- the account's deeds -----------------------------------------------------------------

    async def remove(self, room: str, member: str) -> None:
        """Ask for a member's removal; it may fail without a word, as on the platform."""
        world = self._world
        self._must_be_in(room)
        rank = world.plans[room].account
        above = (self._owner(room), world.account, *(world.staff[room] if rank == "staff" else ()))
        if rank == "member" or member in above:
            raise NotAllowedError(f"the account is {rank} of room {room} and may not remove {member}")
        if member not in world.present[room]:
            return
        if self._fails_silently(member):
            world.note("kick_failed", world.account, room, to=(member,))
        else:
            world.leave(room, member, remover=world.account)

    def _fails_silently(self, member: str) -> bool:
        world = self._world
        self._kicks[member] += 1
        stubborn = self._stubborn.get(member)
        if stubborn is None:
            return world.chance(world.community.limits.kick_fails)
        until = stubborn.until
        return self._kicks[member] <= stubborn.times or (
            until is not None and world.clock.now() < world.community.clock_time(until)
        )

    async def invite(self, room: str, member: str) -> None:
        """Bring a friend into a room; NotFriendError for everybody else."""
        self._must_be_in(room)
        self._must_be_friend(member)
        self._world.join(room, member, inviter=self._world.account)

    # -- what the account sees ---------------------------------------------------------------

    async def members(self, room: str) -> frozenset[str]:
        """Read who is in a room now."""
        self._must_be_in(room)
        return frozenset(self._world.present[room])

    async def roster(self, room: str) -> tuple[events.Present, ...]:
        """Read the members of a room as they are now."""
        self._must_be_in(room)
        return self._world.roster(room)

    async def picture(self, message_id: str) -> bytes | None:
        """Return the picture of a message, or None if there is none."""
        return self._world.pictures.get(message_id)

    def _owner(self, room: str) -> str:
        return self._world.account if self._world.plans[room].account == "owner" else self._world.owners[room]

    def _must_be_in(self, room: str) -> None:
        if self._world.account not in self._world.present.get(room, ()):
            raise NotAllowedError(f"the account is not in room {room}")

    def _must_be_friend(self, person: str) -> None:
        if person not in self._world.friends:
            raise NotFriendError(f"{person} is no friend of the account and cannot be written to or invited")

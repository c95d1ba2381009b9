"""What people are called and who is a friend: remembered for a while, as most messages come from few.

A rename shows at once where the gateway says that something is out of date, after `_FRESH_SECONDS` where it
does not, and always when a room is read in full.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import msgspec
import structlog

from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.wire import readable
from bot.core.events import Present
from bot.errors import ChannelError, ChannelRejectedError, NotDeliveredError

log = structlog.get_logger(__name__)

_FRESH_SECONDS = 600.0  # a gateway that never says `dirty` shows a new name ten minutes later
_MOST = 100_000  # people remembered; about 30 MB


class Contact(msgspec.Struct, frozen=True):
    """A person as the account's contacts have them."""

    name: str
    friend: bool


class _Person:
    """One person: the contact, and the names used in rooms, each with the time of its reading."""

    __slots__ = ("contact", "names", "read_at")

    def __init__(self) -> None:
        self.contact: Contact | None = None
        self.read_at = 0.0
        self.names: dict[str, tuple[str, float]] = {}


class People:
    """Reads names and friendships through the puppet, and remembers them."""

    def __init__(self, puppet: GatewayPuppet, background: int) -> None:
        self._puppet = puppet
        self._known: dict[str, _Person] = {}
        # Whole rooms are read in the background: they may not fill the line that live messages wait in.
        self._slots = asyncio.Semaphore(background)

    def _person(self, member: str) -> _Person:
        person = self._known.get(member)
        if person is None:
            if len(self._known) >= _MOST:
                self._known.pop(next(iter(self._known)))
            person = self._known[member] = _Person()
        return person

    async def contact(self, member: str, *, fresh: bool = False) -> Contact:
        """Return a person's contact; raises ChannelError if it cannot be read."""
        person = self._known.get(member)
        now = time.monotonic()
        if person and person.contact and not fresh and now - person.read_at < _FRESH_SECONDS:
            return person.contact
        payload = await self._puppet.contact_payload(member)
        contact = Contact(readable(payload.name), bool(payload.friend))
        person = self._person(member)
        person.contact, person.read_at = contact, now
        return contact

    async def name(self, room: str | None, member: str, *, fresh: bool = False) -> str:
        """Return what a person is called in a room (their own name there first), or outside of rooms."""
        if room is None:
            return (await self.contact(member, fresh=fresh)).name
        person = self._known.get(member)
        now = time.monotonic()
        if person and not fresh:
            name, read_at = person.names.get(room, ("", -_FRESH_SECONDS))
            if now - read_at < _FRESH_SECONDS:
                return name
        try:
            payload = await self._puppet.room_member_payload(room, member)
            own, given = readable(payload.room_alias), readable(payload.name)
        except NotDeliveredError:
            own, given = "", ""  # some puppets know no payloads of members, only contacts
        # Gateways keep a member's payload longer than the contact, whose change they hear of.
        name = own or (await self.contact(member, fresh=fresh)).name or given
        self._person(member).names[room] = (name, now)
        return name

    async def name_or_nothing(self, room: str | None, member: str) -> str:
        """Return the name; empty where it cannot be read: an event without a name is better than none."""
        try:
            return await self.name(room, member)
        except ChannelRejectedError:
            raise
        except ChannelError as error:
            log.warning("name not read", why=type(error).__name__)
            return ""

    async def read(self, room: str, members: Sequence[str], *, fresh: bool = False) -> None:
        """Read and remember people of a room, several at once.

        Who cannot be read is left out: one odd contact must not hide a whole room.
        """
        await asyncio.gather(*(self._read_one(room, member, fresh=fresh) for member in members))

    async def _read_one(self, room: str, member: str, *, fresh: bool) -> None:
        try:
            async with self._slots:
                await self.contact(member, fresh=fresh)
                await self.name(room, member, fresh=fresh)
        except ChannelRejectedError:
            raise
        except ChannelError as error:
            log.warning("member not read", why=type(error).__name__)

    def present(self, room: str, members: Iterable[str]) -> tuple[Present, ...]:
        """Return a roster's lines from what is remembered; what is not known is left open."""
        return tuple(self._line(room, member) for member in members)

    def _line(self, room: str, member: str) -> Present:
        person = self._known.get(member)
        if person is None:
            return Present(member)
        contact = person.contact
        name = person.names.get(room, ("", 0.0))[0] or (contact.name if contact else "")
        return Present(member, name, contact.friend if contact else None)

    def strangers(self, room: str, members: Iterable[str]) -> list[str]:
        """Return the members whose name or friendship is not remembered well enough."""
        oldest = time.monotonic() - _FRESH_SECONDS
        return [member for member in members if not self._remembered(room, member, oldest)]

    def _remembered(self, room: str, member: str, oldest: float) -> bool:
        person = self._known.get(member)
        return (
            person is not None
            and person.contact is not None
            and person.read_at > oldest
            and person.names.get(room, ("", oldest))[1] > oldest
        )

    def forget(self, member: str) -> list[str]:
        """Read a person anew next time; returns the rooms they are remembered in."""
        person = self._known.pop(member, None)
        return list(person.names) if person else []

    def forget_room(self, room: str) -> None:
        """Read the names of a room anew next time."""
        for person in self._known.values():
            person.names.pop(room, None)

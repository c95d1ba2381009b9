"""The desk: reads a line as a command, checks who gave it, and calls it.

Members who try a staff command are not answered in public: silently ignored, or met with one
friendly line in private, as configured. Quoted words are never a command.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.command import Call
from bot.core.commands.numbers import NUMBER, with_plain_number
from bot.core.commands.registry import by_name
from bot.core.commands.target import name_and_rest
from bot.core.effects import SendPrivate, Words
from bot.core.staff import is_staff
from bot.core.text.contacts import contacts_in
from bot.core.text.disguise import undisguised
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import RoomState

_SLASH = re.compile(r"^[/／]([^\s@#／/]{1,20})[ \u2005\u3000]*(.*)$", re.DOTALL)
# `踢@小王` as the group bots before us had it; only at the very start and only with a mention.
_KICK = re.compile(r"^踢\s*(@.+)$", re.DOTALL)
_BARE = re.compile(rf"^([^\d#＃]{{1,6}}?)\s*({NUMBER})$")
_BARE_AT = re.compile(r"^([^\s@#]{1,6})\s*(@.+)$", re.DOTALL)
_LONGEST = 500
# What a command in a room may begin with, blanks and a quotation in front of it included; most talk does not.
_BEGINNINGS = frozenset("/／踢「 \t\r\n\u3000")
# U+2005 is no mere blank: it ends a mention, so that a name with spaces has an end.
_BLANK = " \t\r\n\u3000"


class Line(msgspec.Struct, frozen=True):
    """A line read as a command: the name it gives, and the rest."""

    name: str
    rest: str


def read(text: str, *, private: bool = False) -> Line | None:
    """Read a line as a command, or return None if it is ordinary talk.

    Args:
        text: what was said; a quotation in front of it is not part of the command.
        private: in private a bare name with a number (`通过 12`), or a member's with a mention, is a command too.
    """
    if not private and text[:1] not in _BEGINNINGS:
        return None
    words = own_words(text).strip(_BLANK)
    if not words or len(words) > _LONGEST:
        return None
    slash = _SLASH.match(words)
    if slash:
        return Line(slash[1].lower(), with_plain_number(slash[2].strip(_BLANK)))
    kick = _KICK.match(words)
    if kick and not private:
        return Line("kick", kick[1].strip(_BLANK))
    if private:
        at = _BARE_AT.match(words)
        if at and (command := by_name().get(at[1].lower())) is not None and command.who == "member":
            return Line(at[1].lower(), at[2].strip(_BLANK))
        bare = _BARE.match(words)
        if bare and bare[1].strip().lower() in by_name():
            return Line(bare[1].strip().lower(), with_plain_number(bare[2]))
        if words.lower() in by_name():
            return Line(words.lower(), "")
    return None


def in_room(event: Message, room: RoomState, draft: Draft) -> bool:
    """Carry out a command given in a room; returns whether the message was one of staff's commands."""
    line = read(event.text) if event.type == "text" else None
    if line is None:
        return False
    command = by_name().get(line.name)
    if command is not None and command.who == "member":
        call = Call(draft, event, room, line.rest, _as_typed(event, line))
        if "room" in command.where:
            command.run(call)
        else:
            call.reply_private("command.private_only", name=command.names[0])
        # Whoever hides an offer behind a command still makes it.
        return not _carries_a_contact(line.rest)
    if not is_staff(draft.policy, room, event.sender):
        if command is not None:
            _meet_stranger(event, draft)
        return False
    call = Call(draft, event, room, line.rest, _as_typed(event, line))
    if command is None:
        return _suggest(call, line.name)
    if "room" not in command.where:
        call.reply_private("command.private_only", name=command.names[0])
        return True
    command.run(call)
    return True


def in_private(event: Message, draft: Draft) -> bool:
    """Carry out a command given in private; returns whether it was one."""
    line = read(event.text, private=True) if event.type == "text" else None
    if line is None:
        return False
    command = by_name().get(line.name)
    if command is not None and command.who == "member":
        command.run(Call(draft, event, None, line.rest, _as_typed(event, line)))
        return True
    if not _is_staff_anywhere(event.sender, draft):
        if command is not None and event.text.lstrip().startswith(("/", "／")):
            _meet_stranger(event, draft)
            return True
        return False
    call = Call(draft, event, None, line.rest, _as_typed(event, line))
    if command is None:
        if not _suggest(call, line.name):
            call.reply("command.unknown", name=line.name[:20])
        return True
    if "private" not in command.where:
        call.reply("command.room_only", name=command.names[0])
        return True
    command.run(call)
    return True


def _as_typed(event: Message, line: Line) -> str:
    """Return a command's name with the slash it was typed with, if any."""
    slash = own_words(event.text).strip(_BLANK).startswith(("/", "／"))
    return f"/{line.name}" if slash else line.name


def _carries_a_contact(rest: str) -> bool:
    """Return whether what stands behind a command, the name of somebody mentioned apart, offers a contact."""
    words = plain(name_and_rest(rest)[1])
    return any(contact.kind != "call" for contact in contacts_in(words, undisguised(words)))


def _is_staff_anywhere(person: str, draft: Draft) -> bool:
    return person == draft.policy.settings.operator.id or any(
        is_staff(draft.policy, room, person) for room in draft.state.rooms.values() if not room.left
    )


def _suggest(call: Call, name: str) -> bool:
    """Answer a mistyped command with the likely one; what resembles none is ordinary talk (`/微笑`)."""
    near = difflib.get_close_matches(name, list(by_name()), n=1, cutoff=0.6)
    if not near:
        return False
    call.reply("command.did_you_mean", name=name[:20], likely=near[0])
    return True


def _meet_stranger(event: Message, draft: Draft) -> None:
    person = draft.person(event.sender)
    polite = draft.policy.settings.commands.strangers == "polite"
    if polite and person.friend is not False and not person.opted_out:
        draft.effects.append(SendPrivate(to=event.sender, purpose="reply", words=Words("command.not_staff")))

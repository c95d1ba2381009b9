"""What a command is, and what it is called with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.effects import SendPrivate, SendRoom, Words

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row, Value
    from bot.core.events import Message
    from bot.core.records import RoomState

Place = Literal["room", "private"]
_SOME_CASE = 12


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command: its names (the first is shown), where and by whom it may be used, its help, what it does.

    Commands are for staff (operator, owner, admins and named staff) unless they say that every member may.
    """

    names: tuple[str, ...]
    where: tuple[Place, ...]
    usage: str
    help_zh: str
    help_en: str
    run: Callable[[Call], None]
    who: Literal["staff", "member"] = "staff"


class Call:
    """A command being carried out: who said it, where, and with what."""

    def __init__(
        self, draft: Draft, event: Message, room: RoomState | None, rest: str, typed: str = ""
    ) -> None:
        """Hold a call.

        Args:
            draft: the decision in the making.
            event: the message that is the command.
            room: the room it was said in, None in private.
            rest: what stands behind the command's name.
            typed: the command's name as it was typed, its slash included.
        """
        self.draft = draft
        self.event = event
        self.room = room
        self.rest = rest
        self._typed = typed

    @property
    def example(self) -> str:
        """How this very command is written with a number, for whoever forgot it."""
        return f"{self._typed} {_SOME_CASE}"

    @property
    def by(self) -> str:
        """The id of whoever gave the command."""
        return self.event.sender

    def reply(self, text: str, **values: Value | tuple[Row, ...]) -> None:
        """Answer where the command was given."""
        words = Words(text, values)
        if self.room is None:
            self.draft.effects.append(SendPrivate(to=self.by, purpose="reply", words=words))
        else:
            self.draft.effects.append(SendRoom(room=self.room.room, words=words, urgent=True))

    def reply_private(self, text: str, **values: Value | tuple[Row, ...]) -> None:
        """Answer in private even if the command was given in a room."""
        self.draft.effects.append(SendPrivate(to=self.by, purpose="reply", words=Words(text, values)))

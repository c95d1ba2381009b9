"""What happened and what was said, as values."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from bot.core import events

What = Literal[
    "said",
    "joined",
    "left",
    "removed",
    "kick_failed",
    "renamed",
    "recalled",
    "friend_asked",
    "befriended",
    "refused",
    "lost",
    "absent",
]


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened; `who` did it, `to` are those it was meant for, `room` None is private."""

    at: datetime
    what: What
    room: str | None
    who: str
    name: str
    to: tuple[str, ...] = ()
    text: str = ""
    message: str | None = None
    by_account: bool = False


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a message consists of, as the history format has it."""

    text: str = ""
    type: events.MessageType = "text"
    link: events.Link | None = None
    miniprogram: events.MiniProgram | None = None
    card: events.Card | None = None
    file: events.Attachment | None = None
    image: events.Image | None = None
    forwarded: tuple[events.Forwarded, ...] | None = None

"""What is remembered of scheduled posts: what is to be said when, and what was said in a room of late."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.events import At

PostKind = Literal["topic", "activity", "knowledge", "reminder"]
# late: the bot was down; quiet: the room's night; quarrel, staff: a bad moment; window: another post just before;
# unused: no ice-breaker is left that was not posted lately; left, observing: the room is not ours to talk in.
Skip = Literal["late", "quiet", "quarrel", "staff", "window", "unused", "left", "observing"]


class Post(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="post", omit_defaults=True):
    """One scheduled post of a room; `when` is as it was written, `text` empty means an ice-breaker about `about`.

    `source` tells a post of the settings from others by its content; it goes when it no longer stands there.
    `skipped` is why it was not said the last time its hour came, at `skipped_at`.
    """

    number: int
    room: str
    when: str
    kind: PostKind = "topic"
    text: str = ""
    about: str = ""
    icebreaker: str = ""
    source: str = ""
    by: str | None = None
    paused: bool = False
    last_at: At | None = None
    skipped: Skip | None = None
    skipped_at: At | None = None


class Used(msgspec.Struct, frozen=True, array_like=True):
    """An ice-breaker that was posted."""

    id: str
    at: At


class Posted(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="posted", omit_defaults=True):
    """What was posted in a room: when last, and which ice-breakers of late."""

    room: str
    last_at: At | None = None
    used: tuple[Used, ...] = ()

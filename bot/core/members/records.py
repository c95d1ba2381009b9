"""What is remembered of members' help for one another: open questions and today's thanks. No words of anybody."""

from __future__ import annotations

from datetime import date

import msgspec

from bot.core.events import At


class OpenQuestion(msgspec.Struct, frozen=True, array_like=True):
    """Something a member asked moments ago; `by` are those whose answers were counted."""

    at: At
    id: str
    member: str
    by: tuple[str, ...] = ()


class Helping(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="helping", omit_defaults=True
):
    """Who asked, answered and thanked in a room of late; `thanks` are pairs (from, to) of one local day."""

    room: str
    asked: tuple[OpenQuestion, ...] = ()
    day: date | None = None
    thanks: tuple[tuple[str, str], ...] = ()


class Badge(msgspec.Struct, frozen=True, array_like=True):
    """A badge that somebody was given: its id in the pack, and when."""

    id: str
    at: At

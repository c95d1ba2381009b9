"""What is remembered of a room's health beside its days: open questions and what was proposed. No words of anybody."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.events import At

# Somebody who was sent out, who was in a case just before, who had hardly come, who was silent for long; or else.
After = Literal["removed", "case", "early", "silence", "other"]
Finding = Literal["falling", "dead"]


class Departure(msgspec.Struct, frozen=True, array_like=True):
    """Somebody left: after so many days in the room (-1: not known), and after what."""

    days: int
    after: After


class Question(msgspec.Struct, frozen=True, array_like=True):
    """A question of a member that nobody took up so far."""

    at: At
    member: str
    message: str


class Proposal(msgspec.Struct, frozen=True):
    """What was proposed to staff under a number: `topic` is the ice-breaker that could be posted."""

    number: int
    finding: Finding
    at: At
    topic: str = ""
    taken: bool = False


class RoomHealth(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="health", omit_defaults=True
):
    """One room: its questions without an answer, and the last proposal to staff."""

    room: str
    open: tuple[Question, ...] = ()
    proposal: Proposal | None = None

"""What is remembered of a room's talk: its last turns in a ring, and the episode that is going on."""

from __future__ import annotations

import msgspec

from bot.core.conflict.news import ConflictKind, Severity, Turn
from bot.core.events import At

# So many turns say what is going on; older ones say little and would cost memory in every room.
RING = 12


class Tone(msgspec.Struct, frozen=True, array_like=True):
    """How a room usually talks: messages heard of late, and how many laughed, were kind, played, or vented.

    Each fades with every message, so a room's tone is that of its last hundred or so.
    """

    heard: float = 0.0
    laughs: float = 0.0
    softs: float = 0.0
    plays: float = 0.0
    outs: float = 0.0


class Spoken(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="spoken", omit_defaults=True):
    """One of a room's last turns; `slot` is its place in the ring, `number` counts on for ever.

    `heat` is the log-odds of its words being part of a quarrel, `air` of the talk around having turned, `kinds`
    and `marks` are bits (`reading`), `to` the members it mentions, quotes or calls by name. Each keeps an excerpt
    of its words, for staff to see what an outburst was an answer to; only a warm one keeps its cues.
    """

    room: str
    slot: int
    number: int
    at: At
    id: str
    sender: str
    staff: bool = False
    read: bool = False
    heat: float = -2.0
    air: float = -2.0
    kinds: int = 0
    marks: int = 0
    length: int = 0
    to: tuple[str, ...] = ()
    tone: Tone = Tone()
    name: str = ""
    words: str = ""
    cues: tuple[str, ...] = ()


class Episode(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="episode", omit_defaults=True
):
    """Trouble that was raised in a room and is not over: among whom, about what, and until when it lasts.

    `leaning` adds up how much its turns looked like each kind; `calm` counts kind words between the parties
    since the last hot turn.
    """

    room: str
    kind: ConflictKind
    severity: Severity
    parties: tuple[str, ...]
    target: str | None = None
    at: At
    event: str
    turns: tuple[Turn, ...] = ()
    leaning: tuple[float, ...] = ()
    calm: int = 0
    calmed: bool = False

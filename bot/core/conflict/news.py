"""What the watch over conflicts has to say: something was raised, or it calmed down by itself."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.events import At

ConflictKind = Literal["dispute", "complaint", "faction", "safety"]
Severity = Literal["low", "medium", "high"]


class Turn(msgspec.Struct, frozen=True):
    """One message that counted: who said what, and the ids of the cues why it did."""

    at: At
    event: str
    sender: str
    name: str
    words: str
    why: tuple[str, ...] = ()
    weight: float = 0.0


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """Something a human should look at, raised at the message `event`.

    `parties` are the quarrelling members of a dispute, the complainant of a complaint, the members of a
    faction; never staff. `target` is whom it is directed against: a member's id, "staff" or "brand".
    `escalated` says that it is an episode raised before, now with a higher severity, another kind or more
    parties; `private` that it was said to the bot and not in the room.
    """

    kind: ConflictKind
    severity: Severity
    parties: tuple[str, ...]
    target: str | None = None
    ringleaders: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    event: str
    escalated: bool = False
    private: bool = False


class Calmed(msgspec.Struct, frozen=True, kw_only=True):
    """An episode ended by itself: an apology, a reconciliation, long friendliness."""

    parties: tuple[str, ...]
    event: str


News = Raised | Calmed

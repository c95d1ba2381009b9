"""What is remembered of a case of care: whom it concerns, who looks after it, and how far each talk has come."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.conflict.news import Severity, Turn
from bot.core.events import At

TrackState = Literal["open", "human", "ended"]
# opening: the bot writes unasked. talk: it answers what was just said. parting: its last words on a track.
Manner = Literal["opening", "talk", "parting"]


class Note(msgspec.Struct, frozen=True):
    """Something that happened in a case: `what` names it, `by` who did it (None: the bot), `words` say more.

    Of a case that was closed `outcome` is how.
    """

    at: At
    what: str
    by: str | None = None
    member: str | None = None
    words: str = ""
    outcome: str | None = None


class Endangered(msgspec.Struct, frozen=True):
    """A person who spoke of danger: of which (a playbook's `Danger`; None: any), and what they said."""

    person: str
    at: At
    danger: str | None = None
    words: str = ""
    private: bool = False


class Care(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a case of a conflict has: whom it concerns, who looks after it, by which table, how it ended.

    `told` are the staff who got the brief, in order; `owner` took it, and where they are `silent` is false the
    bot goes on leading. `answered_at` is when a human first did something, `late` which promises were broken
    (`answer`, `resolve`). `edition` is the fingerprint of the playbook that new tracks begin with; `line` is a
    calm line for the room that waits for a yes, `line_at` when one was said. `turns` begin with a few that came
    before it; they and the notes' words go when the time to keep them is over (`forgotten`). `attacker` is set
    where one of a dispute keeps at another, who is then its `target`. `endangered` are those whose words
    made it a case of safety, `was` what it was before.
    """

    parties: tuple[str, ...]
    severity: Severity
    target: str | None = None
    attacker: str | None = None
    endangered: tuple[Endangered, ...] = ()
    was: str = ""
    ringleaders: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    playbook: str = ""
    edition: str = ""
    told: tuple[str, ...] = ()
    owner: str | None = None
    silent: bool = False
    answered_at: At | None = None
    late: tuple[str, ...] = ()
    line: str = ""
    line_at: At | None = None
    outcome: str | None = None
    closed_at: At | None = None
    reopened: int = 0
    notes: tuple[Note, ...] = ()
    forgotten: bool = False


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A line that waits for staff's yes: which step it is of, and the sentence with what it uses up.

    `aside` is said in between: the track stays where it is.
    """

    step: str
    text: str
    used: tuple[tuple[str, int], ...] = ()
    again: bool = False
    reminder: bool = False
    aside: bool = False


class Replied(msgspec.Struct, frozen=True):
    """One answer of a person: to which step, read as which class; its words go when their time is up."""

    at: At
    step: str
    read: str
    words: str = ""


class Track(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="track", omit_defaults=True):
    """A playbook's run with one person of a case, and nobody else's words in it.

    `state`: the bot leads (`open`), a human does (`human`), or it is over (`ended`, with its `outcome`).
    `step` is the last one said and `since` when that was; `held` a line that waits for staff's yes. `heard` are
    words the person may still be adding to. `used` are the wordings said so far, by step; `stayed` how often
    `step` was said again; `lines` counts what was said and `stale` how much of it was overtaken by a reply, so
    that a line still waiting to be sent is not said any more. `reached` is true once the step's line arrived. `kept` is
    what the person said of lasting worth, by what it is. `asides` counts how often in a row the person was asked
    for other words.
    """

    case: int
    member: str
    name: str = ""
    role: str
    edition: str
    state: TrackState = "open"
    step: str = ""
    since: At | None = None
    held: Held | None = None
    heard: str = ""
    used: tuple[tuple[str, int], ...] = ()
    stayed: int = 0
    lines: int = 0
    stale: int = 0
    asides: int = 0
    reached: bool = False
    outcome: str | None = None
    replies: tuple[Replied, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


class Edition(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="edition"):
    """A playbook as it stood when a case began with it, under its fingerprint: the case keeps it to its end."""

    fingerprint: str
    body: str

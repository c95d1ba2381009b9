"""What a playbook is: a table an operator can read and edit, as frozen values.

    Playbook
      id, title, for_kinds, picked_when      which cases it is for (choose.playbook_for picks one)
      room_line, room_line_low               the one calm line in the room, said at once; no wording: nothing;
                                             the second where it is of low severity
      proposal                               what staff reads under "the bot proposes", in the brief
      roles: Role(id, who, first)            one track per person of a role; a track starts at step `first`
      steps: Step                            see below
      replies                                where reply classes lead that a step does not name itself
      partings                               what is said when a track leaves the table, by reply class
                                             ("safety"), by action ("human", "handover") or by outcome id
      asides                                 what is said in between, by name ("which-number")
      dangers                                patterns that tell which danger words speak of (danger.py)
      outcomes: Outcome(id, good, room, ...) how a track may end; `room` is the one warm line, often nothing
      followups: Followup(hours, role, step) steps that begin so long after the case came to a good outcome
      levels: Level(id, by, needs)           劝阻-劝和-劝退-请出, and who may decide each
      promises: Promises                     hours until a human's first answer and until it is resolved
      credit: CreditLine                     what may be said in a person's favour, and what must be true for it
      dialogues: Dialogue                    scripted talks; each is a test

A step says one of its wordings, then waits for the person's reply, whose class names where to go:

    "step-id"        that step is said
    "stay"           this step again, in another wording; after `patience` times it is handed over
    "human"          a person is fetched at once; the bot says the parting and is silent
    "handover"       a member of staff goes on from here, in their own time; the bot is silent
    "end:outcome"    the track is over

Silence is a reply class too: after `wait.hours` the track goes to `wait.then`; `wait.reminder` is said once
before that. A step with `then` waits for nothing: it is said and the track goes on there. A step whose
`needs` are not all known is not said: the track goes to `without` instead.

All moves are made by `bot.core.playbook.walk`, and nothing else; texts are filled by
`bot.core.playbook.variables`; `fingerprint` names a version: a running case keeps the table it started with.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, get_args

import msgspec

from bot.core.playbook.phrases import CreditLine, Name, Table, Texts, Title
from bot.core.settings import Language

ReplyClass = Literal[
    "calm",
    "angry",
    "accept",
    "refuse",
    "question",
    "silent",
    "opt-out",
    "wants-human",
    "legal-threat",
    "safety",
    "other",
]
REPLY_CLASSES: tuple[ReplyClass, ...] = get_args(ReplyClass)

Purpose = Literal[
    "soothe",
    "praise",
    "empathise",
    "communicate",
    "resolve",
    "inform",
    "share",
    "follow_up",
    "close",
    "topic",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
CareKind = Literal["dispute", "complaint", "faction", "safety"]
# party: each party who is nothing else; ringleader: each of them, alone; target, attacker: where one keeps at
# another who hardly answers; staff: whoever is on duty; colleague: the member of staff it is directed against;
# helper: a member whom staff names; room: everybody.
Who = Literal["party", "ringleader", "target", "attacker", "staff", "colleague", "helper", "room"]
# self-harm, and whatever else it may be: the person themself; violence: they threaten others; threatened: others
# threaten or hurt them; minor: a child is in danger; health: an accident, an illness.
Danger = Literal["self-harm", "violence", "threatened", "minor", "health"]
DANGERS: tuple[Danger, ...] = get_args(Danger)
# What may be said in between, while a track stays where it is: an answer names none of the numbered options;
# pictures or a voice message came, which a program cannot look at or hear; ??? came, or a letter.
Aside = Literal["which-number", "no-picture", "no-voice", "unclear"]
ASIDES: tuple[Aside, ...] = get_args(Aside)
LevelId = Literal["dissuade", "reconcile", "ask_to_leave", "remove"]

Hours = Annotated[float, msgspec.Meta(gt=0, le=24 * 60)]


class Reminder(Table, frozen=True, kw_only=True):
    """What is said once, so many hours after a step that nobody answered."""

    hours: Hours
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def texts(self) -> Texts:
        """The wordings of the reminder."""
        return Texts(zh=self.zh, en=self.en)


class Wait(Table, frozen=True, kw_only=True):
    """How long a step waits for an answer, and where silence leads."""

    hours: Hours
    then: str
    reminder: Reminder | None = None


class Step(Table, frozen=True, kw_only=True):
    """One step of a role's track.

    `keep` says as what the replies to it are kept in the case for staff: the person's story, what they agreed
    to, which option they chose, why they are unhappy. `approval` wants a yes of staff in every mode.
    `names_other` allows `{other}`, the other party's name; their words never have a way in. `title` is what
    staff reads instead of the id; without one it is the purpose's.
    """

    id: Name
    role: Name
    purpose: Purpose
    title: Title | None = None
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    replies: dict[ReplyClass, str] = msgspec.field(default_factory=dict)
    wait: Wait | None = None
    then: str | None = None
    patience: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    needs: tuple[str, ...] = ()
    without: str | None = None
    approval: bool = False
    names_other: bool = False
    keep: Literal["story", "agreement", "choice", "reason"] | None = None

    @property
    def texts(self) -> Texts:
        """The wordings of the step."""
        return Texts(zh=self.zh, en=self.en)


class Role(Table, frozen=True, kw_only=True):
    """Who gets a track of their own, and with which step it starts; without `first` it only has follow-ups.

    `danger` limits a role of a table for safety to whoever is in that danger.
    """

    id: Name
    who: Who
    title: Title
    first: Name | None = None
    danger: Danger | None = None


class Outcome(Table, frozen=True, kw_only=True):
    """How a track may end; follow-ups run after good ones, `room` is said when the whole case ended so."""

    id: Name
    title: Title
    good: bool = False
    room: Texts = Texts()


class Followup(Table, frozen=True, kw_only=True):
    """A step that begins so many hours after the case came to a good end; `after` names outcomes, none: any."""

    hours: Hours
    role: Name
    step: Name
    after: tuple[Name, ...] = ()


class Level(Table, frozen=True, kw_only=True):
    """One level of response: who may decide it, and what it needs first."""

    id: LevelId
    by: Literal["bot", "staff", "operator"]
    needs: Title


class Promises(Table, frozen=True, kw_only=True):
    """By when a human answers for the first time and by when it is resolved; breaches escalate."""

    human_hours: Hours = 24
    resolved_hours: Hours = 72


class Exchange(Table, frozen=True, kw_only=True):
    """One turn of a scripted talk: at which step the track stands, what the person says, how it is read.

    An empty reply is silence. Where `aside` is said instead of going on the track stays; `reads` does not count.
    """

    at: Name
    reply: str = ""
    reads: ReplyClass = "other"
    aside: Aside | None = None


class Dialogue(Table, frozen=True, kw_only=True):
    """A scripted talk of one role, run as a test; `lacks` are variables that are not known in it."""

    name: str
    role: Name
    turns: tuple[Exchange, ...]
    ends: str
    start: Name | None = None
    lacks: tuple[str, ...] = ()


class Playbook(Table, frozen=True, kw_only=True):
    """A table of steps for a kind of case; see the module's docstring."""

    id: Name
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: Title
    about: Title
    for_kinds: tuple[CareKind, ...]
    picked_when: tuple[str, ...] = ()
    reason: Name | None = None
    room_line: Texts = Texts()
    room_line_low: Texts = Texts()
    proposal: Texts
    roles: tuple[Role, ...]
    steps: tuple[Step, ...]
    replies: dict[ReplyClass, str] = msgspec.field(default_factory=dict)
    partings: dict[str, Texts] = msgspec.field(default_factory=dict)
    asides: dict[Aside, Texts] = msgspec.field(default_factory=dict)
    dangers: dict[Danger, tuple[str, ...]] = msgspec.field(default_factory=dict)
    outcomes: tuple[Outcome, ...]
    followups: tuple[Followup, ...] = ()
    levels: tuple[Level, ...] = ()
    promises: Promises = Promises()
    most_lines: Annotated[int, msgspec.Meta(ge=1, le=30)] = 12
    credit: tuple[CreditLine, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()

    def step(self, step: str) -> Step | None:
        """Return a step by its id."""
        return next((known for known in self.steps if known.id == step), None)

    def role(self, role: str) -> Role | None:
        """Return a role by its id."""
        return next((known for known in self.roles if known.id == role), None)

    def role_of(self, who: Who) -> Role | None:
        """Return the role of those who have a part, or None where the table has none for them."""
        return next((known for known in self.roles if known.who == who), None)

    def role_in(self, danger: Danger) -> Role | None:
        """Return the role of a party in a danger: the one for it, else one that is for any."""
        parties = [known for known in self.roles if known.who == "party"]
        fitting = [known for known in parties if known.danger == danger]
        return next(iter((*fitting, *(known for known in parties if known.danger is None))), None)

    def title_of(self, step: str, language: Language) -> str:
        """Return what staff reads as a step's name; its id where it has none."""
        known = self.step(step)
        return step if known is None or known.title is None else known.title.of(language)

    def outcome(self, outcome: str) -> Outcome | None:
        """Return an outcome by its id."""
        return next((known for known in self.outcomes if known.id == outcome), None)


def fingerprint(playbook: Playbook) -> str:
    """Return the version a running case keeps: whatever is said or decided by the table changes it.

    Args:
        playbook: with its credit lines; its dialogues do not count.
    """
    told = msgspec.structs.replace(playbook, dialogues=())
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:12]

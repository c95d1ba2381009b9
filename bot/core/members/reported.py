"""What is kept of members' reports: with a case what was reported and by whom, with a person how they report."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.events import At

ReportAbout = Literal["ad", "befriending", "other"]


class Outcome(msgspec.Struct, frozen=True):
    """What staff made of something a member reported."""

    case: int
    at: At
    upheld: bool


class Reporter(msgspec.Struct, frozen=True, omit_defaults=True):
    """How somebody reports others: when of late, what staff made of it, when staff heard that it is too much."""

    at: tuple[At, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    told_at: At | None = None


class Reported(msgspec.Struct, frozen=True):
    """What members reported, and who did; nobody but staff ever learns who."""

    about: ReportAbout
    by: tuple[str, ...]

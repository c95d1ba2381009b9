"""What staff is told of a room that falls quiet, as a table an operator can edit (playbooks/revival.toml).

RevivalBook
  idea     one thing to do: `fits` says for which finding; its wordings name only what is known
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.members.health.records import Finding
from bot.core.playbook.phrases import Texts, Title
from bot.core.playbook.problem import Problem
from bot.core.playbook.variables import variables_in

if TYPE_CHECKING:
    from collections.abc import Iterator

Does = Literal["topic", "activity", "guest", "merge", "close"]

# topic: the ice-breaker proposed; guest: who carries the talk; other: a livelier room; hour: the busiest hour.
_KNOWN = frozenset({"room", "topic", "guest", "other", "hour", "weekday", "active", "members"})
_LONGEST = 160
_DAYS = 7
_LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
_FINDINGS: tuple[Finding, ...] = ("falling", "dead")


class Idea(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing staff may do, and how it is put to them."""

    id: str
    does: Does
    fits: tuple[Finding, ...]
    say: Texts


class RevivalBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ideas, in the order in which they are proposed."""

    id: Literal["revival"]
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: Title
    about: Title
    weekdays: Texts
    idea: Annotated[tuple[Idea, ...], msgspec.Meta(min_length=1)]


def revival_problems(book: RevivalBook) -> list[Problem]:
    """Return all that is wrong with a table."""
    return list(_problems(book))


def _problems(book: RevivalBook) -> Iterator[Problem]:
    names = [idea.id for idea in book.idea]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(f"idea {name}", "stands twice", "give each idea an id of its own")
    for language in _LANGUAGES:
        if len(book.weekdays.of(language)) != _DAYS:
            yield Problem("weekdays", f"are not seven in {language}", "name them from Monday on")
        for finding in _FINDINGS:
            fitting = [text for idea in book.idea if finding in idea.fits for text in idea.say.of(language)]
            if all(set(variables_in(text)) - {"room"} for text in fitting):
                what = f"has no idea in {language} that always fits"
                yield Problem(finding, what, "add one that names at most {room}")
        for idea in book.idea:
            for text in idea.say.of(language):
                yield from _wording(f"idea {idea.id}", text)


def _wording(where: str, text: str) -> Iterator[Problem]:
    if len(text) > 2 * _LONGEST or (not text.isascii() and len(text) > _LONGEST):
        yield Problem(where, f"is too long: {text[:16]}…", "say less")
    for name in variables_in(text):
        if name not in _KNOWN:
            yield Problem(where, f"names {{{name}}}", f"it may name {', '.join(sorted(_KNOWN))}")

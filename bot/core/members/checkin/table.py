"""What check-ins say, as a table an operator can read and edit (playbooks/check-in.toml), and its checks.

    CheckinBook
      opening      the question: `fits` says whom (anybody, those who never spoke, those who used to talk)
      reminder     said once to whoever did not answer
      greeting     with a friend request, to people who are no friends of the account
      room_line    behind a mention in the room, for the same people; it names no reason
      reply        by reason: the one sentence that answers it
      then         by follow-up: the sentence behind it
      answer       instead of both, for one reason and follow-up

A wording is used only where everything it names is known; nothing is ever invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.members.checkin.cue import FOLLOW_UPS, REASONS, FollowUp, Reason
from bot.core.playbook.phrases import Texts, Title
from bot.core.playbook.problem import Problem
from bot.core.playbook.variables import variables_in
from bot.core.playbook.wordings import refused_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.playbook.refused import RefusedCue
    from bot.core.settings import Language

Fits = Literal["anybody", "never", "talked"]

_KNOWN = frozenset({"name", "room", "joined", "said", "resource", "hours"})
# Of these a wording must always be usable, whatever is not known.
_ALWAYS = frozenset({"room", "hours"})
_ASKING = frozenset({"name", "room", "joined", "said"})
# WeChat cuts the greeting of a friend request.
_LONGEST_GREETING = 50
_LONGEST = 160
# Fewer would make a row of check-ins read like a mass message.
_FEWEST_OPENINGS = 5


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wordings of the question for people of one kind."""

    id: str
    fits: Fits = "anybody"
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said for exactly one reason and follow-up."""

    reason: Reason
    followup: FollowUp
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class CheckinBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that check-ins say; see the module's docstring."""

    id: Literal["check-in"]
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: Title
    about: Title
    human_hours: Annotated[float, msgspec.Meta(gt=0, le=720)] = 24
    joined: Title
    joined_long: Title
    no_room: Title
    opening: Annotated[tuple[Opening, ...], msgspec.Meta(min_length=1)]
    reminder: Texts
    greeting: Texts
    room_line: Texts
    reply: dict[Reason, Texts]
    then: dict[FollowUp, Texts]
    answer: tuple[Answer, ...] = ()


def book_problems(book: CheckinBook, refused: tuple[RefusedCue, ...] = ()) -> list[Problem]:
    """Return all that is wrong with a table.

    Args:
        book: the table.
        refused: what no text to members may say.
    """
    return [*_missing(book), *_wordings(book), *_refused(book, refused)]


def _missing(book: CheckinBook) -> Iterator[Problem]:
    for reason in REASONS:
        if reason not in book.reply and reason != "optout":
            yield Problem(f"reply {reason}", "is missing", "add a wording for it")
    for followup in FOLLOW_UPS:
        if followup not in book.then and followup not in {"none", "optout"}:
            yield Problem(f"then {followup}", "is missing", "add a wording for it")


def _wordings(book: CheckinBook) -> Iterator[Problem]:
    for language in ("zh", "en"):
        asked = [text for opening in book.opening for text in getattr(opening, language)]
        if len(set(asked)) != len(asked):
            yield Problem("opening", f"says the same twice in {language}", "word it anew")
        if len(asked) < _FEWEST_OPENINGS:
            yield Problem("opening", f"has fewer than {_FEWEST_OPENINGS} wordings in {language}", "add some")
        general = [
            text
            for opening in book.opening
            if opening.fits == "anybody"
            for text in getattr(opening, language)
        ]
        needed = (
            ("opening", general),
            ("reminder", getattr(book.reminder, language)),
            ("greeting", getattr(book.greeting, language)),
        )
        for where, texts in needed:
            if not any(set(variables_in(text)) <= _ALWAYS for text in texts):
                yield Problem(where, f"has no wording in {language} without a name", "add one")
        for where, texts, may in _all_said(book, language):
            for text in texts:
                yield from _wording(where, text, may)
        for text in getattr(book.greeting, language):
            if language == "zh" and len(text) > _LONGEST_GREETING:
                yield Problem("greeting", f"is too long: {text[:16]}…", "the platform cuts it: say less")


def _refused(book: CheckinBook, refused: tuple[RefusedCue, ...]) -> Iterator[Problem]:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for where, texts, _ in _all_said(book, language):
            for text in texts:
                yield from refused_problems(where, text, language, refused)


def _all_said(book: CheckinBook, language: str) -> Iterator[tuple[str, tuple[str, ...], frozenset[str]]]:
    for opening in book.opening:
        yield f"opening {opening.id}", getattr(opening, language), _ASKING
    yield "reminder", getattr(book.reminder, language), _ASKING
    yield "greeting", getattr(book.greeting, language), frozenset({"name", "room"})
    # What stands in the room is read by everybody: nothing about the person has a place there.
    yield "room_line", getattr(book.room_line, language), frozenset()
    for reason, texts in book.reply.items():
        yield f"reply {reason}", getattr(texts, language), frozenset({"name", "room"})
    for followup, texts in book.then.items():
        yield f"then {followup}", getattr(texts, language), frozenset({"name", "room", "resource", "hours"})
    for answer in book.answer:
        yield f"answer {answer.reason}/{answer.followup}", getattr(answer, language), _KNOWN


def _wording(where: str, text: str, may: frozenset[str]) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(where, "has an empty wording", "write it, or drop it")
    if len(text) > 2 * _LONGEST or (not text.isascii() and len(text) > _LONGEST):
        yield Problem(where, f"is too long: {text[:16]}…", "say less")
    for name in variables_in(text):
        if name not in may:
            known = ", ".join(sorted(may)) or "nothing"
            yield Problem(where, f"names {{{name}}}", f"it may name {known}")

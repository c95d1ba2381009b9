"""Checks of what a playbook says: its variables, its promises, its length, and that nothing is said twice."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from bot.core.playbook.credit import CREDIT_VARIABLES
from bot.core.playbook.phrases import Condition, Texts
from bot.core.playbook.problem import Problem
from bot.core.playbook.refused import all_refused_in
from bot.core.playbook.variables import VARIABLES, variables_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.playbook.model import Playbook, Step, Who
    from bot.core.playbook.refused import RefusedCue, Refuses
    from bot.core.settings import Language

_LANGUAGES: tuple[Language, ...] = ("zh", "en")

# In half-width columns, a Chinese character is two. A phone shows some 16 Chinese characters in a line:
# nine lines of a private word, five of a line in the room, a screen of a brief for staff.
_LONGEST: dict[Who, int] = {"room": 160, "staff": 640}
_LONGEST_PRIVATE = 300
_LONGEST_CREDIT = 120

# What is wrong with refused words, and what to do about them.
_REFUSED: dict[Refuses, tuple[str, str]] = {
    "promise": ("promises", "what is offered is the operator's: use {options} or {offer}"),
    "leak": ("passes on", "nothing of one side reaches another: take it out"),
    "secrecy": ("promises secrecy with", "staff reads along: say who sees it"),
}
# Whom people in danger can call: 12356 to talk (national, psychological help), 12355 for the young, 120
# ambulance, 110 police. Whatever a parting for safety says, it names those of its danger.
_HELP = {
    "safety": ("12356", "120", "110"),
    "safety-self-harm": ("12356", "120", "110"),
    "safety-violence": ("110",),
    "safety-threatened": ("110", "120"),
    "safety-minor": ("110", "12355"),
    "safety-health": ("120",),
}
_PARTINGS = ("human", "handover", "safety")


class Said(NamedTuple):
    """Wordings with where they stand and who reads them."""

    where: str
    texts: Texts
    who: Who
    step: Step | None = None
    optional: bool = False


def text_problems(playbook: Playbook, refused: tuple[RefusedCue, ...] = ()) -> Iterator[Problem]:
    """Yield what is wrong with a playbook's texts.

    Args:
        playbook: the table.
        refused: what no text to members may say.
    """
    said = list(all_said(playbook))
    # What is shared by all playbooks speaks every language; a playbook of one's own need not.
    own = (playbook.proposal, *(step.texts for step in playbook.steps))
    languages = [language for language in _LANGUAGES if any(texts.of(language) for texts in own)]
    if not languages:
        yield Problem("playbook", "says nothing", "give its steps wordings: zh = [...]")
        return
    yield from _parting_problems(playbook)
    heard: dict[str, str] = {}
    for each in said:
        yield from _wording_problems(each, languages)
        for language in languages:
            for text in each.texts.of(language):
                if text.strip() and heard.setdefault(text, each.where) != each.where:
                    yield Problem(each.where, f"says the same as {heard[text]}: {text[:20]}…", "word it anew")
                yield from _variable_problems(each, text)
                if each.who != "staff":
                    yield from refused_problems(each.where, text, language, refused)
                yield from _length_problems(each, text)
    yield from _repeats(playbook, languages)
    yield from _credit_problems(playbook, languages, refused)


def all_said(playbook: Playbook) -> Iterator[Said]:
    """Yield everything a playbook may say but its lines of credit, each with who reads it.

    Args:
        playbook: the table.
    """
    yield Said("room_line", playbook.room_line, "room", optional=True)
    yield Said("room_line_low", playbook.room_line_low, "room", optional=True)
    yield Said("proposal", playbook.proposal, "staff")
    for step in playbook.steps:
        role = playbook.role(step.role)
        who: Who = "party" if role is None else role.who
        yield Said(f"step {step.id}", step.texts, who, step)
        if step.wait is not None and step.wait.reminder is not None:
            yield Said(f"step {step.id} (reminder)", step.wait.reminder.texts, who, step)
    for name, texts in playbook.partings.items():
        yield Said(f"parting {name}", texts, "party")
    for aside, wordings in playbook.asides.items():
        yield Said(f"aside {aside}", wordings, "party")
    for outcome in playbook.outcomes:
        yield Said(f"outcome {outcome.id}", outcome.room, "room", optional=True)


def _parting_problems(playbook: Playbook) -> Iterator[Problem]:
    for name in _PARTINGS:
        if name not in playbook.partings:
            yield Problem(f"parting {name}", "is missing", "nobody is passed on without a word: add it")
    known = {*_PARTINGS, "wants-human", "legal-threat", "opt-out", "silent"}
    known |= {outcome.id for outcome in playbook.outcomes}
    known |= {"calm", "angry", "accept", "refuse", "question", "other"}
    known |= set(_HELP)
    for name in playbook.partings:
        if name not in known:
            yield Problem(
                f"parting {name}", "is for nothing there is", "name an action, a reply or an outcome"
            )
    for name, numbers in _HELP.items():
        texts = playbook.partings.get(name, Texts())
        for text in (*texts.zh, *texts.en):
            missing = [number for number in numbers if number not in text]
            if missing:
                yield Problem(f"parting {name}", f"does not name {', '.join(missing)}", "add what to call")


def _wording_problems(said: Said, languages: list[Language]) -> Iterator[Problem]:
    given = [language for language in languages if said.texts.of(language)]
    if not given and said.optional:
        return
    for language in languages:
        wordings = said.texts.of(language)
        if not wordings:
            yield Problem(said.where, f"has no wording in {language}", f"add {language} = [...]")
        if any(not text.strip() for text in wordings):
            yield Problem(said.where, f"has an empty wording in {language}", "write it, or drop it")
        if len(set(wordings)) != len(wordings):
            yield Problem(said.where, f"has the same wording twice in {language}", "drop one")


def _variable_problems(said: Said, text: str) -> Iterator[Problem]:
    if text.count("{") != len(variables_in_order(text)) or text.count("{") != text.count("}"):
        yield Problem(said.where, f"has a brace that is no variable: {text[:20]}…", "write {name}")
        return
    for name in variables_in(text):
        variable = VARIABLES.get(name)
        if variable is None:
            known = ", ".join(sorted(n for n, v in VARIABLES.items() if said.who in v.who))
            yield Problem(said.where, f"there is no {{{name}}}", f"it can use {known}")
        elif said.who not in variable.who:
            why = "is what others said" if variable.nature == "words" else "is not theirs to read"
            yield Problem(said.where, f"shows {{{name}}} to {said.who}: it {why}", "take it out")
        elif variable.nature == "other" and (said.step is None or not said.step.names_other):
            yield Problem(
                said.where, f"names {{{name}}}, the other party", "take it out, or set names_other = true"
            )
        elif (
            variable.nature == "configured"
            and said.who != "staff"
            and (said.step is None or name not in said.step.needs)
        ):
            yield Problem(
                said.where, f"uses {{{name}}}, which not everybody configures", f'add needs = ["{name}"]'
            )


def variables_in_order(text: str) -> list[str]:
    """Return every variable of a text as often as it stands there."""
    return [name for name in text.replace("}", "{").split("{")[1::2] if name and " " not in name]


def refused_problems(
    where: str, text: str, language: Language, refused: tuple[RefusedCue, ...]
) -> Iterator[Problem]:
    """Yield what a text says to members that none may say.

    Args:
        where: it stands.
        text: a wording.
        language: of the text.
        refused: what no text may say.
    """
    for refuses, words in all_refused_in(refused, text, language):
        does, todo = _REFUSED[refuses]
        yield Problem(where, f"{does} {words!r}", todo)


def _length_problems(said: Said, text: str) -> Iterator[Problem]:
    longest = _LONGEST.get(said.who, _LONGEST_PRIVATE)
    if width(text) > longest:
        yield Problem(
            said.where,
            f"is too long ({width(text)} columns, at most {longest}): {text[:16]}…",
            "say less, or make two steps of it",
        )


def width(text: str) -> int:
    """Return how many half-width columns a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _repeats(playbook: Playbook, languages: list[Language]) -> Iterator[Problem]:
    """A step that may be said again needs another wording to say."""
    for step in playbook.steps:
        if "stay" not in step.replies.values():
            continue
        for language in languages:
            if len(step.texts.of(language)) < step.patience + 1:
                yield Problem(
                    f"step {step.id}",
                    f"may be said {step.patience + 1} times and has fewer wordings in {language}",
                    "add wordings, or lower its patience",
                )


def _credit_problems(
    playbook: Playbook, languages: list[Language], refused: tuple[RefusedCue, ...]
) -> Iterator[Problem]:
    asks = any("credit" in variables_in(text) for step in playbook.steps for text in (*step.zh, *step.en))
    if asks and not any(line.when == Condition() for line in playbook.credit):
        yield Problem("credit", "has no line for somebody of whom nothing is known", "add one without `when`")
    for line in playbook.credit:
        where = f"credit {line.id}"
        for language in languages:
            if not line.texts.of(language):
                yield Problem(where, f"has no wording in {language}", f"add {language} = [...]")
            for text in line.texts.of(language):
                yield from _credit_text_problems(where, text, line.when)
                yield from refused_problems(where, text, language, refused)


def _credit_text_problems(where: str, text: str, when: Condition) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(where, "has an empty wording", "write it, or drop it")
    if width(text) > _LONGEST_CREDIT:
        yield Problem(where, f"is too long ({width(text)} columns, at most {_LONGEST_CREDIT})", "say less")
    for name in variables_in(text):
        condition = CREDIT_VARIABLES.get(name)
        if condition is None:
            known = ", ".join(sorted(CREDIT_VARIABLES))
            yield Problem(where, f"there is no {{{name}}}", f"it can use {known}")
        elif not getattr(when, condition):
            yield Problem(
                where, f"names {{{name}}} without asking for it", f"add when.{condition}: it must be true"
            )

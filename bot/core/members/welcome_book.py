"""What newcomers are told, as a table an operator can read and edit (playbooks/welcome.toml), and its checks.

A wording is used only where everything it names is known; nothing is ever invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.playbook.phrases import Texts, Title
from bot.core.playbook.problem import Problem
from bot.core.playbook.variables import variables_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 200
# What the wordings of a part may name, and of which they must always be usable, whatever is not known.
_MAY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "one": (frozenset({"room"}), frozenset({"room"})),
    "several": (frozenset({"room", "count"}), frozenset({"room", "count"})),
    "many": (frozenset({"room", "count"}), frozenset({"room", "count"})),
    "rules": (frozenset({"rules"}), frozenset({"rules"})),
    "usual_rules": (frozenset(), frozenset()),
    "trade_rules": (frozenset(), frozenset()),
    "first": (frozenset({"first"}), frozenset({"first"})),
    "ask": (frozenset({"staff"}), frozenset({"staff"})),
    "acknowledge": (frozenset({"word"}), frozenset({"word"})),
    "acknowledge_private": (frozenset({"word"}), frozenset({"word"})),
    "format": (frozenset({"format"}), frozenset({"format"})),
    "acknowledged": (frozenset({"name"}), frozenset()),
    "name_ask": (frozenset({"name", "room", "format"}), frozenset({"room", "format"})),
    "name_reminder": (frozenset({"name", "room", "format"}), frozenset({"room", "format"})),
    "greeting": (frozenset({"name"}), frozenset()),
}


class WelcomeBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that newcomers are told; `usual_rules` and `trade_rules` are lines, the others wordings of one thing."""

    id: Literal["welcome"]
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: Title
    about: Title
    no_room: Title
    one: Texts
    several: Texts
    many: Texts
    rules: Texts
    usual_rules: Texts
    trade_rules: Texts
    first: Texts
    ask: Texts
    acknowledge: Texts
    acknowledge_private: Texts
    format: Texts
    acknowledged: Texts
    name_ask: Texts
    name_reminder: Texts
    greeting: Texts


def book_problems(book: WelcomeBook) -> list[Problem]:
    """Return all that is wrong with a table."""
    return list(_problems(book))


def _problems(book: WelcomeBook) -> Iterator[Problem]:
    for part, (may, always) in _MAY.items():
        texts: Texts = getattr(book, part)
        for wordings, language in ((texts.zh, "zh"), (texts.en, "en")):
            if not any(set(variables_in(text)) <= always for text in wordings):
                yield Problem(part, f"has no wording in {language} that can always be used", "add one")
            for text in wordings:
                yield from _wording(part, text, may)


def _wording(part: str, text: str, may: frozenset[str]) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(part, "has an empty wording", "write it, or drop it")
    if len(text) > _LONGEST:
        yield Problem(part, f"is too long: {text[:16]}…", "say less")
    for name in variables_in(text):
        if name not in may:
            known = ", ".join(sorted(may)) or "nothing"
            yield Problem(part, f"names {{{name}}}", f"it may name {known}")

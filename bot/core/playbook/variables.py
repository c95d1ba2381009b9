"""Variables: what a playbook's texts may name, who may read it, and how a text is filled.

A text names a variable in braces: `{name}`. Values are inserted as text in one pass, so a value that itself
looks like a variable stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.playbook.model import Who
from bot.core.playbook.phrases import Title

if TYPE_CHECKING:
    from collections.abc import Mapping

# words: what others said, for staff alone. other: the other party's name, only where a step says so.
# configured: what the operator offers; a step that names it must say what happens without it.
Nature = Literal["plain", "words", "other", "configured"]

_PARTIES: frozenset[Who] = frozenset({"party", "ringleader", "target", "attacker"})
_ADDRESSED: frozenset[Who] = frozenset({*_PARTIES, "staff", "colleague", "helper"})
_EVERYBODY: frozenset[Who] = frozenset({*_ADDRESSED, "room"})
_STAFF: frozenset[Who] = frozenset({"staff"})


class Variable(msgspec.Struct, frozen=True):
    """What a variable holds and in whose texts it may stand."""

    means: Title
    who: frozenset[Who]
    nature: Nature = "plain"


VARIABLES: dict[str, Variable] = {
    "name": Variable(Title(zh="对方的称呼", en="how the person is called"), _ADDRESSED),
    "room": Variable(Title(zh="群名", en="the room's name"), _EVERYBODY),
    "credit": Variable(
        Title(zh="一句有事实依据的肯定", en="a sentence of credit that facts bear out"), _PARTIES
    ),
    "staff": Variable(
        Title(zh="跟进的管理员（没人接手时：管理员）", en="who looks after the case (nobody yet: an admin)"),
        frozenset({*_PARTIES, "helper", "colleague"}),
    ),
    "hours": Variable(
        Title(zh="多少小时内有真人回复", en="hours until a human answers, as promised"), _ADDRESSED
    ),
    "resolve_hours": Variable(
        Title(zh="多少小时内处理完", en="hours until it is resolved, as promised"), _ADDRESSED
    ),
    "options": Variable(
        Title(zh="运营者配置的可选方案", en="the ways out the operator configured, listed"),
        frozenset({*_PARTIES, "staff"}),
        "configured",
    ),
    "offer": Variable(
        Title(zh="运营者配置的一个同等方案", en="the one equivalent offer the operator configured"),
        frozenset({*_PARTIES, "staff"}),
        "configured",
    ),
    "topic": Variable(
        Title(zh="运营者准备的新话题", en="a new topic the operator prepared"),
        frozenset({"room", "staff"}),
        "configured",
    ),
    "other": Variable(
        Title(zh="另一方的称呼", en="the other party's name"), frozenset({*_PARTIES, "colleague"}), "other"
    ),
    "case": Variable(Title(zh="编号", en="the case's number"), frozenset({"staff", "colleague"})),
    "parties": Variable(Title(zh="当事人", en="the parties' names"), _STAFF),
    "ringleaders": Variable(Title(zh="带头的人", en="the ringleaders' names"), _STAFF),
    "target": Variable(Title(zh="针对谁", en="whom it is directed against"), _STAFF),
    "excerpt": Variable(Title(zh="群里的原话", en="what was said in the room"), _STAFF, "words"),
    "story": Variable(Title(zh="当事人私下说的", en="what a party told in private"), _STAFF, "words"),
}

_NAMED = re.compile(r"\{([^{}\s]*)\}")


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables a text asks for, in order, known or not."""
    return tuple(dict.fromkeys(_NAMED.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables' values in their places.

    Args:
        text: a wording.
        values: by the variables' names.

    Raises:
        KeyError: it names a variable that has no value.
    """
    return _NAMED.sub(lambda found: values[found[1]], text)

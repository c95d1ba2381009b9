"""Credit: something sincere in a person's favour, said only where what is known of them bears it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.playbook.choose import wording
from bot.core.playbook.variables import filled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.core.playbook.phrases import Condition, CreditLine
    from bot.core.settings import Language

_DAYS_A_YEAR = 365
# Nobody hears the exact number of their messages: it sounds like surveillance. Tens and hundreds will do.
_ROUND = ((1000, 1000), (100, 100), (10, 10))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person in a room; None and 0 where nobody knows, which is never talked around.

    `days` since joining, `talk` messages of real talk, `answers` to others' questions, `brought` people who
    came by them and stayed, `badge` the last badge they were given.
    """

    days: int | None = None
    talk: int = 0
    answers: int = 0
    brought: int = 0
    badge: str = ""


NOTHING_KNOWN = Facts()


def holds(condition: Condition, facts: Facts) -> bool:
    """Return whether all that a condition asks is known to be true.

    Args:
        condition: of a line of credit.
        facts: what is known of the person.
    """
    return (
        (condition.days is None or (facts.days is not None and facts.days >= condition.days))
        and (condition.talk is None or facts.talk >= condition.talk)
        and (condition.answers is None or facts.answers >= condition.answers)
        and (condition.brought is None or facts.brought >= condition.brought)
        and (not condition.badge or bool(facts.badge))
    )


def credit_for(
    lines: Iterable[CreditLine], facts: Facts, language: Language, seed: str, used: Collection[str] = ()
) -> tuple[str, str] | None:
    """Return a line's id and its sentence: the first whose condition holds and that was not said yet.

    Args:
        lines: in order of preference, the neutral ones last.
        facts: what is known of the person.
        language: `zh` or `en`.
        seed: what this choice belongs to, so that different people hear different wordings.
        used: ids of lines this person heard already.
    """
    values = values_of(facts)
    for line in lines:
        wordings = line.texts.of(language)
        if line.id not in used and wordings and holds(line.when, facts):
            return line.id, filled(wordings[wording(len(wordings), seed)], values)
    return None


# What a line of credit may name, and the condition that must stand beside it.
CREDIT_VARIABLES = {
    "days": "days",
    "years": "days",
    "talk": "talk",
    "answers": "answers",
    "brought": "brought",
    "badge": "badge",
}


def values_of(facts: Facts) -> dict[str, str]:
    """Return the values of the variables a line of credit may name; `talk` and `answers` are rounded down."""
    days = facts.days or 0
    return {
        "days": str(days),
        "years": str(days // _DAYS_A_YEAR),
        "talk": str(_rounded(facts.talk)),
        "answers": str(_rounded(facts.answers)),
        "brought": str(facts.brought),
        "badge": facts.badge,
    }


def _rounded(count: int) -> int:
    return next((count // step * step for least, step in _ROUND if count >= least), count)

"""Trade rooms: how somebody is spoken to who posted what is not allowed even where trade is welcome.

"No promotions here" would be untrue there; what is said names the sort of thing instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.members.bans import is_about_an_ad

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row
    from bot.core.records import Case


def is_offence(draft: Draft, case: Case) -> bool:
    """Return whether a case is about an ad of a sort that not even its trade room allows.

    Args:
        draft: the decision in the making.
        case: a sanction case.
    """
    room = draft.room(case.room)
    return room is not None and is_about_an_ad(case) and draft.policy.trade(room) == "ads_allowed"


def sorts_of(draft: Draft, case: Case) -> tuple[Row, ...]:
    """Return the rules that hold in trade rooms too and speak for a case, the strongest first.

    Args:
        draft: the decision in the making.
        case: a sanction case.
    """
    packs = draft.policy.rules.everywhere
    found = [e for e in case.evidence if e.weight > 0 and e.rule.partition("/")[0] in packs]
    return tuple({"rule": e.rule} for e in sorted(found, key=lambda e: -e.weight))

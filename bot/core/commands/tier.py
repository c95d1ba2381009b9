"""`/tier` (分层): how many members are in which tier, and why; with a name and a tier, set it by hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.command import Call, Command
from bot.core.commands.whom import rooms_of, whom
from bot.core.members.standing import tier_of
from bot.core.members.tiers import called, tier_called

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.members.standing import Tier

_BY_THE_RULES = frozenset({"auto", "自动", "-"})


def run(call: Call) -> None:
    """Show the tiers, or set somebody's; `auto` lets the rules decide again."""
    if call.draft.policy.members is None:
        call.reply_private("member.off")
    elif not call.rest:
        _overview(call, call.draft.policy.members.tiers)
    else:
        _set(call)


def _overview(call: Call, tiers: tuple[Tier, ...]) -> None:
    draft = call.draft
    people = {
        member.member
        for room in rooms_of(call)
        for member in draft.state.members.get(room.room, {}).values()
        if member.present and member.member != draft.account().self_id
    }
    counts = Counter(tier.id for one in people if (tier := tier_of(draft, one)) is not None)
    rows: tuple[Row, ...] = tuple(
        {
            "name": called(draft, tier),
            "count": counts[tier.id],
            "days": tier.days,
            "talk": tier.talk,
            "active": tier.active,
            "answers": tier.answers,
            "thanked": tier.thanked,
        }
        for tier in tiers
    )
    by_hand = sum(draft.person(one).tier is not None for one in people)
    call.reply_private("tier.overview", rows=rows, by_hand=by_hand)


def _set(call: Call) -> None:
    draft = call.draft
    meant = whom(call, call.rest)
    if meant is None:
        return
    member, word = meant
    name = member.name or member.member
    person = draft.person(member.member)
    tier = tier_called(draft, word)
    if word.lower() in _BY_THE_RULES:
        draft.put(msgspec.structs.replace(person, tier=None))
        by_rule = tier_of(draft, member.member)
        # The record on which the tier is worked out still says what it said before this decision.
        if person.tier is not None:
            by_rule = None
        call.reply_private("tier.auto", name=name, tier="" if by_rule is None else called(draft, by_rule))
        return
    if tier is None:
        pack = draft.policy.members
        known = "、".join(called(draft, one) for one in (pack.tiers if pack is not None else ()))
        call.reply_private("tier.which", name=name, given=word[:20], known=known)
        return
    draft.put(msgspec.structs.replace(person, tier=tier.id))
    call.reply_private("tier.set", name=name, tier=called(draft, tier))


COMMAND = Command(
    names=("tier", "分层"),
    where=("room", "private"),
    usage="/tier（或 /tier @某人 核心）",
    help_zh="各层有多少人；加名字和层名就手动设，auto 交回规则",
    help_en="members by tier; with a name and a tier sets it, auto gives it back to the rules",
    run=run,
)

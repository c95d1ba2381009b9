"""The door: whoever comes with a name that is an advert is asked about before they have said a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.ads import memory
from bot.core.ads.ladder import next_level
from bot.core.ads.score import judge
from bot.core.events import Message
from bot.core.hands import HANDS, Proposal
from bot.core.rules.view import excerpt, view_of
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import MemberState, RoomState


def look_at(draft: Draft, room: RoomState, member: MemberState) -> None:
    """Ask staff about a newcomer whose name alone speaks against them. A name is never enough to act on alone.

    Args:
        draft: the decision in the making.
        room: where they came.
        member: who.
    """
    if not member.name or is_immune(draft.policy, draft.state, room, member.member):
        return
    if draft.policy.trade(room) == "ads_allowed":
        return  # in a market a shop sign is no offence
    nothing_said = Message(at=draft.now, room=room.room, id="", sender=member.member, name=member.name)
    view = view_of(nothing_said)
    view.scene = memory.scene_in(nothing_said, room, member, draft)
    policy = draft.policy
    judgement = judge(view, policy.rules, policy.settings.scoring, policy.room(room.room).preset)
    if judgement.verdict == "ok":
        return
    HANDS[policy.mode(room)].take(
        draft,
        Proposal(
            room=room,
            member=member,
            level=next_level(member, policy.room(room.room).ladder, draft.now),
            sure=False,
            excerpt=excerpt(member.name),
            event=None,
            signals=judgement.signals,
        ),
    )

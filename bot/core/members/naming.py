"""Names that read like ads: asked about when somebody comes with one or takes one, whatever they say later.

A name alone never removes anybody: staff is asked once for a name of a person. Who is banned is turned away by
`returning` before anybody looks at their name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads import memory
from bot.core.ads.ladder import next_level
from bot.core.ads.score import judge
from bot.core.events import Message
from bot.core.hands import HANDS, Proposal, ask
from bot.core.members import names
from bot.core.rules import nickname
from bot.core.rules.view import View, view_of
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.ads.score import Judgement
    from bot.core.draft import Draft
    from bot.core.records import MemberState, RoomState
    from bot.core.rules.view import Signal


def look_at(room_id: str, member_id: str, draft: Draft) -> None:
    """Ask staff about the name of somebody who just came, or just changed it, if it reads like an ad.

    Args:
        room_id: the room.
        member_id: who bears the name.
        draft: the decision in the making.
    """
    room, member = draft.room(room_id), draft.member(room_id, member_id)
    if room is None or member is None or not member.present or not member.name:
        return
    if member_id == draft.state.account.self_id or is_immune(draft.policy, draft.state, room, member_id):
        return
    if draft.person(member_id).banned or names.was_asked(draft, member_id, member.name):
        return
    found = _speaking_of_the_name(room, member, draft)
    if not found:
        return
    names.asked(draft, member_id, member.name)
    mode = draft.policy.mode(room)
    proposal = Proposal(
        room=room,
        member=member,
        level=next_level(member, draft.policy.room(room_id).ladder, draft.now),
        sure=False,
        excerpt="",
        event=None,
        signals=found,
    )
    if mode == "observe":
        HANDS[mode].take(draft, proposal)
    else:
        ask(draft, proposal)


def without_known_name(view: View, judgement: Judgement, draft: Draft) -> Judgement:
    """Return the judgement on a message without its sender's name, where only that makes it suspect and staff knows.

    Args:
        view: the message with its scene.
        judgement: what came of it.
        draft: the decision in the making.
    """
    scene, policy = view.scene, draft.policy
    if judgement.verdict == "ok" or scene is None:
        return judgement
    name = view.message.name or scene.member.name
    if not names.was_asked(draft, view.message.sender, name):
        return judgement
    known = msgspec.structs.replace(scene, harmless_names=(*scene.harmless_names, nickname.folded(name)))
    preset = policy.room(scene.room.room).preset
    again = judge(View(view.message, view.text, known), policy.rules, policy.settings.scoring, preset)
    return again if again.verdict == "ok" else judgement


def _speaking_of_the_name(room: RoomState, member: MemberState, draft: Draft) -> tuple[Signal, ...]:
    """Return what makes a name by itself suspect; nothing was said under it yet, so nothing else counts."""
    message = Message(at=draft.now, room=room.room, id="", sender=member.member, name=member.name)
    silent = msgspec.structs.replace(member, recent=())
    policy = draft.policy
    preset = policy.room(room.room).preset
    view = view_of(message, memory.scene_in(message, room, silent, draft))
    judgement = judge(view, policy.rules, policy.settings.scoring, preset)
    specs = policy.rules.specs
    found = tuple(s for s in judgement.signals if isinstance(specs.get(s.rule), nickname.Spec))
    bound = policy.settings.scoring.suspect * (1.0 if preset is None else preset.suspect)
    return found if sum(s.weight for s in found) >= bound else ()

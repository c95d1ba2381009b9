"""`/kicktree @member`: whom somebody brought in, and a numbered proposal to remove those who never talked."""

from __future__ import annotations

import msgspec

from bot.core.briefing import tree_rows
from bot.core.commands.command import Call, Command
from bot.core.commands.target import target_of
from bot.core.hands import Proposal, open_case, wait_for_a_yes
from bot.core.members.inviters import brought_in, silent_ones


def run(call: Call) -> None:
    """Show staff in private whom a member brought in; who is silent among them can be removed with a yes."""
    room = call.room
    target = target_of(call, anybody=True)
    if room is None or target is None:
        return
    draft, member = call.draft, target.member
    brought = brought_in(draft, room.room, member.member)
    if not brought:
        call.reply_private("tree.nobody", name=member.name or member.member)
        return
    people = silent_ones(draft, room.room, member.member)
    if not people:
        rows = tree_rows(draft, room.room, member.member, ())
        call.reply_private(
            "tree.all_talk",
            name=member.name or member.member,
            people=rows,
            count=len(brought),
            more=len(brought) - len(rows),
        )
        return
    proposal = Proposal(
        room=room,
        member=member,
        level="remove",
        sure=True,
        excerpt="",
        event=call.event.id,
        signals=(),
        origin="tree",
    )
    case = open_case(draft, proposal, "asked")
    wait_for_a_yes(draft, msgspec.structs.replace(case, level=None, people=people, by=call.by))


COMMAND = Command(
    names=("kicktree", "邀请树"),
    where=("room",),
    usage="/kicktree @某人",
    help_zh="TA 拉了谁进来；没说过话的可一起请走",
    help_en="whom somebody brought in; the silent ones can go",
    run=run,
)

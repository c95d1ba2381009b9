"""`/undo N` (撤销 N): take a sanction back with everything that would punish again."""

from __future__ import annotations

import msgspec

from bot.core.commands.approval import case_of
from bot.core.commands.command import Call, Command
from bot.core.effects import Invite, SendPrivate, Words

_UNDOABLE = {"carrying", "done", "failed"}


def run(call: Call) -> None:
    """Undo a sanction: the strike goes, and whoever was removed is invited back with an apology."""
    case = case_of(call)
    if case is None:
        return
    if case.kind != "sanction" or case.state not in _UNDOABLE:
        call.reply("case.nothing_to_undo", case=case.number, state=case.state)
        return
    draft = call.draft
    member = draft.member(case.room, case.member)
    if member is not None:
        strikes = tuple(s for s in member.strikes if s.case != case.number)
        draft.put(msgspec.structs.replace(member, strikes=strikes))
    draft.put(msgspec.structs.replace(case, state="undone", pending=(), by=call.by))
    removed = case.level in {"remove", "ban"} and "remove" in case.done
    if removed:
        draft.effects.append(Invite(member=case.member, room=case.room, case=case.number))
    person = draft.person(case.member)
    if person.friend and not person.opted_out:
        room = draft.room(case.room)
        words = Words("undo.apology", {"name": case.name, "room": room.topic if room else ""}, case.number)
        draft.effects.append(
            SendPrivate(to=case.member, purpose="apology", words=words, room=case.room, case=case.number)
        )
    call.reply("case.undone", case=case.number, name=case.name, invited=removed)


COMMAND = Command(
    names=("undo", "撤销"),
    where=("room", "private"),
    usage="/undo 12",
    help_zh="撤销这次处理，不留记录分",
    help_en="take a sanction back",
    run=run,
)

"""`/ok N` (通过 N): yes, do what was proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads import known
from bot.core.commands import say
from bot.core.commands.approval import days_old, waiting_case
from bot.core.commands.care_case import is_of_care
from bot.core.commands.command import Call, Command
from bot.core.hands import carry_out
from bot.core.members import bans, reporters, requests
from bot.core.members.bans import is_about_an_ad
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import Case, RoomState


def run(call: Call) -> None:
    """Carry out the held effects of a case; the first answer wins. Of a case of care, send what waits."""
    if is_of_care(call):
        say.run(call)
        return
    case = waiting_case(call)
    if case is None:
        return
    if case.kind == "request":
        by_hand = requests.grant(call.draft, case, call.by)
        call.reply("request.granted", case=case.number, whom=case.words, by_hand=by_hand)
        return
    if case.kind == "question":
        reporters.settle(call.draft, case, by=call.by, upheld=True)
        call.reply("reported.upheld", case=case.number)
        return
    if not approve(call, case):
        return
    if case.origin == "tree":
        call.reply("tree.approved", case=case.number, count=len(case.people))
    else:
        call.reply("case.approved", case=case.number, name=case.name, level=case.level or "")


def approve(call: Call, case: Case) -> bool:
    """Carry out a case that waits for a yes; returns False after answering why that can no longer be.

    What is days old is not acted on unsaid: a removal is asked about once more, a word about a message that
    nobody remembers is not said. What staff say of the message is learned all the same.
    """
    draft, days = call.draft, days_old(call, case)
    if days and case.level not in {"remind", "warn"} and not case.asked_again:
        draft.put(msgspec.structs.replace(case, asked_again=True))
        call.reply("case.sure", case=case.number, name=case.name, days=days, level=case.level or "remove")
        return False
    draft.drop("task", f"approval:{case.number}")
    room = draft.room(case.room)
    if room is None or (case.origin != "tree" and _is_immune(draft, room, case)):
        draft.put(msgspec.structs.replace(case, state="rejected", held=(), by=call.by))
        call.reply("target.immune", name=case.name)
        return False
    is_in_time = _is_in_time(call, case, room, days)
    if is_in_time:
        carry_out(draft, case, by=call.by)
    else:
        draft.put(msgspec.structs.replace(case, state="expired", held=(), by=call.by))
    if is_about_an_ad(case):
        known.learn(draft, draft.case(case.number) or case, "ad", call.by)
    return is_in_time


def _is_in_time(call: Call, case: Case, room: RoomState, days: int) -> bool:
    """Return whether a yes still finds what it is about; else answer what came between."""
    draft = call.draft
    if room.left:
        call.reply("case.too_late", case=case.number, name=case.name, because="left_room", days=days)
        return False
    if case.level == "ban" and case.of is None and draft.person(case.member).banned:
        call.reply("ban.already", name=case.name)
        return False
    member = draft.member(case.room, case.member)
    for_the_present = case.origin != "tree" and (case.level != "ban" or case.of is not None)
    if for_the_present and (member is None or not member.present):
        call.reply("target.gone", name=case.name)
        return False
    if days and case.level in {"remind", "warn"}:
        call.reply("case.too_late", case=case.number, name=case.name, because="old", days=days)
        return False
    return True


def _is_immune(draft: Draft, room: RoomState, case: Case) -> bool:
    if case.level == "ban" and bans.immune_somewhere(draft, case.member, room.room) is not None:
        return True
    return is_immune(draft.policy, draft.state, room, case.member)


COMMAND = Command(
    names=("ok", "通过", "同意"),
    where=("private",),
    usage="/ok 12（或 通过 12）",
    help_zh="同意我的建议",
    help_en="approve a proposal",
    run=run,
)

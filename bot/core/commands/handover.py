"""`/handover 12 @x` (转交 12): let a colleague look after a case, or let the bot lead again."""

from __future__ import annotations

from bot.core.care.facts import name_of
from bot.core.care.orders import hand_back, hand_over
from bot.core.commands.care_case import meant_by, staff_in
from bot.core.commands.command import Call, Command

_THE_BOT = frozenset({"bot", "管家", "机器人", "助手"})


def run(call: Call) -> None:
    """Hand a case to the one person of the staff who is named."""
    meant = meant_by(call)
    if meant is None:
        return
    draft, case = call.draft, meant.case
    own = draft.account().self_id
    bots = {*_THE_BOT, name_of(draft, meant.room.room, own) if own else ""}
    if len(meant.words) == 1 and meant.words[0].lstrip("@").lower() in bots:
        hand_back(draft, case, call.by)
        call.reply("care.handed_back", case=case.number)
        return
    to = next((m for m in call.event.mentions if m != own), None) or staff_in(call, meant.room, meant.words)
    if to is None or staff_in(call, meant.room, (to,)) is None:
        call.reply("care.to_whom", case=case.number)
        return
    hand_over(draft, case, call.by, to)
    call.reply("care.handed", case=case.number, name=name_of(draft, meant.room.room, to))


COMMAND = Command(
    names=("handover", "转交"),
    where=("private",),
    usage="/handover 12 @某人（或 /转交 12 某人）",
    help_zh="转给另一位同事跟",
    help_en="give a case to a colleague",
    run=run,
)

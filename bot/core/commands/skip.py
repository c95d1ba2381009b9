"""`/skip 12` (跳过 12): leave out the line that waits, and go to what follows it."""

from __future__ import annotations

import msgspec

from bot.core.care import orders
from bot.core.care.lines import care_of
from bot.core.commands.care_case import meant_by, person_in, steps_in
from bot.core.commands.command import Call, Command


def run(call: Call) -> None:
    """Skip the lines that wait for a yes; without any, the step that a person has not answered."""
    meant = meant_by(call)
    if meant is None:
        return
    draft, case = call.draft, meant.case
    if meant.words and meant.words[0] in {"room", "群", "群里"}:
        case = orders.touch(draft, case, call.by, "skipped", orders.ROOM)
        draft.put(msgspec.structs.replace(case, care=msgspec.structs.replace(care_of(case), line="")))
        call.reply("care.skipped", case=case.number, names=meant.room.topic or meant.room.room)
        return
    person, words = person_in(call, case, meant.words)
    steps, rest = steps_in(call, case, words)
    if rest:
        call.reply("care.no_step", case=case.number, step=rest[0][:20], steps="")
        return
    waiting = orders.people_waiting(draft, case, {step.id for step in steps} if steps else None, person)
    if not waiting:
        waiting = [t for t in draft.tracks(case.number) if t.state == "open" and person in {None, t.member}]
    if not waiting:
        call.reply("care.nothing_waits", case=case.number, steps="")
        return
    for track in waiting:
        orders.skip(draft, draft.case(case.number) or case, track, call.by)
    call.reply("care.skipped", case=case.number, names="、".join(track.name for track in waiting))


COMMAND = Command(
    names=("skip", "跳过"),
    where=("private",),
    usage="/skip 12（或 跳过 12）",
    help_zh="这句不发，直接到下一步",
    help_en="leave a line out and go on",
    run=run,
)

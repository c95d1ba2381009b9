"""`/undo N` (撤销 N): take a sanction back with everything that would punish again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core import undoing
from bot.core.ads import known
from bot.core.commands.approval import case_of
from bot.core.commands.command import Call, Command
from bot.core.members.bans import is_about_an_ad

if TYPE_CHECKING:
    from bot.core.records import Case


def run(call: Call) -> None:
    """Undo a sanction: strike, ban and sample go, and whoever was removed is invited back with an apology.

    Of one text only this case's share is taken back: it is called harmless where no other case stands on it.
    """
    case = case_of(call)
    if case is None:
        return
    draft = call.draft
    staff_said_so = draft.sample(case.number) is not None
    if undoing.is_a_mere_verdict(draft, case):
        # Nothing was done: the verdict itself is what is taken back.
        known.unlearn(draft, case.number)
        draft.put(msgspec.structs.replace(case, state="undone", by=call.by))
        _say(call, case, invited=False, text_ok=False)
        return
    if not undoing.can_be_undone(case):
        call.reply("case.nothing_to_undo", case=case.number, state=case.state)
        return
    invited = undoing.undo(draft, case, call.by)
    text_ok = False
    if is_about_an_ad(case) and not staff_said_so and not undoing.same_text_elsewhere(draft, case):
        # Nobody but the bot had called it an ad: that was wrong, and is not said of the same text again.
        known.learn(draft, case, "ok", call.by)
        text_ok = known.fingerprint(known.words_of_case(case)) is not None
    _say(call, case, invited=invited, text_ok=text_ok)


def _say(call: Call, case: Case, *, invited: bool, text_ok: bool) -> None:
    """Answer with what was undone, and with what still holds of the same text."""
    others = undoing.same_text_elsewhere(call.draft, case) if is_about_an_ad(case) else 0
    call.reply(
        "case.undone", case=case.number, name=case.name, invited=invited, others=others, text_ok=text_ok
    )


COMMAND = Command(
    names=("undo", "撤销"),
    where=("room", "private"),
    usage="/undo 12",
    help_zh="撤销这次处理，不留记录分",
    help_en="take a sanction back",
    run=run,
)

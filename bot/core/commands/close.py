"""`/close 12 resolved` (结案 12): end a case; nothing more is said in it."""

from __future__ import annotations

from bot.core.care.brief import outcome_of
from bot.core.care.closing import RESOLVED, close
from bot.core.care.editions import playbook_of
from bot.core.care.lines import care_of
from bot.core.care.orders import touch
from bot.core.commands.care_case import Meant, meant_by
from bot.core.commands.command import Call, Command

_GOOD = frozenset({RESOLVED, "已解决", "解决", "解决了"})
# Closed by a person with words of their own: neither good nor bad, and nobody is asked about it later.
_CLOSED = "closed"


def run(call: Call) -> None:
    """Close a case with the outcome that is named; without one it was resolved."""
    meant = meant_by(call)
    if meant is None:
        return
    outcome, words = _outcome(call, meant)
    case = touch(call.draft, meant.case, call.by, "closing")
    close(call.draft, case, outcome, by=call.by, words=words)
    call.reply("care.ended", case=case.number, outcome=outcome_of(call.draft, case, outcome))


def _outcome(call: Call, meant: Meant) -> tuple[str, str]:
    words = " ".join(meant.words)
    if not meant.words:
        return RESOLVED, ""
    first, rest = meant.words[0], " ".join(meant.words[1:])
    if first.lower() in _GOOD:
        return RESOLVED, rest
    playbook = playbook_of(call.draft, care_of(meant.case).edition)
    for known in playbook.outcomes if playbook is not None else ():
        if first.lower() in {known.id, known.title.zh, known.title.en.lower()}:
            return known.id, rest
    return _CLOSED, words


COMMAND = Command(
    names=("close", "结案"),
    where=("private",),
    usage="/close 12 resolved 备注（或 结案 12）",
    help_zh="这件事了结了",
    help_en="end a case",
    run=run,
)

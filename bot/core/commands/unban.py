"""`/unban @name` or `/unban N`: a ban is over, without saying that it was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.commands.approval import case_of
from bot.core.commands.command import Call, Command
from bot.core.commands.numbers import number_in
from bot.core.members import bans
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.records import PersonState

_SHOWN_CHARS = 30


def run(call: Call) -> None:
    """Lift the ban of the one person meant; the rooms are theirs to enter again, nobody is invited."""
    person = _of_case(call) if number_in(call.rest) is not None else _of_name(call)
    if person is None:
        return
    bans.lift(call.draft, person.member, unbanned_at=call.draft.now)
    call.reply("ban.lifted", name=person.name or person.member)


def _of_case(call: Call) -> PersonState | None:
    case = case_of(call)
    if case is None:
        return None
    person = call.draft.person(case.member)
    if not person.banned or not bans.may_lift(call.draft, person, call.by):
        call.reply("ban.none", name=case.name)
        return None
    return person


def _of_name(call: Call) -> PersonState | None:
    """Return the banned person of that name or id whose ban the caller may lift; asks when several are."""
    draft = call.draft
    name = plain(call.rest.lstrip("@").strip(" \u2005"))
    ids = {m for m in call.event.mentions if m != draft.account().self_id}
    if not name and not ids:
        call.reply("target.missing")
        return None
    found = [
        person
        for person in sorted(draft.state.people.values(), key=lambda p: p.member)
        if person.banned
        and (person.member in ids if ids else name in {plain(person.name.strip()), person.member.lower()})
        and bans.may_lift(draft, person, call.by)
    ]
    shown = call.rest.lstrip("@").strip(" \u2005")[:_SHOWN_CHARS]
    if len(found) > 1:
        numbers = "、".join(str(person.ban_case) for person in found if person.ban_case is not None)
        call.reply("ban.ambiguous", name=shown, count=len(found), cases=numbers)
        return None
    if not found:
        call.reply("ban.none", name=shown)
        return None
    return found[0]


COMMAND = Command(
    names=("unban", "解除拉黑"),
    where=("room", "private"),
    usage="/unban @某人（或 /unban 12）",
    help_zh="不再拉黑 TA",
    help_en="let somebody come back",
    run=run,
)

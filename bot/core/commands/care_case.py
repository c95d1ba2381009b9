"""Finds what a command about a case of care means: the case, a person of it, a step of its playbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.core.care.editions import playbook_of
from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.staff import is_staff
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.playbook.model import Playbook, Purpose, Step
    from bot.core.records import Case, RoomState

_NUMBERED = re.compile(r"^#?\s*(\d{1,9})(?:\s+(.*))?$", re.DOTALL)
_SPACES = " \t\u2005\u3000"
# How people call what a step is for; a step may be named by it as well as by its id.
_PURPOSES: dict[str, Purpose] = {
    "安抚": "soothe",
    "赞美": "praise",
    "肯定": "praise",
    "换位": "empathise",
    "沟通": "communicate",
    "办法": "resolve",
    "方案": "resolve",
    "说明": "inform",
    "分享": "share",
    "回访": "follow_up",
    "收尾": "close",
    "话题": "topic",
}


class Meant(NamedTuple):
    """A case of care with its room, and the words behind its number."""

    case: Case
    room: RoomState
    words: tuple[str, ...]


def is_of_care(call: Call) -> bool:
    """Return whether the number behind a command is that of a case of care."""
    found = _NUMBERED.match(call.rest.strip(_SPACES))
    case = None if found is None else call.draft.case(int(found[1]))
    return case is not None and case.care is not None


def meant_by(call: Call, *, open_only: bool = True) -> Meant | None:
    """Return the case of care a command names, if the caller is staff of its room; else answer why not.

    Args:
        call: the command.
        open_only: refuse a case that is over.
    """
    found = _NUMBERED.match(call.rest.strip(_SPACES))
    if found is None:
        call.reply("care.which", example=call.example)
        return None
    number = int(found[1])
    case = call.draft.case(number)
    room = None if case is None else call.draft.room(case.room)
    if case is None or case.care is None or room is None or not is_staff(call.draft.policy, room, call.by):
        call.reply("case.not_found", case=number)
        return None
    if open_only and case.state != "open":
        call.reply("case.settled", case=number, state=case.state)
        return None
    return Meant(case, room, tuple((found[2] or "").replace("\u2005", " ").split()))


def person_in(call: Call, case: Case, words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the person of a case whom words name, and the words that remain.

    Args:
        call: the command.
        case: the case.
        words: behind its number.
    """
    draft = call.draft
    people = dict.fromkeys((*care_of(case).parties, *(track.member for track in draft.tracks(case.number))))
    return _named(words, {person: name_of(draft, case.room, person) for person in people})


def member_in(call: Call, room: RoomState, words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the present member of a room whom words name, and the words that remain."""
    members = call.draft.state.members.get(room.room, {}).values()
    return _named(words, {m.member: m.name for m in members if m.present and m.name})


def staff_in(call: Call, room: RoomState, words: tuple[str, ...]) -> str | None:
    """Return the person of a room's staff whom words name, by name or id."""
    draft = call.draft
    policy = draft.policy.room(room.room)
    line = (*policy.staff, *room.staff, room.owner, draft.policy.settings.operator.id)
    people = {person: name_of(draft, room.room, person) for person in line if person}
    people |= {duty.who: name_of(draft, room.room, duty.who) for duty in policy.duty}
    people.pop(draft.account().self_id or "", None)
    return _named(words, people)[0]


def steps_in(call: Call, case: Case, words: tuple[str, ...]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Return the steps that words name, by name, id or what they are for, and the words that remain.

    Several roles may have a step of one name: which of them is meant is the person's part to say.
    """
    for playbook in _playbooks(call, case):
        for first in range(len(words)):
            for last in range(len(words), first, -1):
                steps = _steps_called(call, playbook, "".join(words[first:last]))
                if steps:
                    return steps, (*words[:first], *words[last:])
    return (), words


def steps_of(call: Call, case: Case) -> str:
    """Return the names of the steps that can be said in a case, as staff may write them."""
    language = call.draft.policy.settings.operator.language
    names = (
        playbook.title_of(step.id, language)
        for playbook in _playbooks(call, case)[:1]
        for step in playbook.steps
    )
    return " / ".join(dict.fromkeys(names))


def _playbooks(call: Call, case: Case) -> list[Playbook]:
    """Return the case's playbook, and those that talks of it began with."""
    tracks = call.draft.tracks(case.number)
    editions = dict.fromkeys((care_of(case).edition, *(track.edition for track in tracks)))
    return [playbook for version in editions if (playbook := playbook_of(call.draft, version)) is not None]


def _steps_called(call: Call, playbook: Playbook, written: str) -> tuple[Step, ...]:
    """Return the steps of a name, or else those that are for it, in the playbook's order."""
    language = call.draft.policy.settings.operator.language
    known = playbook.step(written.lower())
    if known is not None:
        return (known,)
    titles = {
        step.id: plain("".join(playbook.title_of(step.id, language).split())) for step in playbook.steps
    }
    purpose = _PURPOSES.get(written, written.lower())
    found = [step for step in playbook.steps if titles[step.id] == plain(written)]
    return tuple(found or [step for step in playbook.steps if step.purpose == purpose])


def _named(words: tuple[str, ...], people: dict[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """Return who is named: by the whole of their name, which may hold spaces, with or without an @, or by id."""
    for first in range(len(words)):
        for last in range(len(words), first, -1):
            written = plain(" ".join(words[first:last]).lstrip("@"))
            found = [p for p, name in people.items() if written and written in {plain(name), plain(p)}]
            if len(found) == 1:
                return found[0], (*words[:first], *words[last:])
    return None, words

"""`/say 12 安抚` (/说 12 安抚): let the bot say a line of a case, one that waits for a yes or any step's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.care.editions import playbook_of
from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.care.orders import ROOM, Sent, people_waiting, say_held, say_room_line, say_step
from bot.core.care.parts import people_of
from bot.core.commands.care_case import Meant, meant_by, member_in, person_in, steps_in, steps_of
from bot.core.commands.command import Call, Command

if TYPE_CHECKING:
    from bot.core.playbook.model import Step

_THE_ROOM = frozenset({ROOM, "群", "群里"})


def run(call: Call) -> None:
    """Send what waits for a yes; without that, the step that is named, to whom it is for."""
    meant = meant_by(call, open_only=False)
    if meant is None:
        return
    if meant.words and meant.words[0].lower() in _THE_ROOM:
        _in_room(call, meant)
        return
    person, words = person_in(call, meant.case, meant.words)
    steps, rest = steps_in(call, meant.case, words)
    stranger = next((word for word in rest if word.startswith("@")), None)
    if person is None and stranger is not None and member_in(call, meant.room, rest)[0] is None:
        # A line meant for one person must not reach everybody because of a slip in the name.
        call.reply("care.no_person", case=meant.case.number, name=stranger[1:21], people=_people(call, meant))
        return
    if words and not steps:
        call.reply("care.no_step", case=meant.case.number, step=words[0][:20], steps=_steps(call, meant))
        return
    named = {step.id for step in steps} if steps else None
    waiting = people_waiting(call.draft, meant.case, named, person)
    if waiting:
        _tell(call, meant, say_held(call.draft, meant.case, waiting, call.by))
    elif not steps:
        call.reply("care.nothing_waits", case=meant.case.number, steps=_steps(call, meant))
    elif meant.case.state != "open":
        call.reply("case.settled", case=meant.case.number, state=meant.case.state)
    else:
        _tell(call, meant, _say(call, meant, steps, person, rest))


def _people(call: Call, meant: Meant) -> str:
    tracks = call.draft.tracks(meant.case.number)
    return "、".join(name_of(call.draft, meant.case.room, track.member) for track in tracks)


def _in_room(call: Call, meant: Meant) -> None:
    text = say_room_line(call.draft, meant.case, call.by)
    if text:
        call.reply("care.said", case=meant.case.number, names=meant.room.topic or meant.room.room)
    else:
        call.reply("care.nothing_waits", case=meant.case.number, steps=_steps(call, meant))


def _say(
    call: Call, meant: Meant, steps: tuple[Step, ...], person: str | None, rest: tuple[str, ...]
) -> list[Sent]:
    """Say a step to the person named, to a helper from the room, or to everybody whose role it is."""
    draft, case = call.draft, meant.case
    playbook = playbook_of(draft, care_of(case).edition)
    sent = []
    firsts = {step.role: step for step in reversed(steps)}
    for step in reversed(firsts.values()):
        role = None if playbook is None else playbook.role(step.role)
        if playbook is not None and role is not None and role.who == "helper":
            people = [person or member_in(call, meant.room, rest)[0]]
        else:
            spoken_to = {t.member: t.role for t in draft.tracks(case.number)}
            mine = (
                [] if playbook is None or role is None else people_of(draft, meant.room, case, playbook, role)
            )
            theirs = [one for one, part in spoken_to.items() if part == step.role]
            people = list(dict.fromkeys((*theirs, *(one for one in mine if one not in spoken_to))))
            if person is not None:
                people = [person] if person in people or len(firsts) == 1 else []
        for one in people:
            case = draft.case(case.number) or case
            if one is not None and (said := say_step(draft, case, step, one, call.by)) is not None:
                sent.append(said)
    return sent


def _tell(call: Call, meant: Meant, sent: list[Sent]) -> None:
    if not sent:
        call.reply("care.nobody", case=meant.case.number)
        return
    names = "、".join(name_of(call.draft, meant.room.room, one.person) for one in sent)
    call.reply("care.said", case=meant.case.number, names=names)


def _steps(call: Call, meant: Meant) -> str:
    return steps_of(call, meant.case)


COMMAND = Command(
    names=("say", "说", "发送"),
    where=("private",),
    usage="/say 12 安抚（或 /说 12 安抚 @某人）",
    help_zh="把这一步的话私下发给 TA",
    help_en="have a step's line said in private",
    run=run,
)

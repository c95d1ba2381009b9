"""`/checkin` (回访): who would be asked next, ask somebody now, agree to what is proposed, pause and resume."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.commands.command import Call, Command
from bot.core.commands.whom import SPACES, rooms_of, whom
from bot.core.members.checkin import answers, plan
from bot.core.members.checkin.due import circumstances, everybody_due, is_open, why_not
from bot.core.members.checkin.hours import next_moment
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.effects import Row

# A phone screen.
_MOST_ROWS = 12
_STILL_PROPOSED = timedelta(days=7)

replace = msgspec.structs.replace


def run(call: Call) -> None:
    """Do what the word behind the command says; a name means that person, nothing the preview."""
    if call.draft.policy.checkins is None:
        call.reply_private("checkin.off")
        return
    words = call.rest.replace("\u2005", " ").strip(SPACES)
    first, _, rest = words.partition(" ")
    if not words:
        _preview(call)
    elif (order := _ORDERS.get(first.lower())) is not None:
        order(call, rest.strip(SPACES))
    else:
        _ask(call, words)


def _preview(call: Call) -> None:
    """Answer with whoever is due, those to be asked first on top; nobody is asked by looking."""
    draft, rooms = call.draft, {room.room: room for room in rooms_of(call)}
    due = [one for one in everybody_due(draft, circumstances(draft)) if one.member.room in rooms]
    due.sort()
    rows: tuple[Row, ...] = tuple(
        {
            "name": one.member.name or one.member.member,
            "room": rooms[one.member.room].topic or one.member.room,
            "days": (draft.now - one.since).days,
            "talk": one.member.talk,
            "way": plan.way_to(draft, one.member.room, one.member.member),
        }
        for one in due[:_MOST_ROWS]
    )
    planned = sum(
        task.kind in {plan.ASK, plan.NOW} and task.room in rooms for task in draft.state.tasks.values()
    )
    paused = sum(not is_open(draft, room) for room in rooms.values())
    call.reply_private(
        "checkin.preview",
        people=rows,
        count=len(due),
        more=max(0, len(due) - _MOST_ROWS),
        planned=planned,
        paused=paused,
    )


def _ask(call: Call, words: str) -> None:
    """Plan to ask one person as soon as the hours allow; what forbids it forbids it to staff as well."""
    meant = whom(call, words)
    if meant is None:
        return
    member = meant.member
    draft = call.draft
    reason = why_not(draft, member, circumstances(draft))
    last = draft.last_checkin(member.member)
    if (
        reason == "asked"
        and last is not None
        and last.state in {"proposed", "recorded"}
        and last.group == "asked"
    ):
        reason = None
        draft.drop("checkin", str(last.number))
    if reason is None and any(
        t.member == member.member and t.kind in {plan.ASK, plan.NOW} for t in draft.state.tasks.values()
    ):
        reason = "planned"
    moment = next_moment(draft.policy, member.room, draft.now)
    if reason is not None or moment is None:
        call.reply_private("checkin.cannot", name=member.name or member.member, because=reason or "hours")
        return
    plan.put_task(draft, member.room, member.member, moment, plan.NOW)
    local = moment.astimezone(ZoneInfo(draft.policy.room(member.room).timezone))
    call.reply_private(
        "checkin.planned", name=member.name or member.member, time=local.strftime("%m-%d %H:%M")
    )


def _agree(call: Call, _rest: str) -> None:
    """Let those be asked whom the bot proposed."""
    draft, rooms = call.draft, {room.room for room in rooms_of(call)}
    agreed = [
        one
        for one in draft.state.checkins.values()
        if one.state == "proposed" and one.room in rooms and draft.now - one.at <= _STILL_PROPOSED
    ]
    for number, one in enumerate(agreed):
        later = draft.now + timedelta(minutes=7 * number)
        moment = next_moment(draft.policy, one.room, later)
        if moment is not None:
            draft.put(replace(one, state="approved", by=call.by))
            plan.put_task(draft, one.room, one.person, moment, plan.ASK)
    call.reply_private("checkin.approved", count=len(agreed))


def _leave_alone(call: Call, rest: str) -> None:
    """Tag somebody as not to be disturbed, or take the tag off again."""
    meant = whom(call, rest)
    if meant is None:
        return
    member = meant.member
    person, tag = call.draft.person(member.member), call.draft.policy.settings.checkin.leave_alone_tag
    on = tag not in person.tags
    tags = (*person.tags, tag) if on else tuple(one for one in person.tags if one != tag)
    call.draft.put(replace(person, tags=tags))
    call.reply_private("checkin.left_alone", name=member.name or member.member, on=on)


def _send(call: Call, rest: str) -> None:
    """Send an answer that waits for a yes."""
    number = int(rest.lstrip("#")) if rest.lstrip("#").isdecimal() else 0
    record = call.draft.checkin(number)
    room = None if record is None else call.draft.room(record.room)
    if record is None or room is None or not is_staff(call.draft.policy, room, call.by) or not record.held:
        call.reply_private("checkin.nothing_waits", case=number)
        return
    call.draft.put(replace(record, held=""))
    if call.draft.person(record.person).opted_out:
        call.reply_private("checkin.cannot", name=call.draft.person(record.person).name, because="opted_out")
        return
    call.draft.effects.append(answers.answer_line(record, record.held))
    call.reply_private("checkin.sent", case=number)


def _pause(call: Call, _rest: str) -> None:
    _switch(call, paused=True)


def _resume(call: Call, _rest: str) -> None:
    _switch(call, paused=False)


def _switch(call: Call, *, paused: bool) -> None:
    rooms = rooms_of(call)
    for room in rooms:
        call.draft.put(replace(call.draft.room(room.room) or room, checkins_paused=paused))
    call.reply_private("checkin.paused" if paused else "checkin.resumed", count=len(rooms))


_ORDERS: dict[str, Callable[[Call, str], None]] = {
    "pause": _pause,
    "暂停": _pause,
    "resume": _resume,
    "恢复": _resume,
    "ok": _agree,
    "同意": _agree,
    "quiet": _leave_alone,
    "不打扰": _leave_alone,
    "send": _send,
    "发送": _send,
}

COMMAND = Command(
    names=("checkin", "回访"),
    where=("room", "private"),
    usage="/checkin（或 回访）",
    help_zh="看看该关心谁；加名字就去问 TA；pause 暂停，resume 恢复，ok 同意名单，quiet 名字 不打扰",
    help_en="who should be asked how they are; a name asks them; pause, resume, ok, quiet NAME",
    run=run,
)

"""Asking: when a planned moment comes, everything is asked once more, and only then is anything said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import AskFriend, NotifyStaff, SendPrivate, SendRoom, Words
from bot.core.members.checkin import answers, plan, tally, wording
from bot.core.members.checkin.due import circumstances, is_due, is_open, silent_since, why_not
from bot.core.members.checkin.hours import may_write, next_moment
from bot.core.members.checkin.records import CheckIn
from bot.core.records import Task
from bot.core.staff import staff_to_tell

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.effects import Effect, Row, Values
    from bot.core.members.checkin.records import Way
    from bot.core.members.checkin.wording import Said
    from bot.core.records import MemberState, RoomState

REMIND, HELLO = "checkin-reminder", "checkin-hello"
KINDS = (plan.PLAN, plan.ASK, plan.CONTROL, plan.NOW, REMIND, HELLO, answers.LISTEN)
# A friend request that was accepted is followed by a word, but not within the same breath.
_AFTER_HANDSHAKE = timedelta(minutes=3)
# Whoever answers a friend request much later has forgotten what it was about.
_STILL_WARM = timedelta(days=14)

replace = msgspec.structs.replace


def on_task(task: Task, draft: Draft) -> None:
    """Do what a task of check-ins says."""
    if task.kind == plan.PLAN:
        plan.on_plan(draft)
        if not draft.effects and not draft.recorded:
            draft.task = None  # mere bookkeeping is worth no line among the decisions
    elif task.kind == answers.LISTEN:
        answers.on_listened(task, draft)
    elif task.kind == REMIND:
        _remind(task, draft)
    elif task.kind == HELLO:
        _say_hello(task, draft)
    else:
        _ask(task, draft)


def _ask(task: Task, draft: Draft) -> None:
    found = _member_of(task, draft)
    if found is None or draft.policy.checkins is None:
        return
    room, member = found
    mode = draft.policy.mode(room)
    last = draft.last_checkin(member.member)
    approved = last is not None and last.state == "approved" and last.room == room.room
    by_hand = task.kind == plan.NOW
    if not is_open(draft, room) and not by_hand:
        return
    if mode == "assist" and not approved and not by_hand:
        return
    reason = why_not(draft, member, circumstances(draft))
    if reason is not None and not (reason == "asked" and approved):
        return
    if not by_hand and not is_due(draft, member, silent_since(draft, member)):
        return
    # A task that rings late (the bot was down) may ring at night; the next plan finds them again.
    if not may_write(draft.policy, room.room, draft.now):
        return
    # What was agreed to keeps the number under which it was proposed.
    number = last.number if approved and last is not None else draft.new_case_number()
    record = CheckIn(
        number=number,
        person=member.member,
        room=room.room,
        week=plan.week_of(draft, room.room, draft.now),
        at=draft.now,
        by=None if last is None or not approved else last.by,
    )
    if task.kind == plan.CONTROL:
        draft.put(replace(record, group="control"))
        return
    way = plan.way_to(draft, room.room, member.member)
    spent = tally.today(draft)
    if spent.words >= draft.policy.settings.checkin.per_day or (
        way == "friend_request" and spent.requests >= draft.policy.settings.governor.friend_requests_day
    ):
        return
    _say(draft, room, member, replace(record, way=way))


def _say(draft: Draft, room: RoomState, member: MemberState, record: CheckIn) -> None:
    """Say the question, or whatever stands in its place for somebody who is no friend; keep the record."""
    said = _words(draft, member, record.way, record.number)
    if said is None:
        return
    record = replace(record, print=said.print, said=(said.wording,))
    effect = _effect(draft, room, member, record, said)
    if effect is None:
        return
    if draft.policy.mode(room) == "observe":
        draft.put(replace(record, state="recorded"))
        draft.recorded.append(effect)
        return
    draft.put(record)
    draft.effects.append(effect)
    if record.way == "private":
        _plan_reminder(draft, record)


def _words(draft: Draft, member: MemberState, way: Way, number: int) -> Said | None:
    if draft.policy.checkins is None:
        return None
    book, language = draft.policy.checkins.book, draft.policy.settings.operator.language
    values = wording.values_for(draft, member)
    if way == "friend_request":
        return wording.pick("greeting", book.greeting.of(language), values, number)
    if way == "room_line":
        return wording.pick("room_line", book.room_line.of(language), values, number)
    return wording.opening(draft, member, number)


def _effect(draft: Draft, room: RoomState, member: MemberState, record: CheckIn, said: Said) -> Effect | None:
    words, to, number = Words("checkin.line", {"text": said.text}), member.member, record.number
    match record.way:
        case "private":
            return SendPrivate(to=to, purpose="checkin", words=words, room=room.room, case=number)
        case "friend_request":
            return AskFriend(to=to, purpose="checkin", words=words, room=room.room, case=number)
        case "room_line":
            return SendRoom(room=room.room, words=words, mentions=(to,), case=number)
        case "list":
            staff = staff_to_tell(draft, room)
            row: Row = {"name": member.name or to, "days": (draft.now - silent_since(draft, member)).days}
            values: Values = {"room": room.topic or room.room, "people": (row,), "count": 1}
            if staff is None:
                return None
            return NotifyStaff(to=staff, room=room.room, words=Words("checkin.list", values), case=number)


def _plan_reminder(draft: Draft, record: CheckIn) -> None:
    days = draft.policy.settings.checkin.remind_days
    if not days:
        return
    moment = next_moment(draft.policy, record.room, draft.now + timedelta(days=days))
    if moment is not None:
        _put(draft, REMIND, record, moment)


def _put(draft: Draft, kind: str, record: CheckIn, moment: datetime) -> None:
    key = f"{kind}:{record.room}:{record.person}:{record.week}"
    draft.put(Task(key=key, kind=kind, due_at=moment, room=record.room, member=record.person))


def _remind(task: Task, draft: Draft) -> None:
    """Remind somebody once, gently, unless they answered, talked, or must not be written to any more."""
    found = _waiting(task, draft)
    if found is None:
        return
    room, member, record = found
    if record.reminded_at is not None or not record.reached or record.heard:
        return
    if not may_write(draft.policy, room.room, draft.now):
        moment = next_moment(draft.policy, room.room, draft.now)
    elif tally.today(draft).words >= draft.policy.settings.checkin.per_day:
        moment = next_moment(draft.policy, room.room, draft.now + timedelta(hours=16))
    else:
        moment = None
    if moment is not None:
        _put(draft, REMIND, record, moment)
        return
    if draft.policy.checkins is None or not may_write(draft.policy, room.room, draft.now):
        return
    texts = draft.policy.checkins.book.reminder.of(draft.policy.settings.operator.language)
    said = wording.pick("reminder", texts, wording.values_for(draft, member), record.number)
    if said is None:
        return
    draft.put(replace(record, reminded_at=draft.now))
    draft.effects.append(
        SendPrivate(
            to=member.member,
            purpose="checkin_reminder",
            words=Words("checkin.line", {"text": said.text}),
            room=room.room,
            case=record.number,
        )
    )


def befriended(person: str, draft: Draft) -> None:
    """Note that somebody accepted a friend request that was a check-in: the question follows."""
    record = draft.last_checkin(person)
    if record is None or record.way != "friend_request" or record.state != "asked":
        return
    if draft.now - record.at > _STILL_WARM or record.returned_at is not None:
        return
    moment = next_moment(draft.policy, record.room, draft.now + _AFTER_HANDSHAKE)
    if moment is not None:
        _put(draft, HELLO, record, moment)


def _say_hello(task: Task, draft: Draft) -> None:
    found = _waiting(task, draft)
    if found is None:
        return
    room, member, record = found
    if record.way != "friend_request" or not may_write(draft.policy, room.room, draft.now):
        return
    said = wording.opening(draft, member, record.number)
    if said is None:
        return
    # From here on it is a talk in private; it is still the same check-in.
    draft.put(
        replace(record, way="private", reached=True, print=said.print, said=(*record.said, said.wording))
    )
    words = Words("checkin.line", {"text": said.text})
    draft.effects.append(
        SendPrivate(
            to=member.member, purpose="checkin_hello", words=words, room=room.room, case=record.number
        )
    )


def unreachable(record: CheckIn, draft: Draft) -> None:
    """Go another way with somebody who turned out to be no friend of the account."""
    room, member = draft.room(record.room), draft.member(record.room, record.person)
    if (
        room is None
        or member is None
        or draft.policy.mode(room) == "observe"
        or draft.person(record.person).opted_out
    ):
        return
    way = plan.way_to(draft, room.room, record.person)
    if (
        way == "friend_request"
        and tally.today(draft).requests >= draft.policy.settings.governor.friend_requests_day
    ):
        way = "list"
    if way != "private":
        draft.drop("task", f"{REMIND}:{record.room}:{record.person}:{record.week}")
        _say(draft, room, member, replace(record, way=way))


def _waiting(task: Task, draft: Draft) -> tuple[RoomState, MemberState, CheckIn] | None:
    """Return whom a task is about, if their check-in still waits and they may be written to."""
    found = _member_of(task, draft)
    record = None if task.member is None else draft.last_checkin(task.member)
    if found is None or record is None or record.state != "asked" or record.room != task.room:
        return None
    room, member = found
    if draft.policy.mode(room) != "act" or not is_open(draft, room) or record.returned_at is not None:
        return None
    if why_not(draft, member, circumstances(draft)) not in {None, "asked"}:
        return None
    return room, member, record


def _member_of(task: Task, draft: Draft) -> tuple[RoomState, MemberState] | None:
    room = None if task.room is None else draft.room(task.room)
    member = None if task.room is None or task.member is None else draft.member(task.room, task.member)
    return None if room is None or member is None or room.left else (room, member)

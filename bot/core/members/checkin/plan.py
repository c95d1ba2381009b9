"""The daily plan: whom to ask today, who is left unasked to tell what asking is worth, and at which moments.

A plan only puts tasks down, under natural keys (`checkin:<room>:<member>:<ISO week>`); whether somebody may
still be written to is asked again when the moment comes (`asking`).
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.effects import NotifyStaff, Words
from bot.core.members.checkin import tally
from bot.core.members.checkin.due import Due, circumstances, everybody_due
from bot.core.members.checkin.hours import moment_within
from bot.core.members.checkin.records import CheckIn
from bot.core.records import Task
from bot.core.staff import staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row, Values
    from bot.core.members.checkin.records import Way
    from bot.core.records import RoomState

PLAN = "checkin-plan"
ASK, CONTROL, NOW = "checkin", "checkin-control", "checkin-now"
# Before the first hour at which anybody is asked; no change of clocks touches it.
_PLAN_AT = time(9)
_DAY = timedelta(days=1)
# A phone screen.
_MOST_NAMES = 15
_ROOM_LINES_A_DAY = 1

replace = msgspec.structs.replace


def begin(draft: Draft) -> None:
    """Plan the next planning, if none is planned and anybody may ever be asked."""
    if draft.policy.checkins is None or any(task.kind == PLAN for task in draft.state.tasks.values()):
        return
    _plan_next(draft)


def _plan_next(draft: Draft) -> None:
    day = draft.now.astimezone(draft.policy.zone).date()
    due_at = datetime.combine(day, _PLAN_AT, draft.policy.zone).astimezone(UTC)
    if due_at <= draft.now:
        due_at = datetime.combine(day + _DAY, _PLAN_AT, draft.policy.zone).astimezone(UTC)
    local = due_at.astimezone(draft.policy.zone).date()
    draft.put(Task(key=f"{PLAN}:{local.isoformat()}", kind=PLAN, due_at=due_at))


def on_plan(draft: Draft) -> None:
    """Choose whom to ask within the next day, and plan the next planning."""
    _plan_next(draft)
    if draft.policy.checkins is None:
        return
    _forget_old(draft)
    around = circumstances(draft)
    due = everybody_due(draft, around)
    if not due:
        return
    for number, (one, group) in enumerate(chosen := _choose(draft, due)):
        room = draft.room(one.member.room)
        if room is None:
            continue
        share = (number + _hash(one.member.member, "hour") / 2**32) / len(chosen)
        moment = moment_within(draft.policy, room.room, draft.now, draft.now + _DAY, share)
        if moment is not None:
            put_task(
                draft, one.member.room, one.member.member, moment, CONTROL if group == "control" else ASK
            )
    _propose(draft, due)


def put_task(draft: Draft, room: str, member: str, moment: datetime, kind: str) -> None:
    """Plan to ask somebody; the key is the person's in the room's ISO week, so planning twice does no harm."""
    key = f"checkin:{room}:{member}:{week_of(draft, room, moment)}"
    draft.put(Task(key=key, kind=kind, due_at=moment, room=room, member=member))


def week_of(draft: Draft, room: str, moment: datetime) -> str:
    """Return a moment's ISO week on the room's clock, like 2026-W12."""
    year, week, _ = moment.astimezone(ZoneInfo(draft.policy.room(room).timezone)).date().isocalendar()
    return f"{year}-W{week:02}"


def way_to(draft: Draft, room: str, person: str) -> Way:
    """Return how somebody can be reached: in private, unless they are known to be no friend of the account."""
    if draft.person(person).friend is not False:
        return "private"
    way: Way = draft.policy.room(room).unreachable
    if way == "friend_request" and draft.policy.settings.governor.friend_requests_day == 0:
        return "list"
    return way


def _choose(draft: Draft, due: list[Due]) -> list[tuple[Due, str]]:
    """Return whom to ask today and whom to leave unasked, those first to whom a word is worth most."""
    checkin = draft.policy.settings.checkin
    spent = tally.today(draft)
    left: dict[Way, int] = {
        "private": checkin.per_day - spent.words,
        "friend_request": draft.policy.settings.governor.friend_requests_day - spent.requests,
    }
    slots = max(0, left["private"])
    considered, control = tally.groups(draft)
    wanted = 0
    if checkin.control_share and len(due) + considered >= checkin.control_from:
        for _ in range(4):
            wanted = max(0, math.floor(checkin.control_share * (considered + slots + wanted)) - control)
    picked: list[Due] = []
    lines: Counter[str] = Counter()
    quota = _quotas(draft, due)
    waiting = list(due)
    heapq.heapify(waiting)
    while waiting and len(picked) < slots + wanted:
        one = heapq.heappop(waiting)
        room = draft.room(one.member.room)
        if room is None or not quota[room.room] or draft.policy.mode(room) == "assist":
            continue
        way = way_to(draft, room.room, one.member.member)
        if way == "list" or left.get(way, 1) <= 0:
            continue
        if way == "room_line" and lines[room.room] >= _ROOM_LINES_A_DAY:
            continue
        if way == "friend_request":
            left[way] -= 1
        lines[room.room] += way == "room_line"
        quota[room.room] -= 1
        picked.append(one)
    # With fewer people than places the share is kept all the same.
    wanted = min(wanted, max(0, math.floor(checkin.control_share * (considered + len(picked))) - control))
    day = draft.now.astimezone(draft.policy.zone).date().isoformat()
    unasked = heapq.nsmallest(wanted, (one.member.member for one in picked), key=lambda who: _hash(who, day))
    return [(one, "control" if one.member.member in unasked else "asked") for one in picked]


def _quotas(draft: Draft, due: list[Due]) -> Counter[str]:
    """Return how many of each room may be chosen today: a room's first check-ins are spread over many days."""
    spread = draft.policy.settings.checkin.spread_days
    waiting = Counter(one.member.room for one in due)
    done = tally.since_the_first(draft)
    quota: Counter[str] = Counter()
    for name, count in waiting.items():
        room = draft.room(name)
        if room is None:
            continue
        if room.checkins_since is None:
            room = replace(room, checkins_since=draft.now)
            draft.put(room)
        days = (draft.now - (room.checkins_since or draft.now)) // _DAY + 1
        if days >= spread:
            quota[name] = count
            continue
        quota[name] = max(0, math.ceil((done[name] + count) * days / spread) - done[name])
    return quota


def _propose(draft: Draft, due: list[Due]) -> None:
    """Give staff the list of those they must agree to first, and of those only they can reach."""
    budget = draft.policy.settings.checkin.per_day
    rooms: dict[str, list[Due]] = {}
    assists = {room.room for room in draft.state.rooms.values() if draft.policy.mode(room) == "assist"}
    for one in due:
        person = draft.state.people.get(one.person)
        # Of most rooms staff hears nothing: everybody in them can be written to.
        if one.room in assists or (person is not None and person.friend is False):
            rooms.setdefault(one.room, []).append(one)
    for name, people in sorted(rooms.items()):
        people.sort()
        room = draft.room(name)
        if room is None or draft.policy.mode(room) == "observe":
            continue
        asks = draft.policy.mode(room) == "assist"
        listed = [one for one in people if way_to(draft, name, one.member.member) == "list"]
        proposed = [one for one in people if one not in listed][:budget] if asks else []
        if _has_list_of_this_week(draft, room):
            continue
        _tell(draft, room, proposed[:_MOST_NAMES], "checkin.propose")
        _tell(draft, room, listed[:_MOST_NAMES], "checkin.list")


def _has_list_of_this_week(draft: Draft, room: RoomState) -> bool:
    week = week_of(draft, room.room, draft.now)
    return any(
        one.room == room.room and one.week == week and (one.way == "list" or one.state != "asked")
        for one in draft.state.checkins.values()
    )


def _tell(draft: Draft, room: RoomState, people: list[Due], text: str) -> None:
    to = staff_to_tell(draft, room)
    if to is None or not people:
        return
    rows: list[Row] = []
    for one in people:
        record = CheckIn(
            number=draft.new_case_number(),
            person=one.member.member,
            room=room.room,
            week=week_of(draft, room.room, draft.now),
            at=draft.now,
            way="list" if text == "checkin.list" else way_to(draft, room.room, one.member.member),
            state="proposed" if text == "checkin.propose" else "asked",
        )
        draft.put(record)
        days = (draft.now - one.since) // _DAY
        rows.append({"name": one.member.name or one.member.member, "days": days})
    values: Values = {"room": room.topic or room.room, "people": tuple(rows), "count": len(rows)}
    draft.effects.append(NotifyStaff(to=to, room=room.room, words=Words(text, values)))


def _forget_old(draft: Draft) -> None:
    """Let check-ins go that neither stand in the way of another nor count in any figure any more."""
    keep = timedelta(days=max(2 * draft.policy.settings.checkin.again_days, tally.WINDOW.days * 2))
    for record in list(draft.state.checkins.values()):
        if draft.now - record.at > keep:
            draft.drop("checkin", str(record.number))


def _hash(person: str, salt: str) -> int:
    return zlib.crc32(f"{salt}:{person}".encode())

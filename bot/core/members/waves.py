"""Waves: many people at once, or from one inviter, become one notice to staff, however many they are."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import NotifyStaff, Words
from bot.core.records import Task
from bot.core.staff import is_staff, staff_to_tell

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.effects import Row, Values
    from bot.core.records import MemberState, RoomState

WAVE = "wave"
# Who is being added one after the other is counted to the end; the notice is still in time for what they post.
_COUNT_FOR = timedelta(minutes=1)
# What staff heard of they need not hear of again while it goes on.
_HEARD_FOR = timedelta(hours=6)
_MOST_INVITERS = 3

replace = msgspec.structs.replace


def count(draft: Draft, room: RoomState, new: list[MemberState]) -> None:
    """Plan a notice if the people who came lately are too many to be chance.

    Args:
        draft: the decision in the making.
        room: where they came.
        new: who came just now.
    """
    if not new or _is_heard_of(draft, room) or _planned(draft, room.room):
        return
    came, inviters = _lately(draft, room, draft.now)
    if _is_wave(draft, room, len(came), inviters):
        key = f"{WAVE}:{room.room}:{draft.now.isoformat()}"
        draft.put(Task(key=key, kind=WAVE, due_at=draft.now + _COUNT_FOR, room=room.room))


def on_task(task: Task, draft: Draft) -> None:
    """Tell staff of a wave: how many came, who brought most of them, and how to look at them."""
    room = None if task.room is None else draft.room(task.room)
    if room is None or room.left or _is_heard_of(draft, room):
        return
    came, inviters = _lately(draft, room, draft.now - _COUNT_FOR)
    draft.put(replace(room, wave_at=draft.now))
    to = staff_to_tell(draft, room)
    if to is None or not came:
        return
    rows: tuple[Row, ...] = tuple(
        {"name": _name(draft, room, inviter), "count": number, "staff": is_staff(draft.policy, room, inviter)}
        for inviter, number in inviters.most_common(_MOST_INVITERS)
    )
    values: Values = {
        "room": room.topic or room.room,
        "count": len(came),
        "minutes": round(draft.policy.settings.welcome.wave_minutes),
        "inviters": rows,
    }
    notice = NotifyStaff(to=to, room=room.room, words=Words("staff.wave", values))
    if draft.policy.mode(room) == "observe":
        draft.recorded.append(notice)
    else:
        draft.effects.append(notice)


def _lately(draft: Draft, room: RoomState, until: datetime) -> tuple[list[MemberState], Counter[str]]:
    """Return who came within a wave's time and is still here, and how many each inviter brought of them."""
    since = until - timedelta(minutes=draft.policy.settings.welcome.wave_minutes)
    came = [
        member
        for member in draft.members_now(room.room)
        if member.present and member.joined_at is not None and member.joined_at >= since
    ]
    return came, Counter(m.inviter for m in came if m.inviter is not None)


def _is_wave(draft: Draft, room: RoomState, came: int, inviters: Counter[str]) -> bool:
    own = draft.policy.settings.welcome
    if own.wave_joins and came >= own.wave_joins:
        return True
    # Staff who bring people in know that they do.
    brought = [n for who, n in inviters.items() if not is_staff(draft.policy, room, who)]
    return bool(own.wave_inviter) and max(brought, default=0) >= own.wave_inviter


def _is_heard_of(draft: Draft, room: RoomState) -> bool:
    here = draft.room(room.room) or room
    return here.wave_at is not None and draft.now - here.wave_at < _HEARD_FOR


def _planned(draft: Draft, room: str) -> bool:
    return any(task.kind == WAVE and task.room == room for task in draft.tasks_now())


def _name(draft: Draft, room: RoomState, person: str) -> str:
    member = draft.member(room.room, person)
    return (member.name if member is not None else "") or draft.person(person).name or person

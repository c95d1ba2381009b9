"""Names that a room wants to look a certain way: asked for politely in private, once, repeated once, then on a list.

A format is written as people write it: 城市-昵称 stands for two parts with a dash between. No pattern language, so
that nobody is asked to rename themself over a dash of another width.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import SendPrivate, Words
from bot.core.members.checkin.due import circumstances, why_not
from bot.core.members.welcoming import LINE, callable_name, pick
from bot.core.records import Task
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.records import MemberState

NAME = "name"
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("-—–－‐−ー_＿~～", "-"),
        **dict.fromkeys("·•・∙．", "·"),
        **dict.fromkeys("|｜丨", "|"),
        **dict.fromkeys("+＋", "+"),
        **dict.fromkeys("/／", "/"),
        **dict.fromkeys("【[［(（", "("),
        **dict.fromkeys("】]］)）", ")"),
    }
)
_SIGNS = re.compile(r"([-·|+/()])")
# Asked once, and once more; after that it is a person's to say.
_MOST = 2

replace = msgspec.structs.replace


def fits(name: str, wanted: str) -> bool:
    """Return whether a name looks as a room wants names to look.

    Args:
        name: what somebody is called.
        wanted: like 城市-昵称: as many parts, none empty, the same signs between them.
    """
    asked = [part.strip() for part in _SIGNS.split(wanted.translate(_ALIKE).strip())]
    signs, parts = asked[1::2], sum(bool(part) for part in asked[0::2])
    if not signs:
        return True  # a format without a sign asks for nothing that can be seen
    given = [part.strip() for part in _SIGNS.split(name.translate(_ALIKE).strip())]
    return given[1::2] == signs and sum(bool(part) for part in given[0::2]) >= parts


def unfitting(draft: Draft, room: str) -> list[MemberState]:
    """Return the members whose name does not fit, those who came last in front; staff and known bots left out.

    Args:
        draft: the decision in the making.
        room: the room.
    """
    wanted, here = draft.policy.room(room).welcome.name_format, draft.room(room)
    if not wanted or here is None:
        return []
    found = [
        member
        for member in draft.state.members.get(room, {}).values()
        if member.present
        and not fits(member.name, wanted)
        and not is_immune(draft.policy, draft.state, here, member.member)
    ]
    return sorted(found, key=lambda m: (m.joined_at or m.first_seen, m.member), reverse=True)


def plan(draft: Draft, member: MemberState) -> None:
    """Plan to speak of a newcomer's name, where the room wants names to look a certain way.

    Args:
        draft: the decision in the making.
        member: who came.
    """
    own = draft.policy.room(member.room).welcome
    if own.name_format and member.name_asked < _MOST and not fits(member.name, own.name_format):
        _put(draft, member, draft.now + timedelta(hours=own.name_hours))


def on_task(task: Task, draft: Draft) -> None:
    """Ask for a fitting name in private, or do nothing: they have one, they are no friend, they want no words."""
    room = None if task.room is None else draft.room(task.room)
    member = None if task.room is None or task.member is None else draft.member(task.room, task.member)
    if room is None or room.left or member is None or draft.policy.members is None:
        return
    own = draft.policy.room(room.room).welcome
    if not own.name_format or member.name_asked >= _MOST or fits(member.name, own.name_format):
        return
    if draft.policy.quiet(room.room).covers(draft.now):
        _put(draft, member, draft.now)
        return
    if not _may_write(draft, member):
        return
    book, language = draft.policy.members.welcome, draft.policy.settings.operator.language
    texts = book.name_ask if member.name_asked == 0 else book.name_reminder
    values = {"room": room.topic or book.no_room.of(language), "format": own.name_format}
    if name := callable_name(member.name):
        values["name"] = name
    text = pick(texts.of(language), values, f"{room.room}:{member.member}")
    if text is None:
        return
    line = SendPrivate(to=member.member, purpose="name", words=Words(LINE, {"text": text}), room=room.room)
    asked = replace(member, name_asked=member.name_asked + 1)
    match draft.policy.mode(room):
        case "act":
            draft.effects.append(line)
            draft.put(asked)
            if own.name_days and asked.name_asked < _MOST:
                _put(draft, asked, draft.now + timedelta(days=own.name_days))
        case "observe":
            draft.recorded.append(line)
        case "assist":
            pass  # the welcome that staff agreed to names the format; who does not follow stands on their list


def _may_write(draft: Draft, member: MemberState) -> bool:
    """Return whether somebody may be written to unasked: a friend, and nobody who must be left alone."""
    if draft.person(member.member).friend is False:
        return False
    # Whoever was asked how they are lately may still be asked for a name; nothing else that forbids may be passed over.
    return why_not(draft, member, circumstances(draft)) in {None, "asked"}


def _put(draft: Draft, member: MemberState, moment: datetime) -> None:
    due_at = draft.policy.quiet(member.room).over_at(moment)
    key = f"{NAME}:{member.room}:{member.member}"
    draft.put(Task(key=key, kind=NAME, due_at=due_at, room=member.room, member=member.member))

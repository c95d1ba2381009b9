"""Newcomers: what follows from an arrival. The welcome of a while's arrivals, a wave, and a fitting name.

Nothing is said at once: every wait is a task, so that ten people who come within minutes hear one word together.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.members import badges, friends, name_format, waves
from bot.core.members.requests import ask_for_a_yes
from bot.core.members.welcoming import welcome_line
from bot.core.records import Task
from bot.core.rules.view import excerpt
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import MemberState, RoomState

WELCOME = "welcome"
# Of those a request is about a list of cases names these.
_MOST_NAMES = 3

replace = msgspec.structs.replace


def arrived(draft: Draft, room: str, people: list[str]) -> None:
    """See to people who have just come into a room, whoever told of it.

    Args:
        draft: the decision in the making, in which they are members already.
        room: where.
        people: who; the banned, whom `returning` sees to, left out.
    """
    here = draft.room(room)
    new = [member for one in people if (member := draft.member(room, one)) is not None and member.present]
    if here is None or here.left or not new:
        return
    if draft.policy.members is None:
        return
    new = [member for member in new if not is_immune(draft.policy, draft.state, here, member.member)]
    for inviter in sorted({member.inviter for member in new if member.inviter is not None}):
        badges.review(draft, inviter, brought=True)
    waves.count(draft, here, new)
    if new and draft.policy.room(room).welcome.enabled:
        _plan_welcome(draft, here)
    for member in new:
        name_format.plan(draft, member)


def _plan_welcome(draft: Draft, room: RoomState) -> None:
    """Plan one welcome for whoever comes from now until it is said; quiet hours make the while longer."""
    if _planned(draft, room.room):
        return
    own = draft.policy.room(room.room).welcome
    due_at = draft.policy.quiet(room.room).over_at(draft.now + timedelta(minutes=own.window_minutes))
    key = f"{WELCOME}:{room.room}:{draft.now.astimezone(UTC).isoformat()}"
    draft.put(Task(key=key, kind=WELCOME, due_at=due_at, room=room.room))


def _planned(draft: Draft, room: str) -> bool:
    return any(task.kind == WELCOME and task.room == room for task in draft.tasks_now())


def on_task(task: Task, draft: Draft) -> None:
    """Do what a task of newcomers says."""
    _TASKS[task.kind](task, draft)
    if not draft.effects and not draft.recorded:
        draft.task = None  # mere bookkeeping is worth no line among the decisions


def _welcome(task: Task, draft: Draft) -> None:
    room = None if task.room is None else draft.room(task.room)
    if room is None or room.left or not draft.policy.room(room.room).welcome.enabled:
        return
    quiet = draft.policy.quiet(room.room)
    if quiet.covers(draft.now):
        # The bot was down at the hour, or the hours were changed: nobody is woken up by a welcome.
        draft.put(replace(task, due_at=quiet.over_at(draft.now)))
        return
    since = datetime.fromisoformat(task.key[len(f"{WELCOME}:{room.room}:") :])
    new = [
        member
        for member in draft.state.members.get(room.room, {}).values()
        if is_new_since(draft, room, member, since)
    ]
    if not new:
        return
    new.sort(key=lambda member: (member.joined_at or member.first_seen, member.member))
    line = welcome_line(draft, room, new, task.key)
    if line is None:
        return
    match draft.policy.mode(room):
        case "observe":
            draft.recorded.append(line)
        case "assist":
            text = str(line.words.values["text"])
            names = "、".join(member.name or member.member for member in new[:_MOST_NAMES])
            ask_for_a_yes(
                draft, room, (line,), origin="welcome", name=names, excerpt=excerpt(text), words=text
            )
        case "act":
            draft.effects.append(line)


def is_new_since(draft: Draft, room: RoomState, member: MemberState, since: datetime) -> bool:
    """Return whether somebody came for the first time after a moment, is still here, and is to be welcomed.

    Whoever was here before knows the room; whoever is banned or in a case about an ad is not greeted.
    """
    if (
        not member.present
        or member.joined_at is None
        or member.joined_at < since
        or member.first_seen < since
    ):
        return False
    if is_immune(draft.policy, draft.state, room, member.member):
        return False
    person = draft.state.people.get(member.member)
    if person is not None and person.banned:
        return False
    case = None if member.last_case is None else draft.case(member.last_case)
    return case is None or case.state in {"undone", "rejected"}


def acknowledged_in_room(event: Message, member: MemberState, draft: Draft) -> None:
    """Note that a newcomer says, in the room, that they read the rules. Nobody answers it: it would be noise.

    Args:
        event: a room message.
        member: its sender as they stood before.
        draft: the decision in the making.
    """
    own = draft.policy.room(member.room).welcome
    if own.acknowledge != "room" or member.joined_at is None or member.acknowledged_at is not None:
        return
    if event.type == "text" and says_word(event.text, own.word):
        known = draft.member(member.room, member.member) or member
        draft.put(replace(known, acknowledged_at=draft.now))


def acknowledged_in_private(event: Message, draft: Draft) -> bool:
    """Note that a newcomer says, in private, that they read the rules; returns whether the words were that."""
    if event.type != "text" or draft.policy.members is None:
        return False
    noted = False
    for room in draft.state.rooms_of(event.sender):
        member, own = draft.member(room, event.sender), draft.policy.room(room).welcome
        if member is None or not member.present or member.joined_at is None:
            continue
        if own.acknowledge == "private" and says_word(event.text, own.word):
            noted = noted or member.acknowledged_at is None
            draft.put(replace(member, acknowledged_at=member.acknowledged_at or draft.now))
    if noted:
        friends.say(draft, event.sender, "acknowledged", purpose="reply")
    return noted


def says_word(text: str, word: str) -> bool:
    """Return whether a short answer is the word, whatever sign or blank stands around it."""
    return (
        len(text) <= 2 * len(word) + 10 and text.strip(" \t\n。.!！~～,，「」\"“”'+").lower() == word.lower()
    )


_TASKS: dict[str, Callable[[Task, Draft], None]] = {
    WELCOME: _welcome,
    waves.WAVE: waves.on_task,
    name_format.NAME: name_format.on_task,
    friends.ACCEPT: friends.on_accept,
    friends.GREET: friends.on_greet,
}
KINDS = tuple(_TASKS)

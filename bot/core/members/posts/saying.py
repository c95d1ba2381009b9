"""Saying a post when its hour comes, unless the moment is a bad one; why not is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.conflict.watch import LASTS
from bot.core.effects import SendRoom, Words
from bot.core.members.posts import plan
from bot.core.members.posts.icebreakers import fresh_topic
from bot.core.members.posts.records import Used
from bot.core.quiet import QuietHours
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.members.posts.icebreakers import Icebreaker
    from bot.core.members.posts.records import Post, Skip
    from bot.core.records import RoomState, Task

replace = msgspec.structs.replace


def on_task(task: Task, draft: Draft) -> None:
    """Say a post whose hour came, and plan its next one."""
    post = None if task.case is None else draft.post(task.case)
    if post is None or post.paused:
        draft.task = None
        return
    again = plan.plan_next(draft, post, max(draft.now, task.due_at))
    skip = _why_not(draft, post, task.due_at)
    topic = None if post.text else _topic(draft, post)
    if skip is None and not post.text and topic is None:
        skip = "unused"
    words = Words("post.line", {"text": post.text if topic is None else topic.text})
    if skip is None:
        draft.effects.append(SendRoom(room=post.room, words=words))
        _remember(draft, post, topic)
        if again is None:
            draft.drop("post", str(post.number))
        else:
            draft.put(replace(post, last_at=draft.now, skipped=None, skipped_at=None))
        return
    if skip == "observing":
        draft.recorded.append(SendRoom(room=post.room, words=words))
    else:
        draft.task = None  # nothing came of it: no line among the decisions
    draft.put(replace(post, skipped=skip, skipped_at=draft.now))


def _why_not(draft: Draft, post: Post, due_at: datetime) -> Skip | None:
    """Return why now is no moment for a post, or None."""
    room, settings = draft.room(post.room), draft.policy.settings.posts
    if room is None or room.left:
        return "left"
    if draft.now - due_at > timedelta(minutes=settings.late_minutes):
        return "late"
    own = draft.policy.room(post.room)
    if QuietHours(own.timezone, own.quiet_from, own.quiet_to).covers(draft.now):
        return "quiet"
    last = draft.posted(post.room).last_at
    if last is not None and draft.now - last < timedelta(hours=settings.window_hours):
        return "window"
    episode = draft.state.episodes.get(post.room)
    if episode is not None and not episode.calmed and draft.now - episode.at <= LASTS:
        return "quarrel"
    if staff_talks(draft, room, timedelta(minutes=settings.staff_minutes)):
        return "staff"
    return "observing" if draft.policy.mode(room) == "observe" else None


def staff_talks(draft: Draft, room: RoomState, lately: timedelta) -> bool:
    """Return whether staff said something in a room just now; a command is no talk.

    Args:
        draft: the decision in the making.
        room: which room.
        lately: how long ago at most.
    """
    turns = draft.state.spoken.get(room.room, [])
    if any(turn.staff and draft.now - turn.at < lately for turn in turns):
        return True
    if draft.policy.conflict is not None and (not turns or draft.now - turns[0].at >= lately):
        return False  # the last turns reach further back than that
    return any(
        member.last_at is not None
        and draft.now - member.last_at < lately
        and is_staff(draft.policy, room, member.member)
        for member in draft.state.members.get(room.room, {}).values()
    )


def _topic(draft: Draft, post: Post) -> Icebreaker | None:
    """Return the ice-breaker a post is to say: the one it names, else one the room has not had of late."""
    if draft.policy.lively is None:
        return None
    book = draft.policy.lively.icebreakers
    repeat = timedelta(days=draft.policy.settings.posts.repeat_days)
    posted = draft.posted(post.room)
    if post.icebreaker:
        recent = {used.id for used in posted.used if draft.now - used.at < repeat}
        return None if post.icebreaker in recent else book.find(post.icebreaker)
    language = draft.policy.settings.operator.language
    return fresh_topic(book, post.about, language, posted, draft.now, repeat)


def _remember(draft: Draft, post: Post, topic: Icebreaker | None) -> None:
    posted = draft.posted(post.room)
    repeat = timedelta(days=draft.policy.settings.posts.repeat_days)
    used = tuple(one for one in posted.used if draft.now - one.at < repeat)
    if topic is not None:
        used = (*used, Used(topic.id, draft.now))
    draft.put(replace(posted, last_at=draft.now, used=used))

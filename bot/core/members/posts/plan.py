"""Planning of posts: those of the settings are kept as records like those of `/schedule`, each has one next moment.

A task stands for one reading of the room's clock (`post:<number>:<local minute>`), so that planning twice, a
restart or a change of clocks says nothing twice.
"""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.members.posts.records import Post
from bot.core.members.posts.when import parse
from bot.core.records import Task

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.lively_settings import ScheduledPost

POST = "post"
# A post for one date that was skipped stays on the list for so long, for staff to see why.
_SHOWN = timedelta(days=7)


def begin(draft: Draft) -> None:
    """Take over the posts of the settings, and plan whatever has no next moment yet."""
    _take_over(draft)
    planned = {task.case for task in draft.state.tasks.values() if task.kind == POST}
    for post in draft.posts():
        if post.number in planned or post.paused:
            continue
        if plan_next(draft, post, draft.now) is None and not _is_worth_showing(post, draft.now):
            draft.drop("post", str(post.number))


def plan_next(draft: Draft, post: Post, after: datetime) -> datetime | None:
    """Plan a post's next moment after another and return it; None if there is none any more."""
    zone = ZoneInfo(draft.policy.room(post.room).timezone)
    moment = parse(post.when).next_after(after, zone, draft.policy.days_off)
    if moment is not None:
        local = moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        key = f"{POST}:{post.number}:{local}"
        draft.put(Task(key=key, kind=POST, due_at=moment, room=post.room, case=post.number))
    return moment


def cancel(draft: Draft, post: Post) -> None:
    """Let a post's next moment go."""
    for task in draft.tasks_of(post.number):
        if task.kind == POST:
            draft.drop("task", task.key)


def next_of(draft: Draft, post: Post) -> datetime | None:
    """Return a post's next moment as it is planned."""
    moments = [task.due_at for task in draft.tasks_of(post.number) if task.kind == POST]
    return min(moments, default=None)


def _take_over(draft: Draft) -> None:
    wanted = {
        _source(written, room): (written, room)
        for written in draft.policy.settings.post
        for room in written.rooms
        if draft.room(room) is not None
    }
    for post in draft.posts():
        if post.source and post.source not in wanted:
            cancel(draft, post)
            draft.drop("post", str(post.number))
        wanted.pop(post.source, None)
    for source, (written, room) in wanted.items():
        draft.put(
            Post(
                number=draft.new_case_number(),
                room=room,
                when=written.when,
                kind=written.kind,
                text=written.text,
                about=written.about,
                source=source,
            )
        )


def _source(written: ScheduledPost, room: str) -> str:
    parts = (room, written.when, written.kind, written.text, written.about)
    return f"{zlib.crc32('|'.join(parts).encode()):08x}"


def _is_worth_showing(post: Post, now: datetime) -> bool:
    return post.skipped_at is not None and now - post.skipped_at <= _SHOWN

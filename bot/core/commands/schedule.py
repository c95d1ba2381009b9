"""`/schedule` (定时): what is posted in a room at its hour; add, remove, pause and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.commands.command import Call, Command
from bot.core.commands.rooms import own_rooms, room_of
from bot.core.members.posts import plan
from bot.core.members.posts.records import Post
from bot.core.members.posts.when import WhenError, split
from bot.core.quiet import QuietHours
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.effects import Row
    from bot.core.members.posts.records import PostKind
    from bot.core.records import RoomState

# A phone screen.
_MOST_ROWS = 10
_SHOWN = 24
_LONGEST = 400
_KINDS: dict[str, PostKind] = {
    "话题": "topic",
    "topic": "topic",
    "活动": "activity",
    "activity": "activity",
    "知识": "knowledge",
    "干货": "knowledge",
    "knowledge": "knowledge",
    "提醒": "reminder",
    "reminder": "reminder",
}
# Behind the time these ask for an ice-breaker of the library, perhaps for one kind of community.
_ICEBREAKER = ("破冰", "icebreaker", "ice-breaker")

replace = msgspec.structs.replace


def run(call: Call) -> None:
    """List the posts, or do with them what the words say."""
    words = call.rest.strip()
    first, _, rest = words.partition(" ")
    if not words:
        _list(call, own_rooms(call))
    elif (order := _ORDERS.get(first.lower())) is not None and rest.strip().lstrip("#").isdecimal():
        post = _post(call, int(rest.strip().lstrip("#")))
        if post is not None:
            order(call, post)
    else:
        found = room_of(call, words)
        if found is not None and found[1]:
            _add(call, *found)
        elif found is not None:
            _list(call, [found[0]])


def _list(call: Call, rooms: list[RoomState]) -> None:
    names = {room.room: room.topic or room.room for room in rooms}
    posts = [post for post in call.draft.posts() if post.room in names]
    rows: tuple[Row, ...] = tuple(_row(call, post, names[post.room]) for post in posts[:_MOST_ROWS])
    call.reply_private(
        "schedule.list", rows=rows, more=max(0, len(posts) - _MOST_ROWS), several=len(names) > 1
    )


def _row(call: Call, post: Post, room: str) -> Row:
    upcoming = plan.next_of(call.draft, post)
    return {
        "number": post.number,
        "room": room,
        "when": post.when,
        "kind": post.kind,
        "says": _shown(call, post),
        "next": "" if upcoming is None else _local(call, post.room, upcoming),
        "paused": post.paused,
        "skipped": post.skipped or "",
        "skipped_at": "" if post.skipped_at is None else _local(call, post.room, post.skipped_at),
    }


def _shown(call: Call, post: Post) -> str:
    text = post.text
    if post.icebreaker and call.draft.policy.lively is not None:
        topic = call.draft.policy.lively.icebreakers.find(post.icebreaker)
        text = "" if topic is None else topic.text
    return excerpt(text, _SHOWN)


def _local(call: Call, room: str, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(call.draft.policy.room(room).timezone)).strftime("%m-%d %H:%M")


def _add(call: Call, room: RoomState, words: str) -> None:
    draft = call.draft
    try:
        when, text = split(words)
    except WhenError as error:
        call.reply_private("schedule.unclear", because=str(error))
        return
    if len(text) > _LONGEST:
        call.reply_private("schedule.unclear", because="long")
        return
    kind, text = _kind(text)
    about = ""
    if not text or text.lower().startswith(_ICEBREAKER):
        about = text.partition(" ")[2].strip() or "any"
        text = ""
        kinds = frozenset() if draft.policy.lively is None else draft.policy.lively.icebreakers.kinds
        if about not in kinds:
            rows: tuple[Row, ...] = tuple({"about": kind} for kind in sorted(kinds))
            call.reply_private("schedule.about", given=about[:_SHOWN], rows=rows)
            return
    post = Post(
        number=draft.new_case_number(),
        room=room.room,
        when=when,
        kind=kind,
        text=text,
        about=about,
        by=call.by,
    )
    moment = plan.plan_next(draft, post, draft.now)
    if moment is None:
        call.reply_private("schedule.unclear", because="past")
        return
    own = draft.policy.room(room.room)
    if QuietHours(own.timezone, own.quiet_from, own.quiet_to).covers(moment):
        plan.cancel(draft, post)
        call.reply_private("schedule.quiet", quiet_from=own.quiet_from, quiet_to=own.quiet_to)
        return
    draft.put(post)
    call.reply_private(
        "schedule.added",
        number=post.number,
        room=room.topic or room.room,
        kind=kind,
        says=excerpt(text, _SHOWN),
        next=_local(call, room.room, moment),
        observes=draft.policy.mode(room) == "observe",
    )


def _kind(text: str) -> tuple[PostKind, str]:
    """Return what kind of post words announce (`活动 周末去爬山`), and the words behind that."""
    first, _, rest = text.partition(" ")
    named = first.rstrip(":：").lower()
    if named in _KINDS:
        return _KINDS[named], rest.strip()
    for mark in ("：", ":"):
        before, found, after = text.partition(mark)
        if found and before.strip().lower() in _KINDS:
            return _KINDS[before.strip().lower()], after.strip()
    return "topic", text


def _post(call: Call, number: int) -> Post | None:
    """Return a post of one of the caller's rooms, or answer that there is none."""
    post = call.draft.post(number)
    if post is None or post.room not in {room.room for room in own_rooms(call)}:
        call.reply_private("schedule.none", number=number)
        return None
    return post


def _remove(call: Call, post: Post) -> None:
    if post.source:
        # It would be back with the next look at the settings.
        call.reply_private("schedule.settings", number=post.number)
        return
    plan.cancel(call.draft, post)
    call.draft.drop("post", str(post.number))
    call.reply_private("schedule.removed", number=post.number)


def _pause(call: Call, post: Post) -> None:
    plan.cancel(call.draft, post)
    call.draft.put(replace(post, paused=True))
    call.reply_private("schedule.paused", number=post.number)


def _resume(call: Call, post: Post) -> None:
    draft = call.draft
    post = replace(post, paused=False)
    moment = plan.next_of(draft, post) or plan.plan_next(draft, post, draft.now)
    draft.put(post)
    call.reply_private(
        "schedule.resumed", number=post.number, next="" if moment is None else _local(call, post.room, moment)
    )


_ORDERS: dict[str, Callable[[Call, Post], None]] = {
    "remove": _remove,
    "删除": _remove,
    "取消": _remove,
    "pause": _pause,
    "暂停": _pause,
    "resume": _resume,
    "恢复": _resume,
}

COMMAND = Command(
    names=("schedule", "定时"),
    where=("room", "private"),
    usage="/schedule（或 定时）",
    help_zh="定时发言；每周三 20:00 话题…，暂停、恢复、删除加编号，什么都不加看清单",
    help_en="scheduled posts: wed 20:00 TEXT; pause, resume, remove NUMBER; nothing lists them",
    run=run,
)

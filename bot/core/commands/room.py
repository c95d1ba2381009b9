"""`/room` (群况): how a room is, on one phone screen; agree to a proposed topic, see who still talks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.commands.command import Call, Command
from bot.core.commands.rooms import own_rooms, room_of
from bot.core.members.health.figures import bars, busiest, figures_of
from bot.core.members.health.plan import MOST_PEOPLE, active_members
from bot.core.members.health.questions import close_old
from bot.core.members.health.rhythm import rhythm_of
from bot.core.members.health.weeks import lately
from bot.core.members.posts import plan
from bot.core.members.posts.records import Post
from bot.core.quiet import QuietHours

if TYPE_CHECKING:
    from bot.core.effects import Row
    from bot.core.records import RoomState

# A phone screen.
_MOST_ROOMS = 12
_VOICES = 3
_DAY = timedelta(days=1)
_EVENING = 20

replace = msgspec.structs.replace


def run(call: Call) -> None:
    """Show a room, all of one's rooms, or do what the word behind the command says."""
    words = call.rest.strip()
    first, _, rest = words.partition(" ")
    if first.lower() in {"ok", "同意"} and rest.strip().lstrip("#").isdecimal():
        _agree(call, int(rest.strip().lstrip("#")))
        return
    rooms = own_rooms(call)
    if not words and len(rooms) != 1:
        _all(call, rooms)
        return
    active = first.lower() in {"people", "名单"}
    found = room_of(call, rest if active else words)
    if found is None:
        return
    if active:
        _active(call, found[0])
    else:
        _one(call, found[0])


def _all(call: Call, rooms: list[RoomState]) -> None:
    draft = call.draft
    rows: list[Row] = []
    for room in rooms[:_MOST_ROOMS]:
        rhythm = rhythm_of(draft.state, draft.policy, room, draft.today)
        rows.append(
            {
                "room": room.topic or room.room,
                "trend": rhythm.trend,
                "usual": round(rhythm.now),
                "usual_before": round(rhythm.before),
            }
        )
    call.reply_private("room.all", rows=tuple(rows), more=max(0, len(rooms) - _MOST_ROOMS))


def _one(call: Call, room: RoomState) -> None:
    draft = call.draft
    close_old(draft, room.room)
    own = figures_of(draft.state, draft.policy, room, draft.now)
    hours, days = own.hours, [sum(day) for day in own.week]
    voices: tuple[Row, ...] = tuple(
        {"name": voice.name, "percent": round(100 * voice.share)} for voice in own.voices[:_VOICES]
    )
    gone: tuple[Row, ...] = tuple(
        {"after": one.after, "count": one.count, "days": -1 if one.days is None else round(one.days)}
        for one in own.gone
    )
    call.reply_private(
        "room.health",
        room=own.topic,
        trend=own.trend,
        usual=round(own.usual),
        usual_before=round(own.usual_before),
        days_below=own.days_below,
        days=own.days,
        members=own.members,
        talkers=own.talkers,
        silent=own.silent,
        never=own.never,
        silent_days=draft.policy.settings.checkin.silent_days,
        messages=own.messages,
        bars=bars(hours),
        peaks=tuple({"hour": hour} for hour in busiest(hours, 2)),
        weekdays=tuple({"weekday": str(day + 1)} for day in busiest(days, 2)),
        joins=own.joins,
        leaves=own.leaves,
        gone=gone,
        questions=own.questions,
        unanswered=own.unanswered,
        voices=voices,
        top=round(100 * own.top_share),
    )


def _active(call: Call, room: RoomState) -> None:
    people = active_members(call.draft, room)
    rows: tuple[Row, ...] = tuple(
        {"name": member.name or member.member, "messages": lately(member, call.draft.today)}
        for member in people[:MOST_PEOPLE]
    )
    call.reply_private(
        "room.active",
        room=room.topic or room.room,
        rows=rows,
        count=len(people),
        more=max(0, len(people) - MOST_PEOPLE),
    )


def _agree(call: Call, number: int) -> None:
    """Schedule the topic that was proposed, for the hour at which most people are around."""
    draft = call.draft
    rooms = {room.room: room for room in own_rooms(call)}
    health = next(
        (
            one
            for one in draft.state.health.values()
            if one.room in rooms and one.proposal is not None and one.proposal.number == number
        ),
        None,
    )
    proposal = None if health is None else health.proposal
    if health is None or proposal is None or proposal.taken or not proposal.topic:
        call.reply_private("room.nothing_proposed", case=number)
        return
    room = rooms[health.room]
    moment = _best_moment(call, room)
    zone = ZoneInfo(draft.policy.room(room.room).timezone)
    local = moment.astimezone(zone)
    post = Post(
        number=draft.new_case_number(),
        room=room.room,
        when=local.strftime("%Y-%m-%d %H:%M"),
        icebreaker=proposal.topic,
        about="any",
        by=call.by,
    )
    draft.put(post)
    plan.plan_next(draft, post, draft.now)
    draft.put(replace(health, proposal=replace(proposal, taken=True)))
    call.reply_private(
        "room.agreed", number=post.number, room=room.topic or room.room, next=local.strftime("%m-%d %H:%M")
    )


def _best_moment(call: Call, room: RoomState) -> datetime:
    """Return the next moment at the room's busiest hour, outside its quiet hours."""
    draft = call.draft
    own = draft.policy.room(room.room)
    zone, quiet = ZoneInfo(own.timezone), QuietHours(own.timezone, own.quiet_from, own.quiet_to)
    hours = figures_of(draft.state, draft.policy, room, draft.now, days=84).hours
    today = draft.now.astimezone(zone).date()
    for hour in sorted(range(24), key=lambda h: (-hours[h], abs(h - _EVENING))):
        for day in (today, today + _DAY):
            moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
            if moment > draft.now and not quiet.covers(moment):
                return moment
    return draft.now + _DAY


COMMAND = Command(
    names=("room", "群况"),
    where=("room", "private"),
    usage="/room（或 群况）",
    help_zh="这个群近来怎么样；谁在说、几点热闹、谁走了。加群名看那个群，people 看还在说话的人",
    help_en="how a room is doing; a room's name shows that one, people NAME lists who still talks",
    run=run,
)

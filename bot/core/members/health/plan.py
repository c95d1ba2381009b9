"""The daily look at every room: what nobody answered is counted, and staff hears of a room that falls quiet."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import NotifyStaff, Words
from bot.core.members.health import questions
from bot.core.members.health.figures import busiest, figures_of
from bot.core.members.health.records import Proposal
from bot.core.members.health.rhythm import recent_days, rhythm_of
from bot.core.members.health.weeks import lately
from bot.core.members.posts import plan as posts
from bot.core.members.posts.icebreakers import fresh_topic
from bot.core.playbook.variables import filled, variables_in
from bot.core.records import Task
from bot.core.staff import staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row, Values
    from bot.core.members.health.figures import RoomFigures
    from bot.core.members.health.records import Finding
    from bot.core.members.health.rhythm import Rhythm
    from bot.core.records import MemberState, RoomState

LOOK = "health"
# After the morning's check-ins are planned, and while staff is awake.
_LOOK_AT = time(9, 30)
_DAY = timedelta(days=1)
# A phone screen.
MOST_PEOPLE = 15
_MOST_A_DAY = 3

replace = msgspec.structs.replace


def begin(draft: Draft) -> None:
    """Plan the next look, if none is planned."""
    if draft.policy.lively is None or any(task.kind == LOOK for task in draft.state.tasks.values()):
        return
    _plan_next(draft)


def _plan_next(draft: Draft) -> None:
    zone = draft.policy.zone
    day = draft.now.astimezone(zone).date()
    due_at = datetime.combine(day, _LOOK_AT, zone).astimezone(UTC)
    if due_at <= draft.now:
        day += _DAY
        due_at = datetime.combine(day, _LOOK_AT, zone).astimezone(UTC)
    draft.put(Task(key=f"{LOOK}:{day.isoformat()}", kind=LOOK, due_at=due_at))


def on_look(_task: Task, draft: Draft) -> None:
    """Look at every room, plan the next look, and whatever the settings want posted since."""
    _plan_next(draft)
    posts.begin(draft)
    told: Counter[str] = Counter()
    for room in sorted(draft.state.rooms.values(), key=lambda r: r.room):
        if room.left:
            continue
        questions.close_old(draft, room.room)
        to = staff_to_tell(draft, room)
        if to is None or draft.policy.lively is None or not draft.policy.settings.health.enabled:
            continue
        # Whoever hears of ten rooms at once looks after none; the others are there tomorrow.
        if told[to] < _MOST_A_DAY:
            told[to] += _propose(draft, room, to)
    if not draft.effects and not draft.recorded:
        draft.task = None  # mere bookkeeping is worth no line among the decisions


def _propose(draft: Draft, room: RoomState, to: str) -> bool:
    """Tell staff of a room that falls quiet, unless they heard of it of late; returns whether they are told."""
    rhythm = rhythm_of(draft.state, draft.policy, room, draft.today)
    if rhythm.trend not in {"falling", "dead"}:
        return False
    finding: Finding = "dead" if rhythm.trend == "dead" else "falling"
    health = draft.health(room.room)
    last = health.proposal
    if last is not None and draft.now - last.at < _pause(draft, last, finding):
        return False
    figures = figures_of(draft.state, draft.policy, room, draft.now)
    topic = _topic(draft, room)
    proposal = Proposal(
        draft.new_case_number(), finding, draft.now, topic=topic[0] if topic is not None else ""
    )
    draft.put(replace(draft.health(room.room), proposal=proposal))
    values: Values = {
        "case": proposal.number,
        "room": figures.topic,
        "finding": finding,
        **rhythm_values(rhythm),
        "ideas": _ideas(draft, room, figures, finding, "" if topic is None else topic[1]),
        "people": _people(draft, room) if finding == "dead" else (),
        "more": max(0, len(active_members(draft, room)) - MOST_PEOPLE) if finding == "dead" else 0,
        "can_post": topic is not None and draft.policy.mode(room) != "observe",
    }
    effect = NotifyStaff(to=to, room=room.room, words=Words("room.propose", values))
    if draft.policy.mode(room) == "observe":
        draft.recorded.append(effect)
    else:
        draft.effects.append(effect)
    return True


def _pause(draft: Draft, last: Proposal, finding: Finding) -> timedelta:
    """Return how long nothing more is proposed; a room that died since is news, a dead one stays dead for long."""
    days = timedelta(days=draft.policy.settings.health.again_days)
    if last.finding != finding:
        return _DAY if finding == "dead" else days
    return 3 * days if finding == "dead" else days


def rhythm_values(rhythm: Rhythm) -> dict[str, str | int | float]:
    """Return a rhythm's figures as values of a text."""
    return {
        "trend": rhythm.trend,
        "usual": round(rhythm.now),
        "usual_before": round(rhythm.before),
        "days_below": rhythm.below,
        "days": rhythm.days,
    }


def _topic(draft: Draft, room: RoomState) -> tuple[str, str] | None:
    """Return the ice-breaker that could be posted, as its id and text."""
    if draft.policy.lively is None:
        return None
    about = next((p.about for p in draft.posts() if p.room == room.room and p.about), "any")
    found = fresh_topic(
        draft.policy.lively.icebreakers,
        about,
        draft.policy.settings.operator.language,
        draft.posted(room.room),
        draft.now,
        timedelta(days=draft.policy.settings.posts.repeat_days),
    )
    return None if found is None else (found.id, found.text)


def active_members(draft: Draft, room: RoomState) -> list[MemberState]:
    """Return the members who still talk in a room, those who talk most first."""
    members = draft.state.members.get(room.room, {}).values()
    own = draft.account().self_id
    found = [m for m in members if m.present and m.member != own and lately(m, draft.today)]
    return sorted(found, key=lambda m: (-lately(m, draft.today), m.member))


def _people(draft: Draft, room: RoomState) -> tuple[Row, ...]:
    return tuple({"name": m.name or m.member} for m in active_members(draft, room)[:MOST_PEOPLE])


def _ideas(
    draft: Draft, room: RoomState, figures: RoomFigures, finding: Finding, topic: str
) -> tuple[Row, ...]:
    """Return the ideas that fit, each in the first wording all of whose names are known."""
    lively = draft.policy.lively
    if lively is None:
        return ()
    language = draft.policy.settings.operator.language
    known = _known(draft, room, figures, topic, lively.revival.weekdays.of(language))
    rows: list[Row] = []
    for idea in lively.revival.idea:
        if finding not in idea.fits or (idea.id == "unanswered" and not figures.unanswered):
            continue
        text = next(
            (t for t in idea.say.of(language) if all(name in known for name in variables_in(t))), None
        )
        if text is not None:
            rows.append({"does": idea.does, "text": filled(text, known)})
    return tuple(rows)


def _known(
    draft: Draft, room: RoomState, figures: RoomFigures, topic: str, weekdays: tuple[str, ...]
) -> dict[str, str]:
    known = {
        "room": figures.topic,
        "active": str(len(active_members(draft, room))),
        "members": str(figures.members),
        "topic": topic,
        "guest": next((v.name for v in figures.voices if _may_be_asked(draft, room, v.member)), ""),
        "other": _livelier(draft, room),
    }
    hours = busiest(figures.hours, 1)
    days = busiest([sum(day) for day in figures.week], 1)
    if hours and days:
        known["hour"] = str(hours[0])
        known["weekday"] = weekdays[days[0]]
    return {name: value for name, value in known.items() if value}


def _may_be_asked(draft: Draft, room: RoomState, person: str) -> bool:
    member = draft.state.member(room.room, person)
    return member is not None and member.present and not draft.person(person).opted_out


def _livelier(draft: Draft, room: RoomState) -> str:
    """Return the name of the liveliest other room of the same staff, or "" if there is none."""
    mine = staff_to_tell(draft, room)
    best, most = "", 0
    for other in sorted(draft.state.rooms.values(), key=lambda r: r.room):
        if other.room == room.room or other.left or staff_to_tell(draft, other) != mine:
            continue
        said = sum(day.messages for day in recent_days(draft.state, other.room, draft.today, 14))
        if said > most and rhythm_of(draft.state, draft.policy, other, draft.today).trend != "dead":
            best, most = other.topic or other.room, said
    return best

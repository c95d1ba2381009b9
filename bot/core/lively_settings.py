"""Settings of a room's liveliness: when staff hears that it falls quiet, and what is posted at its hour."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bot.core.members.posts.records import PostKind
from bot.core.setting_types import Table, says


class Health(Table, frozen=True, kw_only=True):
    """When a room counts as falling quiet, and how often staff hears a proposal."""

    enabled: Annotated[
        bool,
        says("tell staff in private when a room falls quiet, with a proposal; the digest shows it anyway"),
    ] = True
    answer_hours: Annotated[
        float, says("hours after which a member's question counts as unanswered", ge=0.5, le=72)
    ] = 2
    falls_to: Annotated[
        float,
        says(
            "share of its own usual day to which a room's talk must have fallen before staff is told",
            ge=0.1,
            le=0.9,
        ),
    ] = 0.6
    again_days: Annotated[int, says("days within which staff hears no second proposal", ge=7, le=365)] = 28


class ScheduledPost(Table, frozen=True, kw_only=True):
    """Something said in rooms at its hour: [[post]]. Without `text` it is an ice-breaker about `about`."""

    rooms: Annotated[tuple[str, ...], says("room ids"), msgspec.Meta(min_length=1)]
    when: Annotated[
        str,
        says(
            "daily 9:00, workdays 9:00, wed 20:00, monthly 1 10:00, a date like 2026-12-24 20:00 (每周三 20:00"
            " and the like too), or five fields of cron"
        ),
    ]
    kind: Annotated[PostKind, says("topic, activity, knowledge or reminder")] = "topic"
    text: Annotated[str, says("what is said; empty: an ice-breaker"), msgspec.Meta(max_length=1000)] = ""
    about: Annotated[
        str, says("kind of community whose ice-breakers fit: any, parents, sport, study, local, hobby, work")
    ] = "any"


class Posts(Table, frozen=True, kw_only=True):
    """How scheduled posts keep out of the way."""

    window_hours: Annotated[float, says("hours between two posts in one room at least", ge=0, le=168)] = 4
    repeat_days: Annotated[
        int, says("days within which a room gets no ice-breaker a second time", ge=1, le=3650)
    ] = 180
    staff_minutes: Annotated[
        float,
        says("a post is skipped when staff talked in the room so many minutes ago; 0: never", ge=0, le=240),
    ] = 10
    late_minutes: Annotated[
        float, says("minutes after its hour at which a post is skipped rather than said", ge=1, le=240)
    ] = 30

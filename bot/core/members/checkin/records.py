"""What is remembered of a check-in: whom it was for, how it was put, what became of it. No words of anybody."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.core.events import At
from bot.core.members.checkin.cue import FollowUp, Reason

Group = Literal["asked", "control"]
# How somebody is reached: in private, by a friend request, by a line in the room, or by staff from a list.
Way = Literal["private", "friend_request", "room_line", "list"]
# recorded: the room only watches. proposed: waits for staff's yes. asked: it was said. answered: they replied.
CheckInState = Literal["recorded", "proposed", "approved", "asked", "answered"]


class CheckIn(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="checkin", omit_defaults=True
):
    """One check-in with one person; of the control group it only says that they were left unasked.

    `week` is the room's ISO week. `print` tells equal texts, `said` which wordings were used; `reached` is
    true once it arrived. `heard` are words the person may still be adding to, gone once they are read; `held`
    is an answer that waits for staff's yes. `returned_at` is when they first talked in the room again.
    """

    number: int
    person: str
    room: str
    week: str
    at: At
    group: Group = "asked"
    way: Way = "private"
    state: CheckInState = "asked"
    reached: bool = False
    print: int = 0
    said: tuple[str, ...] = ()
    reminded_at: At | None = None
    answered_at: At | None = None
    heard: str = ""
    held: str = ""
    reason: Reason | None = None
    followup: FollowUp | None = None
    returned_at: At | None = None
    by: str | None = None

"""What a digest says, as values: numbers of the reader's rooms and the cases that want a human."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.digest.plan import reader_of
from bot.core.members.checkin.tally import digest_part
from bot.core.members.health.plan import rhythm_values
from bot.core.members.health.rhythm import rhythm_of
from bot.core.members.inviters import is_removal_for_an_ad
from bot.core.records import RoomDay

if TYPE_CHECKING:
    from datetime import date

    from bot.core.draft import Draft
    from bot.core.effects import Row, Values
    from bot.core.records import Case, RoomState

# A phone screen: more lines than this nobody reads in a chat.
MAX_CASES = 12

# Who brings advertisers shows over weeks, and three names are enough to talk to.
_LATELY = timedelta(days=30)
_MOST_INVITERS = 3

# What failed this long ago was either seen to by hand or will not be: it is no news any more.
_FAILED_IS_NEWS = timedelta(days=3)


def digest_values(draft: Draft, reader: str, day: date, *, late: bool) -> Values:
    """Return the values of one reader's digest for one local day.

    Args:
        draft: the decision in the making.
        reader: whose digest; only rooms this person reads about are in it.
        day: the operator's local date.
        late: whether it is sent noticeably after its hour (the bot was down).
    """
    own = draft.account().self_id
    rooms = [
        room
        for room in sorted(draft.state.rooms.values(), key=lambda r: r.room)
        if not room.left and reader_of(draft.policy, room, own) == reader
    ]
    numbers = [(room, draft.state.day(room.room, day) or RoomDay(room=room.room, day=day)) for room in rooms]
    ids = {room.room for room in rooms}
    cases = sorted((c for c in draft.state.cases.values() if c.room in ids), key=lambda c: c.number)
    waiting = [c for c in cases if _wants_a_human(c, draft)]
    today = [
        c for c in cases if draft.policy.day(c.opened_at) == day and not _wants_a_human(c, draft) and c.level
    ]
    return {
        "date": day.isoformat(),
        "late": late,
        "rooms": tuple(_room_row(room, today_of, draft) for room, today_of in numbers),
        "messages": sum(n.messages for _, n in numbers),
        "waiting": tuple(_case_row(c, draft) for c in waiting[-MAX_CASES:]),
        "waiting_more": max(0, len(waiting) - MAX_CASES),
        "cases": tuple(_case_row(c, draft) for c in today[-MAX_CASES:]),
        "cases_more": max(0, len(today) - MAX_CASES),
        "inviters": _inviters(draft, ids),
        "unsure": len(draft.account().unsure),
        **digest_part(draft, ids),
    }


def _inviters(draft: Draft, rooms: set[str]) -> tuple[Row, ...]:
    """Return the people whose guests were removed for ads lately, those with most guests first."""
    since = draft.now - _LATELY
    guests: dict[str, set[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for case in draft.state.cases.values():
        if case.inviter is None or case.room not in rooms or case.opened_at < since:
            continue
        if is_removal_for_an_ad(case):
            guests.setdefault(case.inviter, set()).add((case.room, case.member))
            inviter = draft.state.member(case.room, case.inviter)
            names[case.inviter] = (inviter.name if inviter is not None else "") or case.inviter
    most = sorted(guests, key=lambda person: (-len(guests[person]), person))[:_MOST_INVITERS]
    return tuple({"name": names[person], "count": len(guests[person])} for person in most)


def _wants_a_human(case: Case, draft: Draft) -> bool:
    return case.state in {"asked", "open"} or (
        case.state == "failed" and draft.now - case.opened_at <= _FAILED_IS_NEWS
    )


def _room_row(room: RoomState, today: RoomDay, draft: Draft) -> Row:
    return {
        "room": room.topic or room.room,
        "mode": draft.policy.mode(room),
        "messages": today.messages,
        "talkers": today.talkers,
        "members": sum(1 for m in draft.state.members.get(room.room, {}).values() if m.present),
        "joins": today.joins,
        "leaves": today.leaves,
        "ads": today.ads,
        "suspects": today.suspects,
        "unwelcome": today.unwelcome,
        "reminds": today.reminds,
        "warns": today.warns,
        "removes": today.removes,
        "asked": today.asked,
        "failed": today.failed,
        "bans": today.bans,
        "returns": today.returns,
        "overturned": today.overturned,
        "unanswered": today.unanswered,
        **rhythm_values(rhythm_of(draft.state, draft.policy, room, draft.today)),
    }


def _case_row(case: Case, draft: Draft) -> Row:
    room = draft.state.rooms.get(case.room)
    return {
        "case": case.number,
        "state": case.state,
        "level": case.level or "",
        "name": case.name or case.member,
        "room": (room.topic if room else "") or case.room,
        "excerpt": case.shown,
    }

"""`/member @somebody` (成员): a card of what is known of a member, in private to staff."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.commands.command import Call, Command
from bot.core.commands.whom import rooms_of, whom
from bot.core.members.badges import names_of
from bot.core.members.probation import is_on_probation
from bot.core.members.standing import standing_of
from bot.core.members.tiers import name_of_tier

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft

_CASES_SHOWN = 5


def run(call: Call) -> None:
    """Answer with the card; it is never shown in a room."""
    meant = whom(call, call.rest)
    if meant is None:
        return
    draft, member = call.draft, meant.member
    person = draft.person(member.member)
    # What happens in a room is told to its own staff only.
    rooms = [room for room in rooms_of(call) if draft.member(room.room, member.member) is not None]
    counted = standing_of(draft, member.member, [room.room for room in rooms])
    cases = _cases(draft, member.member, {room.room for room in rooms})
    zone = draft.policy.room(member.room).timezone
    call.reply_private(
        "member.card",
        name=member.name or member.member,
        rooms=tuple({"room": room.topic or room.room} for room in rooms),
        tier=name_of_tier(draft, member.member),
        by_hand=person.tier is not None,
        tags="、".join(person.tags),
        since=_date(member.joined_at, zone),
        seen=_date(member.first_seen, zone),
        days=counted.days,
        inviter=_inviter(draft, member.room, member.inviter),
        last=_date(member.last_at, zone),
        talk=counted.talk,
        active=counted.active,
        answers=counted.answers,
        thanked=counted.thanked,
        brought=counted.brought,
        badges="、".join(names_of(draft, member.member)),
        cases="、".join(str(number) for number in cases[-_CASES_SHOWN:]),
        cases_count=len(cases),
        probation=is_on_probation(draft.policy.room(member.room).welcome, member, draft.now),
        acknowledged=member.acknowledged_at is not None,
        friend={None: "unknown", True: "yes", False: "no"}[person.friend],
        opted_out=person.opted_out,
    )


def _cases(draft: Draft, person: str, rooms: set[str]) -> list[int]:
    return sorted(
        case.number
        for case in draft.state.cases.values()
        if case.room in rooms
        and case.state not in {"undone", "rejected"}
        and (case.member == person or (case.care is not None and person in case.care.parties))
    )


def _inviter(draft: Draft, room: str, inviter: str | None) -> str:
    if inviter is None:
        return ""
    member = draft.member(room, inviter)
    return (member.name if member is not None else "") or draft.person(inviter).name or inviter


def _date(moment: datetime | None, zone: str) -> str:
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).date().isoformat()


COMMAND = Command(
    names=("member", "成员"),
    where=("room", "private"),
    usage="/member @某人（或 成员 名字）",
    help_zh="看看 TA 是谁；来了多久、聊了多少、帮过谁，只私下给你看",
    help_en="a member's card: since when, talk, answers, badges; in private only",
    run=run,
)

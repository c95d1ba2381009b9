"""Briefing: what staff is told of a case, in private, and what a case that waits for a yes is asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import NotifyStaff, Words
from bot.core.members.bans import rooms_held, rooms_hit
from bot.core.members.inviters import brought_in, brought_in_advertisers
from bot.core.staff import staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Row, Value, Values
    from bot.core.records import Case, RoomState

# A phone screen: more lines than this nobody reads in a chat.
_MOST_ROWS = 15
_MOST_REASONS = 4


def tell_staff(
    draft: Draft,
    room: RoomState,
    case: Case,
    text: str,
    *,
    after: str | None = None,
    detail: str = "",
    counts: tuple[int, int] = (0, 0),
) -> None:
    """Tell the next reachable member of staff about a case, in private.

    Args:
        draft: the decision in the making.
        room: the room the case is about.
        case: the case.
        text: which text of the catalogue.
        after: who could not be reached before.
        detail: what the platform said, for texts that show it.
        counts: how many parts of the case were done and failed, for texts that show it.
    """
    to = staff_to_tell(draft, room, first=case.by, after=after)
    if to is None:
        failed = (*case.failed, "notify_staff")
        current = draft.case(case.number) or case
        draft.put(msgspec.structs.replace(current, failed=failed))
        draft.count(room.room, failed=1)
        return
    values: Values = {
        "case": case.number,
        "name": case.name or case.member,
        "room": room.topic or room.room,
        "excerpt": case.shown,
        "by_staff": case.by_staff,
        "about": "" if case.report is None else case.report.about,
        "reports": 0 if case.report is None else len(case.report.by),
        "level": case.level or "",
        "detail": detail,
        "done": counts[0],
        "failed": counts[1],
        **reasons_of(case),
        "words": case.words if case.kind == "request" else "",
        **inviter_of(draft, case),
        **_more_of(draft, case),
    }
    draft.effects.append(NotifyStaff(to=to, room=room.room, words=Words(text, values), case=case.number))


def reasons_of(case: Case) -> Values:
    """Return the strongest reasons for a case, and how many more there are.

    Args:
        case: the case.
    """
    reasons = sorted((e for e in case.evidence if e.weight > 0), key=lambda e: -e.weight)
    return {
        "reasons": tuple({"rule": e.rule, "evidence": e.evidence} for e in reasons[:_MOST_REASONS]),
        "reasons_more": max(0, len(reasons) - _MOST_REASONS),
    }


def asking_text(case: Case) -> str:
    """Return with which text staff is asked about a case."""
    if case.kind == "question":
        return "staff.report"
    if case.origin == "tree":
        return "staff.tree"
    if case.kind == "request":
        return "staff.vouch" if case.origin == "vouch" else "staff.welcome"
    if case.origin == "return" or case.of is not None:
        return "staff.return"
    if case.about_a_name:
        return "staff.name"
    return "staff.ban" if case.origin == "order" and case.level == "ban" else "staff.ask"


def passed_on_text(case: Case) -> str:
    """Return with which text staff hears of what only has to be passed on."""
    return "staff.reporter" if case.origin == "report" else "staff.private_word"


def done_text(case: Case) -> str:
    """Return with which text staff hears that somebody was taken out of a room."""
    if case.origin == "return":
        return "staff.returned"
    return "staff.banned" if case.level == "ban" else "staff.done"


def tree_rows(draft: Draft, room: str, member: str, chosen: tuple[str, ...]) -> tuple[Row, ...]:
    """Return whom somebody brought in, as the rows of a text.

    Args:
        draft: the decision in the making.
        room: the room.
        member: who brought them.
        chosen: those of them who would be removed.
    """
    return tuple(
        {
            "indent": "　" * depth,
            "name": known.name or known.member,
            "messages": known.messages,
            "days": max(0, (draft.now - known.joined_at).days) if known.joined_at is not None else -1,
            "present": known.present,
            "chosen": known.member in chosen,
        }
        for depth, known in brought_in(draft, room, member)[:_MOST_ROWS]
    )


def inviter_of(draft: Draft, case: Case) -> dict[str, Value]:
    """Return who brought the person in, and how many advertisers they brought so far.

    Args:
        draft: the decision in the making.
        case: about the person.
    """
    if case.inviter is None:
        return {"inviter": "", "brought": 0}
    inviter = draft.member(case.room, case.inviter)
    name = (inviter.name if inviter is not None else "") or draft.person(case.inviter).name or case.inviter
    return {"inviter": name, "brought": brought_in_advertisers(draft, case.inviter)}


def _more_of(draft: Draft, case: Case) -> dict[str, Value | tuple[Row, ...]]:
    """Return what only a ban or a kicktree has to show: rooms, people."""
    if case.origin == "tree":
        everybody = len(brought_in(draft, case.room, case.member))
        return {
            "people": tree_rows(draft, case.room, case.member, case.people),
            "count": everybody,
            "chosen": len(case.people),
            "more": max(0, everybody - _MOST_ROWS),
        }
    if case.level == "ban" and case.of is None:
        rooms = rooms_hit(draft, case.member, case.room)
        return {
            "rooms": tuple({"room": room.topic or room.room} for room in rooms),
            "count": len(rooms),
            **_reach_of(draft, case),
        }
    return {"rooms": (), "count": 0, "holds": 0, "sends": 0, "others": 0, "elsewhere": 0}


def _reach_of(draft: Draft, case: Case) -> dict[str, Value]:
    """Return how far a ban goes, in rooms: where it holds, where whoever returns is sent away unasked, where not.

    `elsewhere` are the other rooms they were, or are being, taken out of.
    """
    held = rooms_held(draft, case.member, case.room)
    sure = {"act"} if case.by is None else {"act", "assist"}
    parts = (draft.case(number) for number in draft.state.cases)
    return {
        "holds": len(held),
        "sends": sum(draft.policy.mode(room) in sure for room in held),
        "others": sum(not room.left for room in draft.state.rooms.values()) - len(held),
        "elsewhere": sum(
            part is not None
            and part.of == case.number
            and part.origin != "return"
            and part.state in {"carrying", "done"}
            for part in parts
        ),
    }

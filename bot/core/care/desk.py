"""The desk of care: what the watch over conflicts says becomes a case, joins one, or lets one end quietly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, danger
from bot.core.care.brief import tell
from bot.core.care.lines import care_of
from bot.core.care.opening import endanger, open_case, reopen, take_in
from bot.core.conflict.news import Raised
from bot.core.draft import Flag
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.conflict.news import Calmed
    from bot.core.draft import Draft
    from bot.core.records import Case, RoomState

# A complaint that others join is the same trouble, only larger.
_AGAINST_US = frozenset({"complaint", "faction"})

replace = msgspec.structs.replace


def take(news: Raised | Calmed, room: RoomState, draft: Draft) -> None:
    """Open a case for what was raised, or join the one of the same people; close one that calmed down.

    Args:
        news: what the watch over conflicts said.
        room: where.
        draft: the decision in the making.
    """
    if isinstance(news, Raised):
        _raised(news, draft.room(room.room) or room, draft)
    else:
        _calmed(news, room, draft)


def _raised(news: Raised, room: RoomState, draft: Draft) -> None:
    parties = tuple(party for party in news.parties if _can_be_party(draft, room, party))
    if not parties:
        return
    news = msgspec.structs.replace(
        news, parties=parties, ringleaders=tuple(p for p in news.ringleaders if p in parties)
    )
    case = _same_trouble(news, room, draft)
    if (
        news.kind == "safety"
        and case is not None
        and case.state == "open"
        and _is_new_danger(draft, case, news)
    ):
        case = endanger(draft, room, case, news)
    elif case is None:
        case = open_case(draft, room, news)
    elif case.state == "open" or draft.policy.mode(room) == "observe":
        case = take_in(draft, room, case, news)
    elif case.state == "recorded" or _stirs_again(case, news):
        case = reopen(draft, room, case, news)
    draft.flags.append(Flag(news.kind, case.number, parties, news.severity))


def _is_new_danger(draft: Draft, case: Case, news: Raised) -> bool:
    words = news.turns[-1].words if news.turns else ""
    return not danger.is_known(case, news.parties[0], danger.danger_in(draft, words))


def _can_be_party(draft: Draft, room: RoomState, person: str) -> bool:
    return person != draft.account().self_id and not is_staff(draft.policy, room, person)


def _same_trouble(news: Raised, room: RoomState, draft: Draft) -> Case | None:
    """Return the case that news belongs to: an open one of the same people, or one closed days ago."""
    within = timedelta(days=draft.policy.settings.care.rejoin_days)
    found = [
        case
        for number in draft.state.cases
        if (case := draft.case(number)) is not None
        and case.care is not None
        and case.kind != "check-in"
        and case.room == room.room
        and _is_about(case, news)
        and (case.state == "open" or draft.now - _last_stir(case) <= within)
    ]
    kind = "safety" if news.kind == "safety" else ""
    return max(found, key=lambda case: (case.state == "open", case.kind == kind, case.number), default=None)


def _is_about(case: Case, news: Raised) -> bool:
    """Return whether a case and news are about the same people in the same trouble."""
    before, now = set(care_of(case).parties), set(news.parties)
    if not before & now:
        return False
    if news.kind == "safety":
        # Whatever they quarrelled about: it is about their safety now.
        return case.kind == "safety" or case.state == "open"
    if case.kind == "safety":
        return case.state == "open" and (news.escalated or now <= before)
    if case.kind == news.kind or {case.kind, news.kind} <= _AGAINST_US:
        return news.escalated or before <= now or now <= before or news.kind == "faction"
    return news.escalated


def _stirs_again(case: Case, news: Raised) -> bool:
    """Return whether anything sharp was said since a case ended; the echo of what is settled opens nothing."""
    closed_at = care_of(case).closed_at
    return not news.turns or any(
        turn.weight > 0 and (closed_at is None or turn.at > closed_at) for turn in news.turns
    )


def _last_stir(case: Case) -> datetime:
    care = care_of(case)
    return care.closed_at or (care.turns[-1].at if care.turns else case.opened_at)


def _calmed(news: Calmed, room: RoomState, draft: Draft) -> None:
    """Let a case end quietly where nobody has answered in private yet; else only say so to staff."""
    calm = set(news.parties)
    for number in list(draft.state.cases):
        case = draft.case(number)
        if (
            case is None
            or case.care is None
            or case.kind == "check-in"
            or case.room != room.room
            or not _has_calmed(case, calm)
        ):
            continue
        if case.state == "recorded":
            care = replace(case.care, outcome=closing.CALMED, closed_at=draft.now)
            draft.put(replace(case, care=care))
        elif (
            any(track.replies or track.heard for track in draft.tracks(number)) or case.care.owner is not None
        ):
            tell(draft, case, "care.calmed", closed=False)
        else:
            closing.close(draft, case, closing.CALMED)
            tell(draft, case, "care.calmed", closed=True)


def _has_calmed(case: Case, calm: set[str]) -> bool:
    """Return whether peace among these people ends a case; danger never ends by a kind word."""
    open_still = case.state == "open" or (case.state == "recorded" and care_of(case).closed_at is None)
    return open_still and case.kind not in {"safety", "check-in"} and set(care_of(case).parties) <= calm

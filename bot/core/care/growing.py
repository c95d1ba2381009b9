"""Growing: what news adds to a case, who keeps at whom by now, and who had only happened to be near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, danger, speaking
from bot.core.care.editions import choose, playbook_of
from bot.core.care.facts import name_of
from bot.core.care.lines import care_of
from bot.core.care.parts import role_now
from bot.core.care.sides import one_sided
from bot.core.care.turns import joined
from bot.core.care.waits import stop_waiting

if TYPE_CHECKING:
    from bot.core.care.records import Care
    from bot.core.conflict.news import Raised, Severity
    from bot.core.draft import Draft
    from bot.core.records import Case, RoomState

SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
# The outcome of a track with somebody who had only happened to be near.
_DROPPED = "dropped"

replace = msgspec.structs.replace


def grown(draft: Draft, room: RoomState, case: Case, news: Raised) -> Case:
    """Return a case with what news adds to it: turns, people, severity, another kind.

    Args:
        draft: the decision in the making.
        room: where.
        case: the case.
        news: what was raised.
    """
    care = care_of(case)
    # The watch knows by now who only happened to be near; what somebody said of danger drops nobody.
    fewer = news.escalated and "safety" not in {case.kind, news.kind}
    staying = tuple(p for p in care.parties if not fewer or p in news.parties or _has_spoken(draft, case, p))
    parties = tuple(dict.fromkeys((*staying, *news.parties)))
    kind = "safety" if case.kind == "safety" else case.kind if news.kind == "safety" else news.kind
    version, playbook = care.edition, care.playbook
    if kind != case.kind or not version:
        # What was one person's complaint is a group's now: newcomers meet the playbook that is for that.
        playbook, version = choose(draft, news)
    care = replace(
        care,
        parties=parties,
        severity=max(care.severity, news.severity, key=SEVERITIES.index),
        target=news.target or care.target,
        ringleaders=tuple(p for p in dict.fromkeys((*care.ringleaders, *news.ringleaders)) if p in parties),
        turns=joined(care.turns, news.turns),
        playbook=playbook,
        edition=version,
    )
    if news.kind != "safety" or case.kind == "safety":
        care = with_sides(draft, room, care, news)
    return replace(
        case,
        kind=kind,
        member=case.member if case.member in parties else parties[0],
        name="、".join(name_of(draft, case.room, party) for party in parties),
        excerpt=news.turns[-1].words if news.turns else case.excerpt,
        more=case.more + 1,
        care=closing.noted(draft, care, "joined", words=news.severity),
    )


def with_sides(draft: Draft, room: RoomState, care: Care, news: Raised) -> Care:
    """Return care with who keeps at whom in it, where a dispute is one-sided, or who is in danger.

    Args:
        draft: the decision in the making.
        room: where.
        care: the case's, with its parties and turns as they are now.
        news: what was raised.
    """
    if news.kind == "safety":
        words = news.turns[-1].words if news.turns else ""
        which = danger.danger_in(draft, words)
        return danger.note(care, draft, news.parties[0], which, words, private=news.private)
    sides = None
    if news.kind == "dispute":
        sides = one_sided(care.parties, care.turns, draft.state.spoken.get(room.room, ()))
    if sides is None:
        known = None if care.attacker is not None else care.target
        return replace(care, attacker=None, target=news.target or known)
    return replace(care, attacker=sides[0], target=sides[1])


def _has_spoken(draft: Draft, case: Case, person: str) -> bool:
    track = draft.track(case.number, person)
    return track is not None and bool(track.replies or track.heard)


def let_go_of(draft: Draft, case: Case, before: Care) -> None:
    """End the tracks of people who are no party any more, without a word.

    Args:
        draft: the decision in the making.
        case: the case as it is now.
        before: its care as it was.
    """
    for person in before.parties:
        track = draft.track(case.number, person)
        if person not in care_of(case).parties and track is not None and track.state != "ended":
            stop_waiting(draft, track)
            draft.put(replace(track, state="ended", outcome=_DROPPED, held=None, stale=track.lines))


def reseat(draft: Draft, case: Case) -> None:
    """Let tracks that nobody has answered go on by the part their person has by now; nothing is said twice.

    Args:
        draft: the decision in the making.
        case: the case as it is now.
    """
    version = care_of(case).edition
    playbook = playbook_of(draft, version)
    if playbook is None or case.kind == "safety":
        return
    for track in draft.tracks(case.number):
        if track.replies or track.heard or track.state != "open" or not track.step or track.held is not None:
            continue
        role = role_now(playbook, care_of(case), track.member)
        if role is None or role.first is None or (track.edition, track.role) == (version, role.id):
            continue
        seated = replace(track, edition=version, role=role.id, step=role.first)
        draft.put(seated)
        speaking.wait_for_answer(draft, case, seated)

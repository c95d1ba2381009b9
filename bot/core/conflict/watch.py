"""Watches a room's talk and tells when it turns, when it gets worse, and when it calmed down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bot.core.conflict.news import Calmed, Raised, Turn
from bot.core.conflict.reading import APOLOGY, KIND_BIT, SAFETY, SOFT
from bot.core.conflict.records import Episode
from bot.core.conflict.sides import KINDS, Side, heat_of, side_numbers, side_of
from bot.core.conflict.talk import turn_of
from bot.core.conflict.window import COOL, LOOKED_AT, around, may_have_turned, numbers
from bot.core.rules.view import view_of
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.conflict.judge import ConflictModel
    from bot.core.conflict.news import Severity
    from bot.core.conflict.records import Spoken
    from bot.core.conflict.window import Around
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.records import MemberState, RoomState

# After so long without a hot word it is over; what comes then is a new episode.
LASTS = timedelta(hours=12)
# Those who made peace a short while ago take fire faster.
_TENDER = timedelta(days=1)
_FLARES_UP = 0.6
# An episode under way needs less to go on than one to begin.
_GOES_ON = -1.0
_WARM, _HOT = -0.5, 0.3
# What an episode's kind keeps of what it looked like before; how far another must be ahead to replace it.
_REMEMBERS, _BEYOND_DOUBT = 0.7, 1.0
_A_PAIR, _A_SHARE = 2, 0.35
# What makes it grave: how far beyond the threshold, and threats.
_GRAVE, _MILD = 2.2, 0.4
_THREAT = KIND_BIT["threat"]
# Kind words between the parties that end an episode; an apology is worth two.
_PEACE = 4
_SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
# A brief is read in a minute.
_MOST_TURNS = 12

replace = msgspec.structs.replace


class _Staff:
    """Who is of a room's staff, asked one by one."""

    def __init__(self, room: RoomState, draft: Draft) -> None:
        self._room, self._draft = room, draft

    def __contains__(self, person: object) -> bool:
        if not isinstance(person, str):
            return False
        if is_staff(self._draft.policy, self._room, person):
            return True
        member = self._draft.state.member(self._room.room, person)
        return member is not None and member.role != "member"


def watch(
    message: Message, room: RoomState, member: MemberState, draft: Draft, text: str | None = None
) -> tuple[Raised | Calmed, ...]:
    """Return what a message makes known of the tension in its room.

    Args:
        message: a message in a room, of a member or of staff.
        room: the room as it stood before.
        member: the sender as they stood before.
        draft: the decision in the making; what is remembered is put there.
        text: the plain view of its sender's own words, where it is made already.
    """
    model = draft.policy.conflict
    if model is None:
        return ()
    turns = draft.state.spoken.get(room.room, [])
    if message.id in [turn.id for turn in turns]:
        return ()  # told twice, or edited: it was heard
    text = view_of(message).text if text is None else text
    turn = turn_of(message, text, turns, model.reader, _Staff(room, draft))
    if not turn.name:
        turn = replace(turn, name=member.name)
    draft.put(turn)
    if turn.staff or not turn.read:
        return ()
    news: list[Raised | Calmed] = []
    reader = draft.policy.reader
    if not turn.kinds & SAFETY and reader is not None and reader.danger_in(text) == "sure":
        # Said without the plain words that the cues know.
        turn = replace(turn, kinds=turn.kinds | SAFETY)
        draft.put(turn)
    if turn.kinds & SAFETY and not any(t.kinds & SAFETY and t.sender == turn.sender for t in turns):
        news.append(_danger(turn, turns))
    episode = draft.state.episodes.get(room.room)
    if turn.heat <= COOL:
        calmed = None if episode is None else _peace(turn, episode, draft)
        return tuple(news) if calmed is None else (*news, calmed)
    if _says_it_again(turn, turns) or not may_have_turned(turns, turn):
        return tuple(news)
    raised = _raised(turn, turns, episode, model, draft)
    return tuple(news) if raised is None else (*news, raised)


def _says_it_again(turn: Spoken, turns: Sequence[Spoken]) -> bool:
    """Return whether somebody said the very same a moment ago: sent twice is no more than sent once."""
    return any(before.sender == turn.sender and before.words == turn.words for before in turns[-LOOKED_AT:])


class _Found(NamedTuple):
    """What a turn shows of the talk around it."""

    turn: Spoken
    look: Around
    tension: float
    leaning: tuple[float, ...]
    side: Side
    severity: Severity


def _raised(
    turn: Spoken, turns: Sequence[Spoken], episode: Episode | None, model: ConflictModel, draft: Draft
) -> Raised | None:
    look = around([*turns, turn])
    recent = episode is not None and turn.at - episode.at <= LASTS
    going_on = episode if episode is not None and recent and not episode.calmed else None
    least = 0.0 if going_on is None else _GOES_ON
    if episode is not None and episode.calmed and turn.sender in episode.parties:
        least -= _FLARES_UP if turn.at - episode.at <= _TENDER else 0.0
    tension = model.tension(numbers(look), least)
    if tension <= least:
        return None
    leaning = model.leaning(side_numbers(look))
    if going_on is not None and len(going_on.leaning) == len(leaning):
        both = zip(going_on.leaning, leaning, strict=True)
        leaning = tuple(round(_REMEMBERS * old + new, 2) for old, new in both)
    side = side_of(look, KINDS[leaning.index(max(leaning))])
    found = _Found(turn, look, tension, leaning, side, _severity(tension, side, look))
    return _open(found, draft) if going_on is None else _go_on(found, going_on, draft)


def _open(found: _Found, draft: Draft) -> Raised:
    turn, side = found.turn, found.side
    counted = _counted(found.look, side.parties)
    draft.put(
        Episode(
            room=turn.room,
            kind=side.kind,
            severity=found.severity,
            parties=side.parties,
            target=side.target,
            at=turn.at,
            event=turn.id,
            turns=counted,
            leaning=found.leaning,
        )
    )
    return Raised(
        kind=side.kind,
        severity=found.severity,
        parties=side.parties,
        target=side.target,
        ringleaders=side.ringleaders,
        turns=counted,
        event=turn.id,
    )


def _go_on(found: _Found, episode: Episode, draft: Draft) -> Raised | None:
    """Take a turn into an episode under way; a new kind, a new party or more severity is told."""
    turn, side = found.turn, found.side
    strangers = not set(side.parties) & set(episode.parties)
    if strangers and found.tension > 0:
        return _open(found, draft)
    kind, parties, target = episode.kind, episode.parties, episode.target
    if side.kind != kind and not strangers and _is_another_kind(found, kind):
        kind, parties, target = side.kind, side.parties, side.target
    elif side.kind == kind and kind != "complaint" and not strangers:
        parties = _still_in_it(found.look, tuple(dict.fromkeys((*parties, *side.parties))))
    severity = max(found.severity, episode.severity, key=_SEVERITIES.index)
    counted = _joined(episode.turns, _counted(found.look, parties))
    worse = kind != episode.kind or set(parties) - set(episode.parties) or severity != episode.severity
    draft.put(
        replace(
            episode,
            kind=kind,
            severity=severity,
            parties=parties,
            target=target,
            at=turn.at,
            turns=counted,
            leaning=found.leaning,
            calm=0 if turn.heat > _HOT else episode.calm,
        )
    )
    if not worse:
        return None
    return Raised(
        kind=kind,
        severity=severity,
        parties=parties,
        target=target,
        ringleaders=tuple(person for person in side.ringleaders if person in parties),
        turns=counted,
        event=turn.id,
        escalated=True,
    )


def _is_another_kind(found: _Found, before: str) -> bool:
    """Return whether an episode turned out to be of another kind, beyond a doubt."""
    if found.tension <= _WARM or before == "faction":
        return False
    margin = max(found.leaning) - found.leaning[KINDS.index(before)]
    return found.side.kind == "faction" or margin > _BEYOND_DOUBT


def _still_in_it(look: Around, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parties without those who are there and keep out of it: they only happened to be near."""
    heat = heat_of(look.turns)
    known = sorted((heat[person] for person in parties if person in heat), reverse=True)
    if len(known) < _A_PAIR:
        return parties
    kept = tuple(p for p in parties if p not in heat or heat[p] >= _A_SHARE * known[1])
    return kept if len(kept) >= _A_PAIR else parties


def _severity(tension: float, side: Side, look: Around) -> Severity:
    threatened = any(turn.kinds & _THREAT and turn.heat > 0 for turn in look.turns if not turn.staff)
    if tension > _GRAVE or (threatened and (tension > 1.0 or side.kind == "faction")):
        return "high"
    if tension < _MILD and not threatened and side.kind != "faction":
        return "low"
    return "medium"


def _counted(look: Around, parties: Sequence[str]) -> tuple[Turn, ...]:
    """Return the turns that explain it: the parties' warm ones, and those of staff between them."""
    return tuple(
        _shown(turn)
        for turn in look.turns
        if turn.words
        and (turn is look.turns[-1] or ((turn.sender in parties or turn.staff) and turn.heat > _WARM))
    )


def _shown(turn: Spoken) -> Turn:
    return Turn(turn.at, turn.id, turn.sender, turn.name, turn.words, turn.cues, round(turn.heat, 2))


def _joined(before: Sequence[Turn], more: Sequence[Turn]) -> tuple[Turn, ...]:
    known = {turn.event for turn in before}
    return (*before, *(turn for turn in more if turn.event not in known))[-_MOST_TURNS:]


def _danger(turn: Spoken, turns: Sequence[Spoken]) -> Raised:
    """Return the danger to life or to a child that somebody's words speak of; a human must look at once."""
    look = around([*turns, turn])
    shown = tuple(dict.fromkeys((*(_shown(t) for t in look.own if t.words), _shown(turn))))
    return Raised(
        kind="safety",
        severity="high",
        parties=(turn.sender,),
        target=look.other if turn.to else None,
        turns=shown,
        event=turn.id,
    )


def _peace(turn: Spoken, episode: Episode, draft: Draft) -> Calmed | None:
    """Count kind words between the parties; enough of them end the episode."""
    if episode.calmed or turn.sender not in episode.parties or not turn.kinds & SOFT:
        return None
    calm = episode.calm + (2 if turn.kinds & APOLOGY else 1)
    done = calm >= _PEACE
    draft.put(replace(episode, calm=calm, calmed=done, at=turn.at if done else episode.at))
    return Calmed(parties=episode.parties, event=turn.id) if done else None

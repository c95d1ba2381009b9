"""Reaching people: what becomes of a track whose person the account cannot write to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care.brief import tell
from bot.core.care.lines import care_of
from bot.core.care.waits import plan, stop_waiting
from bot.core.effects import SendRoom, Words

if TYPE_CHECKING:
    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.records import Case

# The gentle line comes when the quarrel has left the screen: nobody shall read the one out of the other.
_GENTLY_AFTER = timedelta(minutes=30)

replace = msgspec.structs.replace


def cannot(draft: Draft, case: Case, track: Track) -> None:
    """Note that a person is no friend of the account: staff is told to reach them, as the settings want.

    Args:
        draft: the decision in the making.
        case: the case.
        track: the person's; it begins once they write by themselves.
    """
    stop_waiting(draft, track)
    draft.put(replace(track, state="human", step="", since=None, held=None, stayed=0))
    if draft.policy.settings.care.unreachable == "gentle_line":
        plan(draft, case, "care-gentle", draft.now + _GENTLY_AFTER)
    # While the case opens, the brief says it.
    if care_of(draft.case(case.number) or case).told:
        tell(draft, case, "care.unreachable", track=track)


def ask_gently(draft: Draft, case: Case) -> None:
    """Ask those who cannot be written to, in one line in the room, to write themselves; it names nobody.

    Named together they would be pointed at as the two who quarrelled.
    """
    room = draft.room(case.room)
    if room is None or draft.policy.mode(room) != "act" or care_of(case).silent:
        return
    waiting = any(
        track.state == "human"
        and not track.step
        and draft.person(track.member).friend is False
        and not draft.person(track.member).opted_out
        for track in draft.tracks(case.number)
    )
    if waiting:
        draft.effects.append(
            SendRoom(room=case.room, words=Words("care.gentle", {}, case.number), case=case.number)
        )

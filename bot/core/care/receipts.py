"""Receipts of a case: a line that arrived starts the waiting; one that cannot arrive is a human's to carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, reaching, speaking, tracks
from bot.core.care.brief import brief, tell
from bot.core.care.lines import care_of
from bot.core.care.rota import next_after
from bot.core.care.waits import stop_waiting
from bot.core.playbook import walk

if TYPE_CHECKING:
    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.events import Receipt
    from bot.core.records import Case

# Words that the last look held back were overtaken by something that is known already.
WITHHELD = frozenset({"taken_over", "overtaken", "closed", "observing", "left_room"})

replace = msgspec.structs.replace


def on_receipt(event: Receipt, case: Case, draft: Draft) -> None:
    """Take in what became of something that was said because of a case.

    Args:
        event: the receipt.
        case: a case with care.
        draft: the decision in the making.
    """
    if event.effect_kind == "notify_staff":
        _told(event, case, draft)
        return
    track = None if event.to is None else draft.track(case.number, event.to)
    if event.effect_kind == "send_private" and track is not None:
        _said(event, case, track, draft)


def _told(event: Receipt, case: Case, draft: Draft) -> None:
    """Give the brief to the next of the rota when somebody of the staff cannot be reached."""
    room = draft.room(case.room)
    if event.outcome not in {"refused", "failed"} or room is None or event.to is None:
        return
    care = care_of(case)
    if case.state != "open" or event.to != (care.owner or (care.told[-1] if care.told else None)):
        return
    to = next_after(draft, room, care.told)
    if to is not None:
        brief(draft, case, to, cause="passed")
        closing.expect_a_human(draft, case)


def _said(event: Receipt, case: Case, track: Track, draft: Draft) -> None:
    if event.outcome in {"done", "unknown"}:
        # Nobody can vouch for `unknown`; waiting for an answer does no harm where asking again might.
        # A reminder's receipt comes when the step's own is in, and begins no patience anew.
        if track.reached:
            return
        track = replace(track, reached=True)
        draft.put(track)
        if track.state == "open" and not track.heard and track.held is None:
            speaking.wait_for_answer(draft, case, track)
        return
    if track.state == "ended" or event.detail in WITHHELD:
        return
    if event.detail == "opted_out":
        tracks.end(draft, case, track, walk.Move("end", outcome=walk.OPTED_OUT))
    elif event.detail == "not_friend":
        reaching.cannot(draft, case, track)
    elif track.state == "open":
        stop_waiting(draft, track)
        draft.put(replace(track, state="human", held=None))
        tell(draft, case, "care.undelivered", track=track)
        closing.expect_a_human(draft, case)

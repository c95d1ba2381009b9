"""Hearing: what a person writes in private goes to their track, and to nobody else but staff.

People write in several short lines; they are read together once nothing more comes. What cannot wait is
heard at once: danger, the wish for a human, the law, and the wish to be left alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, tracks
from bot.core.care.brief import tell
from bot.core.care.editions import playbook_of
from bot.core.care.lines import care_of, known_to
from bot.core.care.records import Replied
from bot.core.care.waits import cancel, plan, stop_waiting
from bot.core.draft import Flag
from bot.core.members import optout
from bot.core.playbook import walk
from bot.core.rules.view import excerpt, words_of

if TYPE_CHECKING:
    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.playbook.model import Purpose, ReplyClass
    from bot.core.records import Case

_LONGEST = 1000
_SHOWN = 300
# Enough for any talk; beyond it the oldest answers are summed up by their classes elsewhere.
_MOST_REPLIES = 40

replace = msgspec.structs.replace


def on_private(event: Message, draft: Draft) -> bool:
    """Take a person's private words to their track; returns whether they have one."""
    found = _track_of(draft, event.sender)
    if found is None:
        return False
    case, track = found
    room = draft.room(case.room)
    if room is None or draft.policy.mode(room) == "observe":
        return False
    words = " ".join(words_of(event).split()) or f"[{event.type}]"
    heard = f"{track.heard}\n{words}".strip()[-_LONGEST:]
    read = _read(draft, track, words)
    track = replace(track, heard=heard)
    draft.put(track)
    if read in walk.ALWAYS or read == "opt-out":
        _heard(draft, case, track, read)
        return True
    wait = draft.policy.settings.care.listen_seconds
    if wait:
        plan(draft, case, "care-listen", draft.now + timedelta(seconds=wait), track.member)
    else:
        finished(draft, case, track)
    return True


def finished(draft: Draft, case: Case, track: Track) -> None:
    """Read what a person wrote, now that nothing more comes."""
    if track.heard:
        _heard(draft, case, track, _read(draft, track, track.heard))


def silent(draft: Draft, case: Case, track: Track) -> None:
    """Go on where nobody answered for as long as the step waits."""
    playbook = playbook_of(draft, track.edition)
    if track.state != "open" or track.heard or track.held is not None or playbook is None:
        return
    known = known_to(draft, case, playbook, tracks.who_of(playbook, track), track.member)
    move = walk.after(playbook, track.step, "silent", known, stayed=track.stayed, lines=track.lines)
    tracks.go(draft, case, track, move, manner="opening", read="silent")


def left_alone(event: Message, draft: Draft) -> None:
    """End every track of a person who asked not to be written to; danger in the same breath is still heard."""
    for case, track in _tracks_of(draft, event.sender):
        words = " ".join(words_of(event).split())[:_LONGEST]
        also = () if draft.policy.reader is None else draft.policy.reader.read(words, "soothe").also
        _end_for_good(draft, case, track, words)
        if "safety" in also:
            _tell_of_danger(draft, case, track, words)


def _heard(draft: Draft, case: Case, track: Track, read: ReplyClass) -> None:
    """Keep a person's answer, show it to staff, and go where the playbook leads from it."""
    words = track.heard
    cancel(draft, case.number, "care-listen", track.member)
    replies = (*track.replies, Replied(at=draft.now, step=track.step, read=read, words=words))
    track = replace(track, heard="", replies=replies[-_MOST_REPLIES:])
    draft.put(track)
    if read == "opt-out":
        optout.leave_alone(track.member, draft)
        _end_for_good(draft, case, track, words)
        return
    if read == "safety":
        draft.flags.append(Flag("safety", case.number, (track.member,), "high"))
    if track.state == "human":
        if not track.step and read not in walk.ALWAYS and _leads(draft, case):
            _begin_at_last(draft, case, track, words, read)
            return
        _show(draft, case, track, read, words)
        if read in {"safety", "legal-threat"}:
            closing.expect_a_human(draft, case)
        return
    playbook = playbook_of(draft, track.edition)
    if playbook is None or (not track.step and read not in walk.ALWAYS):
        _show(draft, case, track, read, words)
        return
    stop_waiting(draft, track)
    track = _kept(draft, replace(track, held=None, stale=track.lines), words, read)
    draft.put(track)
    known = known_to(draft, case, playbook, tracks.who_of(playbook, track), track.member)
    step = track.step or next((s.id for s in playbook.steps if s.role == track.role), "")
    move = walk.after(playbook, step, read, known, stayed=track.stayed, lines=track.lines)
    asked = playbook.step(move.step) if move.step is not None else None
    if asked is not None and not tracks.needs_yes(draft, case, playbook, track, asked):
        _show(draft, case, track, read, words)
    tracks.go(draft, case, track, move, manner="talk", read=read, words=words[:_SHOWN])


def _begin_at_last(draft: Draft, case: Case, track: Track, words: str, read: ReplyClass) -> None:
    """Begin the track of somebody who could not be written to and now writes themself."""
    playbook = playbook_of(draft, track.edition)
    _show(draft, case, track, read, words)
    role = None if playbook is None else playbook.role(track.role)
    if playbook is None or role is None or role.first is None:
        return
    track = replace(track, state="open")
    draft.put(track)
    known = known_to(draft, case, playbook, role.who, track.member)
    tracks.go(draft, case, track, walk.start(playbook, role.id, known), manner="talk")


def _kept(draft: Draft, track: Track, words: str, read: ReplyClass) -> Track:
    """Keep an answer as what the step asked for: a story, an agreement, a choice, a reason."""
    playbook = playbook_of(draft, track.edition)
    step = None if playbook is None else playbook.step(track.step)
    if step is None or step.keep is None or read in walk.ALWAYS:
        return track
    return replace(track, kept=(*track.kept, (step.keep, words[:_SHOWN])))


def _show(draft: Draft, case: Case, track: Track, read: ReplyClass, words: str) -> None:
    """Show whoever looks after the case what the person answered; nobody else ever sees it."""
    tell(
        draft,
        case,
        "care.reply",
        track=track,
        operator_too=read in {"safety", "legal-threat"},
        read=read,
        words=excerpt(words, _SHOWN),
        leads=track.state == "open" and len(track.replies) == 1,
    )


def _end_for_good(draft: Draft, case: Case, track: Track, words: str) -> None:
    stop_waiting(draft, track)
    track = draft.track(case.number, track.member) or track
    heard = (
        ()
        if track.replies and track.replies[-1].read == "opt-out"
        else (Replied(at=draft.now, step=track.step, read="opt-out", words=words),)
    )
    track = replace(track, heard="", held=None, stale=track.lines, replies=(*track.replies, *heard))
    draft.put(track)
    tell(draft, case, "care.opted_out", track=track)
    tracks.end(draft, case, track, walk.Move("end", outcome=walk.OPTED_OUT))


def _tell_of_danger(draft: Draft, case: Case, track: Track, words: str) -> None:
    draft.flags.append(Flag("safety", case.number, (track.member,), "high"))
    tell(
        draft,
        case,
        "care.human",
        track=track,
        operator_too=True,
        read="safety",
        words=excerpt(words, _SHOWN),
        urgent=True,
        text="",
    )
    closing.wake(draft, case)
    closing.expect_a_human(draft, case)


def _leads(draft: Draft, case: Case) -> bool:
    room = draft.room(case.room)
    return room is not None and draft.policy.mode(room) != "observe" and not care_of(case).silent


def _read(draft: Draft, track: Track, words: str) -> ReplyClass:
    reader = draft.policy.reader
    playbook = playbook_of(draft, track.edition)
    step = None if playbook is None else playbook.step(track.step)
    purpose: Purpose = "soothe" if step is None else step.purpose
    if reader is None:
        return "opt-out" if optout.says_stop(words) else "other"
    read = reader.read(words, purpose).reply
    return "other" if read == "silent" else read


def _track_of(draft: Draft, person: str) -> tuple[Case, Track] | None:
    """Return the track a person's words belong to: of those under way the one they were last spoken to on."""
    found = _tracks_of(draft, person)
    return max(found, key=lambda one: (one[1].since or one[0].opened_at, one[0].number), default=None)


def _tracks_of(draft: Draft, person: str) -> list[tuple[Case, Track]]:
    return [
        (case, track)
        for number, known in draft.state.tracks.items()
        if person in known
        and (track := draft.track(number, person)) is not None
        and track.state != "ended"
        and (case := draft.case(number)) is not None
    ]

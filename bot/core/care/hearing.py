"""Hearing: what a person writes in private goes to their track, and to nobody else but staff.

People write in several short lines; they are read together once nothing more comes. What cannot wait is
heard at once: danger, the wish for a human, the law, and the wish to be left alone. Pictures and voices are
for people to look at and to hear: staff is told at once, and whoever sent nothing else is asked for words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing, danger, speaking, tracks
from bot.core.care.brief import tell
from bot.core.care.editions import playbook_of
from bot.core.care.lines import care_of, known_to, line_of
from bot.core.care.parts import who_of
from bot.core.care.records import Held, Replied
from bot.core.care.waits import cancel, plan, stop_waiting
from bot.core.draft import Flag
from bot.core.members import optout
from bot.core.playbook import walk
from bot.core.playbook.asides import aside_for, choice_of
from bot.core.replies.reader import Reading
from bot.core.rules.view import excerpt, words_of

if TYPE_CHECKING:
    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.playbook.model import Aside, Playbook, Purpose, ReplyClass, Step
    from bot.core.records import Case

_LONGEST = 1000
_SHOWN = 300
# Enough for any talk; beyond it the oldest answers are summed up by their classes elsewhere.
_MOST_REPLIES = 40
# What a person of the staff can look at or listen to on the phone, and the bot cannot.
_TO_LOOK_AT = frozenset({"image", "video", "voice", "file", "chat_history"})
# How an answer without words stands in what staff reads.
_NO_WORDS = "no-words"
_SAYS_NOTHING: frozenset[Aside] = frozenset({"unclear", "which-number"})
_NODS = frozenset({"accept", "calm"})

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
    if event.type in _TO_LOOK_AT:
        tell(draft, case, "care.picture", track=track, type=event.type)
    heard = f"{track.heard}\n{words}".strip()[-_LONGEST:]
    reading = _read(draft, track, words)
    track = replace(track, heard=heard)
    draft.put(track)
    if reading.reply in walk.ALWAYS or reading.reply == "opt-out":
        _heard(draft, case, track, reading)
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
    known = known_to(draft, case, playbook, who_of(playbook, track), track.member)
    move = walk.after(playbook, track.step, "silent", known, stayed=track.stayed, lines=track.lines)
    tracks.go(draft, case, track, move, manner="opening", read="silent")


def left_alone(event: Message, draft: Draft) -> None:
    """End every track of a person who asked not to be written to."""
    for case, track in _tracks_of(draft, event.sender):
        _end_for_good(draft, case, track, " ".join(words_of(event).split())[:_LONGEST])


def _heard(draft: Draft, case: Case, track: Track, reading: Reading) -> None:
    """Keep a person's answer, show it to staff, and go where the playbook leads from it."""
    words, read = track.heard, reading.reply
    cancel(draft, case.number, "care-listen", track.member)
    replies = (*track.replies, Replied(at=draft.now, step=track.step, read=read, words=words))
    track = replace(track, heard="", replies=replies[-_MOST_REPLIES:])
    draft.put(track)
    if read == "opt-out":
        optout.leave_alone(track.member, draft)
        _end_for_good(draft, case, track, words)
        return
    if read == "safety":
        _in_danger(draft, case, track, words)
        return
    if reading.maybe_safety:
        tell(draft, case, "care.maybe", track=track, words=excerpt(words, _SHOWN))
    if track.state == "human":
        if not track.step and read not in walk.ALWAYS and _leads(draft, case, track):
            _begin_at_last(draft, case, track, words, read)
            return
        _show(draft, case, track, read, words)
        if read == "legal-threat":
            closing.expect_a_human(draft, case)
        return
    playbook = playbook_of(draft, track.edition)
    if playbook is None or (not track.step and read not in walk.ALWAYS):
        _show(draft, case, track, read, words)
        return
    stop_waiting(draft, track)
    at = playbook.step(track.step)
    if at is not None and read not in walk.ALWAYS:
        choice = _choice_in(draft, at, words, read)
        if choice is not None:
            track, read = replace(track, kept=(*track.kept, ("choice", choice))), "accept"
        elif (aside := aside_for(words, at)) is not None and _aside(
            draft, case, track, playbook, at, aside, words
        ):
            return
    track = replace(track, held=None, stale=track.lines, asides=0)
    track = _kept(draft, track, words, read)
    draft.put(track)
    known = known_to(draft, case, playbook, who_of(playbook, track), track.member)
    step = track.step or next((s.id for s in playbook.steps if s.role == track.role), "")
    move = walk.after(playbook, step, read, known, stayed=track.stayed, lines=track.lines)
    asked = playbook.step(move.step) if move.step is not None else None
    if asked is not None and not tracks.needs_yes(draft, case, playbook, track, asked):
        _show(draft, case, track, read, words)
    tracks.go(draft, case, track, move, manner="talk", read=read, words=words[:_SHOWN])


def _in_danger(draft: Draft, case: Case, track: Track, words: str) -> None:
    """Fetch people at once: it is a case of safety from here, and the person hears one line and no other."""
    which = danger.danger_in(draft, words)
    draft.flags.append(Flag("safety", case.number, (track.member,), "high"))
    if danger.is_known(case, track.member, which) and case.state == "open":
        _show(draft, case, track, "safety", words)
        closing.expect_a_human(draft, case)
        return
    danger.fall_silent(draft, track.member)
    case = danger.become_safety(draft, case, track.member, which, words, private=True)
    track = draft.track(case.number, track.member) or track
    playbook = playbook_of(draft, track.edition)
    move = walk.Move("human", parting=None)
    if playbook is not None and playbook.steps:
        at = track.step if playbook.step(track.step) is not None else playbook.steps[0].id
        move = walk.after(playbook, at, "safety", (), danger=which)
    tracks.leave(draft, case, track, move, read="safety", words=words[:_SHOWN], brief_follows=True)
    danger.tell_at_once(draft, case)


def _choice_in(draft: Draft, step: Step, words: str, read: ReplyClass) -> str | None:
    """Return the way out that an answer to the offer chooses, in the operator's own words; None: none yet."""
    options = draft.policy.settings.care.options
    if step.keep != "choice" or "options" not in step.needs or not options:
        return None
    if len(options) == 1:
        return options[0] if read == "accept" else None
    number = choice_of(words, options)
    return None if number is None else options[number - 1]


def _aside(
    draft: Draft, case: Case, track: Track, playbook: Playbook, step: Step, aside: Aside, words: str
) -> bool:
    """Ask once for words, or for the number, and stay; returns whether that was done or a human goes on."""
    read: ReplyClass = "other"
    if track.asides:
        track = replace(track, held=None, stale=track.lines)
        tracks.leave(
            draft, case, track, walk.Move("handover", parting="handover"), read=read, words=words[:_SHOWN]
        )
        return True
    who = who_of(playbook, track)
    texts = playbook.asides.get(aside)
    line = None if texts is None else line_of(draft, case, playbook, texts, f"aside {aside}", who, track)
    if line is None:
        return False
    track = replace(track, asides=track.asides + 1, held=None, stale=track.lines)
    if tracks.needs_yes(draft, case, playbook, track, step):
        held = Held(step=step.id, text=line.text, used=line.used, aside=True)
        tracks.hold(draft, case, track, held, read=read, words=words[:_SHOWN])
        return True
    if aside in _SAYS_NOTHING:  # of pictures and voices staff has heard already
        _show(draft, case, track, _NO_WORDS if aside == "unclear" else read, words)
    speaking.said_aside(draft, case, track, line.text, line.used)
    return True


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
    if step.keep == "choice" and any(name == "choice" for name, _ in track.kept) and read in _NODS:
        return track  # a nod to what was chosen is no other choice
    return replace(track, kept=(*track.kept, (step.keep, words[:_SHOWN])))


def _show(draft: Draft, case: Case, track: Track, read: str, words: str) -> None:
    """Show whoever looks after the case what the person answered; nobody else ever sees it."""
    tell(
        draft,
        case,
        "care.reply",
        track=track,
        operator_too=read in {"safety", "legal-threat"},
        read=read,
        words=excerpt(words, _SHOWN),
        leads=track.state == "open" and bool(track.step) and len(track.replies) == 1,
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


def _leads(draft: Draft, case: Case, track: Track) -> bool:
    room = draft.room(case.room)
    led = room is not None and draft.policy.mode(room) != "observe" and not care_of(case).silent
    return led and not danger.is_in_danger(draft, track.member)


def _read(draft: Draft, track: Track, words: str) -> Reading:
    reader = draft.policy.reader
    playbook = playbook_of(draft, track.edition)
    step = None if playbook is None else playbook.step(track.step)
    purpose: Purpose = "soothe" if step is None else step.purpose
    if reader is None:
        read: ReplyClass = "opt-out" if optout.says_stop(words) else "other"
        return Reading(read, read)
    reading = reader.read(words, purpose)
    return replace(reading, reply="other") if reading.reply == "silent" else reading


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

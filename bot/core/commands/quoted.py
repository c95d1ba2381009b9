"""Which message a verdict is about: a case number, the platform's quotation, or WeChat's 「name：words」."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.approval import case_of
from bot.core.commands.numbers import number_in
from bot.core.members.seen import LONGEST
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.core.commands.command import Call
    from bot.core.records import Case, MemberState, RoomState, Seen

# Two words at the beginning of a cut quotation fit half the room.
_SHORTEST_BEGINNING = 8
_BURST_SECONDS = 600


class Saying(msgspec.Struct, frozen=True):
    """A message no case was opened for: who said it, and what; `event` None where only its text is known."""

    room: RoomState
    member: MemberState
    words: str
    event: str | None
    at: datetime | None


def meant_by(call: Call) -> Case | Saying | None:
    """Return what a verdict is about, or answer with what is missing and return None."""
    if number_in(call.rest) is not None or call.room is None:
        return case_of(call)
    if call.rest:
        call.reply("verdict.which", example=call.example)
        return None
    return quoted_in(call, call.room)


def quoted_in(call: Call, room: RoomState) -> Case | Saying | None:
    """Return what a command quotes of a room's talk, or answer with what is missing and return None."""
    if call.event.quote is not None:
        return _by_id(call, room, call.event.quote)
    quotation = quotation_in(call.event.text)
    if quotation is None:
        call.reply("verdict.which", example=call.example)
        return None
    return _by_words(call, room, quotation)


def quotation_in(text: str) -> str | None:
    """Return what stands between 「 and 」 in front of somebody's own words, or None if nothing does.

    Args:
        text: a message's whole text.
    """
    own = own_words(text)
    if own is text or not text.startswith("「"):
        return None
    return text[1 : text.rfind("」\n", 0, len(text) - len(own))]


def _by_id(call: Call, room: RoomState, message: str) -> Case | Saying | None:
    case = _newest(
        c
        for c in call.draft.state.cases.values()
        if c.room == room.room and c.event == message and c.care is None
    )
    if case is not None:
        return case
    kept = call.draft.state.seen.get(room.room, {}).values()
    seen = next((s for s in kept if s.message == message), None)
    if seen is None:
        call.reply("verdict.not_found")
        return None
    return _of_seen(call, room, seen)


def _by_words(call: Call, room: RoomState, quotation: str) -> Case | Saying | None:
    """Find a quoted message among recent ones and cases by name and words; asks when several people fit."""
    draft = call.draft
    seen = [
        s for s in draft.state.seen.get(room.room, {}).values() if _says(quotation, _names(call, s), s.words)
    ]
    cases = [
        c
        for c in draft.state.cases.values()
        if c.room == room.room
        and c.care is None
        and c.event is not None
        and c.excerpt
        and _says(quotation, (c.name,), c.words or c.excerpt)
    ]
    people = {s.sender for s in seen} | {c.member for c in cases}
    if len(people) > 1:
        numbers = "、".join(str(c.number) for c in sorted(cases, key=lambda c: c.number)[-5:])
        call.reply("verdict.ambiguous", count=len(people), cases=numbers)
        return None
    if seen:
        return _of_seen(call, room, max(seen, key=lambda s: s.number))
    if cases:
        return _newest(cases)
    return _by_name(call, room, quotation)


def _by_name(call: Call, room: RoomState, quotation: str) -> Saying | None:
    """Take a quotation at its word: its name is borne by one member alone, whose message was not kept."""
    members = call.draft.state.members.get(room.room, {}).values()
    found = [
        (member, words)
        for member in members
        if member.name and (words := _behind(quotation, member.name)) is not None
    ]
    if len(found) != 1:
        if found:
            call.reply("verdict.ambiguous", count=len(found), cases="")
        else:
            call.reply("verdict.not_found")
        return None
    member, words = found[0]
    return Saying(room, member, " ".join(words.split()), None, None)


def _of_seen(call: Call, room: RoomState, seen: Seen) -> Case | Saying | None:
    """Return the case a kept message belongs to (its own, or that of its burst), else the message itself."""
    draft = call.draft
    mine = [c for c in draft.state.cases.values() if c.room == room.room and c.member == seen.sender]
    own = _newest(c for c in mine if c.event == seen.message)
    burst = _newest(
        c
        for c in mine
        if c.event is not None
        and c.origin in {"rule", "verdict"}
        and c.state in {"asked", "carrying", "done"}
        and 0 <= (seen.at - c.opened_at).total_seconds() <= _BURST_SECONDS
    )
    if own is not None or burst is not None:
        return own or burst
    member = draft.member(room.room, seen.sender)
    if member is None:
        call.reply("verdict.not_found")
        return None
    return Saying(room, member, seen.words, seen.message, seen.at)


def _newest(cases: Iterable[Case]) -> Case | None:
    return max(cases, key=lambda case: case.number, default=None)


def _names(call: Call, seen: Seen) -> tuple[str, ...]:
    """Return the names a sender may be quoted under: then and now."""
    member = call.draft.member(seen.room, seen.sender)
    return (seen.name,) if member is None else (seen.name, member.name)


def _behind(quotation: str, name: str) -> str | None:
    """Return what a quotation says behind a name, or None if it quotes somebody else."""
    for colon in "：:":
        if quotation.startswith(f"{name}{colon}"):
            return quotation[len(name) + 1 :].strip()
    return None


def _says(quotation: str, names: Iterable[str], words: str) -> bool:
    """Return whether a quotation is of these words by one of these names; a long one may be cut short."""
    for name in names:
        quoted = _behind(quotation, name) if name else None
        if quoted is None:
            continue
        shown, whole = _flat(quoted), _flat(words)
        if shown == whole:
            return True
        beginning, kept = shown.rstrip(".…"), whole.rstrip("…")
        quote_is_cut = beginning != shown and len(beginning) >= _SHORTEST_BEGINNING
        words_are_cut = kept != whole or len(words) >= LONGEST
        if (quote_is_cut and whole.startswith(beginning)) or (words_are_cut and shown.startswith(kept)):
            return True
    return False


def _flat(text: str) -> str:
    return "".join(plain(text).split())

"""Wording: a text of the table filled for one person, with what is known of them and nothing else."""

from __future__ import annotations

import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from bot.core.playbook.variables import filled, variables_in
from bot.core.text.contacts import contacts_in
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.core.draft import Draft
    from bot.core.members.checkin.cue import FollowUp, Reason
    from bot.core.members.checkin.table import CheckinBook, Fits
    from bot.core.records import MemberState

# A name beyond this is a slogan, not something to call somebody by.
_LONGEST_NAME = 12
_USED_TO_TALK = 5
# Of what somebody once said a short plain sentence can be taken up; anything else would sound like a file on them.
_SAID = re.compile(r"^[一-鿿A-Za-z，,。！？!?、 ]{6,22}$")
_THIS_YEAR = timedelta(days=300)
# Equal sentences within this are a mass message, whoever gets them.
_APART = timedelta(days=7)


class Said(NamedTuple):
    """A sentence ready to be said, the hash by which equal ones are known, and which wording it is."""

    text: str
    print: int
    wording: str


def opening(draft: Draft, member: MemberState, number: int) -> Said | None:
    """Return the question for a member; None if every one that fits was said to somebody these days.

    Args:
        draft: the decision in the making.
        member: in the room it is about.
        number: the check-in's; consecutive ones take different wordings.
    """
    book = _book(draft)
    kinds: set[Fits] = {"anybody", *_kinds_of(member)}
    language = draft.policy.settings.operator.language
    wordings = [
        (f"{one.id} {n}", text)
        for one in book.opening
        if one.fits in kinds
        for n, text in enumerate(one.zh if language == "zh" else one.en)
    ]
    last = draft.last_checkin(member.member)
    used = () if last is None else last.said
    fresh = [(name, text) for name, text in wordings if name not in used] or wordings
    return _first_unsaid(draft, fresh, values_for(draft, member), number)


def pick(slot: str, texts: tuple[str, ...], values: dict[str, str], number: int) -> Said | None:
    """Return one of several wordings that name nothing unknown, or None if there is none.

    Args:
        slot: what is said.
        texts: its wordings.
        values: what is known.
        number: the check-in's, by which the wording is chosen.
    """
    wordings = [(f"{slot} {n}", text) for n, text in enumerate(texts)]
    known = [(name, text) for name, text in wordings if all(v in values for v in variables_in(text))]
    if not known:
        return None
    # Whoever has a name is called by it.
    named = [(name, text) for name, text in known if "name" in variables_in(text)] or known
    name, text = named[number % len(named)]
    words = filled(text, values)
    return Said(words, zlib.crc32(words.encode()), name)


def answer(draft: Draft, member: MemberState, reason: Reason, followup: FollowUp, number: int) -> Said | None:
    """Return the one sentence or two that answer somebody: what was said, and what follows from it."""
    book, values = _book(draft), values_for(draft, member)
    language = draft.policy.settings.operator.language
    exact = next((one for one in book.answer if (one.reason, one.followup) == (reason, followup)), None)
    if exact is not None:
        texts = exact.zh if language == "zh" else exact.en
        if texts and (said := pick(f"{reason}/{followup}", texts, values, number)) is not None:
            return said
    first = book.reply[reason].of(language) if reason in book.reply else ()
    then = book.then[followup].of(language) if followup in book.then else ()
    parts = [
        part
        for slot, texts in ((reason, first), (followup, then))
        if texts and (part := pick(slot, texts, values, number)) is not None
    ]
    if not parts:
        return None
    text = ("" if language == "zh" else " ").join(part.text for part in parts)
    return Said(text, zlib.crc32(text.encode()), " ".join(part.wording for part in parts))


def values_for(draft: Draft, member: MemberState) -> dict[str, str]:
    """Return what is known of a member and may be said to them; what is not known is not in it.

    Args:
        draft: the decision in the making.
        member: in the room it is about.
    """
    book, policy = _book(draft), draft.policy
    language = policy.settings.operator.language
    room = draft.room(member.room)
    hours = policy.settings.care.answer_hours or book.human_hours
    topic = "" if room is None else _plain_name(room.topic, 30)
    values = {"room": topic or book.no_room.of(language), "hours": f"{hours:g}"}
    if name := _plain_name(member.name or draft.person(member.member).name, _LONGEST_NAME):
        values["name"] = name
    if member.joined_at is not None:
        here = member.joined_at.astimezone(ZoneInfo(policy.room(member.room).timezone))
        recent = draft.now - member.joined_at < _THIS_YEAR
        phrase = book.joined if recent else book.joined_long
        values["joined"] = filled(phrase.of(language), {"month": str(here.month), "year": str(here.year)})
    if said := _once_said(draft, member):
        values["said"] = said
    if resource := policy.room(member.room).resource:
        values["resource"] = resource
    return values


def _book(draft: Draft) -> CheckinBook:
    if draft.policy.checkins is None:
        raise ValueError("nothing says what a check-in says")
    return draft.policy.checkins.book


def _kinds_of(member: MemberState) -> Iterable[Fits]:
    if member.messages == 0 and member.joined_at is not None:
        # Of those who were there before the bot nobody knows whether they ever spoke.
        yield "never"
    if member.talk >= _USED_TO_TALK:
        yield "talked"


def _first_unsaid(
    draft: Draft, wordings: Collection[tuple[str, str]], values: dict[str, str], number: int
) -> Said | None:
    usable = [(name, text) for name, text in wordings if all(v in values for v in variables_in(text))]
    if not usable:
        return None
    if "name" in values:
        usable = [(name, text) for name, text in usable if "name" in variables_in(text)] or usable
    said_lately = {
        one.print
        for one in draft.state.checkins.values()
        if one.print and draft.now - one.at < _APART and one.state in {"asked", "answered"}
    }
    for turn in range(len(usable)):
        name, text = usable[(number + turn) % len(usable)]
        words = filled(text, values)
        code = zlib.crc32(words.encode())
        if code not in said_lately:
            return Said(words, code, name)
    return None


def _plain_name(name: str, longest: int) -> str:
    """Return a name as one can be called by it, or nothing."""
    name = "".join(char for char in name if char.isprintable()).strip()
    return name if name and len(name) <= longest and not contacts_in(plain(name), plain(name)) else ""


def _once_said(draft: Draft, member: MemberState) -> str:
    """Return a short plain sentence that somebody said in this room, never in private and never one of a case."""
    if member.last_case is not None or member.strikes:
        return ""
    seen = draft.state.seen.get(member.room, {}).values()
    mine = [one for one in seen if one.sender == member.member and _SAID.match(one.words)]
    return "" if not mine else max(mine, key=lambda one: one.number).words.strip("。！!,，、 ")

"""Whom a command means: exactly one member, surely, or a friendly question."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec

from bot.core.staff import is_immune
from bot.core.state import MemberState

if TYPE_CHECKING:
    from bot.core.commands.command import Call

_MENTION_END = "\u2005"
_SHOWN = 5


class Target(msgspec.Struct, frozen=True):
    """The member meant, and what was said behind the mention (a reason)."""

    member: MemberState
    reason: str


def target_of(call: Call) -> Target | None:
    """Return the one member a command means, or answer with what is missing and return None.

    Nobody is guessed: a mention by the platform, or the exact name of exactly one present member.
    """
    room = call.room
    if room is None:
        return None
    own = call.draft.account().self_id
    mentioned = [m for m in dict.fromkeys(call.event.mentions) if m != own]
    if "all" in mentioned or len(mentioned) > 1:
        call.reply("target.one_only")
        return None
    name, reason = _split(call.rest)
    if mentioned:
        member = call.draft.member(room.room, mentioned[0])
        if member is None:
            call.reply("target.not_found", name=name or "?", likely="")
            return None
        return _unless_immune(call, Target(member, _after_name(call.rest, member.name, reason)))
    if not name:
        call.reply("target.missing")
        return None
    present = [m for m in call.draft.state.members.get(room.room, {}).values() if m.present]
    for candidate, rest in ((name, reason), (f"{name} {reason}".strip(), "")):
        same = [m for m in present if m.name == candidate]
        if len(same) == 1:
            return _unless_immune(call, Target(same[0], rest))
        if len(same) > 1:
            call.reply("target.ambiguous", name=candidate[:30], count=len(same))
            return None
    likely = difflib.get_close_matches(name, [m.name for m in present if m.name], n=_SHOWN, cutoff=0.5)
    call.reply("target.not_found", name=name[:30], likely="、".join(likely))
    return None


def _split(rest: str) -> tuple[str, str]:
    """Return the name behind the first @ and what follows it."""
    if not rest.startswith("@"):
        return "", rest
    name, end, reason = rest[1:].partition(_MENTION_END)
    if not end:
        name, _, reason = rest[1:].partition(" ")
    return name.strip(), reason.strip()


def _after_name(rest: str, name: str, fallback: str) -> str:
    """Return what stands behind a mention whose name may itself hold spaces."""
    prefix = f"@{name}"
    return rest[len(prefix) :].strip(" \u2005") if name and rest.startswith(prefix) else fallback


def _unless_immune(call: Call, target: Target) -> Target | None:
    room = call.room
    if room is not None and is_immune(call.draft.policy, call.draft.state, room, target.member.member):
        call.reply("target.immune", name=target.member.name)
        return None
    return target

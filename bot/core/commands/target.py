"""Whom a command means: exactly one member, surely, or a friendly question."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec

from bot.core.records import MemberState
from bot.core.staff import is_immune
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.records import RoomState

_MENTION_END = "\u2005"
_SHOWN = 5
_SHOWN_CHARS = 30
# Typed by hand these mean the whole room, even where somebody is called so.
_EVERYBODY = frozenset({"all", "everyone", "所有人", "全体成员"})


class Target(msgspec.Struct, frozen=True):
    """The member meant, and what was said behind the mention (a reason)."""

    member: MemberState
    reason: str


def target_of(call: Call, *, anybody: bool = False) -> Target | None:
    """Return the one member a command means, or answer with what is missing and return None.

    Nobody is guessed: a mention by the platform, or the exact name of exactly one present member.

    Args:
        call: the command.
        anybody: whoever was ever in the room may be meant, also those who left and those who are immune.
    """
    room = call.room
    if room is None:
        return None
    own = call.draft.account().self_id
    mentioned = [m for m in dict.fromkeys(call.event.mentions) if m != own]
    name, reason = name_and_rest(call.rest)
    if "all" in mentioned or len(mentioned) > 1 or (not mentioned and plain(name) in _EVERYBODY):
        call.reply("target.one_only")
        return None
    if call.rest and not name:
        # A name without @ is no mention; one further back may belong to the reason.
        call.reply("target.missing")
        return None
    present = [m for m in call.draft.state.members.get(room.room, {}).values() if m.present or anybody]
    if mentioned:
        target = _mentioned(call, room, mentioned[0], present)
        return target if target is None or anybody else _if_it_may_be(call, target)
    if not name:
        call.reply("target.missing")
        return None
    named = _named(call.rest, present)
    if len(named) == 1:
        target = Target(named[0], _after_name(call.rest, named[0].name, reason))
        return target if anybody else _if_it_may_be(call, target)
    if named:
        call.reply("target.ambiguous", name=name[:_SHOWN_CHARS], count=len(named))
        return None
    names = sorted({m.name for m in present if m.name})
    likely = difflib.get_close_matches(name, names, n=_SHOWN, cutoff=0.5)
    call.reply("target.not_found", name=name[:_SHOWN_CHARS], likely="、".join(likely))
    return None


def _mentioned(call: Call, room: RoomState, person: str, present: list[MemberState]) -> Target | None:
    """Return whom the platform says is mentioned, unless another's name stands behind the command."""
    name, reason = name_and_rest(call.rest)
    member = call.draft.member(room.room, person)
    if member is None:
        call.reply("target.not_found", name=name[:_SHOWN_CHARS] or "?", likely="")
        return None
    named = _named(call.rest, present)
    if named and person not in {m.member for m in named}:
        call.reply("target.one_only")
        return None
    return Target(member, _after_name(call.rest, member.name, reason))


def _named(rest: str, present: list[MemberState]) -> list[MemberState]:
    """Return every member whose name may be the one behind the @: names may hold spaces, so several may."""
    written, exact, _ = rest[1:].partition(_MENTION_END)
    written = written.strip()
    if exact and (same := [m for m in present if m.name.strip() == written]):
        return same
    return [m for m in present if m.name.strip() and f"{written} ".startswith(f"{m.name.strip()} ")]


def name_and_rest(rest: str) -> tuple[str, str]:
    """Return the name behind the first @ and what follows it."""
    if not rest.startswith("@"):
        return "", rest
    name, end, reason = rest[1:].partition(_MENTION_END)
    if not end:
        name, _, reason = rest[1:].partition(" ")
    return name.strip(), reason.strip()


def _after_name(rest: str, name: str, fallback: str) -> str:
    """Return what stands behind a mention whose name may itself hold spaces."""
    prefix = f"@{name.strip()}"
    return rest[len(prefix) :].strip(" \u2005") if name and rest.startswith(prefix) else fallback


def _if_it_may_be(call: Call, target: Target) -> Target | None:
    """Return the target, unless they are gone or can never be one."""
    room = call.room
    if room is not None and is_immune(call.draft.policy, call.draft.state, room, target.member.member):
        call.reply("target.immune", name=target.member.name)
        return None
    if not target.member.present:
        call.reply("target.gone", name=target.member.name)
        return None
    return target

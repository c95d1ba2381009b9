"""Whom a private command of staff means: one present member of their rooms, by a mention or the whole name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.core.staff import is_staff
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.records import MemberState, RoomState

SPACES = " \t\u2005\u3000"
_SHOWN = 30


class Meant(NamedTuple):
    """The member meant, and what was said behind the name."""

    member: MemberState
    rest: str


def rooms_of(call: Call) -> list[RoomState]:
    """Return the rooms the caller may speak for: the one the command was said in, or all of theirs."""
    draft = call.draft
    rooms = [call.room] if call.room is not None else sorted(draft.state.rooms.values(), key=lambda r: r.room)
    return [room for room in rooms if not room.left and is_staff(draft.policy, room, call.by)]


def whom(call: Call, words: str) -> Meant | None:
    """Return the one member whom a mention or a name means, or answer in private who is missing.

    Names may hold spaces, so the longest name that the words begin with is meant.

    Args:
        call: the command.
        words: what stands behind it; the name in front.
    """
    own = call.draft.account().self_id
    written = words.strip(SPACES).lstrip("@").strip(SPACES)
    said = plain(written).replace("\u2005", " ")
    mentioned = {person for person in call.event.mentions if person not in {own, "all"}}
    found: dict[str, tuple[int, MemberState]] = {}
    for room in rooms_of(call):
        for member in call.draft.state.members.get(room.room, {}).values():
            if not member.present or (mentioned and member.member not in mentioned):
                continue
            length = max(_begins(said, member.name), _begins(said, member.member))
            if length or (mentioned and not found.get(member.member)):
                known = found.get(member.member)
                if known is None or length > known[0]:
                    found[member.member] = (length, member)
    longest = max((length for length, _ in found.values()), default=0)
    best = [(length, member) for length, member in found.values() if length == longest]
    if len(best) != 1:
        name = plain(written.partition(" ")[0])[:_SHOWN]
        call.reply_private("checkin.who", name=name, count=len(best))
        return None
    length, member = best[0]
    # A mention may call somebody by a name that only its sender sees; then its end is all there is to go by.
    rest = written[length:] if length else _behind_mention(written)
    return Meant(member, rest.strip(SPACES))


def _begins(said: str, name: str) -> int:
    """Return the length of a name that words begin with, as a whole; 0 if they do not."""
    folded = plain(name.strip())
    whole = bool(folded) and (said == folded or said.startswith(f"{folded} "))
    return len(folded) if whole else 0


def _behind_mention(written: str) -> str:
    name, end, rest = written.partition("\u2005")
    del name
    return rest if end else written.partition(" ")[2]

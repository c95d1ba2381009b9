"""Orders: a sanction that a person of the staff gave, as a numbered case that is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.hands import Proposal, carry_out, open_case
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from bot.core.commands.command import Call
    from bot.core.commands.target import Target
    from bot.core.records import Level


def order(call: Call, target: Target, level: Level) -> None:
    """Open a case for what staff ordered and carry it out, whatever the room's mode: a person decided.

    Args:
        call: the command.
        target: the one member meant.
        level: the sanction.
    """
    room = call.room
    if room is None:
        return
    proposal = Proposal(
        room=room,
        member=target.member,
        level=level,
        sure=True,
        excerpt=excerpt(target.reason),
        event=call.event.id,
        signals=(),
        origin="order",
        by_staff=True,
    )
    carry_out(call.draft, open_case(call.draft, proposal, "carrying"), by=call.by)

"""The last look at words for newcomers: a welcome or a word about a name that is no longer right is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.effects import SendPrivate, SendRoom
from bot.core.members.name_format import fits
from bot.core.members.welcoming import LINE

if TYPE_CHECKING:
    from bot.core.effects import Effect
    from bot.core.policy import Policy
    from bot.core.state import State


def why_not_now(effect: Effect, state: State, policy: Policy) -> str | None:
    """Return why words for newcomers are not to be said any more, or None if they may be, or are none.

    Args:
        effect: about to be carried out.
        state: what is known now.
        policy: what the operator decided, as of now.
    """
    if not isinstance(effect, SendRoom | SendPrivate) or effect.words.text != LINE or effect.room is None:
        return None
    room = state.rooms.get(effect.room)
    # What staff said yes to is said whatever the room's mode became.
    if room is not None and effect.case is None and policy.mode(room) == "observe":
        return "observing"
    if not isinstance(effect, SendPrivate) or effect.purpose != "name":
        return None
    member = state.member(effect.room, effect.to)
    if member is None or not member.present:
        return "closed"
    return "overtaken" if fits(member.name, policy.room(effect.room).welcome.name_format) else None

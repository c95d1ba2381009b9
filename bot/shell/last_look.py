"""The last look before an effect goes out: what may have changed since it was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.effects import AskFriend, Ban, Remind, Remove, SendPrivate, Warn
from bot.core.members import look as newcomers
from bot.core.members.checkin.look import UNASKED, why_not_now
from bot.core.staff import is_immune
from bot.shell.delivery import ANSWERING, LEADING, person_of, room_of

if TYPE_CHECKING:
    from bot.core.effects import Effect
    from bot.core.policy import Policy
    from bot.core.records import Case
    from bot.core.state import State
    from bot.ports import OutboxRow

_SANCTION = (Remind, Warn, Remove, Ban)


def why_not(row: OutboxRow, state: State, policy: Policy) -> str | None:
    """Return why an effect must not go out any more, or None if it may.

    Opt-out is for ever, immunity has no exception, what was undone is not done, and a room that
    only watches is not touched: these hold on every path because every path ends here.

    Args:
        row: the effect about to be carried out.
        state: what is known now.
        policy: what the operator decided, as of now.
    """
    effect = row.effect
    person, room_id = person_of(effect), room_of(effect)
    room = None if room_id is None else state.rooms.get(room_id)
    if isinstance(effect, _SANCTION) and room is not None:
        if person is not None and is_immune(policy, state, room, person):
            return "immune"
        case = None if effect.case is None else state.cases.get(effect.case)
        if case is not None and (reason := _withdrawn(case)) is not None:
            return reason
        if case is not None and case.by is None and policy.mode(room) == "observe":
            return "observing"
    if room is not None and room.left:
        return "left_room"
    if isinstance(effect, SendPrivate) and effect.purpose in LEADING:
        observing = room is not None and policy.mode(room) == "observe"
        if (reason := _not_led_any_more(effect, state, observing=observing)) is not None:
            return reason
    if (reason := _no_longer_right(effect, state, policy)) is not None:
        return reason
    if person is not None and _is_private_care(effect):
        known = state.people.get(person)
        if known is not None and known.opted_out:
            return "opted_out"
    return None


def _no_longer_right(effect: Effect, state: State, policy: Policy) -> str | None:
    """Return why words that nobody asked for are not to be said any more, or None if they may be."""
    if isinstance(effect, SendPrivate | AskFriend) and effect.purpose in UNASKED:
        return why_not_now(effect.case, state, policy)
    return newcomers.why_not_now(effect, state, policy)


def _not_led_any_more(effect: SendPrivate, state: State, *, observing: bool) -> str | None:
    """Return why a line of a case is not to be said any more: it is over, a human leads, a reply overtook it."""
    track, case = state.tracks.get(effect.case or 0, {}).get(effect.to), state.cases.get(effect.case or 0)
    if effect.words.values.get("stays"):
        closed_by_hand = case is not None and case.state == "done" and case.by is not None
        return "closed" if closed_by_hand else None
    if track is None or track.state == "ended":
        return "closed"
    if track.state == "human":
        return "taken_over"
    line = effect.words.values.get("line")
    if isinstance(line, int) and line <= track.stale:
        return "overtaken"
    return "observing" if observing else None


def _withdrawn(case: Case) -> str | None:
    return case.state if case.state in {"undone", "rejected", "expired"} else None


def _is_private_care(effect: Effect) -> bool:
    """Return whether an effect writes to a member who did not ask for it just now."""
    if isinstance(effect, SendPrivate):
        return effect.purpose not in ANSWERING
    if isinstance(effect, Remind | Warn):
        return effect.via == "private"
    return isinstance(effect, AskFriend)

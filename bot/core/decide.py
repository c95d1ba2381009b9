"""`decide`: the one pure function from an event to everything that follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import conversation, due, receipts
from bot.core.draft import Decision, Draft
from bot.core.events import (
    Account,
    BanEntry,
    Due,
    Enrich,
    Friend,
    FriendRequest,
    Join,
    Leave,
    Member,
    Message,
    Recall,
    Receipt,
    Rename,
    Room,
    RoomInvite,
    Roster,
)
from bot.core.members import bans, friends, presence

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.events import Event
    from bot.core.policy import Policy
    from bot.core.state import State


def decide(event: Event, state: State, policy: Policy, now: datetime) -> Decision:
    """Return what follows from one event.

    The same events on the same state under the same policy give the same decision, byte for byte:
    nothing here reads a clock, a file or a random number.

    Args:
        event: what happened.
        state: what is known; only read here.
        policy: what the operator decided.
        now: the moment of the decision, the event's `at` (time of receipt).
    """
    draft = Draft(state, policy, now)
    _HANDLERS[type(event)](event, draft)
    return draft.decision()


def _nothing(event: Event, draft: Draft) -> None:
    """Take note of nothing: the event is journalled for later readers."""


_HANDLERS: dict[type, Callable[..., None]] = {
    Message: conversation.on_message,
    Enrich: conversation.on_enrich,
    Recall: _nothing,
    Room: presence.on_room,
    Member: presence.on_member,
    Roster: presence.on_roster,
    Join: presence.on_join,
    Leave: presence.on_leave,
    Rename: presence.on_rename,
    Friend: presence.on_friend,
    FriendRequest: friends.on_request,
    RoomInvite: _nothing,
    Account: presence.on_account,
    BanEntry: bans.on_entry,
    Due: due.on_due,
    Receipt: receipts.on_receipt,
}

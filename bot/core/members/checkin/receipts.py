"""Receipts of check-ins: one that arrived may be reminded of; one that cannot arrive goes another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.members.checkin import asking

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Receipt

_ASKING = frozenset({"send_private", "friend_request", "send_room"})


def on_receipt(event: Receipt, draft: Draft) -> bool:
    """Take in what became of a check-in's words; returns whether the receipt is of one."""
    record = None if event.case is None else draft.checkin(event.case)
    if record is None or event.effect_kind not in _ASKING or record.group != "asked":
        return False
    if record.state != "asked" or record.reached:
        return True
    if event.outcome in {"done", "unknown"}:
        draft.put(msgspec.structs.replace(record, reached=True))
    elif event.detail == "not_friend" and event.effect_kind == "send_private":
        asking.unreachable(record, draft)
    return True

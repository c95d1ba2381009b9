"""Coming back: whoever was asked, or left unasked, and talks in the room again in time; the measure of it all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.rules.view import words_of
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message

# Presence is no talk: a number, a nod, a template of a roll call.
_MERE_PRESENCE = re.compile(
    r"^(?:[\d\W_]*|1+|\+1|打卡|签到|已?打卡.{0,4}|收到|早|早安|晚安|好的?|嗯+|哦+|ok)$"
)
_HAS_WORDS = re.compile(r"[^\W\d_]{2}")


def note(event: Message, draft: Draft) -> None:
    """Note that somebody talks in the room again in which they were asked.

    Args:
        event: a room message of somebody with a check-in.
        draft: the decision in the making.
    """
    record = draft.last_checkin(event.sender)
    if record is None or record.returned_at is not None or record.room != event.room:
        return
    days = timedelta(days=draft.policy.settings.checkin.return_days)
    if record.state in {"recorded", "proposed", "approved"} or draft.now - record.at > days:
        return
    if is_talk(event):
        draft.put(msgspec.structs.replace(record, returned_at=draft.now))


def is_talk(event: Message) -> bool:
    """Return whether a message says something: words or a voice, no sticker, number or template."""
    if event.type == "voice":
        return True
    if event.type != "text":
        return False
    words = plain(words_of(event)).strip()
    return _HAS_WORDS.search(words) is not None and _MERE_PRESENCE.match(words) is None

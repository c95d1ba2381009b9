"""Opt-out: whoever asks not to be written to is left alone for ever."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import SendPrivate, Words
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message

# Said in private to the bot, so there is nobody else these words could be meant for.
_STOP = re.compile(
    r"^(?:td|t|退订|unsubscribe|stop)$"
    r"|(?:别|不要|勿|不用)再?(?:给我|跟我|和我|私聊我|私信我|联系我|打扰我?|烦我|发消息|发私信|发了|私聊|骚扰)"
    r"|(?:don'?t|do not|stop) (?:write|message|text|contact)"
)


def says_stop(text: str) -> bool:
    """Return whether private words ask not to be written to again.

    Args:
        text: what somebody said to the bot in private.
    """
    return _STOP.search(plain(text).strip(" 。.!~,")) is not None


def on_private(event: Message, draft: Draft) -> bool:
    """Keep an opt-out, and say one last word to confirm it; returns whether the words were one.

    Whoever speaks of harming themself or others is not wished good luck and left alone: that is no opt-out.
    """
    if event.type != "text" or not says_stop(own_words(event.text)) or _is_in_danger(event, draft):
        return False
    leave_alone(event.sender, draft, name=event.name)
    return True


def _is_in_danger(event: Message, draft: Draft) -> bool:
    reader = draft.policy.reader
    return reader is not None and "safety" in reader.read(own_words(event.text), "soothe").also


def leave_alone(member: str, draft: Draft, *, name: str = "") -> None:
    """Keep for ever that a person wants no words, and confirm it to them once.

    Args:
        member: who.
        draft: the decision in the making.
        name: what they are called now, where it is known.
    """
    person = draft.person(member)
    if person.opted_out:
        return
    draft.put(msgspec.structs.replace(person, opted_out=True, name=name or person.name))
    draft.effects.append(SendPrivate(to=member, purpose="reply", words=Words("optout.confirmed")))

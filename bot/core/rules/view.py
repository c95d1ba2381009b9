"""What a rule looks at: one message with its own words, in the views that rules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.events import Message


class View(msgspec.Struct, frozen=True):
    """A message as rules see it; `text` is the plain view of all its sender's own words.

    Words that were quoted or forwarded belong to somebody else and are not in it.
    """

    message: Message
    text: str


class Signal(msgspec.Struct, frozen=True):
    """One rule's hit: which rule, how much it weighs, the words it hit."""

    rule: str
    weight: float
    evidence: str


def view_of(message: Message) -> View:
    """Return the view of a message that every rule matches against.

    Args:
        message: a message as the channel delivered it.
    """
    return View(message, plain(words_of(message)))


def words_of(message: Message) -> str:
    """Return all its sender's own words as they stand; link, card and file captions count as own words.

    Args:
        message: a message as the channel delivered it.
    """
    text = own_words(message.text) if message.text else ""
    kind = message.type
    if kind not in {"text", "sticker", "system"}:
        parts = [text]
        if message.link is not None:
            parts += [message.link.title, message.link.description, message.link.url]
        if message.miniprogram is not None:
            parts += [message.miniprogram.title, message.miniprogram.app]
        if message.card is not None:
            parts.append(message.card.name)
        if message.file is not None:
            parts.append(message.file.name)
        if message.image is not None:
            parts += [message.image.ocr, *message.image.qr]
        text = "\n".join(part for part in parts if part)
    return text


def excerpt(text: str, length: int = 60) -> str:
    """Return the first `length` characters of a text on one line, with … where it goes on."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"

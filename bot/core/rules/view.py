"""What a rule looks at: one message with its own words, in the views that rules share, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.text.disguise import undisguised
from bot.core.text.normalise import plain
from bot.core.text.quotes import own_words

if TYPE_CHECKING:
    from bot.core.ads.context import Scene
    from bot.core.events import Message

# Beyond this a text is no chat message; its beginning says what it is, and no input may make the bot slow.
_LONGEST = 6000
# As many lines of a forwarded record say what it is.
_LINES = 3


class View:
    """A message as rules see it; `text` is the plain view of all its sender's own words.

    Words that were quoted or forwarded belong to somebody else and are not in it. `bare` is the second
    view, in which disguises are undone; it is the very same text where nothing was disguised. `scene` is
    who said it where and after what; None where only the words are known (`qunguan why TEXT`).
    """

    __slots__ = ("_bare", "message", "scene", "text")

    def __init__(self, message: Message, text: str, scene: Scene | None = None) -> None:
        """Hold a message with the plain view of its words."""
        self.message = message
        self.text = text
        self.scene = scene
        self._bare: str | None = None

    @property
    def addresses(self) -> str:
        """The text with what the picture's codes lead to: where links are looked for."""
        image = self.message.image
        return "\n".join((self.text, *map(plain, image.qr))) if image is not None and image.qr else self.text

    @property
    def bare(self) -> str:
        """The text without disguises."""
        if self._bare is None:
            self._bare = undisguised(self.text)
        return self._bare


class Signal(msgspec.Struct, frozen=True):
    """One rule's hit: which rule, how much it weighs, the words it hit."""

    rule: str
    weight: float
    evidence: str


def view_of(message: Message, scene: Scene | None = None) -> View:
    """Return the view of a message that every rule matches against.

    Args:
        message: a message as the channel delivered it.
        scene: who said it where and after what, where that is known.
    """
    words = words_of(message)
    return View(message, plain(words if len(words) <= _LONGEST else words[:_LONGEST]), scene)


def words_of(message: Message) -> str:
    """Return all its sender's own words as they stand; link, card and file captions count as own words.

    Where a picture's codes lead is no prose, so it is not in them.

    Args:
        message: a message as the channel delivered it.
    """
    text = message.text
    if text.startswith("「"):
        text = own_words(text)
    kind = message.type
    if kind != "text" and kind not in {"sticker", "system"}:
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
            parts += [message.image.ocr, *(code for code in message.image.qr if not _is_address(code))]
        text = "\n".join(part for part in parts if part)
    return text


def _is_address(code: str) -> bool:
    """Return whether a code holds an address or a key; a few hold words."""
    return code.isascii() or "://" in code


def shown(message: Message, length: int = 60) -> str:
    """Return the beginning of a message as people are shown it, with its type in front where it is no text.

    Args:
        message: as the channel delivered it.
        length: how many characters at most.
    """
    words = words_of(message)
    if message.type == "text":
        return excerpt(words, length)
    if message.forwarded:
        lines = (
            f"{line.name}：{line.text}" if line.name else line.text for line in message.forwarded[:_LINES]
        )
        words = "\n".join((words, *lines))
    return excerpt(f"[{message.type}] {words}", length)


def excerpt(text: str, length: int = 60) -> str:
    """Return the first `length` characters of a text on one line, with … where it goes on."""
    flat = " ".join(text[: 50 * length].split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"

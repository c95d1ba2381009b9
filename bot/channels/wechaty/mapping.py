"""From the gateway's payloads to the core's events. Pure: no clock, no network.

Text stays as it was written, but for three things: what is no valid text is repaired (`wire.readable`), of a
message that quotes another only the sender's own words are kept, and the XML that stands in for the content
of cards and stickers is not words at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from bot.channels.wechaty.wire import MessagePayload, readable
from bot.core.events import (
    Attachment,
    Card,
    Forwarded,
    Image,
    Link,
    Message,
    MessageType,
    MiniProgram,
    Recall,
)

# wechaty-puppet's numbers (its types/message.ts); the proto's enum counts otherwise and is never on the wire.
CONTACT_CARD: Final = 3
CHAT_HISTORY: Final = 4
IMAGE: Final = 6
MINI_PROGRAM: Final = 9
RECALLED: Final = 13
LINK: Final = 14
_TYPES: Mapping[int, MessageType] = {
    1: "file",
    2: "voice",
    CONTACT_CARD: "contact_card",
    CHAT_HISTORY: "chat_history",
    5: "sticker",
    IMAGE: "image",
    7: "text",
    8: "location",
    MINI_PROGRAM: "miniprogram",
    11: "transfer",
    12: "red_packet",
    LINK: "link",
    15: "video",
}

_QUOTE_BEGINS = "「"
_QUOTE_ENDS = "」"
_LINE = re.compile(r"[-—－‐─ ]{5,}")
_MARKUP = re.compile(r"\s*(?:<\?xml|<msg\b|<appmsg\b|<sysmsg\b|<recordinfo\b)")
_EVERYBODY = re.compile(r"@(?:所有人|全体成员|all)(?=[\u2005\s]|$)", re.IGNORECASE)
_EVERYBODY_IDS = frozenset({"all", "notify@all", "announcement@all", "@all"})
# An attribute holds no "<", so a tag that never ends costs no more than its own length.
_ITEM = re.compile(r"<dataitem\b[^<>]*>|(</dataitem>)")
_FORWARDED_MOST, _FORWARDED_DEEPEST = 200, 4
_ARTICLES = "mp.weixin.qq.com"
_IS_ARTICLE = re.compile(
    rf"<mmreadershare\b|<url>\s*(?:<!\[CDATA\[)?\s*https?://{re.escape(_ARTICLES)}[/?]", re.IGNORECASE
)
_MESSAGE_ID = re.compile(r"<newmsgid>\s*(\w+)\s*</|<msgid>\s*(\w+)\s*</(?!.*<newmsgid>)", re.DOTALL)
_MENTION_ENDS = "\u2005"

_FIRST_MILLISECONDS = 100_000_000_000  # in seconds: the year 5138; in milliseconds: 1973
_FIRST_MICROSECONDS = 100_000_000_000_000


class Extras(msgspec.Struct, frozen=True):
    """What further calls told of a message: raw payloads, None where there was none or the call failed."""

    link: Any = None
    miniprogram: Any = None
    card_id: str | None = None
    card_name: str = ""


def moment(timestamp: int) -> datetime | None:
    """Read a time that may count seconds, milliseconds or microseconds; None if it is none.

    Providers disagree about the unit, and send 0 where they know nothing.
    """
    if timestamp <= 0:
        return None
    seconds = float(timestamp)
    if timestamp >= _FIRST_MICROSECONDS:
        seconds /= 1_000_000
    elif timestamp >= _FIRST_MILLISECONDS:
        seconds /= 1_000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def own_words(text: str) -> str:
    """Return what the sender wrote, without the words quoted.

    WeChat shows a quote to other clients as text: 「name:words」, a line of dashes, the writer's own words.
    The quote ends at the first line of dashes before which every 「 is closed, so that a quote inside a quote
    stays quoted, and words after a forged second line stay the sender's own.
    """
    if not text.startswith(_QUOTE_BEGINS):
        return text
    depth = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number and depth <= 0 and lines[number - 1].endswith(_QUOTE_ENDS) and _LINE.fullmatch(line):
            return "\n".join(lines[number + 1 :])
        depth += line.count(_QUOTE_BEGINS) - line.count(_QUOTE_ENDS)
    return text


def forwarded_lines(text: str) -> tuple[Forwarded, ...] | None:
    """Read who said what out of a forwarded record's XML, records within it too; None if there is nothing to read.

    By pattern, not by an XML parser: the text comes from strangers, and is often cut short.
    """
    for _ in range(_FORWARDED_DEEPEST):
        # A record inside a record may come escaped once more.
        text = _unescaped(text) if "&lt;dataitem" in text else text
    # What is open: each item's own XML in pieces, and the lines within it. The first is the record itself.
    pieces: list[list[str]] = [[]]
    lines: list[list[Forwarded]] = [[]]
    read = end = 0
    for tag in _ITEM.finditer(text):
        pieces[-1].append(text[end : tag.start()])
        end = tag.end()
        if not tag[1]:
            pieces.append([])
            lines.append([])
        elif len(pieces) > 1:
            own, within = "".join(pieces.pop()), lines.pop()
            if len(pieces) <= _FORWARDED_DEEPEST:
                lines[-1].append(_line(own, within))
                read += 1
        if read == _FORWARDED_MOST:
            break
    # Where the text is cut short, what was closed within it still counts.
    return tuple(line for level in lines for line in level) or None


def _line(item: str, within: list[Forwarded]) -> Forwarded:
    words = _inside(item, "datadesc") or _inside(item, "datatitle")
    return Forwarded(name=_inside(item, "sourcename"), text=words, forwarded=tuple(within))


def _inside(text: str, tag: str) -> str:
    _, opened, rest = text.partition(f"<{tag}>")
    words, closed, _ = rest.partition(f"</{tag}>")
    if not opened or not closed:
        return ""
    return _unescaped(words.removeprefix("<![CDATA[").removesuffix("]]>"))


def _unescaped(text: str) -> str:
    for entity, character in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x0A;", "\n"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, character)
    return text


def _string(payload: Any, *keys: str) -> str:  # noqa: ANN401 - decoded JSON
    if isinstance(payload, dict):
        for key in keys:
            value = payload.get(key)
            if isinstance(value, str) and value:
                return readable(value)
    return ""


def recall_of(payload: MessagePayload, at: datetime) -> Recall | None:
    """Return the taking back that a message of that type stands for; its text is the other message's id."""
    text = readable(payload.text).strip()
    found = _MESSAGE_ID.search(text)
    recalled = found[1] or found[2] if found else text
    if not recalled or len(recalled) > 200 or any(c.isspace() or c in "<>" for c in recalled):  # noqa: PLR2004
        return None
    return Recall(at=at, room=payload.room_id or None, id=recalled)


def mentions_of(payload: MessagePayload, text: str) -> tuple[str, ...]:
    """Return the ids mentioned, `all` for everybody, each once, in order."""
    ids = ["all" if one in _EVERYBODY_IDS else readable(one) for one in payload.mention_ids if one]
    if payload.room_id and _EVERYBODY.search(text):
        ids.append("all")
    return tuple(dict.fromkeys(ids))


def message_of(
    payload: MessagePayload, at: datetime, name: str, extras: Extras, self_id: str | None = None
) -> Message:
    """Return a message.

    Args:
        payload: As the gateway gave it.
        at: When it was received.
        name: What the sender is called now, in that room.
        extras: What further calls told.
        self_id: The account's own id: of what it says in private, the other side is worth knowing.
    """
    kind: MessageType = _TYPES.get(payload.type, "unknown")
    if kind == "unknown" and not payload.talker_id:
        kind = "system"  # the platform's own notices come without a talker
    raw = readable(payload.text)
    link = _link(extras) if kind == "link" else None
    if link is not None and _is_article(link, raw):
        kind = "article"
    markup = kind != "text" and _MARKUP.match(raw) is not None
    text = "" if markup else own_words(raw)
    filename = readable(payload.filename)
    room, sender = readable(payload.room_id) or None, readable(payload.talker_id)
    return Message(
        at=at,
        room=room,
        id=readable(payload.id),
        sender=sender,
        to=readable(payload.listener_id) or None if room is None and sender == self_id else None,
        name=readable(name),
        type=kind,
        text=text,
        mentions=mentions_of(payload, text),
        sent_at=moment(payload.timestamp or payload.receive_time.seconds),
        link=link,
        miniprogram=_miniprogram(extras) if kind == "miniprogram" else None,
        card=Card(id=extras.card_id, name=readable(extras.card_name)) if kind == "contact_card" else None,
        file=Attachment(name=filename) if kind in {"file", "video"} else None,
        image=Image() if kind == "image" else None,
        forwarded=forwarded_lines(raw) if kind == "chat_history" else None,
    )


def _link(extras: Extras) -> Link:
    payload = extras.link
    return Link(
        url=_string(payload, "url"),
        title=_string(payload, "title"),
        description=_string(payload, "description"),
    )


def _is_article(link: Link, raw: str) -> bool:
    """Return whether a link is a public account's article: by where it leads, or by what its XML says."""
    try:
        host = urlsplit(link.url.strip()).hostname
    except ValueError:
        host = None
    return host == _ARTICLES or (not link.url and _IS_ARTICLE.search(raw) is not None)


def _miniprogram(extras: Extras) -> MiniProgram:
    payload = extras.miniprogram
    return MiniProgram(
        app=_string(payload, "appid", "username"), title=_string(payload, "title", "description")
    )


def with_mentions(text: str, names: tuple[str, ...]) -> str:
    """Put mentions before a text the way WeChat writes and recognises them: "@name", then U+2005."""
    return "".join(f"@{name}{_MENTION_ENDS}" for name in names if name) + text

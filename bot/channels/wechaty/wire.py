"""Requests and answers where the two generations of gateways differ, and the repair of broken text.

python-wechaty's stubs speak proto 0.20. From 0.24 on the gateways read optional values from new field numbers
(3) and ignore the old wrappers (2): a topic "set" through the stubs is silently not set. Sending both forms
reaches both. Answers carry the value at 1 (wrapper) or 2.
"""

# No `from __future__ import annotations`: betterproto 1.2 looks the fields' types up when a message is made.

from dataclasses import dataclass
from functools import cache
from typing import Any, Optional, TypeVar

import betterproto
from grpclib.encoding.proto import ProtoCodec

_M = TypeVar("_M", bound=betterproto.Message)


def readable(text: str) -> str:
    """Repair text that is no valid Unicode or that a database would choke on; other text stays as it is.

    Halves of surrogate pairs that stand alone and NUL become U+FFFD, halves that belong together are joined.
    """
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def decoded(data: bytes) -> str:
    """Read bytes that should be UTF-8: surrogates written as UTF-8 are joined, the rest becomes U+FFFD."""
    try:
        return readable(data.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return readable(data.decode("utf-8", "replace"))


@cache
def _tolerant(message: type[_M]) -> type[_M]:
    """Return the same message type, able to read strings that are not UTF-8."""

    def _postprocess_single(
        self: betterproto.Message,
        wire_type: int,
        meta: betterproto.FieldMetadata,
        *rest: Any,  # noqa: ANN401 - as overridden
    ) -> Any:  # noqa: ANN401 - as overridden
        if meta.proto_type == betterproto.TYPE_STRING and isinstance(rest[-1], bytes):
            return decoded(rest[-1])
        return message._postprocess_single(self, wire_type, meta, *rest)  # noqa: SLF001 - there is no other way in

    return type(message.__name__, (message,), {"_postprocess_single": _postprocess_single})


class RepairingCodec(ProtoCodec):
    """Reads an answer even where its text is no valid UTF-8: one odd nickname must not hide a message."""

    def decode(self, data: bytes, message_type: Any) -> Any:  # noqa: ANN401 - as the overridden method
        """Read one message."""
        try:
            return super().decode(data, message_type)
        except UnicodeDecodeError:
            return super().decode(data, _tolerant(message_type))


def both(text: str | None) -> dict[str, str]:
    """Return the two forms of an optional value, for a request's constructor."""
    return {} if text is None else {"wrapped": text, "plain": text}


@dataclass
class TextRequest(betterproto.Message):
    """RoomTopic, RoomAnnounce and ContactAlias: sets the text where one is given, else asks for it."""

    id: str = betterproto.string_field(1)
    wrapped: Optional[str] = betterproto.message_field(2, wraps=betterproto.TYPE_STRING)  # noqa: UP045
    plain: str = betterproto.string_field(3)


@dataclass
class TextResponse(betterproto.Message):
    """The answers to those, and to the searches for a person."""

    wrapped: Optional[str] = betterproto.message_field(1, wraps=betterproto.TYPE_STRING)  # noqa: UP045
    plain: str = betterproto.string_field(2)

    @property
    def text(self) -> str:
        """Return the value in whichever form it came."""
        return self.plain or self.wrapped or ""


@dataclass
class Moment(betterproto.Message):
    """A protobuf timestamp, left in parts: one outside the calendar must not make a message unreadable."""

    seconds: int = betterproto.int64_field(1)


@dataclass
class MessagePayload(betterproto.Message):
    """A message as the gateway tells it; `type` is wechaty-puppet's number, not the proto's enum."""

    id: str = betterproto.string_field(1)
    filename: str = betterproto.string_field(2)
    text: str = betterproto.string_field(3)
    timestamp: int = betterproto.uint64_field(4)
    type: int = betterproto.int32_field(5)
    talker_id: str = betterproto.string_field(6)
    room_id: str = betterproto.string_field(7)
    listener_id: str = betterproto.string_field(8)
    mention_ids: list[str] = betterproto.string_field(9)
    receive_time: Moment = betterproto.message_field(10)


@dataclass
class EventResponse(betterproto.Message):
    """One event of the stream: its number, and JSON."""

    type: int = betterproto.int32_field(1)
    payload: str = betterproto.string_field(2)


@dataclass
class RoomIdRequest(betterproto.Message):
    """RoomQRCode, whose stub leaves the room out."""

    id: str = betterproto.string_field(1)


@dataclass
class RoomQrCodeResponse(betterproto.Message):
    """The content of a room's code."""

    qrcode: str = betterproto.string_field(1)


@dataclass
class FriendshipAddRequest(betterproto.Message):
    """Asks a person to become a friend; `room` names the room through which we know them."""

    contact_id: str = betterproto.string_field(1)
    hello: str = betterproto.string_field(2)
    room: Optional[str] = betterproto.message_field(3, wraps=betterproto.TYPE_STRING)  # noqa: UP045


@dataclass
class Empty(betterproto.Message):
    """An answer that says only that it is done."""


@dataclass
class DownloadRequest(betterproto.Message):
    """Asks for a file that the gateway keeps (new generation)."""

    id: str = betterproto.string_field(1)


@dataclass
class DownloadResponse(betterproto.Message):
    """A piece of it."""

    chunk: bytes = betterproto.bytes_field(1)

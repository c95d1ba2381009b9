"""The bytes of a message's picture, in whichever way the gateway hands it over."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import aiohttp
from grpclib.const import Cardinality
from grpclib.exceptions import GRPCError

from bot.channels.wechaty import wire
from bot.channels.wechaty.answers import meaning_of
from bot.channels.wechaty.puppet import GatewayPuppet
from bot.channels.wechaty.stub import BROKEN
from bot.errors import NotDeliveredError

ARTWORK = 3  # wechaty's ImageType: the picture as it was sent
LARGEST = 20 * 1024 * 1024  # bytes; WeChat itself allows 20 MB
_BASE64, _URL, _UUID = 1, 2, 7  # file-box's types


async def picture(puppet: GatewayPuppet, message: str, seconds: float) -> bytes | None:
    """Return a picture's bytes; None if the gateway has it no more or it is too large.

    Args:
        puppet: The connection.
        message: The message's id.
        seconds: Longest wait for the download.

    Raises:
        ChannelError: the gateway or the picture's address cannot be reached now.
    """
    try:
        answer = await puppet.puppet_stub.message_image(id=message, type=ARTWORK)
    except NotDeliveredError:
        if puppet.connected:
            return None  # it answered: there is no such picture
        raise
    try:
        box = json.loads(answer.filebox)
    except ValueError:
        return None
    if not isinstance(box, dict):
        return None
    try:
        async with asyncio.timeout(seconds):
            return await _content(puppet, box)
    except TimeoutError as error:
        raise NotDeliveredError("picture: not downloaded in time") from error


async def _content(puppet: GatewayPuppet, box: dict[str, Any]) -> bytes | None:
    if isinstance(box.get("base64"), str):
        text = box["base64"]
        return base64.b64decode(text) if len(text) <= LARGEST * 4 // 3 + 4 else None
    address = box.get("remoteUrl") or box.get("url")
    if isinstance(address, str) and address.startswith(("http://", "https://")):
        return await _downloaded(address, box.get("headers"))
    if isinstance(box.get("uuid"), str):
        return await _streamed(puppet, box["uuid"])
    return None


async def _downloaded(address: str, headers: object) -> bytes | None:
    own = {str(k): str(v) for k, v in headers.items()} if isinstance(headers, dict) else {}
    try:
        async with aiohttp.ClientSession() as session, session.get(address, headers=own) as answer:
            if answer.status != 200:  # noqa: PLR2004 - OK
                return None
            content = await answer.content.read(LARGEST + 1)
            while len(content) <= LARGEST and (more := await answer.content.read(LARGEST + 1 - len(content))):
                content += more
    except aiohttp.ClientError as error:
        raise NotDeliveredError(f"picture: {type(error).__name__}") from error
    return content if len(content) <= LARGEST else None


async def _streamed(puppet: GatewayPuppet, uuid: str) -> bytes | None:
    """Fetch a file that the gateway keeps under an id (newer gateways, which python-wechaty cannot ask)."""
    stub = puppet.puppet_stub
    content = bytearray()
    try:
        async with stub.channel.request(
            "/wechaty.Puppet/Download",
            Cardinality.UNARY_STREAM,
            wire.DownloadRequest,
            wire.DownloadResponse,
            metadata=stub.metadata,
        ) as stream:
            await stream.send_message(wire.DownloadRequest(id=uuid), end=True)
            while (piece := await stream.recv_message()) is not None:
                content += piece.chunk
                if len(content) > LARGEST:
                    await stream.cancel()
                    return None
    except GRPCError as error:
        raise meaning_of(error, "Download", "the gateway") from error
    except BROKEN as error:
        raise NotDeliveredError(f"Download: {type(error).__name__}") from error
    return bytes(content)

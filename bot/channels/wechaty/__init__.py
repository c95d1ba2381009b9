"""WeChat through a Wechaty gateway (why it is built this way: docs/explanation/wechaty.md).

shim        makes the `wechaty` package importable and quiet
wire        requests and answers where the gateway generations differ; repair of text
answers     what a failed call means
incoming    what the event stream says, as values
stub        one call: limits, and what became of it
pulse       whether the event stream still hears anything
puppet      the connection and every call over it, a `PuppetService` of wechaty
mapping     payloads to the core's events (pure)
people      names and friendships, remembered for a while
rooms       what rooms are and who is in them
pictures    the bytes of a message's picture
behind      the calls that complete an event
inbound     the stream's events, completed, in order, into the inbox
channel     the port

Everything but this file imports wechaty (about a second, eighty megabytes), so it is imported when a channel
is opened and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.wechaty.channel import WechatyChannel
    from bot.core.settings import WechatyLink
    from bot.ports import Clock


async def probe_gateway(settings: WechatyLink) -> str:
    """Return the gateway's version, asked with the token and without disturbing a bot that is connected.

    Raises:
        ConfigError: endpoint or token is missing or malformed.
        ChannelError: the gateway cannot be reached, or refuses the token.
    """
    from bot.channels.wechaty.puppet import GatewayPuppet

    return await GatewayPuppet(settings).probe()


def open_channel(settings: WechatyLink, clock: Clock) -> WechatyChannel:
    """Make a channel to the gateway that the settings name; nothing is connected before `run`.

    Raises:
        ConfigError: endpoint or token is missing or malformed, or the certificate file cannot be read.
    """
    from bot.channels.wechaty.channel import WechatyChannel

    return WechatyChannel(settings, clock)

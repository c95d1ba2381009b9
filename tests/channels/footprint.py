"""Run as a program in an empty folder: connects a channel, hears one message, tells what is there afterwards.

python footprint.py ENDPOINT CONTROL
"""

import asyncio
import io
import json
import logging
import os
import sys
import threading
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

SECRET_TEXT = "只有群里能看到的话"


class Clock:
    def now(self):
        return datetime.now(UTC)

    async def sleep_until(self, when):
        await asyncio.sleep(0)


def control(port, operation, **arguments):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{operation}", data=json.dumps(arguments).encode()
    )
    urllib.request.urlopen(request, timeout=20).close()


def own_sockets():
    inodes = set()
    for fd in Path("/proc/self/fd").iterdir():
        try:
            target = str(fd.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    return inodes


def listening():
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in own_sockets():
                found.append(int(fields[1].rpartition(":")[2], 16))
    return found


async def main(endpoint, port):
    written = io.StringIO()
    logging.basicConfig(stream=written, level=logging.DEBUG)
    environment = dict(os.environ)

    import bot.channels  # noqa: F401 - that this stays light is what is measured
    from bot.channels.wechaty import open_channel

    light = not any(name.startswith(("wechaty", "grpclib", "betterproto")) for name in sys.modules)
    from bot.core.settings import WechatyLink

    link = WechatyLink(endpoint=endpoint, token="the-secret-token", rpc_timeout_seconds=10)
    channel = open_channel(link, Clock())
    heard = asyncio.Event()
    handed = []

    class Inbox:
        async def put(self, item):
            handed.append(item)
            if getattr(item.event, "text", "") == SECRET_TEXT:
                heard.set()

    logged_in = asyncio.Event()

    def on_link(state):
        if state.state == "login":
            logged_in.set()

    running = asyncio.create_task(channel.run(Inbox(), on_link))
    await asyncio.wait_for(logged_in.wait(), 20)
    await asyncio.to_thread(
        control, port, "say", **{"from": "wxid_alice", "to": "100@chatroom", "text": SECRET_TEXT}
    )
    await asyncio.to_thread(control, port, "emit", event="error", payload={"data": SECRET_TEXT})
    await asyncio.to_thread(control, port, "scan", qrcode="https://login.weixin.qq.com/l/secret-code")
    await asyncio.to_thread(
        control, port, "emit", event="message", payload={"messageId": "unknown", "x": SECRET_TEXT}
    )
    await asyncio.wait_for(heard.wait(), 20)
    await channel.say_room("100@chatroom", SECRET_TEXT, [])
    ports, threads = listening(), [t.name for t in threading.enumerate()]
    await channel.close()
    await running

    import pyee
    import urllib3
    from wechaty import WechatyOptions

    known = logging.Logger.manager.loggerDict
    return {
        "files": sorted(str(path) for path in Path().rglob("*")),
        "ports": ports,
        "threads": [name for name in threads if "APScheduler" in name],
        "light": light,
        "handlers": [
            name
            for name, logger in known.items()
            if isinstance(logger, logging.Logger)
            and any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers)
        ],
        "deaf": [
            name
            for name, logger in known.items()
            if isinstance(logger, logging.Logger) and not logger.propagate
        ],
        "log": written.getvalue(),
        "environment": dict(os.environ) == environment,
        "lent": [
            hasattr(pyee, "AsyncIOEventEmitter"),
            hasattr(urllib3, "get_host"),
            "telnetlib" in sys.modules,
        ],
        "shared": WechatyOptions().puppet_options.token,
        "cache": [str(path) for path in Path(os.environ["TMPDIR"]).iterdir()],
    }


print("FOOTPRINT " + json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2]))))

"""Starts, drives, freezes and kills the Node gateway of tests/channels/gateway."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections import deque
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "gateway"
SETS = ("new", "old")
BOOT_SECONDS = 60  # a busy machine with two cores; usually one second
ROOM, SECOND_ROOM = "100@chatroom", "200@chatroom"
SELF, OWNER, ADMIN, ALICE, BOB = "wxid_bot", "wxid_owner", "wxid_admin", "wxid_alice", "wxid_bob"
STRANGER, NEWBIE = "wxid_spam", "wxid_new"


def node() -> str:
    return os.environ.get("QUNGUAN_NODE") or "node"


def need_set(generation: str) -> None:
    """Skip the test if the gateway's packages are not there, saying how to get them."""
    if not (FOLDER / generation / "node_modules" / "wechaty-puppet-service").is_dir():
        pytest.skip(f"npm ci --ignore-scripts --omit=optional in tests/channels/gateway/{generation}")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Gateway:
    """One gateway process; `await gateway("say", to=..., text=...)` plays a member's part."""

    def __init__(self, generation: str, *flags: str, token: str = "test-token") -> None:
        self.generation, self.flags, self.token = generation, flags, token
        self.grpc, self.control = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None
        self.output: deque[str] = deque(maxlen=200)
        self.ready = threading.Event()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.grpc}"

    def start(self) -> "Gateway":
        self.ready.clear()
        command = [node(), "gateway.cjs", self.generation, "--grpc", str(self.grpc)]
        command += ["--control", str(self.control), "--token", self.token, *self.flags]
        self.process = subprocess.Popen(
            command,
            cwd=FOLDER,
            env={**os.environ, "WECHATY_LOG": "silent"},
            stdin=subprocess.PIPE,  # the gateway ends with us
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._drain, args=(self.process,), daemon=True).start()
        if not self.ready.wait(BOOT_SECONDS) or self.process.poll() is not None:
            self.kill()
            raise RuntimeError("the gateway did not start: " + "".join(self.output))
        return self

    def _drain(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            if line.startswith("READY"):
                self.ready.set()
        self.ready.set()  # it ended: nobody needs to wait on

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            self.process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def ask(self, operation: str, **arguments: Any) -> Any:
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.control}/{operation}", data=body)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{operation}: {error.read().decode()}") from None

    async def __call__(self, operation: str, **arguments: Any) -> Any:
        return await asyncio.to_thread(self.ask, operation, **arguments)

    async def say(self, text: str = "", *, by: str = ALICE, to: str = ROOM, **more: Any) -> str:
        return str((await self("say", **{"from": by, "to": to, "text": text, **more}))["id"])

    async def journal(self, operation: str) -> list[dict[str, Any]]:
        return [item for item in (await self("journal"))["items"] if item["op"] == operation]

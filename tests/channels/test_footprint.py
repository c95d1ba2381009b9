"""What importing and running the channel leaves behind: nothing. A row for each measured side effect."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gateway_process import Gateway, need_set

from bot.channels.wechaty import open_channel
from bot.core.settings import WechatyLink
from bot.errors import ConfigError

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="module", params=["new", "old"])
def footprint(request, tmp_path_factory):
    need_set(request.param)
    gateway = Gateway(request.param, token="the-secret-token").start()
    folder, temporary = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("tmp")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
        # what would mislead python-wechaty
        "TOKEN": "a-token-of-something-else",
        "ENDPOINT": "203.0.113.1:1",
        "WECHATY_LOG": "debug",
        "WECHATY_LOG_FILE": str(folder / "wechaty.log"),
    }
    done = subprocess.run(
        [sys.executable, str(HERE / "footprint.py"), gateway.endpoint, str(gateway.control)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    gateway.kill()
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOOTPRINT ")]
    assert lines, done.stderr
    found = json.loads(lines[0].removeprefix("FOOTPRINT "))
    found["output"] = done.stderr + done.stdout.replace(lines[0], "")
    return found


SECRETS = ("只有群里能看到的话", "the-secret-token", "a-token-of-something-else", "secret-code")

ROWS = {
    "import wechaty makes .wechaty/ in cwd": lambda f: f["files"] == [] and f["cache"] == [],
    "Wechaty() opens SQLAlchemy/sqlite job store": lambda f: (
        not any("db" in name for name in f["files"] + f["cache"])
    ),
    "on login starts APScheduler": lambda f: f["threads"] == [],
    "on login probes 127.0.0.1:5000": lambda f: "203.0.113" not in f["log"] and ":5000" not in f["log"],
    "Quart UI/API server on 0.0.0.0:5000": lambda f: f["ports"] == [],
    "every module has its own StreamHandler": lambda f: f["handlers"] == [],
    "root logging sees nothing": lambda f: not [name for name in f["deaf"] if "echaty" in name],
    "INFO spam incl. message text": lambda f: not [s for s in SECRETS if s in f["log"] or s in f["output"]],
    "WECHATY_LOG=debug ends the import": lambda f: f["environment"],
    "WECHATY_LOG_FILE is written": lambda f: "wechaty.log" not in f["files"],
    "env TOKEN/ENDPOINT are read as config": lambda f: "203.0.113.1" not in f["output"] + f["log"],
    "default PuppetOptions object shared by all": lambda f: f["shared"] is None,
    "plugins: dir + log.log + setting.json": lambda f: f["files"] == [],
    "import bot and bot.channels stay light": lambda f: f["light"],
    "what the import borrowed is given back": lambda f: f["lent"] == [False, False, False],
}


@pytest.mark.gateway
@pytest.mark.parametrize("row", ROWS)
def test_the_side_effect_is_not_there(footprint, row):
    assert ROWS[row](footprint), footprint


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"token": "t"}, "QUNGUAN_WECHATY_ENDPOINT"),  # python-wechaty asks api.chatie.io instead, blocking
        ({"endpoint": "127.0.0.1:1"}, "QUNGUAN_WECHATY_TOKEN"),
        ({"endpoint": "no port", "token": "t"}, "host:port"),
        ({"endpoint": "host:99999", "token": "t"}, "host:port"),
        ({"endpoint": "127.0.0.1:1", "token": "t", "tls": True, "ca_file": "/no/such.pem"}, "/no/such.pem"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(settings, word):
    with pytest.raises(ConfigError, match=word):
        open_channel(WechatyLink(**settings), clock=None)

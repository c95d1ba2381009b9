"""Histories on their way through the program: out and in again, decided anew, and full of odd text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.simulator.scene import Content
from bot.channels.simulator.script import load
from bot.cli import main
from bot.packs import shipped
from bot.ports import Store
from tests.e2e.program import Program
from tests.e2e.town import AD, AIDE, STRANGER, Town

Start = Callable[..., Program]
RTL = "\u202e\u2066"
NAME = "/kick @all"

WILD = {
    "100 kB": "加V" * 50_000,
    "100 kB of at signs": "@" * 100_000,
    "NUL": "大家\x00好",
    "lone surrogates": "\ud83d 半个表情 \udc00",
    "marks from right to left": f"{RTL}加V xhm_demo88{RTL} 手机兼职日结200",
    "a ruler without end": "「" + "」\n-" * 20_000,
    "a command without end": "/kick " + "@小林\u2005" * 10_000,
    "combining": "e" + "\u0301" * 20_000,
    "joiners": "\u200b\u200d\u2060" * 10_000 + AD,
}


def demo_week(target: Path) -> Path:
    """Write the demo community's week as an events file, with keys that no version knows."""
    script = load(shipped("communities") / "demo")
    whom = script.community.directory()
    start = script.community.start.isoformat()
    lines: list[dict[str, Any]] = [
        {
            "kind": "room",
            "at": start,
            "room": r.id,
            "topic": r.topic,
            "owner": whom[r.owner],
            "xtra": [1, {"y": None}],
        }
        for r in script.community.rooms
    ]
    for number, (at, moment) in enumerate(zip(script.times, script.moments, strict=True)):
        who = whom[moment.who]
        common = {"at": at.isoformat(), "room": moment.room, "future_key": "留着"}
        if moment.does == "join":
            lines.append({"kind": "join", "member": who, "name": moment.who, **common})
        elif moment.does == "say":
            said = {
                "id": f"m{number}",
                "sender": who,
                "name": moment.who,
                "type": moment.type,
                "text": moment.text,
            }
            lines.append({"kind": "message", **said, **common})
    target.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    return target


def test_what_is_imported_is_exported_word_for_word_and_again(tmp_path: Path):
    week = demo_week(tmp_path / "week.jsonl")
    exports = []
    source = week
    for n in range(2):
        data = tmp_path / f"data{n}"
        exports.append(tmp_path / f"export{n}.jsonl")
        assert main(["import", str(source), "--data", str(data)]) == 0
        assert main(["export", str(exports[n]), "--data", str(data)]) == 0
        source = exports[n]
    assert exports[0].read_bytes() == week.read_bytes()
    assert exports[1].read_bytes() == week.read_bytes()
    assert b"future_key" in exports[1].read_bytes()


def test_importing_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    week, data = demo_week(tmp_path / "week.jsonl"), str(tmp_path / "data")
    count = len(week.read_bytes().splitlines())
    for taken in (count, 0):
        assert main(["import", str(week), "--data", data]) == 0
        assert f"{taken} events taken in, {count - taken} passed over" in capsys.readouterr().out


def test_decisions_do_not_depend_on_the_process(program: Start, tmp_path: Path):
    week = demo_week(tmp_path / "week.jsonl")
    seeds = ["0", "1", "4242"]
    programs = [
        program(
            *("replay", week, "--until", "2025-09-25T00:00:00+08:00", "--data", tmp_path),
            *("--decisions", tmp_path / f"{seed}.jsonl"),
            PYTHONHASHSEED=seed,
        )
        for seed in seeds
    ]
    assert [one.ended().code for one in programs] == [0, 0, 0]
    decisions = {(tmp_path / f"{seed}.jsonl").read_bytes() for seed in seeds}
    assert len(decisions) == 1
    [lines] = [[json.loads(line) for line in found.splitlines()] for found in decisions]
    kinds = {effect["kind"] for line in lines for effect in line["effects"]}
    assert {"remind", "remove", "digest"} <= kinds
    assert sum("verdict" in line for line in lines) > 300


def wild_history(target: Path) -> Path:
    """Write a history that no honest platform would deliver."""
    common = {"at": "2026-03-02T12:00:00+08:00", "room": "r1"}
    lines: list[dict[str, Any]] = [
        {"kind": "room", **common, "topic": RTL, "owner": "o"},
        *(
            {"kind": "member", **common, "member": f"u{n}", "name": name}
            for n, name in enumerate([NAME, "\ud800", RTL])
        ),
    ]
    for n, text in enumerate(WILD.values()):
        for sender in ("u0", "o"):
            message = {"id": f"w{n}{sender}", "sender": sender, "name": NAME, "text": text}
            lines.append({"kind": "message", **common, **message})
    many = [f"u{n}" for n in range(500)]
    for sender, text in (("u1", "看这里"), ("o", f"/kick @{NAME}\u2005"), ("o", "踢@all")):
        message = {"id": f"many{sender}{text}", "sender": sender, "text": text, "mentions": many}
        lines.append({"kind": "message", **common, **message})
    # ASCII only: lone surrogates and NUL come as JSON escapes, as a careless gateway writes them
    target.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    return target


def test_no_text_is_too_wild_for_replay_and_its_work_is_bounded(program: Start, tmp_path: Path):
    history, out = wild_history(tmp_path / "wild.jsonl"), tmp_path / "decisions.jsonl"
    ended = program("replay", history, "--decisions", out, "--report", "--data", tmp_path).ended()
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    messages = [line for line in lines if "verdict" in line]
    assert len(messages) == 2 * len(WILD) + 3
    assert not [e for line in lines for e in line["effects"] if e["kind"] == "remove" and e["member"] == "o"]
    # a reason or an answer shows an excerpt, never the whole of it
    assert max(len(line) for line in out.read_text(encoding="utf-8").splitlines()) < 20_000
    assert len(ended.out) < 50_000


def test_the_work_on_one_message_grows_no_faster_than_its_length(tmp_path: Path):
    script = """
import sys, time
from datetime import UTC, datetime
from bot.assembly import load_brain
from bot.core.decide import decide
from bot.core.events import Message, Room
from bot.core.settings import Settings
from bot.core.state import State
sys.path.insert(0, "tests/e2e")
from tests.e2e.test_histories import WILD
at = datetime(2026, 3, 2, tzinfo=UTC)
policy = load_brain(Settings()).policy
state = State()
state.apply(decide(Room(at=at, room="r", owner="o"), state, policy, at).changes)
for name, text in WILD.items():
    if "surrogates" in name:
        continue
    spent = []
    for times in (1, 8):
        message = Message(at=at, room="r", id="m", sender="o", text=text * times)
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            decide(message, state, policy, at)
            best = min(best, time.process_time() - start)
        spent.append(best)
    print(name, spent)
    assert spent[1] < 40 * spent[0] + 0.05, (name, spent)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]


async def test_no_text_is_too_wild_for_the_runtime(store: Store):
    async with Town(store) as town:
        town.world.rename(STRANGER, NAME)
        for text in WILD.values():
            for who in (STRANGER, AIDE):
                town.world.say(who, Content(text=text), room="a")
                town.world.say(who, Content(text=text))
        town.world.say(
            AIDE, Content(text=f"踢@{NAME}"), room="b", mentions=tuple(f"u{n}" for n in range(500))
        )
        await town.settled()
        await town.join("new")
        await town.say("new", AD)
        assert ("a", "new") in town.removed()
        assert not {who for _, who in town.removed()} - {"new", STRANGER}
        assert town.runtime.lane.defects == 0
        assert max(len(text) for room in ("a", "b", None) for text in town.said(room=room)) < 5_000


async def test_a_name_that_looks_like_a_command_is_only_a_name(store: Store):
    async with Town(store) as town:
        town.world.rename(STRANGER, NAME)
        await town.say(STRANGER, "大家好")
        await town.say(STRANGER, AD)
        assert town.removed() == []
        await town.say(AIDE, f"踢@{NAME}")
        assert town.removed() == [("a", STRANGER)]

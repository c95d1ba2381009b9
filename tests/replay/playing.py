"""A history, decided as `qunguan replay` does it, as lines and as values."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli.replay import command

START = "2026-03-02T12:00:00+08:00"
AD = "加V xhm_demo88 手机兼职日结200"
SUSPECT = "有意者私聊"
ROOM: dict[str, Any] = {
    "kind": "room",
    "at": START,
    "room": "r1",
    "topic": "母婴群",
    "owner": "u0",
    "staff": ["u9"],
}


def at(minute: int) -> str:
    return f"2026-03-02T{12 + minute // 60:02}:{minute % 60:02}:00+08:00"


def said(number: int, sender: str, text: str, **more: Any) -> dict[str, Any]:
    message = {
        "kind": "message",
        "at": at(number),
        "room": "r1",
        "id": f"m{number}",
        "sender": sender,
        "text": text,
    }
    return {**message, **more}


def replay(folder: Path, *events: dict[str, Any], options: tuple[str, ...] = ()) -> bytes:
    """Return the decisions file, as bytes."""
    history, out = folder / "history.jsonl", folder / "decisions.jsonl"
    history.write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in events), encoding="utf-8")
    result = CliRunner().invoke(
        command,
        [str(history), "--decisions", str(out), "--data", str(folder), *options],
        standalone_mode=False,
        catch_exceptions=False,
    )
    assert result.exception is None
    return out.read_bytes()


def decisions(folder: Path, *events: dict[str, Any], options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the decisions file, line by line."""
    return [json.loads(item) for item in replay(folder, *events, options=options).splitlines()]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)

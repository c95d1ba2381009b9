"""One text as a rule or all packs together see it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.core.ads.score import Judgement, judge
from bot.core.events import Message
from bot.core.rules.registry import RuleSet
from bot.core.rules.view import View, view_of
from bot.core.settings import Scoring

_AT = datetime(2026, 3, 2, tzinfo=UTC)


def view(text: str) -> View:
    return view_of(Message(at=_AT, room="r", id="m", sender="u", text=text))


def verdict(text: str, rules: RuleSet) -> Judgement:
    return judge(view(text), rules, Scoring())


def write(folder: Path, text: str | bytes, name: str = "own.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path

"""`qunguan why`: explain the verdict on a text."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.ads.score import judge
from bot.core.effects import Row, Values, Words
from bot.core.events import Message
from bot.core.rules.view import view_of
from bot.history import repair_text


@click.command("why")
@click.argument("text", required=False)
@data_option
@json_option
def command(text: str | None, data: Path, *, as_json: bool) -> None:
    """Explain the verdict on TEXT (or on what is piped in): the view rules see, each signal, the score."""
    if text is None:
        if sys.stdin.isatty():
            raise click.UsageError("Give a text in quotes, or pipe one in.")
        text = sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\n")
    brain = load_brain(load_settings(data), data)
    # The verdict on a text alone does not depend on the moment; a message needs one all the same.
    message = Message(at=datetime.now(UTC), room="why", id="why", sender="member", text=repair_text(text))
    view = view_of(message)
    judgement = judge(view, brain.policy.rules, brain.policy.settings.scoring)
    if as_json:
        value = {"text": text, "view": view.text, **msgspec.to_builtins(judgement)}
        click.echo(msgspec.json.encode(value).decode())
        return
    rows: tuple[Row, ...] = tuple(
        {"rule": s.rule, "weight": s.weight, "evidence": s.evidence} for s in judgement.signals
    )
    values: Values = {
        "verdict": judgement.verdict,
        "score": judgement.score,
        "view": view.text,
        "rows": rows,
        "suspect": brain.policy.settings.scoring.suspect,
        "ad": brain.policy.settings.scoring.ad,
    }
    click.echo(brain.renderer.render(Words("why", values)))

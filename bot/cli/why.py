"""`qunguan why`: explain the verdict on a text."""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.ads.context import scene_of
from bot.core.ads.score import judge
from bot.core.effects import Row, Values, Words
from bot.core.events import Message
from bot.core.rules.kind import Example
from bot.core.rules.view import view_of
from bot.core.text.contacts import contacts_in
from bot.history import repair_text


@click.command("why")
@click.argument("text", required=False)
@click.option("--days", type=click.FloatRange(0, 36500), help="Days its sender has been in the room.")
@click.option("--nick", default="", help="What its sender calls themself.")
@click.option("--topic", default="", help="The room's topic.")
@click.option("--trade", is_flag=True, help="In a room where trade is welcome.")
@data_option
@json_option
def command(
    text: str | None, days: float | None, nick: str, topic: str, data: Path, *, trade: bool, as_json: bool
) -> None:
    """Explain the verdict on TEXT (or on what is piped in).

    Shows every view of it, the contacts it names, each signal and adjustment with its reason, and the score.
    """
    if days is not None and math.isnan(days):
        raise click.BadParameter("nan is no number of days.", param_hint="--days")
    if text is None:
        if sys.stdin.isatty():
            raise click.UsageError("Give a text in quotes, or pipe one in.")
        text = sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\n")
    brain = load_brain(load_settings(data), data)
    policy = brain.policy
    # The verdict on a text alone does not depend on the moment; a message needs one all the same.
    now = datetime.now(UTC)
    message = Message(at=now, room="why", id="why", sender="member", name=nick, text=repair_text(text))
    known = Example(nick=nick, tenure_days=days, topic=topic, policy="ads_allowed" if trade else None)
    view = view_of(message, scene_of(known, now))
    judgement = judge(view, policy.rules, policy.settings.scoring, policy.room("why").preset, thorough=True)
    contacts = contacts_in(view.text, view.bare)
    if as_json:
        views = {"view": view.text, "bare": view.bare, "contacts": msgspec.to_builtins(contacts)}
        value = {"text": text, **views, **msgspec.to_builtins(judgement)}
        click.echo(msgspec.json.encode(value).decode())
        return
    rows: tuple[Row, ...] = tuple(
        {"rule": s.rule, "weight": s.weight, "evidence": s.evidence} for s in judgement.signals
    )
    values: Values = {
        "verdict": judgement.verdict,
        "score": judgement.score,
        "view": view.text,
        "bare": view.bare,
        "contacts": tuple({"contact": c.kind, "value": c.value, "disguised": c.disguised} for c in contacts),
        "rows": rows,
        "suspect": brain.policy.settings.scoring.suspect,
        "ad": brain.policy.settings.scoring.ad,
    }
    click.echo(brain.renderer.render(Words("why", values)))

"""`qunguan schema`: the file formats as JSON Schema, generated from the types."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from bot.core.events import HISTORY_VERSION, Event
from bot.core.settings import Settings
from bot.decisions import DECISIONS_VERSION, DecisionLine

_FORMATS = ("history", "decisions", "config")


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a file format.

    Args:
        name: `history` (a line of an events file), `decisions` (a line of a decisions file) or `config`.
    """
    kind, title = {
        "history": (Event, f"qunguan history, version {HISTORY_VERSION}"),
        "decisions": (DecisionLine, f"qunguan decisions, version {DECISIONS_VERSION}"),
        "config": (Settings, "qunguan.toml"),
    }[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **msgspec.json.schema(kind),
    }


@click.command("schema")
@click.argument("name", type=click.Choice(_FORMATS))
def command(name: str) -> None:
    """Print the JSON Schema of a file format."""
    click.echo(msgspec.json.format(msgspec.json.encode(schema_of(name)), indent=2).decode())

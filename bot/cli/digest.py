"""`qunguan digest`: a day's digest from a database, as the operator would read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot.assembly import load_brain
from bot.cli.options import data_option
from bot.cli.place import database_in
from bot.config import load_settings
from bot.core.digest.plan import reader_of
from bot.core.digest.values import digest_values
from bot.core.draft import Draft
from bot.core.effects import Words
from bot.core.state import State
from bot.store.sqlite import Reader


@click.command("digest")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Which local day (default: today).")
@data_option
def command(day: str | None, data: Path) -> None:
    """Print the digest of a day; nothing is sent."""
    brain = load_brain(load_settings(data), data)
    now = datetime.now(UTC)
    try:
        local = date.fromisoformat(day) if day else brain.policy.day(now)
    except ValueError:
        raise click.BadParameter(f"{day!r} is no date like 2026-03-02", param_hint="--date") from None
    with Reader(database_in(data)) as reader:
        state = State(reader.records())
    readers = {
        reader_of(brain.policy, room, state.account.self_id) for room in state.rooms.values() if not room.left
    }
    for who in sorted(name for name in readers if name):
        values = digest_values(Draft(state, brain.policy, now), who, local, late=False)
        click.echo(brain.renderer.render(Words("digest.daily", values)) + "\n")

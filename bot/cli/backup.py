"""`qunguan backup`: a consistent copy of the database while the bot runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import data_option
from bot.cli.place import database_in
from bot.store.sqlite import backup


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def command(target: Path, data: Path) -> None:
    """Write a complete, checked copy of the database to TARGET, which must not exist yet."""
    backup(database_in(data), target)
    click.echo(f"{target}: written, {target.stat().st_size / 1024:.0f} kB")

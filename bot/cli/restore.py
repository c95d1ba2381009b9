"""`qunguan restore`: put a backup in the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import data_option
from bot.cli.place import database_in, require_folder
from bot.store.sqlite import restore


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def command(source: Path, data: Path) -> None:
    """Put the backup SOURCE in the database's place, keeping the replaced one. Stop the bot first."""
    require_folder(data)
    kept = restore(source, database_in(data))
    click.echo(f"{database_in(data)}: restored" + (f"; the replaced one is {kept}" if kept else ""))

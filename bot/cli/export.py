"""`qunguan export`: the journal as an events file."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import data_option
from bot.cli.place import database_in
from bot.files import writing
from bot.store.sqlite import Reader

_PAGE = 5000


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def command(file: Path, data: Path) -> None:
    """Write everything the bot received to FILE, one event a line, oldest first; works while the bot runs."""
    count = after = 0
    with Reader(database_in(data)) as reader, writing(file) as out:
        while out is not None and (rows := reader.journal(after, _PAGE)):
            for after, raw in rows:  # noqa: B007 - the last seq is where the next page begins
                out.write(raw + b"\n")
            count += len(rows)
    click.echo(f"{file}: {count} events")

"""`qunguan export`: the journal as an events file."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from bot.cli.options import data_option
from bot.cli.place import database_in
from bot.files import OutputError, writing
from bot.store.sqlite import Reader

_PAGE = 5000


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def command(file: Path, data: Path) -> None:
    """Write everything the bot received to FILE (- for standard output), one event a line.

    The oldest comes first. Works while the bot runs.
    """
    to_stdout = str(file) == "-"
    if file.is_file():
        raise OutputError(f"{file}: exists already: name a new file, nothing is overwritten")
    count = after = 0
    place: AbstractContextManager[BinaryIO | None] = writing(file)
    if to_stdout:
        place = nullcontext(sys.stdout.buffer)
    with Reader(database_in(data)) as reader, place as out:
        while out is not None and (rows := reader.journal(after, _PAGE)):
            for after, raw in rows:  # noqa: B007 - the last seq is where the next page begins
                out.write(raw + b"\n")
            count += len(rows)
    click.echo(f"{file}: {count} events", err=True)

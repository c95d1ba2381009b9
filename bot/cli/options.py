"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="QUNGUAN_DATA",
    help="Folder with qunguan.toml, the database and own packs (default: here).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")

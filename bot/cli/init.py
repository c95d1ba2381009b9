"""`qunguan init`: a commented configuration to start from, generated from the schema."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import click
import msgspec

from bot.config import FILE
from bot.core.settings import Settings
from bot.errors import ConfigError
from bot.files import writing

_WIDTH = 100
_HEAD = """\
# qunguan.toml - every setting with its default, commented out. To change one, remove the # before it
# and the # before the [table] above it. An empty text ("") means: not set.
# The token belongs into the environment: QUNGUAN_WECHATY_TOKEN.
"""
_ROOM = """
# What holds in one room only, by its id (qunguan status shows the ids):
# [rooms."100@chatroom"]
# mode = "act"            # observe (record only), assist (ask staff in private), act
# policy = "ads_allowed"  # a trade room
"""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Write a commented qunguan.toml into FOLDER; an existing one is left alone."""
    path = folder / FILE
    if path.exists():
        raise ConfigError(f"{path}: exists already and is left as it is")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be created: {error.strerror}") from None
    with writing(path) as out:
        if out is not None:
            out.write(template().encode())
    click.echo(
        f"{path}: written. Next: set QUNGUAN_WECHATY_ENDPOINT and _TOKEN, then qunguan doctor --data {folder}"
    )


def template() -> str:
    """Return the commented configuration file, every key with its default and what it means."""
    return _HEAD + "".join(_table(Settings(), "")) + _ROOM


def _table(value: msgspec.Struct, name: str) -> Iterator[str]:
    tables = []
    if name:
        yield f"\n# [{name}]\n"
    hints = get_type_hints(type(value), include_extras=True)
    for field in msgspec.structs.fields(value):
        current = getattr(value, field.name)
        if isinstance(current, msgspec.Struct):
            tables.append((current, f"{name}.{field.name}" if name else field.name))
        elif not isinstance(current, dict):
            yield from _key(field.name, current, description_of(hints[field.name]))
    for table, table_name in tables:
        yield from _table(table, table_name)


def _key(name: str, value: object, description: str) -> Iterator[str]:
    if description:
        for line in textwrap.wrap(description, _WIDTH - 2):
            yield f"# {line}\n"
    yield f"# {name} = {_toml(value)}\n"


def _toml(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return msgspec.json.encode(value).decode()


def description_of(hint: Any) -> str:  # noqa: ANN401 - any annotation
    """Return what a setting's annotation says about it, or nothing.

    Args:
        hint: a type, annotated or not.
    """
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, msgspec.Meta) and extra.description:
            return extra.description
    return ""

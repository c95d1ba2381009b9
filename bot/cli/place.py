"""Where an operator's things lie: the data folder and the database in it."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ConfigError

DATABASE = "qunguan.db"


def database_in(data: Path) -> Path:
    """Return the database's path in a data folder."""
    return data / DATABASE


def require_folder(data: Path) -> None:
    """Make sure the data folder is there, creating it where its parent exists.

    Raises:
        ConfigError: it is a file, or cannot be created.
    """
    try:
        data.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data}: cannot be used as data folder: {error.strerror}") from None

"""Finds the commands of this package."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

import bot.core.commands as package

if TYPE_CHECKING:
    from bot.core.commands.command import Command


@functools.cache
def commands() -> tuple[Command, ...]:
    """Return every command, in the order of the files' names."""
    found = []
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, "COMMAND"):
            found.append(module.COMMAND)
    return tuple(found)


@functools.cache
def by_name() -> dict[str, Command]:
    """Return the commands by each of their names, lower case."""
    names: dict[str, Command] = {}
    for command in commands():
        for name in command.names:
            if name in names:
                raise ValueError(f"two commands are called {name}")
            names[name] = command
    return names

"""Ideas for quiet rooms and ice-breakers: found like playbooks, an operator's own file first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from bot.core.members.health.book import RevivalBook, revival_problems
from bot.core.members.health.pack import LivelyPack
from bot.core.members.posts.icebreakers import IcebreakerBook, icebreaker_problems
from bot.errors import PackError
from bot.packs import files_of, read_toml
from bot.playbooks import ICEBREAKERS, REVIVAL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.core.playbook.problem import Problem

_Book = TypeVar("_Book")


def load_lively(own: Path | None = None) -> LivelyPack:
    """Read and check both tables.

    Args:
        own: the operator's data folder, whose `playbooks` override the shipped ones file by file.

    Raises:
        PackError: a file is missing or wrong; the message names what and what to do.
    """
    return LivelyPack(
        _read(REVIVAL, RevivalBook, revival_problems, own),
        _read(ICEBREAKERS, IcebreakerBook, icebreaker_problems, own),
    )


def _read(
    name: str, kind: type[_Book], problems: Callable[[_Book], list[Problem]], own: Path | None
) -> _Book:
    path = next((path for path in files_of("playbooks", own) if path.name == name), None)
    if path is None:
        raise PackError(f"playbooks/{name} is missing; install qunguan again")
    try:
        book = msgspec.convert(read_toml(path), kind)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {error}") from None
    found = problems(book)
    if found:
        raise PackError(f"{path}: {found[0]}")
    return book

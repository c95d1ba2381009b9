"""Tiers, badges and what newcomers are told: found like rule packs, an operator's own file first."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import msgspec

from bot.core.members.pack import MemberPack
from bot.core.members.standing import BadgeRule, Tier
from bot.core.members.welcome_book import WelcomeBook, book_problems
from bot.errors import PackError
from bot.packs import files_of, read_entries, read_toml
from bot.playbooks import WELCOME

if TYPE_CHECKING:
    from pathlib import Path


def load_members(own: Path | None = None) -> MemberPack:
    """Return all that members are known and met by.

    Args:
        own: the operator's data folder, whose `rules/members` and `playbooks` override the shipped files.

    Raises:
        PackError: a file is missing or wrong; the message names what and what to do.
    """
    return MemberPack(load_tiers(own), load_badges(own), load_welcome_book(own))


def load_tiers(own: Path | None = None) -> tuple[Tier, ...]:
    """Read the tiers, lowest first.

    Raises:
        PackError: there is none, the lowest asks for something, or one could never be reached.
    """
    path, tiers = _entries("tiers.toml", "tier", Tier, own)
    found: tuple[Tier, ...] = tiers
    if not found:
        raise PackError(f"{path}: there is no [[tier]]; write one at least")
    lowest = found[0]
    if any((lowest.days, lowest.talk, lowest.active, lowest.answers, lowest.thanked)):
        raise PackError(
            f"{path}: tier {lowest.id} is the lowest and must ask for nothing; everybody is in it"
        )
    for lower, higher in itertools.pairwise(found):
        if all(
            getattr(higher, what) <= getattr(lower, what)
            for what in ("days", "talk", "active", "answers", "thanked")
        ):
            raise PackError(
                f"{path}: tier {higher.id} asks for no more than {lower.id} below it; nobody would stay there"
            )
    return found


def load_badges(own: Path | None = None) -> tuple[BadgeRule, ...]:
    """Read the badges.

    Raises:
        PackError: one asks for nothing, so that everybody would have it.
    """
    path, badges = _entries("badges.toml", "badge", BadgeRule, own)
    found: tuple[BadgeRule, ...] = badges
    for badge in found:
        if not any(
            getattr(badge, what) for what in ("days", "talk", "active", "answers", "thanked", "brought")
        ):
            raise PackError(f"{path}: badge {badge.id} asks for nothing; say what it takes")
    return found


def load_welcome_book(own: Path | None = None) -> WelcomeBook:
    """Read and check what newcomers are told.

    Raises:
        PackError: the file is missing or wrong; the message names what and what to do.
    """
    path = next((path for path in files_of("playbooks", own) if path.name == WELCOME), None)
    if path is None:
        raise PackError(f"playbooks/{WELCOME} is missing; install qunguan again")
    try:
        book = msgspec.convert(read_toml(path), WelcomeBook)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {error}") from None
    problems = book_problems(book)
    if problems:
        raise PackError(f"{path}: {problems[0]}")
    return book


def _entries(
    name: str,
    noun: str,
    kind: Any,  # noqa: ANN401 - as read_entries takes it
    own: Path | None,
) -> tuple[Path, tuple[Any, ...]]:
    path = next((path for path in files_of("rules/members", own) if path.name == name), None)
    if path is None:
        raise PackError(f"rules/members/{name} is missing; install qunguan again")
    _, entries = read_entries(path, noun, kind)
    ids = [entry.id for entry in entries]
    for one in ids:
        if ids.count(one) > 1:
            raise PackError(f"{path}: {noun} {one} stands twice; give each its own id")
    return path, entries

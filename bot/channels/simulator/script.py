"""Reads a community and its scripted week from a folder: community.toml, week.jsonl, reactions.toml.

What is wrong in a file is a `PackError` that names the file and the key or line.
"""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from bot.channels.simulator.community import Community
from bot.channels.simulator.scene import Content
from bot.channels.simulator.validity import check_community, check_moments, check_reactions, moment_named
from bot.errors import PackError

Does = Literal["say", "join", "leave", "remove", "rename", "recall", "befriend", "ask_friend"]
Minutes = Annotated[float, msgspec.Meta(ge=0, le=10_080)]
_Read = TypeVar("_Read")


class Moment(Content, frozen=True, kw_only=True):
    """One line of week.jsonl: at a moment ("DAY HH:MM[:SS]", local), somebody does something.

    `room` left out means in private to the account. `id` is a label to `quote` or recall by;
    `whom` is the inviter of a join and the removed of a removal. The moment passes when one of
    `needs` is not in the room any more, and `picture` names a file beside the week.
    """

    at: str
    who: str
    does: Does = "say"
    room: str | None = None
    id: str | None = None
    quote: str | None = None
    whom: str | None = None
    needs: tuple[str, ...] = ()
    picture: str | None = None

    @property
    def content(self) -> Content:
        """The message alone."""
        return Content(**{name: getattr(self, name) for name in Content.__struct_fields__})


class Reaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people answer the account, whatever its words: told by where it spoke and to whom.

    `on`: what the account did. `to`: those it did it to (none: anybody). `pattern`: a regular
    expression found in its words; named groups fill the placeholders of `text`. At most `times`
    times between `since` and `until`, `after` minutes later (and up to `spread` more), `who`
    (left out: the one spoken to) does something: `where` "private", a room, or left out: there.
    """

    on: Literal["private", "room", "removed", "kick_failed", "joined", "friend_asked"]
    to: tuple[str, ...] = ()
    room: str | None = None
    pattern: str | None = None
    since: str | None = None
    until: str | None = None
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    after: Minutes = 1.0
    spread: Minutes = 0.0
    who: str | None = None
    does: Literal["say", "join", "leave", "befriend"] = "say"
    where: str | None = None
    text: str = ""


class _Reactions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reactions: tuple[Reaction, ...] = ()


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A community with its week, checked; `times` holds the moment of each of `moments`, in order."""

    community: Community
    moments: tuple[Moment, ...] = ()
    times: tuple[datetime, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    pictures: dict[str, bytes] = {}


def load(folder: Path) -> Script:
    """Read a community's folder; a week without week.jsonl has no moments, reactions.toml may be missing.

    Raises PackError naming the file and the key or line that is wrong.
    """
    if not folder.is_dir():
        raise PackError(f"{folder}: no such community folder")
    community = load_community(folder / "community.toml")
    week = folder / "week.jsonl"
    moments = _moments(week)
    check_moments(week, community, moments)
    times = tuple(moment_named(f"{week}:{n}: at", community, m.at) for n, m in moments.items())
    for (line, _), (earlier, later) in zip(list(moments.items())[1:], pairwise(times), strict=True):
        if later < earlier:
            raise PackError(
                f"{week}:{line}: at: earlier than the line before; the week is told in order of time"
            )
    path = folder / "reactions.toml"
    reactions = _convert(path, _toml(path), _Reactions).reactions if path.exists() else ()
    check_reactions(path, community, reactions)
    for i, reaction in enumerate(reactions):
        for key, at in (("since", reaction.since), ("until", reaction.until)):
            if at is not None:
                moment_named(f"{path}: reactions[{i}].{key}", community, at)
    return Script(
        community=community,
        moments=tuple(moments.values()),
        times=times,
        reactions=reactions,
        pictures={m.picture: _bytes(folder / m.picture) for m in moments.values() if m.picture is not None},
    )


def load_community(path: Path) -> Community:
    """Read community.toml; raises PackError naming file and key."""
    community = _convert(path, _toml(path), Community)
    check_community(path, community)
    return community


def _moments(path: Path) -> dict[int, Moment]:
    moments: dict[int, Moment] = {}
    decoder = msgspec.json.Decoder(Moment)
    for number, line in enumerate(_text(path).splitlines() if path.exists() else (), 1):
        if not line.strip():
            continue
        try:
            moments[number] = decoder.decode(line)
        except msgspec.DecodeError as error:
            raise PackError(f"{path}:{number}: {error}") from error
    return moments


def _convert(path: Path, data: object, to: type[_Read]) -> _Read:
    try:
        return msgspec.convert(data, to)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        key = re.sub(r"^\.", "", where.rstrip("`"))
        raise PackError(f"{path}: {key or 'top level'}: {message}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise PackError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from error

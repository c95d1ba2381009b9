"""Ice-breakers: a library of small topics anybody can answer, by kind of community (playbooks/ice-breakers.toml)."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.playbook.phrases import Title
from bot.core.playbook.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.core.members.posts.records import Posted
    from bot.core.settings import Language

# A question that needs scrolling is not answered.
_LONGEST = {"zh": 90, "en": 200}


class Icebreaker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic in one language; `about` says which communities it fits, `any` all of them."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    about: str = "any"
    language: Literal["zh", "en"] = "zh"
    text: str


class IcebreakerBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The library."""

    id: Literal["ice-breakers"]
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: Title
    about: Title
    topic: Annotated[tuple[Icebreaker, ...], msgspec.Meta(min_length=1)]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of communities it knows."""
        return frozenset(one.about for one in self.topic)

    def find(self, name: str) -> Icebreaker | None:
        """Return a topic by its id, or None."""
        return next((one for one in self.topic if one.id == name), None)


def fresh_topic(
    book: IcebreakerBook, about: str, language: Language, posted: Posted, now: datetime, repeat: timedelta
) -> Icebreaker | None:
    """Return a topic for a room that it did not get of late; None if there is none.

    Those made for its kind of community come before those for any. The order is the same on every machine and
    another one in every room.

    Args:
        book: the library.
        about: the room's kind of community.
        language: of the topic.
        posted: what the room got of late.
        now: the moment.
        repeat: for how long none comes a second time.
    """
    recent = {used.id for used in posted.used if now - used.at < repeat}
    fitting = [
        one
        for one in book.topic
        if one.language == language and one.about in {about, "any"} and one.id not in recent
    ]
    own = sum(book_id in recent for book_id in (one.id for one in book.topic if one.about == about))
    general = len(recent) - own
    # Own and general topics take turns, so that neither is used up first.
    wanted = about if own <= general else "any"
    return min(
        fitting,
        key=lambda one: (one.about != wanted, zlib.crc32(f"{posted.room}:{one.id}".encode())),
        default=None,
    )


def icebreaker_problems(book: IcebreakerBook) -> list[Problem]:
    """Return all that is wrong with a library."""
    return list(_problems(book))


def _problems(book: IcebreakerBook) -> Iterator[Problem]:
    seen: set[str] = set()
    texts: set[str] = set()
    for one in book.topic:
        if one.id in seen:
            yield Problem(f"topic {one.id}", "stands twice", "give each topic an id of its own")
        if one.text.strip() in texts:
            yield Problem(f"topic {one.id}", "says what another one says", "word it anew")
        if not one.text.strip():
            yield Problem(f"topic {one.id}", "is empty", "write it, or drop it")
        if len(one.text) > _LONGEST[one.language]:
            yield Problem(f"topic {one.id}", "is too long", "say less")
        seen.add(one.id)
        texts.add(one.text.strip())

"""What every rule kind has in common: the schema's shared keys and how a match is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine
    from bot.core.rules.view import View

Hits = dict[int, tuple[int, int] | None]


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentence that explains a hit to a person, in Chinese and English."""

    zh: str
    en: str


class RuleSpec(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """The keys every rule has in a pack, whatever its kind.

    `weight` adds to a message's score (negative: speaks for innocence). `hits` and `passes` are
    texts that must and must not match: each is a test.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    weight: Annotated[float, msgspec.Meta(ge=-5, le=5)]
    why: Why
    hits: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> Matcher:
        """Register what the rule looks for with the engine and return its matcher.

        Raises:
            PatternRefusedError: a pattern cannot be run in linear time.
        """
        raise NotImplementedError


class Matcher(Protocol):
    """A rule ready to match; asked only when one of its handles hit."""

    @property
    def handles(self) -> tuple[int, ...]:
        """Handles of which any makes the rule worth asking."""

    def match(self, view: View, hits: Hits, engine: Engine) -> str | None:
        """Return the words that hit, or None when the rule does not apply after all."""

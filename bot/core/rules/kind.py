"""What every rule kind has in common: the schema's shared keys, examples, and how a match is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import msgspec

from bot.core.events import Forwarded, MessageType, RoomTrade

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

Hits = dict[int, tuple[int, int] | None]


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentence that explains a hit to a person, in Chinese and English."""

    zh: str
    en: str


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message as an example of a rule, where its text alone is not what matters.

    `tenure_days` is how long its sender has been in the room (None: nobody knows), `talk` how many of
    their messages were real talk, `before` what they said in the minute before it, `asked` what another
    member said just before, `elsewhere` what was said in another of the account's rooms, `confirmed` and
    `rejected` what staff called ads and what harmless, `rank` how high the sender's tier stands.
    """

    text: str = ""
    type: MessageType = "text"
    title: str = ""
    url: str = ""
    qr: tuple[str, ...] = ()
    ocr: str = ""
    seen_pictures: tuple[str, ...] = ()
    harmless_pictures: tuple[str, ...] = ()
    picture: str = ""
    forwarded: tuple[Forwarded, ...] = ()
    mentions: tuple[str, ...] = ()
    nick: str = ""
    tenure_days: float | None = None
    talk: int = 0
    messages: int = 0
    before: tuple[str, ...] = ()
    asked: str = ""
    elsewhere: tuple[str, ...] = ()
    topic: str = ""
    policy: RoomTrade | None = None
    types: dict[MessageType, int] = {}
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    befriended: int = 0
    on_probation: bool = False
    rank: int = 0
    known: Literal["ad", "ok"] | None = None
    confirmed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What a rule found: the words it hit, and how much of its weight that is worth (1: all of it)."""

    evidence: str
    share: float = 1.0


class RuleSpec(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """The keys every rule has in a pack, whatever its kind.

    `weight` adds to a message's score (negative: speaks for innocence). `why_not` explains a hit whose weight
    turned out negative, where a kind weighs both ways. `vouches` keeps a message it hits from being acted on
    alone, and is the share that its mere tone (packs `language`, `learned`) still weighs. `hits` and `passes`
    are messages that must and must not match, as plain texts or as tables: each is a test.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    weight: Annotated[float, msgspec.Meta(ge=-5, le=5)]
    why: Why
    why_not: Why | None = None
    vouches: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    hits: Annotated[tuple[str | Example, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str | Example, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> Matcher | Watcher:
        """Register what the rule looks for with the engine and return its matcher.

        Raises:
            PatternRefusedError: a pattern cannot be run in linear time.
        """
        raise NotImplementedError


class Matcher(Protocol):
    """A rule about words, ready to match; asked only when one of its handles hit."""

    @property
    def handles(self) -> tuple[int, ...]:
        """Handles of which any makes the rule worth asking."""

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:
        """Return the words that hit, or None when the rule does not apply after all."""


# What a message must have for a watcher to be asked about it; most have nothing of it.
Needs = Literal["anything", "history", "mentions", "carries", "verdict", "disguise"]


class Watcher(Protocol):
    """A rule about what a message is, who says it and what went before.

    `types` are the message types it is asked about (None: every one), `needs` what else it takes to be worth
    asking. One that only `adjusts` is asked last, and only about a message that something speaks against.
    One whose evidence costs time finds it in a method `tell(view, rules)`, called for what people will read.
    """

    @property
    def types(self) -> frozenset[MessageType] | None:
        """The message types it is asked about; None: every one."""

    @property
    def needs(self) -> Needs:
        """What a message must have for it to be asked."""

    @property
    def adjusts(self) -> bool:
        """Whether it is asked last, and only where something speaks against a message."""

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return what was found, or None."""

"""Rule kind `contact_offer`: a way to be contacted together with an offer, price or lure.

This structure is what tells an ad from talk (docs/explanation/detection.md): a contact alone is an order
number or a shop's phone, an offer alone is a question about prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Hits, RuleSpec
from bot.core.text.contacts import CONTACT_PATTERNS, ContactKind

if TYPE_CHECKING:
    from bot.core.rules.engine import Engine


class Spec(RuleSpec, frozen=True, kw_only=True, tag="contact_offer"):
    """A structure rule: any of the kinds of contact and any of the offers, within `near` characters."""

    contacts: Annotated[tuple[ContactKind, ...], msgspec.Meta(min_length=1)]
    offers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    near: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 120
    not_with: tuple[str, ...] = ()

    def prepare(self, engine: Engine) -> ContactOfferMatcher:
        """Register contact and offer patterns."""
        return ContactOfferMatcher(
            tuple(engine.pattern(pattern) for kind in self.contacts for pattern in CONTACT_PATTERNS[kind]),
            tuple(engine.pattern(pattern) for pattern in self.offers),
            tuple(engine.pattern(pattern) for pattern in self.not_with),
            self.near,
        )


class ContactOfferMatcher(msgspec.Struct, frozen=True):
    """Hits where a contact and an offer stand near each other."""

    contacts: tuple[int, ...]
    offers: tuple[int, ...]
    excuses: tuple[int, ...]
    near: int

    @property
    def handles(self) -> tuple[int, ...]:
        """The contacts: without one the rule need not be asked."""
        return self.contacts

    def match(self, text: str, hits: Hits, engine: Engine) -> str | None:
        """Return the words of contact and offer, in the order they stand in."""
        if any(excuse in hits for excuse in self.excuses):
            return None
        offers = [engine.span(h, text, hits[h]) for h in self.offers if h in hits]
        if not offers:
            return None
        for handle in self.contacts:
            if handle not in hits:
                continue
            start, end = engine.span(handle, text, hits[handle])
            for first, last in offers:
                if max(start, first) - min(end, last) <= self.near:
                    one, two = sorted(((start, end), (first, last)))
                    if two[0] <= one[1]:
                        return text[one[0] : max(one[1], two[1])].strip()
                    return f"{text[one[0] : one[1]].strip()} … {text[two[0] : two[1]].strip()}"
        return None

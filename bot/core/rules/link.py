"""Rule kind `link`: domains that are welcome or not.

An explicit allow (the operator's `allow`) beats a general list (`domains` here); an explicit deny beats both.
Names are those of `core/text/sites.py`: each stands for itself and for what lies under it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.rules.engine import PatternRefusedError
from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.sites import is_listed, site_names
from bot.core.text.urls import hosts_in, names_address

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="link"):
    """A link rule: `general` hits the `domains` listed here, `denied` and `allowed` those the operator named."""

    list: Literal["general", "allowed", "denied"] = "general"
    domains: tuple[str, ...] = ()

    def prepare(self, engine: Engine) -> LinkWatcher:
        """Return the watcher.

        Raises:
            PatternRefusedError: a general list without domains hits nothing, and the operator's lists have theirs.
        """
        del engine
        if (self.list == "general") != bool(self.domains):
            raise PatternRefusedError(
                f"list {self.list!r}: domains belong to a general list, and to no other"
            )
        return LinkWatcher(self.list, site_names(self.domains))


class LinkWatcher(msgspec.Struct, frozen=True):
    """Hits on the domains of a message's links."""

    list: Literal["general", "allowed", "denied"]
    domains: frozenset[str]
    types: frozenset[MessageType] | None = None
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the first domain that decides."""
        text = view.addresses
        if not names_address(text):
            return None
        scene = view.scene
        allow = frozenset() if scene is None else scene.allow
        deny = frozenset() if scene is None else scene.deny
        if self.list != "general" and not (allow or deny):
            return None
        found = hosts_in(text)
        if self.list == "denied":
            return next((Found(d) for d in found if is_listed(d, deny)), None)
        if any(is_listed(d, deny) for d in found):
            return None
        if self.list == "allowed":
            # One welcome link beside an unknown one vouches for nothing.
            welcome = found and all(is_listed(d, allow) for d in found)
            return Found(found[0]) if welcome else None
        return next((Found(d) for d in found if is_listed(d, self.domains) and not is_listed(d, allow)), None)

"""Rule kind `picture_seen`: a picture that was an ad before; told by what it looks like (perceptual hash)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_BITS_OF_NOTHING = {"0" * 16, "f" * 16}


class Spec(RuleSpec, frozen=True, kw_only=True, tag="picture_seen"):
    """A picture rule: at most `bits` of 64 differ from a picture that staff or the bot took for an ad.

    At 6 bits JPEG quality, size and small stickers make no difference, and different posters do.
    """

    bits: Annotated[int, msgspec.Meta(ge=0, le=12)] = 6

    def prepare(self, engine: Engine) -> PictureWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return PictureWatcher(self.bits)


class PictureWatcher(msgspec.Struct, frozen=True):
    """Hits on a picture that looks like a known one."""

    bits: int
    types: frozenset[MessageType] | None = frozenset({"image"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the known picture's hash."""
        scene, image = view.scene, view.message.image
        if scene is None or image is None or not image.hash or image.hash in _BITS_OF_NOTHING:
            return None
        own = int(image.hash, 16)
        known = (p for p in sorted(scene.pictures) if (own ^ int(p, 16)).bit_count() <= self.bits)
        return next((Found(p) for p in known), None)

"""Rule kind `picture_seen`: a picture that was judged before; told by what it looks like (perceptual hash)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.ads.pictures import ALIKE_BITS, like
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="picture_seen"):
    """A picture rule: at most `bits` of 64 differ from a picture that staff or the bot took for an ad.

    With `label` "ok" from one that staff called harmless. At 6 bits JPEG quality, size and small stickers make
    no difference, and different posters do.
    """

    label: Literal["ad", "ok"] = "ad"
    bits: Annotated[int, msgspec.Meta(ge=0, le=12)] = ALIKE_BITS

    def prepare(self, engine: Engine) -> PictureWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return PictureWatcher(self.bits, self.label)


class PictureWatcher(msgspec.Struct, frozen=True):
    """Hits on a picture that looks like a known one."""

    bits: int
    label: Literal["ad", "ok"]
    types: frozenset[MessageType] | None = frozenset({"image"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the known picture's hash."""
        scene, image = view.scene, view.message.image
        if scene is None or image is None:
            return None
        known = like(image.hash, scene.pictures if self.label == "ad" else scene.harmless_pictures, self.bits)
        return None if known is None else Found(known)

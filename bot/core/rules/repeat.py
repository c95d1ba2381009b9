"""Rule kind `repeat`: the same text by one member again and again; empty texts and pictures are no repetition."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.context import fingerprint
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View


class Spec(RuleSpec, frozen=True, kw_only=True, tag="repeat"):
    """A repetition rule: the same words `times` within `minutes`, this time counted, if so long at least."""

    times: Annotated[int, msgspec.Meta(ge=2, le=8)] = 3
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60
    shortest: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 8

    def prepare(self, engine: Engine) -> RepeatWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return RepeatWatcher(self.times, timedelta(minutes=self.minutes), self.shortest)


class RepeatWatcher(msgspec.Struct, frozen=True):
    """Hits from the n-th time on; a picture says nothing by its caption alone, so only words count."""

    times: int
    span: timedelta
    shortest: int
    types: frozenset[MessageType] | None = frozenset(
        {"text", "link", "article", "miniprogram", "contact_card"}
    )
    needs: Needs = "history"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the words that were said again."""
        scene = view.scene
        if (
            scene is None
            or len(scene.member.recent) < self.times - 1
            or len(view.text.strip()) < self.shortest
        ):
            return None
        mark = fingerprint(view.text)
        same = sum(
            1 for said in scene.said_since(self.span) if said.print == mark and said.id != view.message.id
        )
        return Found(f"{view.text[:40].strip()} ×{same + 1}") if same + 1 >= self.times else None

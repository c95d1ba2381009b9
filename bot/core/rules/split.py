"""Rule kind `split`: one text sent in pieces within a minute, put together again and judged as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.core.ads.context import TOGETHER
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_FEWEST, _MOST = 2, 11
_LONGEST_PIECE = 24
_JOINT = " + "
# What the words together weigh at least, without how new their sender is.
_BY_WORDS = 0.55


class Spec(RuleSpec, frozen=True, kw_only=True, tag="split"):
    """A split rule: short pieces that together weigh `from_score`, though the last one alone does not."""

    from_score: Annotated[float, msgspec.Meta(ge=0.1, le=2)] = 0.9

    def prepare(self, engine: Engine) -> SplitWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return SplitWatcher(self.from_score)


class SplitWatcher(msgspec.Struct, frozen=True):
    """Hits where a member's short messages of one minute are an ad together."""

    from_score: float
    types: frozenset[MessageType] | None = frozenset({"text"})
    needs: Needs = "history"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:
        """Return the text put together."""
        scene = view.scene
        if scene is None or not scene.member.recent or len(view.text) > _LONGEST_PIECE:
            return None
        if scene.now - scene.member.recent[-1].at > TOGETHER:
            return None
        before = [
            said
            for said in scene.said_since(TOGETHER)
            if said.text and len(said.text) <= _LONGEST_PIECE and said.id != view.message.id
        ][-_MOST:]
        pieces = [said.text for said in before]
        if len(pieces) + 1 < _FEWEST or view.text in pieces:
            return None
        if any(said.verdict == "ad" for said in before):
            return None  # was judged as its own message
        whole = "".join((*pieces, view.text))
        # The sender's name and past speak of every message alike; how long they are here, of the words.
        message = msgspec.structs.replace(view.message, name="")
        alone = msgspec.structs.replace(
            scene, member=msgspec.structs.replace(scene.member, name="", recent=()), copies=()
        )
        found = rules.alone(whole, message, alone)
        if rules.weighed(found) < self.from_score or rules.vouched(found) is not None:
            return None
        if scene.is_newcomer and rules.weighed(rules.alone(whole, message)) < _BY_WORDS:
            return None  # being new makes no ad of what nothing else speaks against
        if any(
            rules.weighed(rules.alone(piece, message)) >= self.from_score for piece in (*pieces, view.text)
        ):
            # What one piece says alone was or will be judged as its own message.
            return None
        return Found(_JOINT.join((*pieces, view.text)))


def put_together(evidence: str) -> str:
    """Return the pieces of a hit as people read them in one.

    Args:
        evidence: as the watcher found it.
    """
    return evidence.replace(_JOINT, " ")

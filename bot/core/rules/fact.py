"""Rule kind `fact`: something about the sender or the room that makes what was found weigh more or less.

Asked only about a message that something speaks against: nobody is suspect for being new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.events import MessageType
from bot.core.rules.engine import PatternRefusedError
from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.normalise import plain
from bot.core.text.sites import is_listed
from bot.core.text.urls import hosts_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.ads.context import Scene
    from bot.core.records import Asked
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

Fact = Literal[
    "days-below",
    "days-from",
    "talk-from",
    "tier-from",
    "on-probation",
    "answers-request",
    "topic",
    "long",
    "short",
    "trade-room",
]
_TOPIC_WORD = 2
# A contact with no more words around it is a bare one: 王师傅的电话是…
_BARE = 10
# An answer of somebody who just came, and of somebody who is not there for long, is worth these shares.
_NEW, _KNOWN, _KNOWN_DAYS = 0.2, 0.6, 30
_QUOTED = 12


class Spec(RuleSpec, frozen=True, kw_only=True, tag="fact"):
    """A fact rule: `days-below` and `days-from` read days in the room, `talk-from` real messages so far.

    `tier-from` reads how high the tier stands (0: the lowest), `on-probation` holds while a newcomer's
    probation lasts. `answers-request` holds where another member just asked for what this message is about, or
    for a contact and it is hardly more than one, or one of somebody its sender knows; it weighs less the shorter
    they are there, `topic` where the words found are the room's own topic, `long` and `short` read the length.
    It is silent where a pack or rule of `not_beside` found something.
    """

    fact: Fact
    value: float = 0.0
    down_to: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    types: tuple[MessageType, ...] = ()
    not_beside: tuple[str, ...] = ()

    def prepare(self, engine: Engine) -> FactWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher.

        Raises:
            PatternRefusedError: it can never hold.
        """
        if self.fact == "days-below" and self.down_to >= self.value:
            raise PatternRefusedError(
                f"down_to {self.down_to:g} is not below value {self.value:g}: it never holds"
            )
        kinds: frozenset[MessageType] | None = frozenset(self.types) or None
        return FactWatcher(_FACTS[self.fact], self.value, self.down_to, kinds)


class FactWatcher(msgspec.Struct, frozen=True):
    """Hits where the fact holds."""

    holds: Callable[[View, Scene, float, float], str | None]
    value: float
    down_to: float
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = True

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the fact in figures or words."""
        scene = view.scene
        if scene is None or (self.types is not None and view.message.type not in self.types):
            return None
        found = self.holds(view, scene, self.value, self.down_to)
        if found is None:
            return None
        share = _answers_share(scene) if self.holds is _answers_request else 1.0
        return Found(found, share)


def _days_below(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    days = scene.days
    if days is None or not down_to <= days < value:
        return None
    # "The first day" says it all; how many hours it lasts so far is no figure for people.
    return f"{days:.1f} d" if down_to else ""


def _days_from(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    days = scene.days
    return f"{days:.0f} d" if days is not None and days >= value else None


def _talk_from(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    return f"{scene.member.talk} msg" if scene.member.talk >= value else None


def _tier_from(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    rank = scene.rank
    return f"tier {rank}" if rank >= value else None


def _on_probation(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    return f"{scene.member.talk} msg" if scene.on_probation else None


def _answers_request(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    from bot.core.ads.context import ANSWERED_WITHIN  # noqa: PLC0415 - the context knows the rules

    since = scene.now - ANSWERED_WITHIN
    for asked in reversed(scene.room.asked):
        if asked.member == view.message.sender or asked.at < since:
            continue
        if _is_about(view, asked.text) or _passes_on(view, asked):
            return asked.text[:30]
    return None


def _answers_share(scene: Scene) -> float:
    """Return how much of its weight an answer is worth: who asks may be who answers, under another name.

    Args:
        scene: who answers.
    """
    days = scene.days
    if scene.is_newcomer:
        return _NEW
    if days is not None and days < _KNOWN_DAYS:
        return _KNOWN
    return 1.0


def _passes_on(view: View, asked: Asked) -> bool:
    """Return whether a message answers with whom its sender knows, and calls nobody to themself."""
    from bot.core.ads.context import CALLING, CONTACT, THIRD  # noqa: PLC0415 - the context knows the rules

    if CALLING.search(view.text) or CONTACT.search(view.text) is None:
        return False
    return (
        asked.member in view.message.mentions
        or THIRD.search(view.text) is not None
        or _quotes(view.message.text, asked.text)
    )


def _quotes(text: str, asked: str) -> bool:
    """Return whether a message is written under a quotation of what was asked."""
    return text.startswith("「") and asked[:_QUOTED] in plain(text[: text.find("」")])


def _is_about(view: View, asked: str) -> bool:
    """Return whether a message is about what was asked for, or hardly more than the contact that was."""
    from bot.core.ads.context import ASKING, CALLING, CONTACT  # noqa: PLC0415 - the context knows the rules

    subject = ASKING.sub(" ", asked)
    if any(part in view.text for word in subject.split() for part in _parts(word)):
        return True
    if CALLING.search(view.text):
        return False
    if view.message.type != "text":
        return True
    return CONTACT.search(view.text) is not None and len(CONTACT.sub("", view.text).strip()) <= _BARE


def _parts(word: str) -> list[str]:
    """Return what two texts about one thing share: a Latin word, or two Chinese characters."""
    if word.isascii():
        return [word] if len(word) > 1 and not word.isdigit() else []
    return [word[n : n + 2] for n in range(len(word) - 1)]


def _topic(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    topic = scene.room.topic.removesuffix("群")
    words = [topic[n : n + _TOPIC_WORD] for n in range(len(topic) - _TOPIC_WORD + 1)]
    return next((word for word in words if word in view.text), None)


def _long(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    return f"{len(view.text)} > {value:.0f}" if len(view.text) > value else None


def _short(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    return f"{len(view.text)} < {value:.0f}" if len(view.text) < value else None


def _trade_room(view: View, scene: Scene, value: float, down_to: float) -> str | None:  # noqa: ARG001
    if scene.trade != "ads_allowed" or _is_ordered(view, scene):
        return None
    return scene.room.topic or scene.trade


def _is_ordered(view: View, scene: Scene) -> bool:
    """Return whether the operator or staff said of this very thing that it is not wanted, trade or no trade."""
    if scene.known == "ad" or view.message.type in scene.types:
        return True
    return bool(scene.deny) and any(is_listed(host, scene.deny) for host in hosts_in(view.addresses))


_FACTS: dict[Fact, Callable[[View, Scene, float, float], str | None]] = {
    "days-below": _days_below,
    "days-from": _days_from,
    "talk-from": _talk_from,
    "tier-from": _tier_from,
    "on-probation": _on_probation,
    "answers-request": _answers_request,
    "topic": _topic,
    "long": _long,
    "short": _short,
    "trade-room": _trade_room,
}

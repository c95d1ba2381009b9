"""Rule kind `nickname`: the ad stands in the name, or the name pretends to be staff or the brand."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import msgspec

from bot.core.rules.engine import compiled
from bot.core.rules.kind import Found, Needs, RuleSpec
from bot.core.text.normalise import plain
from bot.core.text.skeleton import skeleton

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

_SHORTEST_NAME = 2
_second_account = re.compile(
    r"(?:的?(?:小|大|新|副|备用|工作|私人|官方|客服|管理)?号|本人|本尊|备用|官方|new)+"
).fullmatch


class Spec(RuleSpec, frozen=True, kw_only=True, tag="nickname"):
    """A name rule: `patterns` on the name's plain view; `impersonates` also compares it with staff and brand.

    `always` asks it of every message; without, only of those that something speaks against already.
    """

    patterns: tuple[str, ...] = ()
    impersonates: bool = False
    always: bool = False

    def prepare(self, engine: Engine) -> NameWatcher:
        """Compile the patterns."""
        del engine
        found = tuple(compiled(pattern).search for pattern in self.patterns)
        return NameWatcher(
            functools.lru_cache(maxsize=4096)(_Names(found)), self.impersonates, adjusts=not self.always
        )


@functools.lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return a name as names are compared."""
    return plain(name).strip()


@functools.lru_cache(maxsize=4096)
def _bones(name: str) -> str:
    return skeleton(folded(name))


def _passes_for(name: str, other: str) -> bool:
    """Return whether a name reads as another's, whatever marks, blanks or "(小号)" it adds."""
    same, known = folded(name), folded(other)
    if same == known:
        return len(known) >= _SHORTEST_NAME
    own, bones = _bones(name), _bones(other)
    if len(bones) < _SHORTEST_NAME:
        return False
    if own == bones:
        # 小王1 and 小王2 are two people; a longer name with another number is hardly anybody else's.
        return len(bones) > _SHORTEST_NAME or _digits(same) == _digits(known)
    return own.startswith(bones) and _second_account(own[len(bones) :]) is not None


def _digits(name: str) -> str:
    return "".join(char for char in name if char.isdigit())


class _Names:
    def __init__(self, searches: tuple[Callable[[str], object], ...]) -> None:
        self._searches = searches

    def __call__(self, name: str) -> str | None:
        """Return the name's part that hit."""
        view = plain(name)
        for search in self._searches:
            match = search(view)
            if match is not None:
                return str(match.group())  # type: ignore[attr-defined]
        return None


class NameWatcher(msgspec.Struct, frozen=True):
    """Hits on the sender's name."""

    part: Callable[[str], str | None]
    impersonates: bool
    types: frozenset[MessageType] | None = None
    needs: Needs = "anything"
    adjusts: bool = True

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return the part of the name that says it."""
        scene = view.scene
        name = view.message.name or ("" if scene is None else scene.member.name)
        if not name or (scene is not None and scene.harmless_names and folded(name) in scene.harmless_names):
            return None
        part = self.part(name)
        if part:
            return Found(part)
        if self.impersonates and scene is not None:
            own = folded(name)
            for other in scene.staff_names:
                if _passes_for(name, other):
                    return Found(f"{name} = {other}")
            for other in scene.brand:
                known = folded(other)
                if len(known) >= _SHORTEST_NAME and known in own:
                    return Found(f"{name} = {other}")
        return None

"""Cues: words and patterns that say how somebody speaks, read from packs and found in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.rules.engine import Engine, PatternRefusedError
from bot.core.rules.kind import Why

if TYPE_CHECKING:
    from collections.abc import Iterable

CueKind = Literal[
    "attack",
    "question",
    "command",
    "accusation",
    "sarcasm",
    "threat",
    "demand",
    "waiting",
    "hurt",
    "pile",
    "calming",
    "shock",
    "brushoff",
    "care",
    "staff",
    "laughter",
    "friendly",
    "play",
    "apology",
    "thanks",
    "outside",
    "safety",
]


class CueSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cue as its pack has it.

    `weight` is what it adds to the log odds of a turn being part of a quarrel. `phrases` and `patterns` are
    matched in the plain view; `not_with` excuses the hit. `hits` and `passes` are messages it must and must
    not find: each is a test.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    kind: CueKind
    weight: Annotated[float, msgspec.Meta(ge=-5, le=5)]
    why: Why
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    hits: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    passes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class RefusedCueError(ValueError):
    """A cue cannot be compiled; the text names the cue and the reason."""


class CueSet:
    """Compiled cues; immutable once made."""

    def __init__(self, specs: Iterable[CueSpec] = ()) -> None:
        """Compile cues together.

        Args:
            specs: in the order of the packs.

        Raises:
            RefusedCueError: a pattern cannot be run, a cue looks for nothing, or two share an id.
        """
        self.specs: dict[str, CueSpec] = {}
        self._engine = Engine()
        self._of_handle: dict[int, CueSpec] = {}
        self._excuses: list[tuple[str, tuple[int, ...]]] = []
        for spec in specs:
            if spec.id in self.specs:
                raise RefusedCueError(f"cue {spec.id} stands twice")
            if not spec.phrases and not spec.patterns:
                raise RefusedCueError(f"cue {spec.id}: it has neither phrases nor patterns")
            self.specs[spec.id] = spec
            try:
                self._register(spec)
            except PatternRefusedError as error:
                raise RefusedCueError(f"cue {spec.id}: {error}") from None
        self._engine.seal()

    def __bool__(self) -> bool:
        """Return whether there is any cue: without, nothing is watched."""
        return bool(self.specs)

    def _register(self, spec: CueSpec) -> None:
        if spec.phrases:
            self._of_handle[self._engine.phrases(spec.phrases)] = spec
        for source in spec.patterns:
            # The engine gives equal patterns one handle, so each belongs to the cue that named it first.
            self._of_handle.setdefault(self._engine.pattern(source), spec)
        if spec.not_with:
            excuses = tuple(self._engine.pattern(source) for source in spec.not_with)
            self._excuses.append((spec.id, excuses))

    def found(self, text: str) -> list[CueSpec]:
        """Return the cues that a text has, each once.

        Args:
            text: the plain view of somebody's own words.
        """
        hits = self._engine.scan(text)
        if not hits:
            return []
        of_handle = self._of_handle
        specs = {of_handle[handle].id: of_handle[handle] for handle in hits if handle in of_handle}
        for name, excuses in self._excuses:
            if name in specs and any(excuse in hits for excuse in excuses):
                del specs[name]
        return list(specs.values())

"""Finds the rule kinds and holds the compiled rules of a policy."""

from __future__ import annotations

import functools
import importlib
import operator
import pkgutil
from typing import TYPE_CHECKING, Any

import msgspec

import bot.core.rules as package
from bot.core.rules.engine import Engine, PatternRefusedError
from bot.core.rules.view import Signal, View, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.core.ads.language import LanguageModel
    from bot.core.events import Message, MessageType
    from bot.core.rules.kind import Hits, Matcher, RuleSpec, Watcher

# Evidence is for people: a sentence, no page.
_EVIDENCE = 80
# A signal of this weight is a rule's plain word, not one hint among others.
_SURE = 0.5
# The most a preset may multiply a weight with, as far as the shortcut past harmless talk goes.
_PRESET_MOST = 3.0


@functools.cache
def rule_kinds() -> dict[str, type[RuleSpec]]:
    """Return every rule kind by its name: each module of this package that has a `Spec`."""
    kinds: dict[str, type[RuleSpec]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        spec = getattr(module, "Spec", None)
        if spec is not None and not getattr(module, "EXAMPLE", False):
            kinds[spec.__struct_config__.tag] = spec
    return kinds


@functools.cache
def any_rule() -> Any:  # noqa: ANN401 - a union type made at run time has no static type
    """Return the union of all rule schemas, for decoding packs."""
    return functools.reduce(operator.or_, rule_kinds().values())


class RefusedRuleError(ValueError):
    """A rule cannot be compiled; the text names the rule and the reason."""


class RuleSet:
    """Compiled rules; immutable once made.

    `caps` say how much the signals of one pack may add up to: ten words of one sort say hardly more than
    two. `everywhere` are the packs that hold in trade rooms too.
    """

    def __init__(
        self,
        specs: Iterable[RuleSpec] = (),
        *,
        caps: Mapping[str, float] | None = None,
        everywhere: Iterable[str] = ("scams",),
        language: LanguageModel | None = None,
    ) -> None:
        """Compile rules together.

        Args:
            specs: the rules, in the order of the packs.
            caps: the most that a pack's signals add up to, by the pack's id.
            everywhere: the packs that hold in trade rooms too.
            language: what rules of kind `language` ask; without it they are silent.

        Raises:
            RefusedRuleError: a pattern cannot be run, or two rules share an id.
        """
        self.specs: dict[str, RuleSpec] = {}
        self.engine = Engine()
        self.caps = dict(caps or {})
        self.everywhere = frozenset(everywhere)
        self.language = language
        self._matchers: list[tuple[RuleSpec, Matcher]] = []
        self._asked_by: dict[int, tuple[int, ...]] = {}
        self._watchers: list[tuple[RuleSpec, Watcher]] = []
        self._adjusters: list[tuple[RuleSpec, Watcher]] = []
        self._by_type: dict[MessageType, tuple[tuple[RuleSpec, Watcher], ...]] = {}
        for spec in specs:
            if spec.id in self.specs:
                raise RefusedRuleError(f"rule {spec.id} stands twice")
            self.specs[spec.id] = spec
            try:
                prepared = spec.prepare(self.engine)
            except PatternRefusedError as error:
                raise RefusedRuleError(f"rule {spec.id}: {error}") from None
            self._take(spec, prepared)
        self.engine.seal()

    def _take(self, spec: RuleSpec, prepared: Matcher | Watcher) -> None:
        look = getattr(prepared, "look", None)
        if look is not None:
            (self._adjusters if prepared.adjusts else self._watchers).append((spec, prepared))  # type: ignore[union-attr, arg-type]
            return
        for handle in prepared.handles:  # type: ignore[union-attr]
            self._asked_by[handle] = (*self._asked_by.get(handle, ()), len(self._matchers))
        self._matchers.append((spec, prepared))  # type: ignore[arg-type]

    def signals(self, view: View, *, thorough: bool = True) -> list[Signal]:
        """Return the signals of every rule that hits, words first, in the order of the packs.

        Args:
            view: the message.
            thorough: whether to gather evidence that cannot matter: without, a message whose signals can
                never add up to anything has none. Most talk is such, and evidence costs most of the time.
        """
        acted = self._watched(view)
        if not view.text:
            return acted
        if thorough or any(signal.weight >= _SURE for signal in acted):
            return self.words(view.text, view.bare) + acted
        hits = self.engine.scan(view.text)
        more = self.engine.scan(view.bare) if view.bare != view.text else {}
        asked = {index for handle in (*hits, *more) for index in self._asked_by.get(handle, ())}
        most = sum(signal.weight * (_PRESET_MOST if signal.weight > 0 else 1) for signal in acted)
        for index in asked:
            weight = self._matchers[index][0].weight
            if not weight or weight >= _SURE:
                most = 1.0
                break
            if weight > 0:
                most += weight * _PRESET_MOST
        if most <= 0:
            return []
        found = self._matched(view.text, hits, {})
        if more:
            found = self._matched(view.bare, more, found)
        return [found[index] for index in sorted(found)] + acted

    def _watched(self, view: View) -> list[Signal]:
        found = []
        kind = view.message.type
        watchers = self._by_type.get(kind)
        if watchers is None:
            watchers = self._by_type[kind] = tuple(
                pair for pair in self._watchers if pair[1].types is None or kind in pair[1].types
            )
        for spec, watcher in watchers:
            seen = watcher.look(view, self)
            if seen is not None:
                found.append(_signal(spec, seen.evidence, seen.share))
        return found

    def words(self, text: str, bare: str | None = None) -> list[Signal]:
        """Return the signals of the rules about words, in the plain view and in the one without disguises.

        Args:
            text: the plain view.
            bare: the view without disguises; looked at only where it differs.
        """
        found = self._matched(text, self.engine.scan(text), {})
        if bare is not None and bare != text:
            found = self._matched(bare, self.engine.scan(bare), found)
        return [found[index] for index in sorted(found)]

    def _matched(self, text: str, hits: Hits, found: dict[int, Signal]) -> dict[int, Signal]:
        for index in {index for handle in hits for index in self._asked_by.get(handle, ())}:
            if index in found:
                continue
            spec, matcher = self._matchers[index]
            evidence = matcher.match(text, hits, self.engine)
            if evidence is not None:
                found[index] = _signal(spec, evidence)
        return found

    def alone(self, text: str, message: Message) -> list[Signal]:
        """Return the signals of a text by itself, as if nobody in particular had said it.

        Args:
            text: what is read.
            message: the message it stands for or in.
        """
        read = msgspec.structs.replace(
            message, text=text, type="text", forwarded=None, image=None, link=None, mentions=()
        )
        return self.signals(view_of(read))

    def weighed(self, signals: Iterable[Signal]) -> float:
        """Return what signals add up to, no pack beyond its cap.

        Args:
            signals: of one message.
        """
        packs: dict[str, float] = {}
        for signal in signals:
            pack = signal.rule.partition("/")[0]
            packs[pack] = packs.get(pack, 0.0) + signal.weight
        return sum(self._capped(pack, weight) for pack, weight in packs.items())

    def capped(self, signals: Iterable[Signal]) -> list[Signal]:
        """Return signals with the weights of a pack beyond its cap taken back, so that they add up to the score.

        Args:
            signals: of one message.
        """
        signals = list(signals)
        packs: dict[str, float] = {}
        for signal in signals:
            pack = signal.rule.partition("/")[0]
            packs[pack] = packs.get(pack, 0.0) + signal.weight
        over = {pack: weight for pack, weight in packs.items() if self._capped(pack, weight) != weight}
        if not over:
            return signals
        return [
            Signal(s.rule, round(s.weight * self._capped(pack, over[pack]) / over[pack], 4), s.evidence)
            if (pack := s.rule.partition("/")[0]) in over
            else s
            for s in signals
        ]

    def _capped(self, pack: str, weight: float) -> float:
        cap = self.caps.get(pack)
        return weight if cap is None else max(-cap, min(cap, weight))

    def adjustments(self, view: View) -> list[Signal]:
        """Return what speaks for or against the sender of a message that something speaks against."""
        found = []
        for spec, watcher in self._adjusters:
            seen = watcher.look(view, self)
            if seen is not None:
                found.append(_signal(spec, seen.evidence, seen.share))
        return found


def _signal(spec: RuleSpec, evidence: str, share: float = 1.0) -> Signal:
    shown = evidence if len(evidence) <= _EVIDENCE else evidence[:_EVIDENCE]
    return Signal(spec.id, spec.weight if share == 1.0 else round(spec.weight * share, 4), shown)

"""Finds the rule kinds and holds the compiled rules of a policy."""

from __future__ import annotations

import functools
import importlib
import operator
import pkgutil
from typing import TYPE_CHECKING, Any

import msgspec

import bot.core.rules as package
from bot.core.ads.preset import ORDERS
from bot.core.rules.engine import Engine, PatternRefusedError
from bot.core.rules.tone import ToneSpec
from bot.core.rules.view import Signal, View, view_of
from bot.core.text.urls import names_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.core.ads.context import Scene
    from bot.core.ads.language import LanguageModel
    from bot.core.events import Message, MessageType
    from bot.core.rules.kind import Hits, Matcher, Needs, RuleSpec, Watcher

# Evidence is for people: a sentence, no page.
_EVIDENCE = 80
# A signal of this weight is a rule's plain word, not one hint among others.
_SURE = 0.5
# Signals that add up to no more than this never made a message suspect.
_NOTHING = 0.15


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


def _takes_note(spec: RuleSpec) -> bool:
    return spec.__struct_config__.tag == "request"


def _check_weight(spec: RuleSpec) -> None:
    if _takes_note(spec):
        if spec.weight:
            raise RefusedRuleError(
                f"rule {spec.id}: weight: kind request takes note and weighs nothing; write 0"
            )
    elif not spec.weight:
        raise RefusedRuleError(
            f"rule {spec.id}: weight: 0 does nothing (only kind request takes note); remove the rule,"
            " or switch it off in a preset's [weights]"
        )


class RefusedRuleError(ValueError):
    """A rule cannot be compiled; the text names the rule and the reason."""


class RuleSet:
    """Compiled rules; immutable once made.

    `caps` say how much the signals of one pack may add up to: ten words of one sort say hardly more than
    two. `everywhere` are the packs that hold in trade rooms too, `orders` the operator's plain words.
    """

    def __init__(
        self,
        specs: Iterable[RuleSpec] = (),
        *,
        caps: Mapping[str, float] | None = None,
        everywhere: Iterable[str] = ("scams",),
        language: LanguageModel | None = None,
        orders: Iterable[str] = (),
    ) -> None:
        """Compile rules together.

        Args:
            specs: the rules, in the order of the packs.
            caps: the most that a pack's signals add up to, by the pack's id.
            everywhere: the packs that hold in trade rooms too.
            language: what rules of kind `language` ask; without it they are silent.
            orders: rules by which the operator says plainly what is not wanted, beside the shipped `ORDERS`.

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
        self._speaks: dict[int, float] = {}
        self.orders = ORDERS.union(orders)
        self._ordering: set[int] = set()
        self._watchers: list[tuple[RuleSpec, Watcher]] = []
        self._adjusters: list[tuple[RuleSpec, Watcher]] = []
        self._readers: list[tuple[RuleSpec, Watcher]] = []
        self._tellers: dict[str, Watcher] = {}
        self._of_tenure: set[str] = set()
        self.notes: set[str] = set()
        self.deeds: set[str] = set()
        self.vouching: dict[str, float] = {}
        self._by_type: dict[MessageType, tuple[tuple[Needs, tuple[tuple[RuleSpec, Watcher], ...]], ...]] = {}
        for spec in specs:
            if spec.id in self.specs:
                raise RefusedRuleError(f"rule {spec.id} stands twice")
            _check_weight(spec)
            self.specs[spec.id] = spec
            try:
                prepared = spec.prepare(self.engine)
            except PatternRefusedError as error:
                raise RefusedRuleError(f"rule {spec.id}: {error}") from None
            self._take(spec, prepared)
        self.engine.seal()
        self._check_names()

    def _check_names(self) -> None:
        """See that rules name others that there are.

        Raises:
            RefusedRuleError: a name in `packs` or `not_beside` is no rule's and no pack's.
        """
        known = {*self.specs, *(rule.partition("/")[0] for rule in self.specs)}
        for spec in self.specs.values():
            for key in ("packs", "not_beside"):
                for name in getattr(spec, key, ()):
                    if name not in known:
                        raise RefusedRuleError(f"rule {spec.id}: {key}: {name!r} is no rule and no pack")

    def _take(self, spec: RuleSpec, prepared: Matcher | Watcher) -> None:
        if _takes_note(spec):
            self.notes.add(spec.id)
        if getattr(spec, "fact", "") in {"days-below", "days-from"}:
            self._of_tenure.add(spec.id)
        if spec.vouches is not None:
            self.vouching[spec.id] = spec.vouches
        look = getattr(prepared, "look", None)
        if look is not None:
            if hasattr(prepared, "promises"):
                self._readers.append((spec, prepared))  # type: ignore[arg-type]
            else:
                if not isinstance(spec, ToneSpec):
                    self.deeds.add(spec.id)
                (self._adjusters if prepared.adjusts else self._watchers).append((spec, prepared))  # type: ignore[union-attr, arg-type]
            if hasattr(prepared, "tell"):
                self._tellers[spec.id] = prepared  # type: ignore[assignment]
            return
        for handle in prepared.handles:  # type: ignore[union-attr]
            self._asked_by[handle] = (*self._asked_by.get(handle, ()), len(self._matchers))
            if spec.id in self.orders and spec.weight > 0:
                self._ordering.add(handle)
            if spec.weight > 0 or _takes_note(spec):
                self._speaks[handle] = self._speaks.get(handle, 0.0) + (spec.weight or 1.0)
        self._matchers.append((spec, prepared))  # type: ignore[arg-type]

    def signals(
        self, view: View, *, thorough: bool = True, factors: tuple[float, float] = (1.0, 1.0)
    ) -> list[Signal]:
        """Return the signals of every rule that hits, words first, in the order of the packs.

        Args:
            view: the message.
            thorough: whether to gather evidence that cannot matter: without, a message whose signals can
                never add up to anything has none. Most talk is such, and evidence costs most of the time.
            factors: what a weight may be multiplied with before it counts, at least and at most.
        """
        acted = self._watched(view)
        text = view.text
        if not text:
            return acted
        if thorough or any(signal.weight >= _SURE for signal in acted):
            return self.words(text, view.bare) + acted + self._read(view)
        hits = self.engine.scan(text)
        more = self.engine.scan(view.bare) if view.bare != text else None
        if self._ordering and not self._ordering.isdisjoint((*hits, *more) if more else hits):
            return self.signals(view)
        sum_ = sum([signal.weight for signal in acted if signal.weight > 0])
        speaks = self._speaks
        for handle in (*hits, *more) if more else hits:
            sum_ += speaks.get(handle, 0.0)
        if not sum_ and not self._promises(view):
            return []
        read = self._read(view)
        sum_ += sum([signal.weight for signal in read if signal.weight > 0])
        acted += read
        against = sum([signal.weight for signal in acted if signal.weight < 0])
        if sum_ * factors[1] + against * factors[0] <= _NOTHING:
            return []
        found = self._matched(text, hits, {})
        if more:
            found = self._matched(view.bare, more, found)
        return [found[index] for index in sorted(found)] + acted

    def _promises(self, view: View) -> bool:
        """Return whether reading a message in full could make it suspect that nothing else speaks against."""
        return any(reader.promises(view, self) for _, reader in self._readers)  # type: ignore[attr-defined]

    def _read(self, view: View) -> list[Signal]:
        """Return what the readers say: watchers of the whole text, who take longest."""
        return [
            _signal(spec, seen.evidence, seen.share)
            for spec, reader in self._readers
            if (seen := reader.look(view, self)) is not None
        ]

    def against(self, view: View) -> float:
        """Return what the language of a message says against its being an ad: 0 or less.

        Args:
            view: the message.
        """
        return sum(min(0.0, signal.weight) for signal in self._read(view))

    def _watched(self, view: View) -> list[Signal]:
        found: list[Signal] = []
        for needs, watchers in self._by_type.get(view.message.type) or self._grouped(view.message.type):
            if needs != "anything" and not _HAS[needs](view):
                continue
            for spec, watcher in watchers:
                seen = watcher.look(view, self)
                if seen is not None:
                    found.append(_signal(spec, seen.evidence, seen.share))
        return found

    def _grouped(self, kind: MessageType) -> tuple[tuple[Needs, tuple[tuple[RuleSpec, Watcher], ...]], ...]:
        """Return the watchers to ask about a message type, by what they need."""
        groups: dict[Needs, list[tuple[RuleSpec, Watcher]]] = {}
        for spec, watcher in self._watchers:
            if watcher.types is None or kind in watcher.types:
                groups.setdefault(watcher.needs, []).append((spec, watcher))
        self._by_type[kind] = grouped = tuple((needs, tuple(of)) for needs, of in groups.items())
        return grouped

    def told(self, signals: Sequence[Signal], view: View) -> tuple[Signal, ...]:
        """Return signals with the evidence that was too dear to gather before anybody wanted to read it.

        Args:
            signals: of one message.
            view: that message.
        """
        return tuple(
            msgspec.structs.replace(s, evidence=_shown(teller.tell(view, self)) or s.evidence)  # type: ignore[attr-defined]
            if (teller := self._tellers.get(s.rule)) is not None
            else s
            for s in self._with_tenure_apart(signals, view)
        )

    def _with_tenure_apart(self, signals: Sequence[Signal], view: View) -> Sequence[Signal]:
        """Return signals with what comes of the sender's time in the room where the reasons speak of that.

        The words' reason must not hide that the same words of somebody else would weigh half. The sum stays.
        """
        place = next((n for n, s in enumerate(signals) if s.rule in self._of_tenure), None)
        if place is None:
            return signals
        told = list(signals)
        for n, signal in enumerate(signals):
            share = getattr(self._tellers.get(signal.rule), "of_tenure", None)
            if share is not None:
                part = round(signal.weight * share(view, self), 4)
                told[n] = msgspec.structs.replace(signal, weight=round(signal.weight - part, 4))
                moved = told[place]
                told[place] = msgspec.structs.replace(moved, weight=round(moved.weight + part, 4))
        return [signal for signal in told if signal.weight]

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

    def strongest(self) -> list[Signal]:
        """Return every signal that speaks against a message at its strongest, the operator's orders left out."""
        return [
            Signal(spec.id, spec.cap if isinstance(spec, ToneSpec) else spec.weight, "")
            for spec in self.specs.values()
            if spec.weight > 0 and spec.id not in self.orders
        ]

    def alone(self, text: str, message: Message, scene: Scene | None = None) -> list[Signal]:
        """Return the signals of a text by itself, as if nobody in particular had said it.

        Args:
            text: what is read.
            message: the message it stands for or in.
            scene: where it is said, if that matters; without a past.
        """
        read = msgspec.structs.replace(
            message, text=text, type="text", forwarded=None, image=None, link=None, mentions=()
        )
        return self.signals(view_of(read, scene))

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

    def vouched(self, signals: Iterable[Signal]) -> float | None:
        """Return the share of its tone that counts in a message a rule vouches for; None: no rule does.

        Args:
            signals: of one message.
        """
        return min((self.vouching[s.rule] for s in signals if s.rule in self.vouching), default=None)

    def adjustments(self, view: View, against: Sequence[Signal] = ()) -> list[Signal]:
        """Return what speaks for or against the sender of a message that something speaks against.

        Args:
            view: the message.
            against: what was found so far; some of it no circumstance excuses.
        """
        guilty = {signal.rule for signal in against if signal.weight > 0}
        guilty |= {rule.partition("/")[0] for rule in guilty}
        found = []
        for spec, watcher in self._adjusters:
            if not guilty.isdisjoint(getattr(spec, "not_beside", ())):
                continue
            seen = watcher.look(view, self)
            if seen is not None:
                found.append(_signal(spec, seen.evidence, seen.share))
        return found


def _signal(spec: RuleSpec, evidence: str, share: float = 1.0) -> Signal:
    return Signal(spec.id, spec.weight if share == 1.0 else round(spec.weight * share, 4), _shown(evidence))


def _shown(evidence: str) -> str:
    return evidence if len(evidence) <= _EVIDENCE else evidence[:_EVIDENCE]


_HAS: dict[Needs, Callable[[View], object]] = {
    "history": lambda view: view.scene is not None and view.scene.member.recent,
    "mentions": lambda view: view.message.mentions,
    "carries": lambda view: view.message.type != "text" or names_address(view.text),
    "verdict": lambda view: view.scene is not None and view.scene.known,
    "disguise": lambda view: view.bare != view.text,
}

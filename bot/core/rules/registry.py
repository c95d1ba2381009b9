"""Finds the rule kinds and holds the compiled rules of a policy."""

from __future__ import annotations

import functools
import importlib
import operator
import pkgutil
from typing import TYPE_CHECKING, Any

import bot.core.rules as package
from bot.core.rules.engine import Engine, PatternRefusedError
from bot.core.rules.view import Signal, View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.rules.kind import Matcher, RuleSpec


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
    """Compiled rules; immutable once made."""

    def __init__(self, specs: Iterable[RuleSpec] = ()) -> None:
        """Compile rules together.

        Raises:
            RefusedRuleError: a pattern cannot be run, or two rules share an id.
        """
        self.specs: dict[str, RuleSpec] = {}
        self.engine = Engine()
        self._matchers: list[tuple[RuleSpec, Matcher]] = []
        self._asked_by: dict[int, tuple[int, ...]] = {}
        for spec in specs:
            if spec.id in self.specs:
                raise RefusedRuleError(f"rule {spec.id} stands twice")
            self.specs[spec.id] = spec
            try:
                matcher = spec.prepare(self.engine)
            except PatternRefusedError as error:
                raise RefusedRuleError(f"rule {spec.id}: {error}") from None
            for handle in matcher.handles:
                self._asked_by[handle] = (*self._asked_by.get(handle, ()), len(self._matchers))
            self._matchers.append((spec, matcher))
        self.engine.seal()

    def signals(self, view: View) -> list[Signal]:
        """Return the signals of every rule that hits, in the order of the packs."""
        if not view.text:
            return []
        hits = self.engine.scan(view.text)
        if not hits:
            return []
        asked = sorted({index for handle in hits for index in self._asked_by.get(handle, ())})
        found = []
        for index in asked:
            spec, matcher = self._matchers[index]
            evidence = matcher.match(view, hits, self.engine)
            if evidence is not None:
                found.append(Signal(spec.id, spec.weight, evidence))
        return found

"""Words: turns what the core wants to say into the sentence that is said.

Texts are data (`data/texts`, or an operator's own folder). Templates run in jinja2's sandbox with strict
variables; values are members' own words and always inserted as text, never as a template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import PackError
from bot.shell.fit import fit
from bot.shell.texts import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bot.core.effects import Row, Value, Values, Words
    from bot.core.rules.kind import Why
    from bot.core.settings import Language
    from bot.shell.texts import Catalogue


# What a text may raise that wants what its values are not: a sum of names, the third of two.
_TEMPLATES_FAULT = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)


# How the core marks an excerpt of what is no text.
_type = re.compile(r"\[([a-z_]+)\]").match
_figures = re.compile(r"[\w.]+").findall
_MAY_BE_NO_TEXT = frozenset({"excerpt", "words"})


class Explained(Protocol):
    """What says in one sentence why it speaks for something: a rule, a cue."""

    @property
    def why(self) -> Why:
        """The sentence, in both languages."""


class Renderer:
    """Renders words in one language; immutable once made."""

    def __init__(
        self,
        catalogue: Catalogue,
        language: Language,
        rules: Mapping[str, Explained],
        *,
        source: str = "texts",
    ) -> None:
        """Compile all texts.

        Args:
            catalogue: the texts.
            language: `zh` or `en`, chooses a rule's explanation.
            rules: rules and cues by id, for `why(rule)` in a text.
            source: the file's name, for error messages.

        Raises:
            PackError: a text is no template.
        """
        self._language: Language = language
        self._rules = rules
        self._names = catalogue.names
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, trim_blocks=False
        )
        self._environment.globals["why"] = self.why
        self._environment.globals["sort"] = self.sort
        self._environment.filters["named"] = self._named
        self._environment.filters["told"] = self.evidence
        self._texts: dict[str, tuple[Template, ...]] = {}
        for name, wordings in catalogue.texts.items():
            if not wordings:
                raise PackError(f"{source}: text {name} has no wording")
            try:
                self._texts[name] = tuple(
                    self._environment.from_string(wording.strip("\n")) for wording in wordings
                )
            except TemplateSyntaxError as error:
                raise PackError(f"{source}: text {name}: {error.message} (line {error.lineno})") from None
        self._source = source

    def render(self, words: Words) -> str:
        """Return the sentence.

        Raises:
            PackError: the text does not exist, or wants a value it does not get.
        """
        wordings = self._texts.get(words.text)
        if wordings is None:
            raise PackError(f"{self._source}: there is no text {words.text}")
        try:
            return wordings[words.variant % len(wordings)].render(self._with_types(fit(words.values))).strip()
        except _TEMPLATES_FAULT as error:
            raise PackError(f"{self._source}: text {words.text}: {error}") from None

    def _with_types(self, values: Values) -> Values:
        """Return values whose excerpts name a message's type as people do."""
        types = self._names.get("message", {})
        return {
            key: tuple({name: _typed(of, name, types) for name, of in row.items()} for row in value)
            if isinstance(value, tuple)
            else _typed(value, key, types)
            for key, value in values.items()
        }

    @property
    def names(self) -> frozenset[str]:
        """The names of all texts."""
        return frozenset(self._texts)

    def why(self, rule: str, weight: float = 1.0) -> str:
        """Return the sentence that explains a rule's hit to a person.

        Args:
            rule: its id.
            weight: what the hit weighed; some kinds weigh both ways.
        """
        spec = self._rules.get(rule)
        if spec is None:
            return rule
        why = spec.why if weight >= 0 else getattr(spec, "why_not", None) or spec.why
        return why.zh if self._language == "zh" else why.en

    def evidence(self, evidence: str, rule: str) -> str:
        """Return what a rule found as people read it: figures and types get words around them, words stay.

        Args:
            evidence: as the rule's kind has it.
            rule: its id.
        """
        spec = self._rules.get(rule)
        words = self._names.get("evidence", {})
        pattern = None if spec is None else words.get(_sort(spec))
        parts = _figures(evidence)
        if pattern is None or pattern.count("{}") > len(parts):
            return evidence
        between = pattern.split("{}")
        named = [words.get(part) or self.name("message", part) for part in parts]
        return between[0] + "".join(part + after for part, after in zip(named, between[1:], strict=False))

    def sort(self, reasons: Iterable[Row]) -> str:
        """Return what people call the sort of offence the strongest reason that has such a name is about, or "".

        Args:
            reasons: rows with a `rule` each, the strongest first.
        """
        sorts = self._names.get("sort", {})
        return next((sorts[rule] for row in reasons if (rule := str(row["rule"])) in sorts), "")

    def name(self, kind: str, value: str) -> str:
        """Return what people call a mode, level, state or verdict."""
        return self._names.get(kind, {}).get(value, value)

    def _named(self, value: str, kind: str) -> str:
        return self.name(kind, value)


def _sort(spec: Explained) -> str:
    """Return what sort of evidence a rule has: its kind, or the fact it is about."""
    return getattr(spec, "fact", "") or str(getattr(spec, "__struct_config__").tag)  # noqa: B009 - a cue has one too


def _typed(value: Value, key: str, types: Mapping[str, str]) -> Value:
    kind = _type(value) if key in _MAY_BE_NO_TEXT and isinstance(value, str) else None
    return value if kind is None else f"[{types.get(kind[1], kind[1])}]{kind.string[kind.end() :]}"


def load_renderer(language: Language, rules: Mapping[str, Explained], own: Path | None = None) -> Renderer:
    """Read the texts of a language and make them ready to be said.

    Args:
        language: `zh` or `en`.
        rules: rules and cues by id.
        own: the operator's data folder.

    Raises:
        PackError: the file is missing or wrong.
    """
    catalogue, path = load_catalogue(language, own)
    return Renderer(catalogue, language, rules, source=str(path))

"""Words: turns what the core wants to say into the sentence that is said.

Texts are data (`data/texts`, or an operator's own folder). Templates run in jinja2's sandbox with strict
variables; values are members' own words and always inserted as text, never as a template.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import PackError
from bot.packs import files_of, read_toml, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.effects import Words
    from bot.core.rules.kind import RuleSpec
    from bot.core.settings import Language


# What a text may raise that wants what its values are not: a sum of names, the third of two.
_TEMPLATES_FAULT = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text file: names of modes, levels and states, and the texts with their wordings."""

    names: dict[str, dict[str, str]] = {}
    texts: dict[str, list[str]] = {}


class Renderer:
    """Renders words in one language; immutable once made."""

    def __init__(
        self, catalogue: Catalogue, language: Language, rules: dict[str, RuleSpec], *, source: str = "texts"
    ) -> None:
        """Compile all texts.

        Args:
            catalogue: the texts.
            language: `zh` or `en`, chooses a rule's explanation.
            rules: the rules by id, for `why(rule)` in a text.
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
        self._environment.filters["named"] = self._named
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
            return wordings[words.variant % len(wordings)].render(words.values).strip()
        except _TEMPLATES_FAULT as error:
            raise PackError(f"{self._source}: text {words.text}: {error}") from None

    @property
    def names(self) -> frozenset[str]:
        """The names of all texts."""
        return frozenset(self._texts)

    def why(self, rule: str) -> str:
        """Return the sentence that explains a rule's hit to a person."""
        spec = self._rules.get(rule)
        if spec is None:
            return rule
        return spec.why.zh if self._language == "zh" else spec.why.en

    def name(self, kind: str, value: str) -> str:
        """Return what people call a mode, level, state or verdict."""
        return self._names.get(kind, {}).get(value, value)

    def _named(self, value: str, kind: str) -> str:
        return self.name(kind, value)


def load_renderer(language: Language, rules: dict[str, RuleSpec], own: Path | None = None) -> Renderer:
    """Read the texts of a language, the operator's own folder overriding the shipped file.

    Args:
        language: `zh` or `en`.
        rules: the rules by id.
        own: the operator's data folder.

    Raises:
        PackError: the file is missing or wrong.
    """
    paths = [path for path in files_of("texts", own) if path.stem == language]
    if not paths:
        raise PackError(f"there are no texts for language {language}")
    path = paths[-1]
    catalogue = _read(path)
    original = shipped("texts") / path.name
    if path != original and original.is_file():
        catalogue = _filled_up(catalogue, _read(original), path)
    return Renderer(catalogue, language, rules, source=str(path))


def _read(path: Path) -> Catalogue:
    try:
        return msgspec.convert(read_toml(path), Catalogue)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {error}") from None


def _filled_up(own: Catalogue, original: Catalogue, path: Path) -> Catalogue:
    """Return an operator's catalogue with what only the shipped one has: a newer version says new things.

    Raises:
        PackError: it holds a text that nobody asks for; a slip of the pen would go unnoticed.
    """
    for text in own.texts:
        if text not in original.texts:
            near = difflib.get_close_matches(text, original.texts, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise PackError(f"{path}: there is no text {text}{hint}")
    kinds = own.names.keys() | original.names.keys()
    return Catalogue(
        names={kind: original.names.get(kind, {}) | own.names.get(kind, {}) for kind in sorted(kinds)},
        texts=original.texts | own.texts,
    )

"""Texts: the catalogue of every sentence the bot says, read and checked as a whole.

An operator's own file is filled up from the shipped one, so that it may hold only what it changes. What it
says must fit: a text nobody asks for, or a variable no such text gets, would be noticed only on the day it
is wanted, so it is refused at once.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec
from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from bot.errors import PackError
from bot.packs import files_of, read_toml, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.settings import Language


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text file: names of modes, levels and states, and the texts with their wordings."""

    names: dict[str, dict[str, str]] = {}
    texts: dict[str, list[str]] = {}


def load_catalogue(language: Language, own: Path | None = None) -> tuple[Catalogue, Path]:
    """Read the texts of a language; return them with the file they come from.

    Args:
        language: `zh` or `en`.
        own: the operator's data folder, whose own file overrides the shipped one text by text.

    Raises:
        PackError: the file is missing or wrong; the message names file and text.
    """
    paths = [path for path in files_of("texts", own) if path.stem == language]
    if not paths:
        raise PackError(f"there are no texts for language {language}")
    path = paths[-1]
    catalogue = read_catalogue(path)
    original = shipped("texts") / path.name
    if path != original and original.is_file():
        catalogue = _filled_up(catalogue, read_catalogue(original), path)
    return catalogue, path


def read_catalogue(path: Path) -> Catalogue:
    """Read one text file.

    Args:
        path: the file.

    Raises:
        PackError: it is no text file; the message names file and text.
    """
    raw = read_toml(path)
    try:
        return msgspec.convert(raw, Catalogue)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {_which_text(raw)}{error}") from None


def _which_text(raw: dict[str, object]) -> str:
    """Return the name of the text that has the wrong type, where it is a text."""
    texts = raw.get("texts")
    for name, wordings in texts.items() if isinstance(texts, dict) else ():
        try:
            msgspec.convert(wordings, list[str])
        except msgspec.ValidationError:
            return f"text {name}: "
    return ""


def _filled_up(own: Catalogue, original: Catalogue, path: Path) -> Catalogue:
    for text, wordings in own.texts.items():
        if text not in original.texts:
            near = difflib.get_close_matches(text, original.texts, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise PackError(f"{path}: there is no text {text}{hint}")
        _refuse_unknown_variables(text, wordings, original, path)
    kinds = own.names.keys() | original.names.keys()
    return Catalogue(
        names={kind: original.names.get(kind, {}) | own.names.get(kind, {}) for kind in sorted(kinds)},
        texts=original.texts | own.texts,
    )


def _refuse_unknown_variables(text: str, wordings: list[str], original: Catalogue, path: Path) -> None:
    """Refuse a variable that no shipped text of the same family (`remind.*`) uses."""
    family = text.partition(".")[0]
    known = {
        variable
        for name, others in original.texts.items()
        if name.partition(".")[0] == family
        for other in others
        for variable in _variables(other)
    }
    for wording in wordings:
        unknown = sorted(_variables(wording) - known)
        if unknown:
            what = f"it can use {', '.join(sorted(known))}" if known else "it has none"
            raise PackError(f"{path}: text {text}: there is no {{{{ {unknown[0]} }}}}; {what}")


def _variables(wording: str) -> set[str]:
    """Return the variables a wording asks for, those of its rows included; none if it is no template."""
    try:
        tree = _PARSER.parse(wording)
    except TemplateSyntaxError:
        return set()  # the renderer tells what is wrong with it
    return meta.find_undeclared_variables(tree) - {"why", "sort"} | {
        a.attr for a in tree.find_all(nodes.Getattr)
    }


# Only parses, renders nothing; the names of filters must be known to parse.
_PARSER = Environment(autoescape=True)
_PARSER.filters["named"] = _PARSER.filters["told"] = str

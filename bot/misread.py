"""What is wrong with a value in a file, in plain words: which key, and what to write there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import msgspec

_TYPES = {
    "array": 'a list, like ["..."]',
    "str": 'a text in quotes, like "..."',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": 'a table, like { zh = "...", en = "..." }',
    "null": "nothing",
}
_where = re.compile(r" - at `(key in )?\$\.?([^`]*)`$")
_expected = re.compile(r"^Expected `([^`]+)`(?:, got `([^`]+)`| (.+))$")
_field = re.compile(r"^Object (missing required|contains unknown) field `([^`]+)`$")
_value = re.compile(r"^Invalid value (.+)$")


def in_plain_words(error: msgspec.ValidationError) -> str:
    """Return a validation error as somebody who writes packs reads it.

    Args:
        error: of one entry; what it says stays as it is where no plainer words are known.
    """
    message = str(error)
    where = _where.search(message)
    key = where[2] if where is not None else ""
    said = message[: where.start()] if where is not None else message
    of = f"{key}: " if key else ""
    if found := _field.match(said):
        inside = f" in {key}" if key else ""
        lacks = found[1].startswith("missing")
        return (
            f"{found[2]} is missing{inside}; write it"
            if lacks
            else f"unknown key {found[2]}{inside}; take it out"
        )
    if found := _expected.match(said):
        wanted = " or ".join(_TYPES.get(kind, kind) for kind in found[1].split(" | "))
        if found[3]:
            return f"{of}write {wanted} {_limit(found[3])}"
        got = _TYPES.get(found[2], found[2]).split(", like")[0]
        return f"{of}write {wanted}, not {got}"
    if found := _value.match(said):
        return f"{of}{found[1]} is none of the values it can have"
    return message


def _limit(limit: str) -> str:
    """Return a bound in words: what the library writes with signs."""
    if limit.startswith("of length >= "):
        return f"with at least {limit.removeprefix('of length >= ')} in it"
    if limit.startswith("matching regex"):
        return f"that fits {limit.removeprefix('matching regex ')}"
    return f"that is {limit}"

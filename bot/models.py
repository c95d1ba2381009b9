"""Reads the shipped models: the first line says what the file is, the rest is its body.

The first line is a JSON object with `format`, `sha256` (of the body's bytes) and whatever its makers wrote
for people; the body is JSON too. A file that was cut, edited or made for another version is refused, never
half read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from bot.core.ads.language import LanguageModel, Weights
from bot.errors import PackError

LANGUAGE_FORMAT = "qunguan-language-1"
_HERE = Path(__file__).resolve().parent
_PLACES = (_HERE / "_packs" / "models", _HERE.parent / "data" / "models")


class _Head(msgspec.Struct, frozen=True):
    format: str
    sha256: str


def language_model(path: Path | None = None) -> LanguageModel:
    """Return the language model of a file.

    Args:
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    path = path or _shipped()
    try:
        return LanguageModel(weights_of(path))
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None


def weights_of(path: Path | None = None) -> Weights:
    """Return the weights in a file.

    Args:
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    path = path or _shipped()
    try:
        return read_weights(path.read_bytes())
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None


def _shipped() -> Path:
    path = next((place / "ads.model" for place in _PLACES if (place / "ads.model").is_file()), None)
    if path is None:
        raise PackError(f"the shipped models are missing from {_HERE}; install qunguan again")
    return path


def read_weights(content: bytes) -> Weights:
    """Return the weights that a model file holds.

    Raises:
        ValueError: it is damaged, or of another format; msgspec's own errors are of that kind.
    """
    first, _, body = content.partition(b"\n")
    head = msgspec.json.decode(first, type=_Head)
    if head.format != LANGUAGE_FORMAT:
        raise ValueError(f"a model of format {head.format!r}, this program reads {LANGUAGE_FORMAT!r}")
    if hashlib.sha256(body).hexdigest() != head.sha256:
        raise ValueError("the model is damaged: its checksum differs")
    return msgspec.json.decode(body, type=Weights)


def written_weights(weights: Weights, about: dict[str, str]) -> bytes:
    """Return a model file's bytes; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    body = msgspec.json.encode(weights)
    head = {**about, "format": LANGUAGE_FORMAT, "sha256": hashlib.sha256(body).hexdigest()}
    return msgspec.json.encode(head, order="sorted") + b"\n" + body

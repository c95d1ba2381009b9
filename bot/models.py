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
from bot.core.conflict.judge import ConflictWeights
from bot.core.conflict.window import NAMES
from bot.core.members.checkin.reading import ReasonModel, ReasonWeights
from bot.core.replies.moods import MoodModel, MoodWeights
from bot.errors import PackError

LANGUAGE_FORMAT = "qunguan-language-1"
CONFLICT_FORMAT = "qunguan-conflict-1"
MOODS_FORMAT = "qunguan-moods-1"
REASONS_FORMAT = "qunguan-reasons-1"
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
    return msgspec.json.decode(_body(content, LANGUAGE_FORMAT), type=Weights)


def conflict_weights(path: Path | None = None) -> ConflictWeights:
    """Return what the model of conflicts holds.

    Args:
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    if path is None:
        path = next(
            (place / "conflict.model" for place in _PLACES if (place / "conflict.model").is_file()), None
        )
        if path is None:
            raise PackError(f"the shipped models are missing from {_HERE}; install qunguan again")
    try:
        weights = msgspec.json.decode(_body(path.read_bytes(), CONFLICT_FORMAT), type=ConflictWeights)
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None
    if weights.window.names != NAMES:
        raise PackError(f"{path}: a model of other numbers than this program has; install qunguan again")
    return weights


def mood_model(path: Path | None = None) -> MoodModel:
    """Return the model of how replies sound.

    Args:
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    if path is None:
        path = next(
            (place / "replies.model" for place in _PLACES if (place / "replies.model").is_file()), None
        )
        if path is None:
            raise PackError(f"the shipped models are missing from {_HERE}; install qunguan again")
    try:
        return MoodModel(msgspec.json.decode(_body(path.read_bytes(), MOODS_FORMAT), type=MoodWeights))
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None


def reason_model(path: Path | None = None) -> ReasonModel:
    """Return the model of why members were silent.

    Args:
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    if path is None:
        path = next(
            (place / "checkin.model" for place in _PLACES if (place / "checkin.model").is_file()), None
        )
        if path is None:
            raise PackError(f"the shipped models are missing from {_HERE}; install qunguan again")
    try:
        return ReasonModel(msgspec.json.decode(_body(path.read_bytes(), REASONS_FORMAT), type=ReasonWeights))
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None


def _body(content: bytes, wanted: str) -> bytes:
    first, _, body = content.partition(b"\n")
    head = msgspec.json.decode(first, type=_Head)
    if head.format != wanted:
        raise ValueError(f"a model of format {head.format!r}, this program reads {wanted!r}")
    if hashlib.sha256(body).hexdigest() != head.sha256:
        raise ValueError("the model is damaged: its checksum differs")
    return body


def written_weights(weights: Weights, about: dict[str, str]) -> bytes:
    """Return a model file's bytes; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    return _file(msgspec.json.encode(weights), LANGUAGE_FORMAT, about)


def written_conflict_weights(weights: ConflictWeights, about: dict[str, str]) -> bytes:
    """Return the bytes of a conflict model's file; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    return _file(msgspec.json.encode(weights), CONFLICT_FORMAT, about)


def written_mood_weights(weights: MoodWeights, about: dict[str, str]) -> bytes:
    """Return the bytes of the file of a model of replies; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    return _file(msgspec.json.encode(weights), MOODS_FORMAT, about)


def written_reason_weights(weights: ReasonWeights, about: dict[str, str]) -> bytes:
    """Return the bytes of the file of a model of reasons; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    return _file(msgspec.json.encode(weights), REASONS_FORMAT, about)


def _file(body: bytes, form: str, about: dict[str, str]) -> bytes:
    head = {**about, "format": form, "sha256": hashlib.sha256(body).hexdigest()}
    return msgspec.json.encode(head, order="sorted") + b"\n" + body

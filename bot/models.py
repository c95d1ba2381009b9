"""Reads the shipped models: the first line says what the file is, the rest is its body.

The first line is a JSON object with `format`, `sha256` (of the body's bytes) and whatever its makers wrote
for people; the body is JSON too. A file that was cut, edited or made for another version is refused, never
half read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from bot.core.ads.language import LanguageModel, Weights
from bot.core.conflict.judge import ConflictWeights
from bot.core.conflict.window import NAMES
from bot.core.members.checkin.reading import ReasonModel, ReasonWeights
from bot.core.replies.grave import GraveModel, GraveWeights, Ideas
from bot.core.replies.moods import MoodModel, MoodWeights
from bot.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.core.replies.cue import Concept

AnyWeights = Weights | ConflictWeights | GraveWeights | MoodWeights | ReasonWeights
_Some = TypeVar("_Some", Weights, ConflictWeights, GraveWeights, MoodWeights, ReasonWeights)

# What a file of each kind of weights says of itself, and its name among the shipped ones.
_FORMATS: Mapping[type[AnyWeights], str] = {
    Weights: "qunguan-language-1",
    ConflictWeights: "qunguan-conflict-1",
    GraveWeights: "qunguan-grave-1",
    MoodWeights: "qunguan-moods-1",
    ReasonWeights: "qunguan-reasons-1",
}
_NAMES: Mapping[type[AnyWeights], str] = {
    Weights: "ads.model",
    ConflictWeights: "conflict.model",
    GraveWeights: "grave.model",
    MoodWeights: "replies.model",
    ReasonWeights: "checkin.model",
}
_HERE = Path(__file__).resolve().parent
_PLACES = (_HERE / "_packs" / "models", _HERE.parent / "data" / "models")


class _Head(msgspec.Struct, frozen=True):
    format: str
    sha256: str


def language_model(path: Path | None = None) -> LanguageModel:
    """Return the language model of a file (None: the shipped one).

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    return LanguageModel(weights_of(Weights, path))


def conflict_weights(path: Path | None = None) -> ConflictWeights:
    """Return what the model of conflicts holds (None: the shipped one).

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    weights = weights_of(ConflictWeights, path)
    if weights.window.names != NAMES:
        raise PackError(
            f"{path or _shipped(ConflictWeights)}: a model of other numbers than this program has; "
            "install qunguan again"
        )
    return weights


def mood_model(path: Path | None = None) -> MoodModel:
    """Return the model of how replies sound (None: the shipped one).

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    return MoodModel(weights_of(MoodWeights, path))


def grave_model(concepts: Iterable[Concept], path: Path | None = None) -> GraveModel:
    """Return the model of what must never be overheard (None: the shipped one).

    Args:
        concepts: the ideas in force.
        path: which file.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    return GraveModel(weights_of(GraveWeights, path), Ideas(concepts))


def reason_model(path: Path | None = None) -> ReasonModel:
    """Return the model of why members were silent (None: the shipped one).

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    return ReasonModel(weights_of(ReasonWeights, path))


def weights_of(kind: type[_Some], path: Path | None = None) -> _Some:
    """Return the weights in a file.

    Args:
        kind: which weights.
        path: which file; None means the shipped one.

    Raises:
        PackError: the file is missing, damaged, or of another format.
    """
    path = path or _shipped(kind)
    try:
        return read_weights(kind, path.read_bytes())
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: {error}; install qunguan again") from None


def read_weights(kind: type[_Some], content: bytes) -> _Some:
    """Return the weights that a model file's bytes hold.

    Raises:
        ValueError: it is damaged, or of another format; msgspec's own errors are of that kind.
    """
    first, _, body = content.partition(b"\n")
    head = msgspec.json.decode(first, type=_Head)
    if head.format != _FORMATS[kind]:
        raise ValueError(f"a model of format {head.format!r}, this program reads {_FORMATS[kind]!r}")
    if hashlib.sha256(body).hexdigest() != head.sha256:
        raise ValueError("the model is damaged: its checksum differs")
    return msgspec.json.decode(body, type=kind)


def written_weights(weights: AnyWeights, about: dict[str, str]) -> bytes:
    """Return a model file's bytes; the same weights always give the same file.

    Args:
        weights: the trained model.
        about: what its makers tell people, in the first line.
    """
    body = msgspec.json.encode(weights)
    head = {**about, "format": _FORMATS[type(weights)], "sha256": hashlib.sha256(body).hexdigest()}
    return msgspec.json.encode(head, order="sorted") + b"\n" + body


def _shipped(kind: type[AnyWeights]) -> Path:
    name = _NAMES[kind]
    path = next((place / name for place in _PLACES if (place / name).is_file()), None)
    if path is None:
        raise PackError(f"the shipped model {name} is missing from {_HERE}; install qunguan again")
    return path

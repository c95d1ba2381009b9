"""Packs of conflict cues (rules/conflict/*.toml) and the model that goes with them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.core.conflict.cue import CueSet, CueSpec, RefusedCueError
from bot.core.conflict.judge import ConflictModel
from bot.errors import PackError
from bot.models import conflict_weights
from bot.packs import PackHead, files_of, read_entries


class ConflictPack(msgspec.Struct, frozen=True):
    """A pack of conflict cues with the file it came from."""

    path: Path
    head: PackHead
    cues: tuple[CueSpec, ...]


def read_conflict_pack(path: Path) -> ConflictPack:
    """Read one pack of conflict cues.

    Raises:
        PackError: the file is not one; the message names file, cue and key.
    """
    head, cues = read_entries(path, "cue", CueSpec)
    return ConflictPack(path, head, cues)


def load_conflict_packs(own: Path | None = None) -> list[ConflictPack]:
    """Read every pack of conflict cues that is in force.

    Args:
        own: the operator's data folder, whose `rules/conflict` override the shipped ones.

    Raises:
        PackError: any of them is wrong.
    """
    return [read_conflict_pack(path) for path in files_of("rules/conflict", own)]


def load_conflict_model(own: Path | None = None) -> ConflictModel:
    """Read the packs of cues and the shipped weights.

    Args:
        own: the operator's data folder, whose `rules/conflict` override the shipped packs.

    Raises:
        PackError: a pack or the model is wrong.
    """
    packs = load_conflict_packs(own)
    try:
        cues = CueSet(cue for pack in packs for cue in pack.cues)
    except RefusedCueError as error:
        where = next((str(p.path) for p in packs for c in p.cues if f"cue {c.id}" in str(error)), "rules")
        raise PackError(f"{where}: {error}") from None
    return ConflictModel(cues, conflict_weights())

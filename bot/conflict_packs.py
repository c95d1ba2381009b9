"""Packs of conflict cues (rules/conflict/*.toml) and the model that goes with them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.core.conflict.cue import CueSet, CueSpec, RefusedCueError
from bot.core.conflict.judge import ConflictModel
from bot.errors import PackError
from bot.models import conflict_weights
from bot.packs import PackHead, read_toml, shipped


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
    raw = read_toml(path)
    unknown = sorted(set(raw) - {"pack", "cue"})
    if unknown:
        raise PackError(f"{path}: unknown table [{unknown[0]}]; a pack of cues has [pack] and [[cue]]")
    try:
        head = msgspec.convert(raw.get("pack", {}), PackHead)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: [pack]: {error}") from None
    entries = raw.get("cue", [])
    if not isinstance(entries, list):
        raise PackError(f"{path}: cues are written as [[cue]], with two brackets")
    cues = []
    for number, entry in enumerate(entries, 1):
        try:
            cue = msgspec.convert(entry, CueSpec)
        except msgspec.ValidationError as error:
            name = entry.get("id", f"number {number}") if isinstance(entry, dict) else f"number {number}"
            raise PackError(f"{path}: cue {name}: {error}") from None
        if cue.id.split("/")[0] != head.id:
            raise PackError(f"{path}: cue {cue.id}: its id must start with the pack's id, {head.id}/")
        cues.append(cue)
    return ConflictPack(path, head, tuple(cues))


def load_conflict_packs(own: Path | None = None) -> list[ConflictPack]:
    """Read every pack of conflict cues that is in force.

    Args:
        own: the operator's data folder, whose `rules/conflict` override the shipped ones.

    Raises:
        PackError: any of them is wrong.
    """
    return [read_conflict_pack(path) for path in conflict_files(own)]


def conflict_files(own: Path | None = None) -> list[Path]:
    """Return the packs of conflict cues in force, an operator's own overriding the shipped ones file by file."""
    found = {path.name: path for path in (shipped("rules") / "conflict").glob("*.toml")}
    if own is not None and (own / "rules" / "conflict").is_dir():
        found |= {path.name: path for path in (own / "rules" / "conflict").glob("*.toml")}
    return [found[name] for name in sorted(found)]


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

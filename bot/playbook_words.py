"""What playbooks share and what none may say: found like rule packs, an operator's own file first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from bot.core.playbook.danger import DangerCue
from bot.core.playbook.model import Aside, Purpose
from bot.core.playbook.phrases import Texts, Title
from bot.core.playbook.refused import RefusedCue, RefusedFile, refused_in
from bot.core.rules.engine import PatternRefusedError, compiled
from bot.core.text.normalise import plain
from bot.errors import PackError
from bot.packs import files_of, read_toml, wrong_examples

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.core.settings import Language

# What every playbook says alike unless it says it in its own way, and the names of the purposes.
COMMON = "common.toml"


class CommonFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What playbooks share: words of leave and in between, names of purposes, how dangers are told apart."""

    parting: dict[str, Texts] = {}
    aside: dict[Aside, Texts] = {}
    purpose: dict[Purpose, Title] = {}
    danger: tuple[DangerCue, ...] = ()


def load_refused(own: Path | None = None) -> tuple[RefusedCue, ...]:
    """Read what no text to members may say.

    Args:
        own: the operator's data folder, whose `rules/wordings` override the shipped files.

    Raises:
        PackError: a file is wrong, two cues share an id, or a pattern cannot be run in linear time.
    """
    cues: dict[str, RefusedCue] = {}
    for path in files_of("rules/wordings", own):
        try:
            file = msgspec.convert(read_toml(path), RefusedFile)
        except msgspec.ValidationError as error:
            raise PackError(f"{path}: {error}") from None
        for cue in file.cue:
            if cue.id in cues:
                raise PackError(f"{path}: cue {cue.id} stands twice; give each its own id")
            _runs(path, cue.id, (*cue.patterns, *cue.innocent))
            cues[cue.id] = cue
    return tuple(cues.values())


def load_common(own: Path | None = None) -> CommonFile:
    """Read what playbooks share.

    Args:
        own: the operator's data folder, whose `playbooks/common.toml` overrides the shipped one.

    Raises:
        PackError: the file is wrong, or a pattern cannot be run in linear time.
    """
    for path in files_of("playbooks", own):
        if path.name == COMMON:
            try:
                common = msgspec.convert(read_toml(path), CommonFile)
            except msgspec.ValidationError as error:
                raise PackError(f"{path}: {error}") from None
            for cue in common.danger:
                _runs(path, cue.id, cue.patterns)
            return common
    return CommonFile()


def wrong_wordings(own: Path | None = None) -> list[str]:
    """Return a line for every example, of refused words and of dangers, that does not do what it says.

    Args:
        own: the operator's data folder.
    """

    def of(danger: DangerCue, text: str) -> bool:
        return any(compiled(pattern).search(plain(text)) is not None for pattern in danger.patterns)

    lines = []
    for refused in load_refused(own):
        language: Language = "en" if refused.id.endswith("/english") else "zh"
        does = partial(refused_in, refused, language=language)
        hits, passes = [(text,) for text in refused.hits], [(text,) for text in refused.passes]
        lines += wrong_examples(refused.id, hits, passes, lambda text, does=does: does(text) is not None)
    for danger in load_common(own).danger:
        hits, passes = [(text,) for text in danger.hits], [(text,) for text in danger.passes]
        lines += wrong_examples(danger.id, hits, passes, partial(of, danger))
    return lines


def _runs(path: Path, cue: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        try:
            compiled(pattern)
        except PatternRefusedError as error:
            raise PackError(f"{path}: cue {cue}: {error}") from None

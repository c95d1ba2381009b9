"""Choosing: which playbook a case gets, and which wording is said next, without chance and without repeating."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from bot.core.rules.engine import compiled
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.core.playbook.model import CareKind, Playbook


def playbook_for(playbooks: Iterable[Playbook], kind: CareKind, words: Iterable[str]) -> Playbook | None:
    """Return the playbook of a case: of those for its kind the one whose cues most of the words' lines show.

    One without cues is what a kind falls back to; among equals the first by id.

    Args:
        playbooks: all that are in force.
        kind: the case's kind.
        words: what was said in the room, line by line.
    """
    lines = [plain(line) for line in words]
    best: tuple[int, str] | None = None
    chosen = None
    for playbook in playbooks:
        if kind not in playbook.for_kinds:
            continue
        cues = [compiled(cue) for cue in playbook.picked_when]
        shown = sum(any(cue.search(line) for cue in cues) for line in lines)
        if cues and not shown:
            continue
        rank = (-shown, playbook.id)
        if best is None or rank < best:
            best, chosen = rank, playbook
    return chosen


def wording(count: int, seed: str, used: Collection[int] = (), *, heard: Collection[int] = ()) -> int:
    """Return which of several wordings to say; only when all were said is one said again.

    Args:
        count: how many there are, at least one.
        seed: what this choice belongs to (case, person, step), so that different people hear different ones.
        used: which were said to this person already.
        heard: which other people of the case heard; two of them never hear the same where another is left.
    """
    fresh = [number for number in range(count) if number not in used] or list(range(count))
    fresh = [number for number in fresh if number not in heard] or fresh
    return fresh[zlib.crc32(seed.encode()) % len(fresh)]

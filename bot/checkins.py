"""What check-ins say and by which cues answers are read: found like rule packs, an operator's own file first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.members.checkin.cue import ReasonCue, ReasonCueFile, ReasonCues
from bot.core.members.checkin.pack import CheckinPack
from bot.core.members.checkin.reading import AnswerReader
from bot.core.members.checkin.table import CheckinBook, book_problems
from bot.core.rules.engine import PatternRefusedError
from bot.core.text.normalise import plain
from bot.errors import PackError
from bot.models import reason_model
from bot.packs import files_of, read_toml, wrong_examples
from bot.playbook_words import load_refused
from bot.playbooks import CHECKIN

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.replies.reader import ReplyReader


def load_reason_cues(own: Path | None = None) -> tuple[ReasonCue, ...]:
    """Read all cues in force.

    Args:
        own: the operator's data folder.

    Raises:
        PackError: a file holds no cues, two cues share an id, or one speaks for nothing.
    """
    cues: dict[str, ReasonCue] = {}
    for path in files_of("rules/checkin", own):
        try:
            file = msgspec.convert(read_toml(path), ReasonCueFile)
        except msgspec.ValidationError as error:
            raise PackError(f"{path}: {error}") from None
        for cue in file.cue:
            if cue.id in cues:
                raise PackError(f"{path}: cue {cue.id} stands twice; give each its own id")
            if cue.reason is None and cue.followup is None:
                raise PackError(f"{path}: cue {cue.id} speaks for nothing; give it a reason or a followup")
            cues[cue.id] = cue
    return tuple(cues.values())


def load_checkin_book(own: Path | None = None) -> CheckinBook:
    """Read and check what check-ins say.

    Args:
        own: the operator's data folder, whose `playbooks/check-in.toml` overrides the shipped one.

    Raises:
        PackError: the file is missing or wrong; the message names what and what to do.
    """
    path = next((path for path in files_of("playbooks", own) if path.name == CHECKIN), None)
    if path is None:
        raise PackError(f"playbooks/{CHECKIN} is missing; install qunguan again")
    try:
        book = msgspec.convert(read_toml(path), CheckinBook)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {error}") from None
    problems = book_problems(book, load_refused(own))
    if problems:
        raise PackError(f"{path}: {problems[0]}")
    return book


def load_checkins(own: Path | None = None, first: ReplyReader | None = None) -> CheckinPack:
    """Return all that check-ins are made with.

    Args:
        own: the operator's data folder.
        first: hears danger, opt-out and the like in any private reply.

    Raises:
        PackError: a file is wrong.
    """
    try:
        cues = ReasonCues(load_reason_cues(own))
    except PatternRefusedError as error:
        raise PackError(f"rules/checkin: {error}") from None
    return CheckinPack(load_checkin_book(own), AnswerReader(cues, reason_model(), first))


def wrong_reason_cues(cues: ReasonCues) -> list[str]:
    """Return a line for every example of a cue that does not do what it says."""
    return [
        line
        for cue in cues.cues
        for line in wrong_examples(
            cue.id,
            [(e,) for e in cue.hits],
            [(e,) for e in cue.passes],
            lambda text, cue=cue: cue in cues.found(plain(text).strip()),
        )
    ]

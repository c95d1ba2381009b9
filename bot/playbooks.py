"""Playbooks and the cues replies are read by: found like rule packs, an operator's own file by file first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.playbook.check import problems_of
from bot.core.playbook.model import Playbook, Purpose
from bot.core.playbook.phrases import CreditLine
from bot.core.replies.cue import Concept, Cue, CueExample, CueFile
from bot.core.replies.reader import ReplyReader
from bot.core.rules.engine import PatternRefusedError
from bot.core.text.normalise import plain
from bot.errors import PackError
from bot.models import grave_model, mood_model
from bot.packs import files_of, read_toml, wrong_examples
from bot.playbook_words import COMMON, CommonFile, load_common, load_refused

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from bot.core.playbook.problem import Problem
    from bot.core.playbook.refused import RefusedCue

replace = msgspec.structs.replace

# The lines of credit that every playbook without its own shares.
CREDIT = "credit.toml"
# What check-ins say has a shape of its own (bot.checkins).
CHECKIN = "check-in.toml"
# So do ideas for quiet rooms and the library of ice-breakers (bot.lively).
REVIVAL, ICEBREAKERS = "revival.toml", "ice-breakers.toml"
# What newcomers are told, too (bot.member_packs).
WELCOME = "welcome.toml"
_OTHERS = frozenset({CREDIT, COMMON, CHECKIN, WELCOME, REVIVAL, ICEBREAKERS})
# In a file an operator writes one [[step]] after the other; the record calls them steps.
_PLURALS = {
    "role": "roles",
    "step": "steps",
    "outcome": "outcomes",
    "followup": "followups",
    "level": "levels",
    "dialogue": "dialogues",
    "parting": "partings",
    "aside": "asides",
}


class CreditFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shared lines of credit, in order of preference."""

    credit: tuple[CreditLine, ...]


class Shared(msgspec.Struct, frozen=True):
    """What a playbook takes over where it says nothing of its own."""

    credit: tuple[CreditLine, ...] = ()
    common: CommonFile = CommonFile()


_NOTHING = Shared()


def playbook_files(own: Path | None = None) -> list[Path]:
    """Return the files of the playbooks in force, an operator's own overriding the shipped ones by name."""
    return [path for path in files_of("playbooks", own) if path.name not in _OTHERS]


def read_playbook(path: Path, shared: Shared = _NOTHING) -> Playbook:
    """Read one playbook.

    Args:
        path: its file.
        shared: what it takes over where it says nothing of its own.

    Raises:
        PackError: it is no playbook; the message names file, step and key.
    """
    raw = read_toml(path)
    for singular, plural in _PLURALS.items():
        if singular in raw:
            raw[plural] = raw.pop(singular)
    if "credit" not in raw:
        raw["credit"] = []
    try:
        playbook = msgspec.convert(raw, Playbook)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {_where(raw, str(error))}{error}") from None
    if playbook.id != path.stem:
        raise PackError(f"{path}: its id {playbook.id!r} must be its file's name")
    common = shared.common
    return replace(
        playbook,
        credit=playbook.credit or shared.credit,
        partings=common.parting | playbook.partings,
        asides=common.aside | playbook.asides,
        dangers=playbook.dangers or {cue.id: cue.patterns for cue in common.danger},
        steps=tuple(
            step if step.title is not None else replace(step, title=common.purpose.get(step.purpose))
            for step in playbook.steps
        ),
    )


def load_playbooks(own: Path | None = None) -> tuple[Playbook, ...]:
    """Read and check every playbook in force.

    Args:
        own: the operator's data folder, whose `playbooks` override the shipped ones.

    Raises:
        PackError: one of them is wrong; the message names file, step, what and what to do.
    """
    playbooks, refused = [], load_refused(own)
    for path, playbook in read_playbooks(own):
        problems = problems_of(playbook, refused=refused)
        if problems:
            more = f" (and {len(problems) - 1} more: qunguan playbooks check)" if len(problems) > 1 else ""
            raise PackError(f"{path}: {problems[0]}{more}")
        playbooks.append(playbook)
    return tuple(playbooks)


def read_playbooks(own: Path | None = None) -> list[tuple[Path, Playbook]]:
    """Read every playbook in force, unchecked, with the file it came from.

    Args:
        own: the operator's data folder.

    Raises:
        PackError: a file is no playbook.
    """
    shared = Shared(_shared_credit(own), load_common(own))
    return [(path, read_playbook(path, shared)) for path in playbook_files(own)]


def problems_in(playbook: Playbook, reader: ReplyReader, refused: tuple[RefusedCue, ...]) -> list[Problem]:
    """Return all that is wrong with a playbook, its scripted talks included.

    Args:
        playbook: the table.
        reader: reads the replies of the talks.
        refused: what no text to members may say.
    """
    return problems_of(playbook, lambda text, purpose: reader.read(text, purpose).reply, refused)


def load_cues(own: Path | None = None) -> CueFile:
    """Read all cues in force as one file.

    Args:
        own: the operator's data folder.

    Raises:
        PackError: a file holds no cues, or two cues share an id.
    """
    prior: dict[str, Any] = {}
    cues: dict[str, Cue] = {}
    concepts: dict[str, Concept] = {}
    for path in files_of("rules/replies", own):
        try:
            file = msgspec.convert(read_toml(path), CueFile)
        except msgspec.ValidationError as error:
            raise PackError(f"{path}: {error}") from None
        prior |= file.prior
        for cue in file.cue:
            if cue.id in cues:
                raise PackError(f"{path}: cue {cue.id} stands twice; give each its own id")
            cues[cue.id] = cue
        for concept in file.concept:
            if concept.id in concepts:
                raise PackError(f"{path}: concept {concept.id} stands twice; put its words together")
            concepts[concept.id] = concept
    return CueFile(prior=prior, cue=tuple(cues.values()), concept=tuple(concepts.values()))


def load_reader(own: Path | None = None) -> ReplyReader:
    """Return what reads replies.

    Args:
        own: the operator's data folder, whose `rules/replies` override the shipped cues.

    Raises:
        PackError: a file of cues is wrong.
    """
    cues = load_cues(own)
    try:
        return ReplyReader(cues.cue, cues.prior, mood_model(), grave_model(cues.concept))
    except PatternRefusedError as error:
        raise PackError(f"rules/replies: {error}") from None


def wrong_cues(reader: ReplyReader) -> list[str]:
    """Return a line for every example of a cue that does not do what it says.

    Args:
        reader: with the cues.
    """

    def said(example: str | CueExample, cue: Cue) -> tuple[str, Purpose]:
        if isinstance(example, str):
            return example, cue.at[0] if cue.at else "soothe"
        return example.text, example.at

    return [
        line
        for cue in reader.cues
        for line in wrong_examples(
            cue.id,
            [said(e, cue) for e in cue.hits],
            [said(e, cue) for e in cue.passes],
            lambda text, at, cue=cue: cue in reader.found(plain(text), at),
        )
    ]


def _shared_credit(own: Path | None) -> tuple[CreditLine, ...]:
    for path in files_of("playbooks", own):
        if path.name == CREDIT:
            try:
                return msgspec.convert(read_toml(path), CreditFile).credit
            except msgspec.ValidationError as error:
                raise PackError(f"{path}: {error}") from None
    return ()


def _where(raw: dict[str, Any], error: str) -> str:
    """Return which entry of a list an error is about, by its own name."""
    _, _, place = error.partition(" - at `$.")
    name, _, rest = place.partition("[")
    number = rest.partition("]")[0]
    if not number.isdigit():
        return ""
    entry = raw.get(name, [])[int(number)]
    if not isinstance(entry, dict):
        return ""
    called = entry.get("id") or entry.get("name") or f"number {int(number) + 1}"
    return f"{name.removesuffix('s')} {called}: "

"""Editions: a running case finishes by the playbook as it stood when it began, whatever is edited meanwhile."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from bot.core.care.records import Edition
from bot.core.playbook.choose import playbook_for
from bot.core.playbook.model import Playbook, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.conflict.news import Raised
    from bot.core.draft import Draft
    from bot.core.playbook.model import CareKind


def choose(draft: Draft, news: Raised) -> tuple[str, str]:
    """Return id and fingerprint of the playbook for what was raised, and keep it as it stands now.

    Both are empty where no playbook is for it: then staff is told, and nobody is written to.

    Args:
        draft: the decision in the making.
        news: what was raised.
    """
    return choose_for(draft, news.kind, (turn.words for turn in news.turns))


def choose_for(draft: Draft, kind: CareKind, words: Iterable[str]) -> tuple[str, str]:
    """Return id and fingerprint of the playbook for a kind of case, and keep it as it stands now.

    Args:
        draft: the decision in the making.
        kind: the case's.
        words: what was said, line by line.
    """
    playbook = playbook_for(draft.policy.playbooks, kind, words)
    if playbook is None:
        return "", ""
    version = fingerprint(playbook)
    if draft.edition(version) is None:
        body = msgspec.json.encode(msgspec.structs.replace(playbook, dialogues=())).decode()
        draft.put(Edition(fingerprint=version, body=body))
    return playbook.id, version


def playbook_of(draft: Draft, version: str) -> Playbook | None:
    """Return the playbook a case or a track began with; None where it cannot be read any more.

    Args:
        draft: the decision in the making.
        version: its fingerprint.
    """
    edition = draft.edition(version) if version else None
    return None if edition is None else _read(edition.body)


def let_go(draft: Draft, version: str) -> None:
    """Forget an edition that no case needs any more.

    Args:
        draft: the decision in the making.
        version: its fingerprint; a case that may still need it has not forgotten its words.
    """
    for number in draft.state.cases:
        case = draft.case(number)
        if case is None or case.care is None or case.care.forgotten:
            continue
        if case.care.edition == version or any(t.edition == version for t in draft.tracks(number)):
            return
    if version and draft.edition(version) is not None:
        draft.drop("edition", version)


@functools.lru_cache(maxsize=32)
def _read(body: str) -> Playbook | None:
    try:
        return msgspec.json.decode(body.encode(), type=Playbook)
    except msgspec.ValidationError:
        return None  # written by a later or much earlier program: a human goes on

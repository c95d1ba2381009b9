"""Waits: everything a case waits for is a task under a natural key, so planning twice does no harm.

A key ends in the moment it is for: one moved to another moment is another task, so that a bell that rang for
the first is never taken for the second's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.records import Task

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.care.records import Track
    from bot.core.draft import Draft
    from bot.core.records import Case

_OF_A_TRACK = ("care-wait", "care-remind", "care-listen")


def key_of(
    kind: str, case: int, due_at: datetime, person: str | None = None, number: int | None = None
) -> str:
    """Return the natural key of a wait, like `care:12:u1:wait@20260302T040000` or `care:12:take@...`.

    Args:
        kind: the task's kind, `care-` and what for.
        case: the case's number.
        due_at: the moment it is for.
        person: whom it is about, where it is about one.
        number: tells several of a kind apart (follow-ups).
    """
    parts = ("care", str(case), person, kind.removeprefix("care-"), None if number is None else str(number))
    return ":".join(part for part in parts if part is not None) + f"@{due_at:%Y%m%dT%H%M%S}"


def number_in(key: str) -> int:
    """Return the number that tells a wait apart from others of its kind."""
    return int(key.rpartition("@")[0].rpartition(":")[2])


def plan(
    draft: Draft,
    case: Case,
    kind: str,
    due_at: datetime,
    person: str | None = None,
    number: int | None = None,
) -> None:
    """Plan a wait of a case; the one of its kind that was planned before is moved.

    Args:
        draft: the decision in the making.
        case: the case.
        kind: the task's kind.
        due_at: when.
        person: whom it is about.
        number: tells several of a kind apart.
    """
    if number is None:
        cancel(draft, case.number, kind, person)
    key = key_of(kind, case.number, due_at, person, number)
    draft.put(Task(key=key, kind=kind, due_at=due_at, room=case.room, member=person, case=case.number))


def cancel(draft: Draft, case: int, kind: str, person: str | None = None) -> None:
    """Let a wait go, planned or not."""
    for task in draft.tasks_of(case):
        if task.kind == kind and task.member == person:
            draft.drop("task", task.key)


def stop_waiting(draft: Draft, track: Track) -> None:
    """Let everything go that a track waits for."""
    for kind in _OF_A_TRACK:
        cancel(draft, track.case, kind, track.member)

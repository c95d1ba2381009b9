"""What time brings: the tasks whose moment has come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import timers
from bot.core.digest.plan import moment_of, plan_next
from bot.core.digest.values import digest_values
from bot.core.effects import Digest, Words
from bot.core.members import newcomers
from bot.core.members.checkin import asking
from bot.core.members.health import plan as health
from bot.core.members.posts import plan as posts
from bot.core.members.posts import saying

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.draft import Draft
    from bot.core.events import Due
    from bot.core.records import Task

# A digest this long after its hour says that it is late.
_LATE = timedelta(minutes=30)


def on_due(event: Due, draft: Draft) -> None:
    """Do what a task says; a task that is gone already (done, or overtaken) does nothing."""
    task = draft.state.tasks.get(event.task)
    if task is None:
        return
    draft.task = task.key
    draft.drop("task", task.key)
    _TASKS[task.kind](task, draft)


def _digest(task: Task, draft: Draft) -> None:
    reader = task.member
    if reader is None:
        return
    day = date.fromisoformat(task.key.rsplit(":", 1)[1])
    late = draft.now - moment_of(draft.policy, day) > _LATE
    values = digest_values(draft, reader, day, late=late)
    if values["rooms"]:
        draft.effects.append(Digest(to=reader, words=Words("digest.daily", values)))
    plan_next(draft, reader, day + timedelta(days=1))


def _approval(task: Task, draft: Draft) -> None:
    """Let a request nobody answered expire: without a yes nothing is done."""
    case = None if task.case is None else draft.case(task.case)
    if case is not None and case.state == "asked":
        draft.put(msgspec.structs.replace(case, state="expired", held=()))


_TASKS: dict[str, Callable[[Task, Draft], None]] = {
    "digest": _digest,
    "approval": _approval,
    **dict.fromkeys(timers.KINDS, timers.on_task),
    **dict.fromkeys(asking.KINDS, asking.on_task),
    health.LOOK: health.on_look,
    posts.POST: saying.on_task,
    **dict.fromkeys(newcomers.KINDS, newcomers.on_task),
}

"""A room that meets its newcomers and knows its members; time can be let run."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

from bot.core.events import Due
from bot.core.policy import Policy
from bot.member_packs import load_members
from tests.core.checkin.silence import packs as checkin_packs
from tests.core.scene import Scene


@functools.cache
def packs() -> dict[str, Any]:
    return {"members": load_members()}


class Meeting(Scene):
    """A scene with tiers, badges and a welcome; `checkins` adds what asks silent members."""

    def __init__(self, mode: str = "act", *, checkins: bool = False, **tables: Any) -> None:
        super().__init__(mode, **tables)  # type: ignore[arg-type]
        more = checkin_packs() if checkins else {}
        self.policy = Policy(self.policy.settings, self.policy.rules, **more, **packs())
        self.recorded: list[Any] = []

    def run(self, **delta: float) -> list[Any]:
        """Let time pass; return every effect that time brought (none of a digest), each of which arrived."""
        until = self.now + timedelta(**delta)
        brought: list[Any] = []
        while self.state.next_due is not None and self.state.next_due <= until:
            task = self.state.due(self.state.next_due)[0]
            self.now = max(self.now, task.due_at)
            decision = self.tell(Due(at=self.now, task=task.key))
            self.recorded += decision.recorded
            for effect in decision.effects:
                if task.kind != "digest":
                    brought.append(effect)
                brought += self.receive(effect).effects
        self.now = until
        return brought

    def known(self, member: str) -> Any:
        return self.state.people[member]


def line(effect: Any) -> str:
    return str(effect.words.values["text"])


def tasks(scene: Scene, kind: str) -> list[Any]:
    return [task for task in scene.state.tasks.values() if task.kind == kind]

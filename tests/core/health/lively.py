"""A room whose days are told in a line each, and time that can be let run: what it brings comes out."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.events import Due, Message
from bot.core.policy import Policy
from bot.lively import load_lively
from bot.shell.holidays import chinese_days_off
from bot.shell.render import load_renderer
from tests.core.scene import Scene

SHANGHAI = ZoneInfo("Asia/Shanghai")
TALK = "今天大家都在聊什么呀"


@functools.cache
def packs() -> dict[str, Any]:
    return {"lively": load_lively(), "days_off": chinese_days_off()}


@functools.cache
def renderer(language: str = "zh") -> Any:
    return load_renderer(language, {})


class Lively(Scene):
    """A scene with ice-breakers and ideas; `moments` keeps all that time brought with its moment."""

    def __init__(self, mode: str = "act", **tables: Any) -> None:
        super().__init__(mode, **tables)  # type: ignore[arg-type]
        self.policy = Policy(self.policy.settings, self.policy.rules, **packs())
        self.moments: list[tuple[datetime, Any]] = []
        self.number = 0
        self.open("r1", "母婴群")

    def run(self, until: datetime | None = None, **delta: float) -> list[Any]:
        """Let time pass; return every effect that time brought (what a room only writes down included)."""
        until = self.now + timedelta(**delta) if until is None else until
        brought = []
        while self.state.next_due is not None and self.state.next_due <= until:
            task = self.state.due(self.state.next_due)[0]
            self.now = max(self.now, task.due_at)
            decision = self.tell(Due(at=self.now, task=task.key))
            for effect in (*decision.effects, *decision.recorded):
                brought.append(effect)
                self.moments.append((self.now, effect))
        self.now = until
        return brought

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Let time run on to an hour of the room's clock, so many days later."""
        here = self.now.astimezone(SHANGHAI)
        wanted = here.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)
        assert wanted >= here
        self.run(until=wanted)

    def talk(self, *speakers: str, room: str = "r1", text: str = TALK) -> None:
        """Let people say something, one a minute."""
        for who in speakers:
            self.number += 1
            self.tell(Message(at=self.now, room=room, id=f"t{self.number}", sender=who, name=who, text=text))
            self.now += timedelta(minutes=1)

    def day(self, count: int, *speakers: str, hour: int = 12, room: str = "r1") -> None:
        """Let the next day come, and so many things be said in it by people in turn."""
        self.at(hour, days=1)
        self.talk(*(speakers[n % len(speakers)] for n in range(count)), room=room)

    def texts(self, text: str) -> list[Any]:
        return [e for _, e in self.moments if e.words.text == text]


def shown(effect: Any, language: str = "zh") -> str:
    return str(renderer(language).render(effect.words))

"""A room of silent members, and time that can be let run: what it brings comes out as (moment, effect)."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.checkins import load_checkins
from bot.core.events import Account, Due, Member
from bot.core.policy import Policy
from bot.playbooks import load_playbooks, load_reader
from bot.shell.holidays import chinese_days_off
from tests.core.scene import BOT, Scene

NAMES = [
    "安妮",
    "阿德",
    "小满",
    "小鹿",
    "团子",
    "麦子",
    "豆豆",
    "圆圆",
    "阿哲",
    "晓晓",
    "念念",
    "大树",
    "青青",
    "可可",
    "阿宁",
    "石头",
]


@functools.cache
def packs() -> dict[str, Any]:
    reader = load_reader()
    return {
        "reader": reader,
        "checkins": load_checkins(None, reader),
        "days_off": chinese_days_off(),
        "playbooks": load_playbooks(),
    }


class Silence(Scene):
    """A scene whose bot makes check-ins; members l0, l1, ... joined 40 days ago and have not spoken since."""

    def __init__(self, lurkers: int = 1, mode: str = "act", **tables: Any) -> None:
        super().__init__(mode, **tables)  # type: ignore[arg-type]
        self.policy = Policy(self.policy.settings, self.policy.rules, **packs())
        self.sent: list[tuple[datetime, Any]] = []
        self.tell(Account(at=self.now, state="connected", self_id=BOT))
        for number in range(lurkers):
            self.lurker(
                f"l{number}", NAMES[number % len(NAMES)] + (str(number) if number >= len(NAMES) else "")
            )

    def lurker(self, member: str, name: str, room: str = "r1", **more: Any) -> None:
        self.tell(Member(at=self.now, room=room, member=member, name=name, joined_at=self.now, **more))

    def run(self, **delta: float) -> list[Any]:
        """Let time pass; return every effect that time brought, each of which arrived."""
        until = self.now + timedelta(**delta)
        brought = []
        while self.state.next_due is not None and self.state.next_due <= until:
            task = self.state.due(self.state.next_due)[0]
            self.now = max(self.now, task.due_at)
            decision = self.tell(Due(at=self.now, task=task.key))
            for effect in (*decision.effects, *decision.recorded):
                brought.append(effect)
                self.sent.append((self.now, effect))
            for effect in decision.effects:
                self.receive(effect)
        self.now = until
        return brought

    def asked(self, purpose: str = "checkin") -> list[tuple[datetime, Any]]:
        return [(at, e) for at, e in self.sent if getattr(e, "purpose", "") == purpose]

    def until_asked(self, days: int = 80) -> Any:
        """Let days pass until somebody is asked; return the question."""
        for _ in range(days * 24):
            before = len(self.asked())
            self.run(hours=1)
            if len(self.asked()) > before:
                return self.asked()[-1][1]
        raise AssertionError("nobody was asked")

    def answer(self, member: str, *lines: str) -> list[Any]:
        """Let somebody write in private, and wait until the bot has heard them out; return what it says then."""
        effects: list[Any] = []
        for line in lines:
            effects += self.whisper(member, line).effects
        return [*effects, *self.run(minutes=2)]

    def record(self, member: str) -> Any:
        return self.state.checkins[self.state.last_checkin[member]]

    def befriended(self, member: str, friend: bool) -> None:
        from bot.core.events import Friend

        self.tell(Friend(at=self.now, member=member, friend=friend))

    def change(self, **settings: Any) -> None:
        checkin = msgspec.structs.replace(self.policy.settings.checkin, **settings)
        self.policy = Policy(
            msgspec.structs.replace(self.policy.settings, checkin=checkin), self.policy.rules, **packs()
        )


def said(effect: Any) -> str:
    return str(effect.words.values["text"])

"""A room in which people talk to each other: lines go in, news of conflicts comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from bot.conflict_packs import load_conflict_model
from bot.core.conflict.judge import ConflictModel
from bot.core.conflict.news import Calmed, Raised
from bot.core.conflict.watch import watch
from bot.core.draft import Draft
from bot.core.events import Member, Message, Room
from bot.core.members import presence
from bot.core.policy import Policy
from bot.core.state import State
from tests.core.scene import NOON, settings

NAMES = {"a": "阿禾", "b": "老周爱看书", "c": "糖糖", "d": "大鹏", "s": "客服小满"}
SMALLTALK = (
    ("a", "早 今天降温了 多穿点"),
    ("b", "早 我刚买完菜回来"),
    ("c", "请问今晚几点开始呀"),
    ("s", "今晚八点 老地方见"),
    ("d", "收到 我带水果"),
    ("c", "我六点下班 应该赶得上"),
    ("a", "那我顺路捎你"),
    ("d", "群文件里的表格谁填了"),
    ("c", "我填了 早上填的"),
    ("b", "晚点看看"),
)


@cache
def model() -> ConflictModel:
    return load_conflict_model()


@dataclass
class Heard:
    """What one line made known."""

    message: Message
    news: tuple[Raised | Calmed, ...]


class Talk:
    """A room `r` with members a, b, c, d and s of its staff, who know each other for ten lines already."""

    def __init__(self, *, warmed_up: bool = True) -> None:
        self.policy = Policy(settings(), conflict=model())
        self.state = State()
        self.now = NOON
        self.number = 0
        self.heard: list[Heard] = []
        draft = Draft(self.state, self.policy, self.now)
        presence.on_room(Room(at=NOON, room="r", topic="读书会", owner="owner", staff=("s",)), draft)
        for member, name in NAMES.items():
            presence.on_member(Member(at=NOON, room="r", member=member, name=name), draft)
        self.state.apply(draft.decision().changes)
        if warmed_up:
            self.say(*SMALLTALK)

    def say(self, *lines: tuple[str, str], after: float = 20, **more: object) -> list[Raised | Calmed]:
        """Let people say lines and return the news of all of them."""
        found: list[Raised | Calmed] = []
        for sender, text in lines:
            self.now += timedelta(seconds=after)
            self.number += 1
            message = Message(
                **{
                    "at": self.now, "room": "r", "id": f"m{self.number}", "sender": sender,
                    "name": NAMES.get(sender, sender), "text": text, **more,
                }
            )  # fmt: skip
            found += self.hear(message)
        return found

    def hear(self, message: Message) -> tuple[Raised | Calmed, ...]:
        draft = Draft(self.state, self.policy, message.at)
        room, member = presence.heard(message, draft)
        news = watch(message, room, member, draft)
        self.state.apply(draft.decision().changes)
        self.heard.append(Heard(message, news))
        return news


def raised(news: list[Raised | Calmed]) -> list[Raised]:
    return [one for one in news if isinstance(one, Raised)]

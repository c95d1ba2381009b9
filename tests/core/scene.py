"""A room to play scenes in: events go in, decisions come out, receipts are given by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.core.decide import decide
from bot.core.draft import Decision
from bot.core.effects import Effect
from bot.core.events import (
    Account,
    Due,
    Event,
    Join,
    Leave,
    Member,
    Message,
    Outcome,
    Present,
    Receipt,
    Room,
    Roster,
)
from bot.core.policy import Policy
from bot.core.records import Case, MemberState, Mode
from bot.core.rules.kind import Why
from bot.core.rules.phrase import Spec
from bot.core.rules.registry import RuleSet
from bot.core.settings import Settings
from bot.core.state import State
from bot.replay import receipt_of

# A Monday, noon in Shanghai.
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

AD = "加我领福利"
MAYBE = "有人要货吗"
SCAM = "刷单日结"
TALK = "今天天气真好"

BOT, OWNER, STAFF, OPERATOR, GUARD = "bot", "owner", "staff", "operator", "guard"
STRANGER = "nobody-we-know"


def _rule(rule: str, weight: float, word: str) -> Spec:
    return Spec(
        id=rule, weight=weight, why=Why("因为", "because"), hits=(word,), passes=("别的",), words=(word,)
    )


RULES = RuleSet(
    [_rule("ads/sure", 0.95, AD), _rule("ads/maybe", 0.6, MAYBE), _rule("scams/orders", 0.95, SCAM)]
)


def settings(**tables: Any) -> Settings:
    """Return settings with an operator; tables as they would stand in qunguan.toml."""
    return msgspec.convert({"operator": {"id": OPERATOR}, **tables}, Settings)


def policy(mode: Mode = "act", *, forced: Mode | None = None, **tables: Any) -> Policy:
    """Return a policy of the scene's own rules; the person `guard` is whitelisted."""
    defaults = {"mode": mode, "whitelist": [GUARD], **tables.pop("defaults", {})}
    return Policy(settings(defaults=defaults, **tables), RULES, forced_mode=forced)


class Scene:
    """One account with a room `r1` of an owner, an admin, the bot, and members 小林 (u1) and 小王 (u2)."""

    def __init__(self, mode: Mode = "act", **tables: Any) -> None:
        self.policy = policy(mode, **tables)
        self.state = State()
        self.now = NOON
        self._number = 0
        self.tell(Account(at=NOON, state="login", self_id=BOT))
        self.open("r1", "母婴群")
        for member, name in (("u1", "小林"), ("u2", "小王")):
            self.tell(Member(at=NOON, room="r1", member=member, name=name))

    def open(self, room: str, topic: str, *, owner: str = OWNER, staff: tuple[str, ...] = (STAFF,)) -> None:
        self.tell(Room(at=self.now, room=room, topic=topic, owner=owner, staff=staff))

    def tell(self, event: Event) -> Decision:
        """Decide on an event and take the changes over."""
        decision = decide(event, self.state, self.policy, event.at)
        self.state.apply(decision.changes)
        return decision

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def say(self, sender: str, text: str, room: str | None = "r1", **more: Any) -> Decision:
        self._number += 1
        message = {"id": f"m{self._number}", "at": self.now, "room": room, "sender": sender, "text": text}
        return self.tell(Message(**{**message, **more}))

    def whisper(self, sender: str, text: str, **more: Any) -> Decision:
        return self.say(sender, text, room=None, **more)

    def receive(self, effect: Effect, outcome: Outcome = "done", detail: str = "") -> Decision:
        """Give an effect's receipt."""
        receipt = receipt_of(effect, f"e{effect.case}:{kind(effect)}", self.now)
        return self.tell(msgspec.structs.replace(receipt, outcome=outcome, detail=detail))

    def arrive(self, decision: Decision) -> list[Effect]:
        """Let every effect of a decision succeed, and what follows from that; return all of them."""
        done = list(decision.effects)
        for effect in done:
            done += self.receive(effect).effects
        return done

    def join(self, member: str, name: str = "", room: str = "r1", **more: Any) -> Decision:
        return self.tell(Join(at=self.now, room=room, member=member, name=name or member, **more))

    def leave(self, member: str, room: str = "r1", **more: Any) -> Decision:
        return self.tell(Leave(at=self.now, room=room, member=member, **more))

    def roster(self, *members: str | Present, room: str = "r1") -> Decision:
        listed = tuple(m if isinstance(m, Present) else Present(m, m) for m in members)
        return self.tell(Roster(at=self.now, room=room, members=listed))

    def due(self) -> Decision:
        """Let the next task fall due at its time, or now if that is past."""
        task = min(self.state.tasks.values(), key=lambda t: (t.due_at, t.key))
        self.now = max(self.now, task.due_at)
        return self.tell(Due(at=self.now, task=task.key))

    def case(self, number: int | None = None) -> Case:
        return self.state.cases[max(self.state.cases) if number is None else number]

    def member(self, member: str, room: str = "r1") -> MemberState:
        found = self.state.member(room, member)
        assert found is not None
        return found

    def befriend(self, member: str, friend: bool) -> None:
        known = self.member(member)
        self.tell(Member(at=self.now, room="r1", member=member, name=known.name, friend=friend))


def kind(effect: Effect) -> str:
    return str(effect.__struct_config__.tag)


def kinds(decision: Decision) -> list[str]:
    return [kind(effect) for effect in decision.effects]


def only(decision: Decision) -> Any:
    """Return the one effect of a decision."""
    assert len(decision.effects) == 1, decision.effects
    return decision.effects[0]


def text(effect: Any) -> str:
    """Return which text an effect says."""
    return str(effect.words.text)


def texts(decision: Decision) -> list[str]:
    return [text(effect) for effect in decision.effects if hasattr(effect, "words")]


def receipt(effect: str, effect_kind: str, outcome: Outcome, case: int | None = None, **more: Any) -> Receipt:
    return Receipt(at=NOON, effect=effect, effect_kind=effect_kind, outcome=outcome, case=case, **more)

"""Small events, effects and records to fill a store with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.effects import Effect, Remove, SendPrivate, Words
from bot.core.events import Message, Receipt
from bot.core.records import MemberState, Task
from bot.ports import Guarantee, OutboxRow, OutboxStatus, Received, Settlement

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def message(
    number: int, *, text: str = "今天有活动吗", key: str | None = None, raw: bytes | None = None
) -> Received:
    event = Message(at=later(number), room="r1", id=f"m{number}", sender="u1", name="小林", text=text)
    return Received(key or f"message:m{number}", event, raw=raw)


def receipt(number: int, effect: str, status: OutboxStatus, *, message_id: str | None = None) -> Received:
    outcome = status if status in ("done", "failed", "unknown", "refused", "dropped") else "done"
    event = Receipt(at=later(number), effect=effect, effect_kind="send_private", outcome=outcome)
    settles = Settlement(effect, status, later(number), message_id=message_id, detail="as the channel said")
    return Received(f"receipt:{effect}:{number}", event, settles=settles)


def row(
    effect: str, *, seq: int = 1, guarantee: Guarantee = "at_most_once", text: str = "慢慢说，我们在听。"
) -> OutboxRow:
    what: Effect = (
        Remove(member="u1", room="r1", case=3)
        if guarantee == "at_least_once"
        else SendPrivate(
            to="u1", purpose="checkin", words=Words("checkin/hello", {"name": "小林", "days": 30})
        )
    )
    return OutboxRow(
        id=effect,
        seq=seq,
        effect=what,
        conversation="u1",
        priority=5,
        guarantee=guarantee,
        created_at=later(0),
        text=text,
        not_before=later(1),
        expires_at=later(3600),
    )


def member(messages: int, *, name: str = "小林", member_id: str = "u1") -> MemberState:
    return MemberState(
        room="r1", member=member_id, name=name, first_seen=NOON, last_at=later(messages), messages=messages
    )


def task(key: str = "checkin:r1:u1:2025-W09") -> Task:
    return Task(key=key, kind="checkin", due_at=later(86_400), room="r1", member="u1")

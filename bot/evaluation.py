"""Measures verdicts on labelled messages: each in a room of its own, by the very `decide` that runs the rooms."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from bot.core.decide import decide
from bot.core.events import (
    Attachment,
    Card,
    Forwarded,
    Image,
    Link,
    Member,
    Message,
    MessageType,
    MiniProgram,
    Role,
    Room,
    RoomTrade,
)
from bot.core.rules.view import Signal, excerpt, words_of
from bot.core.state import State
from bot.errors import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.core.ads.score import Verdict
    from bot.core.policy import Policy

# Any moment will do: what is judged is a message alone, with how long its sender has been in the room.
_NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
_SETTLED_DAYS = 30.0
_SHOWN = 90
# 95 % of a normal distribution lie within so many standard deviations (Wilson 1927).
_Z = 1.959964

_AD_LABELS = {"ad": True, "spam": True, "ok": False, "ham": False, "normal": False}
# A file of labelled messages names staff by what they call themselves, and they have been there for long.
_STAFF_WORDS = ("管理员", "物业", "助教", "老师", "团长", "群主", "班主任", "业委会", "教练", "主理人")
_STAFF_DAYS = 60.0


class Labelled(msgspec.Struct, kw_only=True):
    """One line of a file of labelled messages; unknown keys are passed over."""

    text: str | None = ""
    label: str
    id: str = ""
    community: str = ""
    room_policy: RoomTrade = "no_ads"
    sender_tenure_days: float = _SETTLED_DAYS
    sender_nick: str | None = ""
    type: MessageType = "text"
    title: str | None = None
    description: str | None = None
    url: str | None = None
    qr: str | bool | None = None
    ocr: str | None = None
    ad_kind: str | None = None
    obfuscation: str | None = None
    hard: bool | None = None

    @property
    def is_ad(self) -> bool:
        """Whether it is labelled an ad."""
        return _AD_LABELS[self.label]


class Judged(msgspec.Struct, frozen=True):
    """A labelled message with what the program says of it."""

    row: Labelled
    verdict: Verdict
    score: float
    reasons: tuple[Signal, ...]
    words: str


class Share(msgspec.Struct, frozen=True):
    """A share with its 95 % interval (Wilson), and how many it is a share of."""

    value: float
    low: float
    high: float
    of: int


class Figures(msgspec.Struct, frozen=True):
    """What one way of reading verdicts achieves."""

    precision: Share
    recall: Share
    f1: float
    false_alarms: Share


class Mistake(msgspec.Struct, frozen=True):
    """A verdict that is wrong, with its reasons."""

    id: str
    label: str
    verdict: Verdict
    score: float
    text: str
    reasons: tuple[Signal, ...]


class Evaluation(msgspec.Struct, frozen=True):
    """Everything `qunguan evaluate ads` tells: `act` counts the verdict ad, `ask` counts suspect as well.

    `recall_by` and `alarms_by` hold, by group, the shares of ads found and of others asked about (`ask`).
    """

    messages: int
    ads: int
    act: Figures
    ask: Figures
    recall_by: dict[str, Share]
    alarms_by: dict[str, Share]
    missed: tuple[Mistake, ...]
    wronged: tuple[Mistake, ...]


def read_labelled(path: Path) -> list[Labelled]:
    """Read a file of labelled messages (JSON Lines: text, label ad or ok, and what else is known).

    Raises:
        HistoryError: it cannot be read, or a line is no labelled message; the message names the line.
    """
    rows = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=Labelled)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HistoryError(f"{path}: line {number}: {error}") from None
        if row.label not in _AD_LABELS:
            raise HistoryError(f"{path}: line {number}: label {row.label!r} is neither ad nor ok")
        row.id = row.id or str(number)
        rows.append(row)
    if not rows:
        raise HistoryError(f"{path}: no labelled message in it")
    return rows


def judged(rows: Iterable[Labelled], policy: Policy) -> Iterator[Judged]:
    """Yield each message with its verdict; every one is said in a room of its own.

    Args:
        rows: labelled messages.
        policy: what to decide by.
    """
    for row in rows:
        state = State()
        tenure = row.sender_tenure_days
        nick = row.sender_nick or ""
        role: Role = (
            "staff" if tenure >= _STAFF_DAYS and any(word in nick for word in _STAFF_WORDS) else "member"
        )
        staff = ("u",) if role == "staff" else ()
        joined = _NOON - timedelta(days=tenure)
        message = _message(row)
        for event in (
            Room(at=_NOON, room="r", topic=row.community, owner="o", staff=staff, policy=row.room_policy),
            Member(at=_NOON, room="r", member="u", name=nick, role=role, joined_at=joined),
        ):
            state.apply(decide(event, state, policy, _NOON).changes)
        decision = decide(message, state, policy, _NOON)
        yield Judged(row, decision.verdict or "ok", decision.score, decision.reasons, words_of(message))


def _message(row: Labelled) -> Message:
    title, description = row.title or "", row.description or ""
    more: dict[str, Any] = {}
    if row.type in {"link", "article"}:
        more["link"] = Link(url=row.url or "", title=title, description=description)
    elif row.type == "miniprogram":
        more["miniprogram"] = MiniProgram(app=description, title=title)
    elif row.type == "contact_card":
        more["card"] = Card(name=title)
    elif row.type in {"file", "video"}:
        more["file"] = Attachment(name=title)
    elif row.type == "image":
        codes = () if not row.qr else (row.qr if isinstance(row.qr, str) else "qr",)
        more["image"] = Image(qr=codes, ocr=row.ocr or "")
    elif row.type == "chat_history":
        said = (part.split(":", 1) for part in description.split(" / ") if part)
        lines = (Forwarded(name=part[0].strip(), text=part[-1].strip()) for part in said)
        more["forwarded"] = (Forwarded(text=title), *lines)
    nick = row.sender_nick or ""
    return Message(
        at=_NOON, room="r", id=row.id, sender="u", name=nick, type=row.type, text=row.text or "", **more
    )


def evaluation(found: Iterable[Judged], mistakes: int = 10) -> Evaluation:
    """Return the figures of judged messages.

    Args:
        found: from `judged`.
        mistakes: how many of the worst of either sort to show.
    """
    found = list(found)
    hits: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, list[bool]] = defaultdict(list)
    for one in found:
        row, asked = one.row, one.verdict != "ok"
        into = hits if row.is_ad else alarms
        if row.hard is not None:
            into["hard" if row.hard else "easy"].append(asked)
        into[f"type {row.type}"].append(asked)
        if row.is_ad:
            if row.obfuscation:
                hits["plain" if row.obfuscation == "none" else "obfuscated"].append(asked)
                hits[f"form {row.obfuscation}"].append(asked)
            if row.ad_kind:
                hits[f"kind {row.ad_kind}"].append(asked)
    missed = sorted((j for j in found if j.row.is_ad and j.verdict == "ok"), key=lambda j: j.score)
    wronged = sorted((j for j in found if not j.row.is_ad and j.verdict != "ok"), key=lambda j: -j.score)
    return Evaluation(
        messages=len(found),
        ads=sum(j.row.is_ad for j in found),
        act=_figures(found, {"ad"}),
        ask=_figures(found, {"ad", "suspect"}),
        recall_by={name: share(sum(v), len(v)) for name, v in sorted(hits.items())},
        alarms_by={name: share(sum(v), len(v)) for name, v in sorted(alarms.items())},
        missed=tuple(map(_mistake, missed[:mistakes])),
        wronged=tuple(map(_mistake, wronged[:mistakes])),
    )


def share(part: int, whole: int) -> Share:
    """Return a share with its 95 % interval.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).

    Args:
        part: how many.
        whole: of how many; 0 tells nothing.
    """
    if not whole:
        return Share(0.0, 0.0, 1.0, 0)
    value = part / whole
    middle = (value + _Z * _Z / (2 * whole)) / (1 + _Z * _Z / whole)
    reach = (
        _Z * math.sqrt(value * (1 - value) / whole + _Z * _Z / (4 * whole * whole)) / (1 + _Z * _Z / whole)
    )
    return Share(
        round(value, 4), round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4), whole
    )


def _figures(found: list[Judged], yes: set[Verdict]) -> Figures:
    said = [j for j in found if j.verdict in yes]
    ads = sum(j.row.is_ad for j in found)
    right = sum(j.row.is_ad for j in said)
    precision, recall = share(right, len(said)), share(right, ads)
    total = precision.value + recall.value
    f1 = round(2 * precision.value * recall.value / total, 4) if total else 0.0
    return Figures(precision, recall, f1, share(len(said) - right, len(found) - ads))


def _mistake(one: Judged) -> Mistake:
    return Mistake(one.row.id, one.row.label, one.verdict, one.score, excerpt(one.words, _SHOWN), one.reasons)

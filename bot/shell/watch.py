"""The link watch: notices that the account is in trouble, says so once, and says when it is over.

It only keeps times and is asked at every tick; the alarms it raises go to a sink outside WeChat, because
an account that has dropped cannot say so itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from bot.core import settings
from bot.ports import Clock, LinkState
from bot.shell.alarm_qr import qr_text
from bot.shell.alarm_words import Language, Trouble, cleared, length, raised

Level = Literal["critical", "warning", "info"]

PATIENCE: Final[dict[Trouble, timedelta]] = {
    "scan": timedelta(0),
    # A code to scan mostly follows at once, and says more.
    "logout": timedelta(seconds=10),
    "rejected": timedelta(0),
    # Reconnecting mostly takes seconds; an operator must know within two minutes.
    "disconnected": timedelta(seconds=60),
    "silent": timedelta(0),
    "sends": timedelta(0),
}
"""How long a trouble lasts before it is worth an alarm."""

LEVELS: Final[dict[Trouble, Level]] = {
    "scan": "critical",
    "logout": "critical",
    "rejected": "critical",
    "disconnected": "critical",
    "silent": "warning",
    "sends": "warning",
}

STEADY: Final = timedelta(seconds=10)
"""How long all must be well before a trouble counts as over; doubles with every relapse."""

LONGEST_STEADY: Final = timedelta(minutes=10)
"""The longest such wait, and how soon a trouble must come back to count as a relapse."""


class AlarmNote(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm as it goes out; `kind` is the trouble, or `recovered`, and `level` how bad it is."""

    text: str
    level: Level
    kind: str
    at: datetime
    account: str


class _Case(msgspec.Struct):
    """One kind of trouble: since when, whether said, and since when it has been well again."""

    since: datetime | None = None
    told: bool = False
    well_since: datetime | None = None
    over_at: datetime | None = None
    steady: timedelta = STEADY
    values: dict[str, str] = {}

    def end(self) -> None:
        """Note that it is over, as of the moment it had become well; only what was told can relapse."""
        self.over_at = self.well_since if self.told else self.over_at
        self.since, self.well_since, self.told = None, None, False


class LinkWatch:
    """Watches the link of one account; call `check` every few seconds."""

    def __init__(
        self,
        limits: settings.Alarm,
        *,
        clock: Clock,
        sink: Callable[[AlarmNote], None],
        account: str = "",
        language: Language = "zh",
        show: Callable[[str], None] | None = None,
    ) -> None:
        """Assume that all is well.

        Args:
            limits: the [alarm] table.
            clock: the time.
            sink: takes alarms, without waiting (`AlarmSender.ring`).
            account: whose trouble it is, for operators of several.
            language: of the alarms.
            show: shows a login code, drawn as text, on the terminal; called for every fresh code.
        """
        self._limits, self._clock, self._sink = limits, clock, sink
        self.account, self._language, self._show = account, language, show
        self._cases: dict[Trouble, _Case] = {trouble: _Case() for trouble in PATIENCE}
        self._connected = False
        self._heard_at = clock.now()
        self._failures = 0
        self._qr: str | None = None

    def link(self, state: LinkState) -> None:
        """Take in how the link stands now."""
        now = self._clock.now()
        match state.state:
            case "connected" | "login":
                self._well("disconnected", now)
                self._well("rejected", now)
                if state.state == "login":
                    self._well("logout", now)
                    self._well("scan", now)
                if not self._connected:
                    self._heard_at = now
                    self._well("silent", now)
                self._connected = True
            case "disconnected" | "connecting":
                self._connected = False
                self._ill("disconnected", now)
            case "logout":
                self._ill("logout", now)
            case "scan":
                self._scan(state.qr or state.detail, now)
            case "rejected":
                self._connected = False
                self._ill("rejected", now, detail=state.detail)
        self.check()

    def heard(self) -> None:
        """Note that something came from the gateway: an event, a heartbeat, an answer."""
        now = self._clock.now()
        self._heard_at = now
        self._well("silent", now)

    def send_result(self, ok: bool) -> None:  # noqa: FBT001 - it is what a send hands over
        """Note whether the channel answered a send."""
        now = self._clock.now()
        self._failures = 0 if ok else self._failures + 1
        if ok:
            self._well("sends", now)
        elif self._failures >= self._limits.send_failures:
            self._ill("sends", now, count=str(self._failures))
        self.check()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What has been said to be wrong and is not over yet."""
        return tuple(trouble for trouble, case in self._cases.items() if case.told)

    def check(self) -> None:
        """Raise what has lasted long enough, and end what has been well for long enough."""
        now = self._clock.now()
        silence = now - self._heard_at
        if self._connected and silence >= timedelta(seconds=self._limits.silent_seconds):
            self._ill("silent", self._heard_at)
        over: list[tuple[timedelta, Trouble]] = []
        for trouble, case in self._cases.items():
            if case.since is None:
                continue
            if case.well_since is not None:
                # What was never said ends unsaid, but only once steady: a link that flaps must not pass.
                if now - case.well_since >= case.steady:
                    over.extend([(case.well_since - case.since, trouble)] if case.told else [])
                    case.end()
            elif not case.told and now - case.since >= PATIENCE[trouble] and not self._is_explained(trouble):
                case.told = True
                values = {"gap": length(self._language, now - case.since), **case.values}
                self._raise(raised(self._language, trouble, **values), LEVELS[trouble], trouble)
        if over:  # troubles of one cause end together: one word about the longest will do
            gap, trouble = max(over)
            self._raise(cleared(self._language, trouble, gap), "info", "recovered")

    def _scan(self, qr: str, now: datetime) -> None:
        if qr and qr != self._qr and self._show is not None:
            self._show(qr_text(qr))
        self._qr = qr
        self._ill("scan", now, qr=qr)

    def _is_explained(self, trouble: Trouble) -> bool:
        """Whether another trouble, already said, says it all."""
        told = {other for other, case in self._cases.items() if case.told}
        match trouble:
            case "logout":
                return "scan" in told
            case "silent" | "sends":
                return bool(told & {"disconnected", "logout", "scan", "rejected"})
            case "disconnected":
                return "rejected" in told
            case _:
                return False

    def _ill(self, trouble: Trouble, since: datetime, **values: str) -> None:
        case = self._cases[trouble]
        case.values = values
        case.well_since = None
        if case.since is None:
            relapse = case.over_at is not None and since - case.over_at < LONGEST_STEADY
            case.steady = min(case.steady * 2, LONGEST_STEADY) if relapse else STEADY
            case.since = since

    def _well(self, trouble: Trouble, now: datetime) -> None:
        case = self._cases[trouble]
        if case.since is not None and case.well_since is None:
            case.well_since = now

    def _raise(self, text: str, level: Level, kind: str) -> None:
        now = self._clock.now()
        self._sink(AlarmNote(text=text, level=level, kind=kind, at=now, account=self.account))

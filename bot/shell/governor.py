"""The governor: may this row go now, and if not, when is it worth asking again?

Pure bookkeeping over injected time and chance. The dispatcher asks (`ask`), books what it sends
(`sent`) and tells how it ended (`ended`). WeChat restricts accounts that send much, fast, alike, at
night or to strangers; every limit here answers one of those.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from bot.core import settings
from bot.core.effects import AskFriend
from bot.core.quiet import QuietHours
from bot.ports import LinkState, OutboxRow
from bot.shell.breaker import Breaker
from bot.shell.budget import DAY, HOUR, MINUTE, Ledger, LedgerBook, SameTexts, Saying
from bot.shell.delivery import Delivery, delivery_of, person_of, room_of

SPARE_SHARE: Final = 0.8
"""What private care, friend requests and digests may use of the words' budgets: moderation has the rest."""

_ASK_AGAIN: Final = timedelta(seconds=5)
"""When `admit` suggests to ask again about what only news can free (the link, a probe's end)."""


class Answer(msgspec.Struct, frozen=True):
    """Whether a row may go.

    `scope`: `go`; `row`: this row waits; `purse`: everything spending its purse waits; `all`: everything.
    `at` is the moment to ask again; None: when the link or an outcome changes something.
    """

    scope: Literal["go", "row", "purse", "all"]
    at: datetime | None = None


class Governor:
    """Budgets, gaps, quiet hours, the breaker and the link of one account."""

    def __init__(
        self,
        limits: settings.Governor,
        *,
        rng: random.Random,
        quiet: Callable[[str | None], QuietHours | None],
        exempt: Callable[[str], bool],
    ) -> None:
        """Start with empty ledgers and the link down.

        Args:
            limits: the [governor] table.
            rng: where the jitter comes from.
            quiet: the quiet hours of a room; of the account as a whole for None.
            exempt: whether a person is staff or operator, whom the daily limit per person spares.
        """
        self.limits = limits
        self._rng = rng
        self._quiet = quiet
        self._exempt = exempt
        self._words = Ledger(DAY)
        self._removals = Ledger(MINUTE)
        self._friend_requests = Ledger(DAY)
        self._rooms = LedgerBook(HOUR)
        self._people = LedgerBook(DAY)
        self._texts = SameTexts(timedelta(minutes=limits.same_text_minutes))
        self._next_word: datetime | None = None
        self._tidied: datetime | None = None
        self._under_way: dict[str, datetime] = {}
        self._linked = False
        self._logged_in = True
        self._breaker = Breaker(limits.breaker_failures, timedelta(seconds=limits.breaker_seconds))

    def reconfigure(self, limits: settings.Governor) -> None:
        """Go by other limits from now on, remembering all that was sent."""
        self.limits = limits
        self._texts.apart = timedelta(minutes=limits.same_text_minutes)
        self._breaker.reconfigure(limits.breaker_failures, timedelta(seconds=limits.breaker_seconds))

    def link(self, state: LinkState) -> None:
        """Note how the link stands; a logged-out account stays so through reconnections until it logs in."""
        match state.state:
            case "connected":
                self._linked = True
            case "login":
                self._linked = self._logged_in = True
            case "logout" | "scan":
                self._logged_in = False
            case "disconnected" | "connecting" | "rejected":
                self._linked = False

    @property
    def link_up(self) -> bool:
        """Whether the account can send at all."""
        return self._linked and self._logged_in

    @property
    def paused_until(self) -> datetime | None:
        """The end of the breaker's pause, None while the channel works."""
        return self._breaker.until

    def preload(self, rows: Iterable[OutboxRow], now: datetime) -> None:
        """Book what earlier runs sent (`Store.sent_since` a day ago); a time yet to come counts as now."""
        sent = [(min(row.sent_at, now), row) for row in rows if row.sent_at is not None]
        for at, row in sorted(sent, key=lambda pair: pair[0]):
            self._book(row, at)

    def refuses(self, row: OutboxRow) -> str | None:
        """Return why a row may never go, whatever the hour: friend requests may be switched off."""
        if isinstance(row.effect, AskFriend) and self.limits.friend_requests_day == 0:
            return "friend_requests_off"
        return None

    def admit(self, row: OutboxRow, now: datetime) -> datetime:
        """Return `now` if the row may go now, else the moment at which to ask again."""
        answer = self.ask(row, now)
        return now if answer.scope == "go" else answer.at or now + _ASK_AGAIN

    def ask(self, row: OutboxRow, now: datetime) -> Answer:
        """Say whether a row may go now; the cheap and wide reasons come first."""
        if not self.link_up:
            return Answer("all")
        if not self._breaker.free(now):
            until = self._breaker.until
            return Answer("all", until if until is not None and until > now else None)
        delivery = delivery_of(row.effect)
        at = self._account_free_at(delivery, now)
        if at > now:
            return Answer("purse", at)
        at = self._row_free_at(row, delivery, now)
        return Answer("row", at) if at > now else Answer("go", now)

    def sent(self, row: OutboxRow, now: datetime) -> None:
        """Book a row that goes now: before the channel is called, so that two at once cannot overspend."""
        if self._tidied is None or now - self._tidied >= MINUTE:
            self._tidied = now
            for ledger in (self._rooms, self._people, self._texts):
                ledger.forget(now)
        self._book(row, now)
        self._under_way[row.id] = now
        self._breaker.begin(row.id)

    def ended(self, row: OutboxRow, now: datetime, *, healthy: bool | None, spent: bool = True) -> None:
        """Close the booking of a row.

        Args:
            row: what was booked with `sent`; any other is ignored.
            now: the present moment.
            healthy: whether the channel answered (a refusal is an answer); None: it was never called.
            spent: False gives the budgets back: it surely did not go out. The gap stays.
        """
        at = self._under_way.pop(row.id, None)
        if at is None:
            return
        if healthy is None:
            self._breaker.abandoned(row.id)
        elif healthy:
            self._breaker.succeeded(row.id)
        else:
            self._breaker.failed(row.id, now)
        if not spent:
            for ledger in self._ledgers(row):
                ledger.cancel(at)

    def _account_free_at(self, delivery: Delivery, now: datetime) -> datetime:
        limits = self.limits
        if not delivery.counts_as_word:
            return self._removals.free_at(now, limits.removals_minute, MINUTE)
        share = SPARE_SHARE if delivery.purse == "spare" else 1
        spans = ((limits.per_minute, MINUTE), (limits.per_hour, HOUR), (limits.per_day, DAY))
        free = [self._words.free_at(now, max(1, int(limit * share)), span) for limit, span in spans]
        return max(now, self._next_word or now, *free)

    def _row_free_at(self, row: OutboxRow, delivery: Delivery, now: datetime) -> datetime:
        limits, effect, at = self.limits, row.effect, now
        room, person = room_of(effect), person_of(effect)
        if delivery.in_room and room is not None:
            at = max(at, self._rooms.free_at(room, now, limits.per_room_hour, HOUR))
        if delivery.to_person and person is not None and not self._exempt(person):
            at = max(at, self._people.free_at(person, now, limits.per_person_day, DAY))
        if isinstance(effect, AskFriend) and limits.friend_requests_day > 0:
            at = max(at, self._friend_requests.free_at(now, limits.friend_requests_day, DAY))
        if delivery.spread and row.text is not None:
            at = max(at, self._texts.free_at(row.text, row.conversation, now))
        if delivery.obeys_quiet_hours and (quiet := self._quiet(room)) is not None:
            at = quiet.over_at(at)
        return at

    def _book(self, row: OutboxRow, at: datetime) -> None:
        for ledger in self._ledgers(row):
            ledger.book(at)
        if delivery_of(row.effect).counts_as_word:
            gap = self.limits.gap_seconds + self._rng.random() * self.limits.jitter_seconds
            self._next_word = max(at + timedelta(seconds=gap), self._next_word or at)

    def _ledgers(self, row: OutboxRow) -> Iterator[Ledger | Saying]:
        """Yield everything a row is booked in."""
        delivery, effect = delivery_of(row.effect), row.effect
        if not delivery.counts_as_word:
            yield self._removals
            return
        yield self._words
        room, person = room_of(effect), person_of(effect)
        if delivery.in_room and room is not None:
            yield self._rooms.of(room)
        if delivery.to_person and person is not None:
            yield self._people.of(person)
        if isinstance(effect, AskFriend):
            yield self._friend_requests
        if row.text is not None:
            yield self._texts.of(row.text, row.conversation)

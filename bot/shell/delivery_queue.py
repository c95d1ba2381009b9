"""Rows that wait: in order within a conversation, by priority across conversations, as plain values.

A thousand waiting rows are a thousand entries in heaps, not a thousand tasks. Each conversation has two
lanes, words and deeds (removals, invitations): in a lane a row that waits holds back those behind it, so
that order is kept; across lanes and conversations nobody waits for anybody who waits. Only one row of a
conversation is under way at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from heapq import heappop, heappush

from bot.ports import OutboxRow
from bot.shell.delivery import Purse, delivery_of

_Place = tuple[int, int, int, str]  # priority, seq, order of coming, id: the order of going
_Lane = tuple[str, bool]  # conversation, whether it holds deeds


class DeliveryQueue:
    """The rows that wait to be sent; time is given, never read."""

    def __init__(self) -> None:
        self._rows: dict[str, OutboxRow] = {}
        self._lanes: dict[_Lane, list[_Place]] = {}
        self._entered: set[str] = set()
        self._held: dict[str, datetime] = {}
        self._ready: dict[Purse, list[_Place]] = {"removals": [], "words": [], "spare": []}
        self._alarms: list[tuple[datetime, str]] = []
        self._busy: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._rows

    def put(self, row: OutboxRow, now: datetime) -> None:
        """Let a row wait; one planned for later enters its lane only then and holds nobody back before."""
        self._rows[row.id] = row
        if row.expires_at is not None:
            heappush(self._alarms, (row.expires_at, row.id))
        if row.not_before is not None and row.not_before > now:
            heappush(self._alarms, (row.not_before, row.id))
        else:
            self._enter(row)

    def put_back(self, row: OutboxRow, until: datetime) -> None:
        """Let a row that was under way wait again, in its old place, not asked about before `until`."""
        self._rows[row.id] = row
        if row.expires_at is not None:
            heappush(self._alarms, (row.expires_at, row.id))
        self.hold(row, until)
        self._enter(row, first=True)

    def hold(self, row: OutboxRow, until: datetime) -> None:
        """Do not ask about a row before a moment; those behind it in its lane wait too."""
        self._held[row.id] = until
        heappush(self._alarms, (until, row.id))

    def next_alarm(self) -> datetime | None:
        """Return the next moment at which something here changes by itself."""
        while self._alarms and self._alarms[0][1] not in self._rows:
            heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    def pass_time(self, now: datetime) -> Iterator[OutboxRow]:
        """Let in what is due; yield, and let go of, what has expired."""
        while (at := self.next_alarm()) is not None and at <= now:
            row = self._rows[heappop(self._alarms)[1]]
            held = self._held.get(row.id)
            if row.expires_at is not None and row.expires_at <= now:
                self._forget(row)
                yield row
            elif held is not None:
                if held <= now:
                    del self._held[row.id]
                    self._offer(self._lane(row))
            elif row.id not in self._entered and (row.not_before is None or row.not_before <= now):
                self._enter(row)

    def best(self, blocked: Collection[Purse]) -> OutboxRow | None:
        """Return the first row that may be asked about and spends none of the blocked purses."""
        heads = [
            (place, purse)
            for purse in self._ready
            if purse not in blocked and (place := self._head(purse)) is not None
        ]
        return self._rows[min(heads)[0][-1]] if heads else None

    def take(self, row: OutboxRow) -> None:
        """Let a row go: its conversation is busy until `free`."""
        self._busy.add(row.conversation)
        self._forget(row)

    def drop(self, row: OutboxRow) -> None:
        """Let go of a row that is not to be sent at all."""
        self._forget(row)

    def free(self, conversation: str) -> None:
        """Note that nothing of a conversation is under way any more."""
        self._busy.discard(conversation)
        for deeds in (True, False):
            self._offer((conversation, deeds))

    def _forget(self, row: OutboxRow) -> None:
        del self._rows[row.id]
        self._held.pop(row.id, None)
        self._entered.discard(row.id)
        self._offer(self._lane(row))

    def _enter(self, row: OutboxRow, *, first: bool = False) -> None:
        lane = self._lane(row)
        self._entered.add(row.id)
        # Effects of one event share its seq: they go as they came, and one that comes back goes first.
        self._count += 1
        place = (row.priority, row.seq, -self._count if first else self._count, row.id)
        heappush(self._lanes.setdefault(lane, []), place)
        self._offer(lane)

    def _offer(self, lane: _Lane) -> None:
        """Put the head of a lane among the ready, unless it waits."""
        places = self._lanes.get(lane)
        if places is None:
            return
        while places and places[0][-1] not in self._entered:
            heappop(places)
        if not places:
            del self._lanes[lane]
        elif lane[0] not in self._busy and places[0][-1] not in self._held:
            row = self._rows[places[0][-1]]
            heappush(self._ready[delivery_of(row.effect).purse], places[0])

    def _head(self, purse: Purse) -> _Place | None:
        """Return the first ready place of a purse, dropping those that stopped being ready since."""
        ready = self._ready[purse]
        while ready and not self._is_ready(ready[0]):
            heappop(ready)
        return ready[0] if ready else None

    def _is_ready(self, place: _Place) -> bool:
        row = self._rows.get(place[-1])
        if row is None or row.id in self._held or row.conversation in self._busy:
            return False
        places = self._lanes.get(self._lane(row))
        return bool(places) and places is not None and places[0] == place

    @staticmethod
    def _lane(row: OutboxRow) -> _Lane:
        return (row.conversation, delivery_of(row.effect).deed)

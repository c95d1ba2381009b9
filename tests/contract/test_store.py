"""What every store promises, told once and held against each of them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from bot.core.events import Event, Message
from bot.core.records import AccountState, Gone, Record, RoomState
from bot.core.state import State
from bot.errors import StoreError
from bot.ports import Decided, Received, Store
from bot.store.memory import MemoryStore
from bot.store.sqlite import SqliteStore
from tests.contract.samples import NOON, later, member, message, receipt, row, task


class Medium(Protocol):
    """Something that keeps what a store stored while the bot is away."""

    async def opened(self) -> Store: ...

    async def reopened(self) -> Store: ...

    async def after_a_crash(self) -> Store: ...

    async def close(self) -> None: ...


class InMemory:
    def __init__(self, folder: Path) -> None:
        self.store = MemoryStore()

    async def opened(self) -> Store:
        await self.store.open()
        return self.store

    async def reopened(self) -> Store:
        await self.store.close()
        return await self.opened()

    async def after_a_crash(self) -> Store:
        return await self.opened()

    async def close(self) -> None:
        await self.store.close()


class OnDisk:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "main.db"
        self.stores: list[SqliteStore] = []

    async def opened(self) -> Store:
        store = SqliteStore(self.path)
        await store.open()
        self.stores.append(store)
        return store

    async def reopened(self) -> Store:
        await self.stores[-1].close()
        return await self.opened()

    async def after_a_crash(self) -> Store:
        found = self.path.parent / "after"
        found.mkdir()
        for left in self.path.parent.glob("main.db*"):
            if left.suffix != ".lock" and not left.name.endswith("-shm"):
                shutil.copy(left, found / left.name)
        self.path = found / self.path.name
        return await self.opened()

    async def close(self) -> None:
        for store in self.stores:
            await store.close()


@pytest.fixture(params=[InMemory, OnDisk], ids=["memory", "sqlite"])
async def medium(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Medium]:
    made: Medium = request.param(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def store(medium: Medium) -> Store:
    return await medium.opened()


async def journalled(store: Store, count: int) -> list[int]:
    seqs = await store.append([message(n) for n in range(1, count + 1)])
    return [seq for seq in seqs if seq is not None]


async def planned(store: Store, *effects: str, guarantee: str = "at_most_once") -> None:
    (seq,) = await store.append([message(900, key="for:" + ",".join(effects))])
    assert seq is not None
    rows = tuple(row(effect, seq=seq, guarantee=guarantee) for effect in effects)
    await store.commit([Decided(seq=seq, outbox=rows)])


async def statuses(store: Store) -> dict[str, list[str]]:
    return {
        "todo": [r.id for r in await store.unsent()],
        "unknown": [r.id for r in await store.undecided()],
        "sent": [r.id for r in await store.sent_since(NOON)],
    }


class TestJournal:
    async def test_events_get_rising_numbers_in_the_order_in_which_they_came(self, store: Store):
        first, second, third = await store.append([message(3), message(1), message(2)])
        assert (first, second, third) == (1, 2, 3)
        assert [r.key for r in await store.pending()] == ["message:m3", "message:m1", "message:m2"]

    async def test_a_second_delivery_of_the_same_thing_is_dropped(self, store: Store):
        first = await store.append([message(1)])
        again = await store.append([message(1, text="其他"), message(2), message(2)])
        assert again[0] is None
        assert again[1] is not None
        assert again[2] is None
        events = [r.event for r in await store.pending()]
        assert events == [message(1).event, message(2).event]
        assert first[0] == (await store.pending())[0].seq

    async def test_numbers_have_no_gaps_whatever_was_dropped_or_refused(self, medium: Medium, store: Store):
        assert await store.append([message(1), message(1)]) == [1, None]
        assert await store.append([message(1), message(2)]) == [None, 2]
        with pytest.raises(LookupError):
            await store.append([message(3), receipt(4, "never planned", "done")])
        store = await medium.after_a_crash()
        assert await store.append([message(2), message(3)]) == [None, 3]

    async def test_what_was_undecided_when_the_bot_died_is_still_pending(self, medium: Medium, store: Store):
        one, two, three = await journalled(store, 3)
        await store.commit([Decided(seq=two)])
        store = await medium.after_a_crash()
        assert [r.seq for r in await store.pending()] == [one, three]
        assert await store.append([message(1), message(2)]) == [None, None]

    async def test_nothing_to_append_is_no_trouble(self, store: Store):
        assert list(await store.append([])) == []
        await store.commit([])

    async def test_an_imported_line_survives_byte_for_byte(self, medium: Medium, store: Store):
        line = b'{"kind":"message" ,  "at":"2025-03-01T20:00:01+08:00","room":"r1","id":"m1","x":[1,\xff]}'
        await store.append([message(1, raw=line), message(2)])
        store = await medium.reopened()
        (_, first), (_, second) = await store.journal()
        assert first == line
        assert msgspec.json.decode(second, type=Event) == message(2).event
        assert [r.event for r in await store.pending()] == [message(1).event, message(2).event]

    async def test_export_reads_the_journal_page_by_page(self, store: Store):
        seqs = await journalled(store, 5)
        assert [seq for seq, _ in await store.journal(limit=2)] == seqs[:2]
        assert [seq for seq, _ in await store.journal(after=seqs[1], limit=2)] == seqs[2:4]
        assert [seq for seq, _ in await store.journal(after=seqs[3])] == seqs[4:]
        assert list(await store.journal(after=seqs[4])) == []

    async def test_the_newest_moment_is_that_of_the_newest_event(self, medium: Medium, store: Store):
        assert await store.last_at() is None
        await journalled(store, 3)
        assert await (await medium.reopened()).last_at() == later(3)

    async def test_a_moment_keeps_its_microseconds_and_is_given_back_in_utc(self, store: Store):
        at = later(0.123456).astimezone(timezone(timedelta(hours=8)))
        await store.append([Received("k", Message(at=at, room=None, id="m", sender="u"))])
        found = await store.last_at()
        assert found is not None
        assert found == at
        assert found.utcoffset() == timedelta(0)

    @pytest.mark.parametrize(
        "text", ["", "\x00\x1f", "👨\u200d👩\u200d👧 \u202e", "a" * 100_000, "'; DROP TABLE journal; --"]
    )
    async def test_any_text_survives(self, medium: Medium, store: Store, text: str):
        await store.append([message(1, text=text, key=f"message:{text}")])
        store = await medium.reopened()
        (found,) = await store.pending()
        assert found.event == message(1, text=text).event
        assert await store.append([message(1, key=f"message:{text}")]) == [None]

    async def test_one_item_that_cannot_be_stored_keeps_out_the_whole_call(self, store: Store):
        with pytest.raises(UnicodeEncodeError):
            await store.append([message(1), message(2, text="\ud800"), message(3)])
        with pytest.raises(UnicodeEncodeError):
            await store.append([message(1), message(2, key="\ud800")])
        assert list(await store.pending()) == []
        assert await store.append([message(1)]) == [1]


class TestDeciding:
    async def test_state_effects_and_line_come_with_the_decision(self, medium: Medium, store: Store):
        (seq,) = await journalled(store, 1)
        await store.commit(
            [Decided(seq=seq, changes=(member(1), task()), outbox=(row("e1", seq=seq),), line=b"{}")]
        )
        store = await medium.after_a_crash()
        assert list(await store.pending()) == []
        assert list(await store.records()) == [member(1), task()]
        assert list(await store.unsent()) == [row("e1", seq=seq)]
        assert list(await store.lines(NOON)) == [b"{}"]

    async def test_if_one_item_fails_nothing_of_the_call_stays(self, store: Store):
        one, two = await journalled(store, 2)
        good = Decided(seq=one, changes=(member(1),), outbox=(row("e1", seq=one),), line=b"{}")
        bad = Decided(seq=two, changes=(member(2, name="\ud800"),))
        with pytest.raises(UnicodeEncodeError):
            await store.commit([good, bad])
        with pytest.raises(LookupError, match="77 was never journalled"):
            await store.commit([good, Decided(seq=77)])
        assert [r.seq for r in await store.pending()] == [one, two]
        assert list(await store.records()) == []
        assert await statuses(store) == {"todo": [], "unknown": [], "sent": []}
        assert list(await store.lines(NOON)) == []

    async def test_a_failing_call_does_not_touch_its_neighbours(self, medium: Medium, store: Store):
        one, two, three = await journalled(store, 3)
        outcomes = await asyncio.gather(
            store.commit([Decided(seq=one, changes=(member(1),))]),
            store.commit([Decided(seq=two, changes=(member(2),)), Decided(seq=77)]),
            store.append([message(4), receipt(5, "never planned", "done")]),
            store.commit([Decided(seq=three, changes=(task(),))]),
            store.append([message(6)]),
            return_exceptions=True,
        )
        assert [type(outcome).__name__ for outcome in outcomes] == [
            "NoneType",
            "LookupError",
            "LookupError",
            "NoneType",
            "list",
        ]
        store = await medium.after_a_crash()
        assert [r.key for r in await store.pending()] == ["message:m2", "message:m6"]
        assert list(await store.records()) == [member(1), task()]

    async def test_deciding_again_after_a_crash_changes_nothing(self, medium: Medium, store: Store):
        one, two = await journalled(store, 2)
        await store.commit([Decided(seq=one, changes=(member(1),), outbox=(row("e1"),), line=b"first")])
        assert await store.claim("e1", later(2))
        store = await medium.after_a_crash()
        again = Decided(seq=one, changes=(member(9), task()), outbox=(row("e1"), row("e9")), line=b"again")
        await store.commit([again, Decided(seq=two, changes=(task(),))])
        assert list(await store.records()) == [member(1), task()]
        assert list(await store.unsent()) == []
        assert list(await store.lines(NOON)) == [b"first"]

    async def test_an_effect_that_is_known_already_is_not_planned_twice(self, store: Store):
        one, two = await journalled(store, 2)
        await store.commit([Decided(seq=one, outbox=(row("e1", text="先"),))])
        await store.claim("e1", later(1))
        await store.append([receipt(2, "e1", "done")])
        await store.commit([Decided(seq=two, outbox=(row("e1", text="后"), row("e2")))])
        assert await statuses(store) == {"todo": ["e2"], "unknown": [], "sent": ["e1"]}

    async def test_of_several_changes_of_one_record_the_last_wins(self, store: Store):
        one, two, three = await journalled(store, 3)
        await store.commit(
            [
                Decided(seq=one, changes=(member(1), task(), member(2))),
                Decided(seq=two, changes=(Gone("task", task().key), member(3))),
                Decided(seq=three, changes=(task("other"), Gone("task", "other"), task("other"))),
            ]
        )
        assert list(await store.records()) == [member(3), task("other")]

    async def test_the_same_event_twice_in_one_call_is_decided_once(self, store: Store):
        (seq,) = await journalled(store, 1)
        await store.commit([Decided(seq=seq, changes=(member(1),)), Decided(seq=seq, changes=(member(2),))])
        assert list(await store.records()) == [member(1)]

    async def test_what_is_gone_stays_gone(self, medium: Medium, store: Store):
        one, two = await journalled(store, 2)
        await store.commit([Decided(seq=one, changes=(member(1), member(1, member_id="u2"), task()))])
        gone = (Gone("member", "r1\x1fu1"), Gone("task", task().key), Gone("task", "never there"))
        await store.commit([Decided(seq=two, changes=gone)])
        assert list(await (await medium.reopened()).records()) == [member(1, member_id="u2")]

    async def test_after_a_restart_the_state_is_the_same(self, medium: Medium, store: Store):
        records: tuple[Record, ...] = (
            AccountState(self_id="bot", next_case=8),
            RoomState(room="r1", topic="母婴交流群", staff=("u9",), adopted_at=later(0.5)),
            member(1),
            member(2, member_id="u2"),
            task(),
        )
        (seq,) = await journalled(store, 1)
        await store.commit([Decided(seq=seq, changes=records)])
        before = State(await store.records())
        after = State(await (await medium.reopened()).records())
        assert list(after.records()) == list(before.records())
        assert sorted(map(repr, after.records())) == sorted(map(repr, records))

    async def test_lines_are_found_by_the_moment_of_their_event_oldest_first(self, store: Store):
        seqs = await journalled(store, 5)
        await store.commit([Decided(seq=seq, line=b"line %d" % seq) for seq in reversed(seqs[1:])])
        assert list(await store.lines(later(3))) == [b"line 3", b"line 4", b"line 5"]
        assert list(await store.lines(NOON, limit=2)) == [b"line 2", b"line 3"]
        assert list(await store.lines(later(6))) == []


class TestOutbox:
    async def test_a_row_can_be_claimed_once(self, medium: Medium, store: Store):
        await planned(store, "e1")
        answers = await asyncio.gather(*(store.claim("e1", later(n)) for n in range(3)))
        assert sorted(answers) == [False, False, True]
        store = await medium.after_a_crash()
        assert not await store.claim("e1", later(9))
        assert not await store.claim("never planned", later(9))

    async def test_a_receipt_settles_its_effect_in_the_same_step(self, medium: Medium, store: Store):
        await planned(store, "e1")
        await store.claim("e1", later(10))
        await store.append([receipt(11, "e1", "done", message_id="m77")])
        store = await medium.after_a_crash()
        (sent,) = await store.sent_since(NOON)
        assert (sent.status, sent.sent_at, sent.message_id, sent.attempts) == ("done", later(10), "m77", 1)
        assert sent.detail == "as the channel said"
        assert [r.key for r in await store.pending()] == ["receipt:e1:11"]

    async def test_a_receipt_delivered_twice_settles_once(self, store: Store):
        await planned(store, "e1")
        await store.claim("e1", later(10))
        await store.append([receipt(11, "e1", "unknown")])
        await store.append([receipt(12, "e1", "done")])
        assert await store.append([receipt(11, "e1", "unknown")]) == [None]
        assert await statuses(store) == {"todo": [], "unknown": [], "sent": ["e1"]}

    @pytest.mark.parametrize("status", ["done", "failed", "refused", "dropped"])
    async def test_what_has_ended_stays_ended(self, store: Store, status: str):
        await planned(store, "e1")
        await store.claim("e1", later(10))
        await store.append([receipt(11, "e1", status)])
        await store.append([receipt(12, "e1", "unknown")])
        await store.release("e1", later(20), "too late")
        assert not await store.claim("e1", later(21))
        assert list(await store.recover(later(22))) == []
        assert await statuses(store) == {
            "todo": [],
            "unknown": [],
            "sent": ["e1"] if status == "done" else [],
        }

    async def test_an_effect_can_end_before_it_was_claimed(self, store: Store):
        await planned(store, "expired", "seen")
        await store.append([receipt(11, "expired", "dropped"), receipt(12, "seen", "done")])
        assert await statuses(store) == {"todo": [], "unknown": [], "sent": ["seen"]}
        assert (await store.sent_since(NOON))[0].sent_at == later(12)

    async def test_a_receipt_for_nothing_we_planned_keeps_the_whole_call_out(self, store: Store):
        with pytest.raises(LookupError, match="'e9' was never planned"):
            await store.append([message(1), receipt(2, "e9", "done")])
        assert list(await store.pending()) == []

    async def test_a_released_row_is_tried_again_later(self, medium: Medium, store: Store):
        await planned(store, "e1", "e2")
        await store.claim("e1", later(10))
        await store.release("e1", later(60), "gateway away")
        store = await medium.after_a_crash()
        first, second = await store.unsent()
        assert (first.id, first.not_before, first.detail) == ("e1", later(60), "gateway away")
        assert (first.attempts, first.sent_at) == (1, None)
        assert second.id == "e2"
        assert await store.claim("e1", later(61))

    async def test_only_a_row_in_sending_is_released(self, store: Store):
        await planned(store, "e1")
        await store.release("e1", later(60), "never claimed")
        await store.release("never planned", later(60), "")
        assert (await store.unsent())[0].not_before == row("e1").not_before

    async def test_a_removal_left_open_by_a_crash_is_done_again(self, medium: Medium, store: Store):
        await planned(store, "remove", guarantee="at_least_once")
        await store.claim("remove", later(10))
        store = await medium.after_a_crash()
        assert list(await store.recover(later(20))) == []
        assert await statuses(store) == {"todo": ["remove"], "unknown": [], "sent": []}
        assert await store.claim("remove", later(21))

    async def test_private_words_left_open_by_a_crash_are_never_said_again(
        self, medium: Medium, store: Store
    ):
        await planned(store, "hello", "not yet tried")
        await store.claim("hello", later(10))
        store = await medium.after_a_crash()
        (unknown,) = await store.recover(later(20))
        assert (unknown.id, unknown.status, unknown.sent_at) == ("hello", "unknown", later(10))
        assert "2025-03-01T12:00:20Z" in unknown.detail
        assert not await store.claim("hello", later(21))
        assert [r.id for r in await store.recover(later(30))] == ["hello"]
        assert await statuses(store) == {"todo": ["not yet tried"], "unknown": ["hello"], "sent": ["hello"]}

    async def test_our_own_echo_settles_what_was_unknown(self, store: Store):
        await planned(store, "hello")
        await store.claim("hello", later(10))
        await store.recover(later(20))
        await store.append([receipt(25, "hello", "done", message_id="m5")])
        (sent,) = await store.sent_since(NOON)
        assert (sent.status, sent.sent_at, sent.message_id) == ("done", later(10), "m5")

    async def test_budgets_count_what_went_out_or_may_have(self, store: Store):
        await planned(store, "early", "late", "failed", "waiting")
        for effect, at in (("late", 30), ("early", 10), ("failed", 20)):
            await store.claim(effect, later(at))
        await store.append(
            [receipt(31, "late", "unknown"), receipt(32, "early", "done"), receipt(33, "failed", "failed")]
        )
        assert [r.id for r in await store.sent_since(NOON)] == ["early", "late"]
        assert [r.id for r in await store.sent_since(later(30))] == ["late"]
        assert list(await store.sent_since(later(30.000001))) == []

    async def test_every_field_of_a_row_survives(self, medium: Medium, store: Store):
        full = msgspec.structs.replace(
            row("e1", guarantee="at_least_once", text="\x00 👋"),
            status="unknown",
            attempts=3,
            sent_at=later(7),
            message_id="m9",
            detail="why",
            priority=-2,
        )
        bare = msgspec.structs.replace(row("e2"), text=None, not_before=None, expires_at=None)
        (seq,) = await journalled(store, 1)
        await store.commit([Decided(seq=seq, outbox=(full, bare))])
        store = await medium.reopened()
        assert list(await store.undecided()) == [full]
        assert list(await store.unsent()) == [bare]


class TestBackup:
    async def test_a_backup_holds_everything_and_is_a_database_of_its_own(self, store: Store, tmp_path: Path):
        one, _ = await journalled(store, 2)
        await store.commit([Decided(seq=one, changes=(member(1), task()), outbox=(row("e1"),), line=b"{}")])
        await store.claim("e1", later(10))
        await store.append([receipt(11, "e1", "done"), message(12, raw=b"{ raw }")])
        target = tmp_path / "copy.db"
        await store.backup(target)
        assert [p.name for p in tmp_path.glob("copy.db*")] == ["copy.db"]
        copy = SqliteStore(target)
        await copy.open()
        for look in ("pending", "records", "unsent", "undecided", "journal", "last_at"):
            assert await getattr(copy, look)() == await getattr(store, look)(), look
        assert await copy.lines(NOON) == await store.lines(NOON)
        assert await copy.sent_since(NOON) == await store.sent_since(NOON)
        await copy.close()

    async def test_a_backup_overwrites_nothing(self, store: Store, tmp_path: Path):
        target = tmp_path / "copy.db"
        target.write_text("precious")
        with pytest.raises(StoreError, match="exists already"):
            await store.backup(target)
        assert target.read_text() == "precious"

    async def test_a_backup_into_a_missing_folder_says_so(self, store: Store, tmp_path: Path):
        with pytest.raises(StoreError, match="does not exist: create it"):
            await store.backup(tmp_path / "nowhere" / "copy.db")


async def test_opening_and_closing_twice_does_no_harm(medium: Medium, store: Store):
    await store.open()
    await journalled(store, 1)
    await store.close()
    await store.close()
    assert len(await (await medium.opened()).pending()) == 1

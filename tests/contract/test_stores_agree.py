"""Whatever is done to them, the store on disk and the store in memory tell the same."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.records import Change, Gone
from bot.ports import Decided, OutboxRow, Received, Store
from bot.store.memory import MemoryStore
from bot.store.sqlite import SqliteStore
from tests.contract.samples import NOON, later, member, message, receipt, row, task

EFFECTS = ("e1", "e2", "e3", "e4")
moments = st.integers(0, 50)
effects = st.sampled_from(EFFECTS)
texts = st.text(st.characters(), max_size=5)  # lone surrogates are among them: both refuse those

items = st.one_of(
    st.builds(lambda n, text: message(n, text=text), st.integers(1, 8), texts),
    st.builds(lambda n, raw: message(n, raw=raw), st.integers(1, 8), st.binary(max_size=5)),
    st.builds(
        lambda n, effect, status: receipt(n, effect, status, message_id=None if n % 2 else f"m{n}"),
        moments,
        effects,
        st.sampled_from(["done", "failed", "unknown", "refused", "dropped"]),
    ),
)
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda n, name: member(n, name=name), moments, texts),
    st.builds(task, st.sampled_from(["a", "b", "é"])),
    st.builds(lambda key: Gone("task", key), st.sampled_from(["a", "b", "é"])),
    st.just(Gone("member", "r1\x1fu1")),
)
rows: st.SearchStrategy[OutboxRow] = st.builds(
    lambda effect, guarantee, text: row(effect, guarantee=guarantee, text=text),
    effects,
    st.sampled_from(["at_least_once", "at_most_once"]),
    texts,
)
decisions = st.builds(
    Decided,
    seq=st.integers(1, 12),
    changes=st.lists(changes, max_size=3).map(tuple),
    outbox=st.lists(rows, max_size=2).map(tuple),
    line=st.none() | st.binary(max_size=4),
)


class StoresAgree(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.memory = MemoryStore()
        self.disk = SqliteStore(Path(self.folder.name) / "main.db")
        self.runner.run(self.disk.open())

    def teardown(self) -> None:
        self.runner.run(self.disk.close())
        self.runner.close()
        self.folder.cleanup()

    def both(self, act: Callable[[Store], Awaitable[object]]) -> None:
        on_disk, in_memory = (self.runner.run(outcome(act, store)) for store in (self.disk, self.memory))
        assert on_disk == in_memory

    @rule(batch=st.lists(items, max_size=5))
    def append(self, batch: list[Received]) -> None:
        self.both(lambda store: store.append(batch))

    @rule(batch=st.lists(decisions, max_size=4))
    def commit(self, batch: list[Decided]) -> None:
        self.both(lambda store: store.commit(batch))

    @rule(effect=effects, at=moments)
    def claim(self, effect: str, at: int) -> None:
        self.both(lambda store: store.claim(effect, later(at)))

    @rule(effect=effects, at=moments, detail=texts)
    def release(self, effect: str, at: int, detail: str) -> None:
        self.both(lambda store: store.release(effect, later(at), detail))

    @rule(at=moments)
    def recover(self, at: int) -> None:
        self.both(lambda store: store.recover(later(at)))

    @rule()
    def reopen(self) -> None:
        self.runner.run(self.disk.close())
        self.runner.run(self.disk.open())

    @invariant()
    def tell_the_same(self) -> None:
        self.both(everything)


async def outcome(act: Callable[[Store], Awaitable[object]], store: Store) -> object:
    try:
        return await act(store)
    except (LookupError, UnicodeEncodeError) as error:
        return type(error)


async def everything(store: Store) -> object:
    return await asyncio.gather(
        store.pending(),
        store.records(),
        store.unsent(),
        store.undecided(),
        store.sent_since(later(10)),
        store.journal(after=1, limit=3),
        store.lines(NOON, limit=3),
        store.lines(later(4)),
        store.last_at(),
    )


TestStoresAgree = StoresAgree.TestCase
TestStoresAgree.settings = settings(max_examples=settings.default.max_examples // 4, stateful_step_count=20)

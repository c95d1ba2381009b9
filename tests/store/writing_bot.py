"""A bot that only writes, as fast as it can, and says what was acknowledged: `writing_bot.py FILE`.

It prints `appended N` and `decided N` once the store has answered, and goes on until it is killed or
the store refuses. Then it prints `refused: why` twice, for the failing call and for one after it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.errors import StoreError
from bot.ports import Decided
from bot.store.sqlite import SqliteStore
from tests.contract.samples import member, message, row

BATCH = 8  # events per call, so that half a call would be seen


def decided(number: int, seq: int) -> Decided:
    return Decided(
        seq=seq,
        changes=(member(number), member(number, member_id=f"u{number}")),
        outbox=(row(f"e{number}", seq=seq),),
        line=b"line %d" % number,
    )


async def write(store: SqliteStore, start: int) -> None:
    numbers = range(start, start + BATCH)
    seqs = await store.append([message(n) for n in numbers])
    print(f"appended {numbers[-1]}", flush=True)
    await store.commit([decided(n, seq) for n, seq in zip(numbers, seqs, strict=True) if seq is not None])
    print(f"decided {numbers[-1]}", flush=True)


async def main(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    left = await store.pending()  # as a bot does after a crash: what was not decided is decided first
    await store.commit([decided(int(item.key.removeprefix("message:m")), item.seq) for item in left])
    journal = await store.journal(limit=10_000_000)
    start = len(journal) + 1
    print(f"started {start}", flush=True)
    refused = 0
    while refused < 2:
        try:
            await write(store, start)
            start += BATCH
        except StoreError as error:
            refused += 1
            print(f"refused: {error}", flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

"""`qunguan import`: take an events file into the journal."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from bot.assembly import Brain, load_brain
from bot.cli.options import data_option
from bot.cli.place import database_in, require_folder
from bot.config import load_settings
from bot.core.decide import decide
from bot.core.events import Due, Event, Message, Receipt
from bot.core.state import State
from bot.errors import HistoryError
from bot.history import HistoryReader
from bot.ports import Decided, Received
from bot.store.sqlite import SqliteStore

_BATCH = 2000


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lenient", is_flag=True, help="Skip and count bad lines instead of stopping.")
@data_option
def command(file: Path, *, lenient: bool, data: Path) -> None:
    """Take the events of FILE into the journal, so that the bot knows rooms and members; nobody is touched.

    The file is checked as a whole first. Events that are known already, or older than the journal's
    end, are passed over, so importing twice does no harm and an interrupted import can be repeated.
    What the bot would have done is what `qunguan replay` tells.
    """
    require_folder(data)
    brain = load_brain(load_settings(data), data, forced_mode="observe")
    skipped = _check(file, lenient=lenient)
    added, passed_over, older = asyncio.run(_import(file, data, brain, lenient=lenient))
    click.echo(
        f"{file}: {added} events taken in, {passed_over} passed over"
        + (f", {skipped} bad lines skipped" if skipped else "")
    )
    if older and not added:
        click.echo(
            f"{older} events are older than the journal's end and time never goes back in a journal:"
            " import an older history into a new data folder, before the first run",
            err=True,
        )


def _check(file: Path, *, lenient: bool) -> int:
    """Read the whole file once, so that a bad line stops the import before anything is stored."""
    with _opened(file) as source:
        reader = HistoryReader(source, str(file), lenient=lenient)
        for _ in reader:
            pass
    return reader.skipped


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from None


async def _import(file: Path, data: Path, brain: Brain, *, lenient: bool) -> tuple[int, int, int]:
    """Journal and decide the file's events; return how many were new, passed over, and of these too old."""
    store = SqliteStore(database_in(data))
    await store.open()
    added = passed_over = older = 0
    try:
        if await store.pending():
            raise HistoryError(
                f"{database_in(data)}: holds events not decided yet; start the bot once, then import"
            )
        state = State(await store.records())
        last_at = await store.last_at()
        with _opened(file) as source:
            for batch in _batches(HistoryReader(source, str(file), lenient=lenient)):
                # Time never goes back in a journal: what is older than its end counts as known.
                fresh = [item for item in batch if last_at is None or item.event.at >= last_at]
                older += len(batch) - len(fresh)
                seqs = await store.append(fresh)
                decided = []
                for seq, item in zip(seqs, fresh, strict=True):
                    if seq is not None:
                        decision = decide(item.event, state, brain.policy, item.event.at)
                        state.apply(decision.changes)
                        decided.append(Decided(seq=seq, changes=decision.changes))
                await store.commit(decided)
                added += len(decided)
                passed_over += len(batch) - len(decided)
    finally:
        await store.close()
    return added, passed_over, older


def _batches(reader: HistoryReader) -> Iterator[list[Received]]:
    batch: list[Received] = []
    for event, line in reader:
        if isinstance(event, Receipt | Due):
            continue
        batch.append(Received(key=key_of(event, line), event=event, raw=line))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def key_of(event: Event, line: bytes) -> str:
    """Return the journal's key of an imported event: a message's own id, else the line's fingerprint.

    Args:
        event: the event.
        line: its line in the file.
    """
    if isinstance(event, Message):
        return f"message:{event.id}"
    return f"import:{hashlib.sha256(line).hexdigest()[:32]}"

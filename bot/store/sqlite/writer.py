"""The one thread that writes: it owns the connection and commits all that waits in one go.

Jobs run in the order in which they were handed over, inside one transaction per group, each behind
its own savepoint: a job that fails takes back its own changes only. Results are handed out after the
commit, so whoever was answered has it on disk.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.sqlite.faults import is_of_the_medium, is_passing, told
from bot.store.sqlite.opening import Opened

T = TypeVar("T")

_GROUP = 256  # jobs per transaction at most, so that the first one is not kept waiting by the last

log = logging.getLogger(__name__)


class _Job(msgspec.Struct):
    # Any: what a job returns is known to `run`, which hands it back with its type
    work: Callable[[Database], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs jobs on a database, one after the other, durably."""

    def __init__(self, path: Path, opening: Callable[[], Opened]) -> None:
        """Prepare; nothing is opened yet.

        Args:
            path: the file, for messages.
            opening: opens the database; called in the writer's thread, which alone uses it.
        """
        self._path = path
        self._opening = opening
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._stopped: asyncio.Future[None] = self._loop.create_future()
        self._refusal: StoreError | None = None
        self._stopping = False

    async def start(self) -> None:
        """Open the database; returns once it may be used.

        Raises:
            StoreError: if it cannot be opened.
        """
        threading.Thread(target=self._main, name=f"writer of {self._path.name}", daemon=True).start()
        try:
            await self._started
        except asyncio.CancelledError:
            self._jobs.put(None)
            raise

    async def run(self, work: Callable[[Database], T]) -> T:
        """Run a job in a transaction and return its result once it is on disk.

        A cancelled caller gets no answer, but the job runs all the same.

        Args:
            work: takes the database, must not end the transaction; whatever it raises undoes it.

        Raises:
            StoreError: if the medium failed now or before; nothing of the job is stored then.
            RuntimeError: if the writer was stopped.
        """
        if self._stopping:
            raise RuntimeError(f"{self._path}: the store is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(work, future))
        return await future

    async def stop(self) -> None:
        """Finish what is queued and close the database."""
        if not self._stopping:
            self._stopping = True
            self._jobs.put(None)
        await asyncio.shield(self._stopped)

    def _main(self) -> None:
        try:
            opened = self._opening()
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits in `start`
            self._answer(self._started.set_exception, error)
            return
        self._answer(self._started.set_result, None)
        try:
            try:
                while group := self._next_group():
                    self._carry_out(opened.db, group)
                    self._answer(_deliver, group)
            finally:
                opened.close()
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits in `stop`
            self._answer(self._stopped.set_exception, error)
        else:
            self._answer(self._stopped.set_result, None)

    def _next_group(self) -> list[_Job]:
        """Wait for a job and return it with all that queued up behind it; empty when it is time to end."""
        group: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            group.append(job)
            if len(group) == _GROUP:
                return group
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group
        if group:
            self._jobs.put(None)  # nothing comes behind it: found again once this group is done
        return group

    def _carry_out(self, db: Database, group: list[_Job]) -> None:
        if self._refusal is not None:
            _fail(group, self._refusal)
            return
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            for job in group:
                _try(db, job)
            db.conn.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(db, group, told(self._path, error), error)
            if is_passing(error):
                self._refusal = None
        except BaseException as error:  # noqa: BLE001 - a defect; handed to all who wait
            self._give_up(db, group, StoreError(f"{self._path}: the writer failed ({error!r})"), error)

    def _give_up(self, db: Database, group: list[_Job], failure: StoreError, cause: BaseException) -> None:
        """Undo the whole group, tell everyone in it, and refuse what comes later."""
        failure.__cause__ = cause
        _fail(group, failure)
        self._refusal = StoreError(f"{failure}; nothing is written any more until the bot is started again")
        self._refusal.__cause__ = cause
        try:
            db.rollback()
        except sqlite3.Error:  # closing the file undoes it then
            log.exception("%s: the failed transaction could not be undone at once", self._path)

    def _answer(self, answer: Callable[[Any], None], value: object) -> None:
        try:
            self._loop.call_soon_threadsafe(answer, value)
        except RuntimeError:  # the event loop has ended: there is nobody left to tell
            log.warning("%s: the program ended without closing the store", self._path, exc_info=True)


def _try(db: Database, job: _Job) -> None:
    """Run one job behind a savepoint; a failure of the medium is raised, any other is the job's own."""
    db.conn.execute("SAVEPOINT job")
    try:
        job.result = job.work(db)
    except Exception as error:
        if isinstance(error, sqlite3.Error) and is_of_the_medium(error):
            raise
        job.error = error
        db.conn.execute("ROLLBACK TO job")
    db.conn.execute("RELEASE job")


def _fail(group: list[_Job], error: StoreError) -> None:
    for job in group:
        job.result, job.error = None, error


def _deliver(group: list[_Job]) -> None:
    for job in group:
        if job.future.done():  # the caller was cancelled
            if job.error is not None:
                log.error("a write that nobody waited for failed", exc_info=job.error)
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)

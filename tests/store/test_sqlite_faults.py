"""What the operator meets when the file or the disk is not as it should be."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.ports import Decided
from bot.store.sqlite import Reader, SqliteStore, connection
from tests.contract.samples import NOON, member, message, row

Bot = subprocess.Popen[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "main.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(path)
    await made.open()
    yield made
    await made.close()


async def filled(path: Path, events: int = 200) -> None:
    """Leave a cleanly closed database with a few pages."""
    store = SqliteStore(path)
    await store.open()
    seqs = await store.append([message(n) for n in range(1, events + 1)])
    await store.commit(
        [
            Decided(seq=seq, changes=(member(seq),), outbox=(row(f"e{seq}"),), line=b"line")
            for seq in seqs
            if seq
        ]
    )
    await store.close()


async def refusal(path: Path, account: str = "main") -> str:
    """Open a file that cannot be opened and return what is said about it."""
    with pytest.raises(StoreError) as caught:
        await SqliteStore(path, account).open()
    assert str(path.parent) in str(caught.value), "the file is not named"
    return str(caught.value)


def listing(folder: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in folder.iterdir() if found.is_file()}


class TestTwoAtOnce:
    async def test_a_second_bot_on_the_same_file_is_refused_and_told_who_holds_it(
        self, store: SqliteStore, path: Path
    ):
        said = await refusal(path)
        assert "in use by another qunguan" in said
        assert f"process {os.getpid()} " in said
        await store.append([message(1)])

    async def test_a_link_to_the_file_does_not_get_round_it(
        self, store: SqliteStore, path: Path, tmp_path: Path
    ):
        link = tmp_path / "link.db"
        link.symlink_to(path)
        assert "in use by another qunguan" in await refusal(link)

    async def test_a_bot_in_another_process_holds_the_file_until_it_dies(self, path: Path, writing_bot):
        bot = writing_bot(path)
        assert bot.stdout.readline() == "started 1\n"
        said = await refusal(path)
        assert f"process {bot.pid} " in said
        bot.kill()
        bot.wait()
        store = SqliteStore(path)
        await store.open()
        await store.close()

    async def test_a_database_tool_that_holds_the_file_delays_but_harms_nothing(
        self, store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        await store._write(lambda db: db.execute("PRAGMA busy_timeout = 50").fetchone())
        with closing(sqlite3.connect(path)) as tool:
            tool.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program holds it"):
                await store.append([message(1)])
            tool.rollback()
        assert await store.append([message(1)]) == [1]

    async def test_a_file_that_a_tool_keeps_for_itself_cannot_be_opened(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        await filled(path, 1)
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
        with closing(sqlite3.connect(path)) as tool:
            tool.execute("PRAGMA locking_mode = EXCLUSIVE")
            tool.execute("BEGIN EXCLUSIVE")
            assert "another program holds it" in await refusal(path)


class TestTheWrongPlace:
    async def test_a_missing_folder(self, tmp_path: Path):
        assert "does not exist: create it" in await refusal(tmp_path / "nowhere" / "main.db")

    async def test_a_folder_instead_of_a_file(self, tmp_path: Path):
        (tmp_path / "main.db").mkdir()
        assert "this is a folder" in await refusal(tmp_path / "main.db")

    async def test_a_folder_that_cannot_be_written(self, open_folder: Path, as_somebody_else):
        open_folder.chmod(0o555)
        with as_somebody_else():
            assert "read-only" in await refusal(open_folder / "main.db")
        assert listing(open_folder) == {}

    async def test_a_file_in_a_folder_that_cannot_be_written(self, open_folder: Path, as_somebody_else):
        await filled(open_folder / "main.db", 1)
        (open_folder / "main.db.lock").unlink()
        (open_folder / "main.db").chmod(0o666)
        before = listing(open_folder)
        open_folder.chmod(0o555)
        with as_somebody_else():
            said = await refusal(open_folder / "main.db")
        assert "the file or its folder is read-only" in said
        assert listing(open_folder) == before

    async def test_a_file_that_cannot_be_written(self, open_folder: Path, as_somebody_else):
        await filled(open_folder / "main.db", 1)
        (open_folder / "main.db.lock").unlink()
        (open_folder / "main.db").chmod(0o444)
        open_folder.chmod(0o777)
        before = (open_folder / "main.db").read_bytes()
        with as_somebody_else():
            said = await refusal(open_folder / "main.db")
        assert "read-only" in said
        assert (open_folder / "main.db").read_bytes() == before

    async def test_chats_are_for_the_eyes_of_the_bots_user_only(self, store: SqliteStore, path: Path):
        await store.backup(path.with_name("copy.db"))
        for name in ("main.db", "main.db-wal", "copy.db"):
            assert path.with_name(name).stat().st_mode & 0o077 == 0, name


class TestTheWrongFile:
    @pytest.mark.parametrize("content", [b"not a database " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
    async def test_a_file_that_is_no_database_is_left_alone(self, path: Path, content: bytes):
        path.write_bytes(content)
        assert "name another file" in await refusal(path)
        assert listing(path.parent) == {path.name: content}

    @pytest.mark.parametrize("mode", ["DELETE", "WAL"])
    async def test_the_database_of_another_program_is_left_alone(self, path: Path, mode: str):
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.execute("CREATE TABLE theirs (a)")
        before = path.read_bytes()
        assert "another program" in await refusal(path)
        assert path.read_bytes() == before
        assert not path.with_name("main.db.lock").exists()

    async def test_the_file_of_another_account(self, path: Path):
        await filled(path, 1)
        assert "holds the account 'main', not 'second'" in await refusal(path, "second")
        await filled(path.with_name("second.db"), 1)

    async def test_a_file_of_a_later_version(self, path: Path):
        await filled(path, 1)
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA user_version = 99")
        before = path.read_bytes()
        said = await refusal(path)
        assert "later qunguan (schema 99, this one knows 2)" in said
        assert path.read_bytes() == before

    async def test_an_empty_file_is_a_new_database(self, path: Path):
        path.touch()
        await filled(path, 1)
        with Reader(path) as reader:
            assert reader.counts().events == 1


class TestDamage:
    async def test_a_destroyed_beginning(self, path: Path):
        await filled(path)
        with path.open("r+b") as file:
            file.write(os.urandom(16))
        assert "its beginning is destroyed" in await refusal(path)

    async def test_a_file_cut_short(self, path: Path):
        await filled(path)
        os.truncate(path, path.stat().st_size // 2)
        assert "qunguan restore" in await refusal(path)

    async def test_damage_inside_is_found_after_an_unclean_end(self, path: Path, tmp_path: Path):
        await filled(path)
        crashed = SqliteStore(path)
        await crashed.open()
        await crashed.append([message(n) for n in range(1000, 1010)])
        after = tmp_path / "after"
        after.mkdir()
        for name in ("main.db", "main.db-wal"):
            (after / name).write_bytes(path.with_name(name).read_bytes())
        await crashed.close()
        with (after / "main.db").open("r+b") as file:
            file.seek(4096 * 20)
            file.write(b"\xff" * 4096)
        assert "the database is damaged (" in await refusal(after / "main.db")

    async def test_damage_met_while_reading_is_told_and_not_a_traceback(self, path: Path):
        await filled(path, 2000)
        with path.open("r+b") as file:
            for page in range(40, 80):
                file.seek(4096 * page)
                file.write(b"\xff" * 4096)
        with Reader(path) as reader:
            with pytest.raises(StoreError, match="damaged"):
                reader.journal(limit=5000)
            assert reader.integrity()

    async def test_a_row_of_an_unknown_kind_names_the_file(self, path: Path):
        await filled(path, 1)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute('UPDATE journal SET decided = 0, body = \'{"kind":"from the future"}\'')
        with (
            Reader(path) as reader,
            pytest.raises(StoreError, match=r"main\.db: the journal holds something"),
        ):
            reader.pending()


class TestDiskFull:
    async def test_the_failing_calls_and_all_later_ones_are_refused(self, store: SqliteStore, path: Path):
        acknowledged = await store.append([message(1)])
        await store._write(lambda db: db.execute(f"PRAGMA max_page_count = {page_count(db) + 4}").fetchone())
        outcomes = await asyncio.gather(
            *(store.append([message(n, text="x" * 2000)]) for n in range(10, 60)), return_exceptions=True
        )
        failed = [outcome for outcome in outcomes if isinstance(outcome, StoreError)]
        assert failed
        assert all("the disk is full: free some space" in str(failure) for failure in failed)
        with pytest.raises(StoreError, match="nothing is written any more until the bot is started again"):
            await store.commit([Decided(seq=1)])
        await store.close()
        again = SqliteStore(path)
        await again.open()
        kept = [seq for outcome in outcomes if not isinstance(outcome, BaseException) for seq in outcome]
        assert [found.seq for found in await again.pending()] == [*acknowledged, *kept]
        await again.append([message(99)])
        await again.close()

    async def test_a_limit_of_the_system_is_told_as_well(self, path: Path, writing_bot):
        resource = pytest.importorskip("resource")
        limit = 400_000  # bytes a file may have

        bot = writing_bot(path, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        said = bot.communicate()[0].splitlines()
        assert bot.returncode == 0
        assert [line.partition(":")[0] for line in said[-2:]] == ["refused", "refused"]
        assert "check the disk (its health, its quota, the limits of this user)" in said[-2]
        await agrees_with(path, said)

    async def test_when_there_is_room_again_the_bot_goes_on(self, small_disk: Path, writing_bot):
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(500_000))
        bot = writing_bot(small_disk / "main.db")
        said = bot.communicate()[0].splitlines()
        assert bot.returncode == 0
        assert "the disk is full: free some space, then start again" in said[-2]
        ballast.unlink()
        await agrees_with(small_disk / "main.db", said)
        store = SqliteStore(small_disk / "main.db")
        await store.open()
        await store.append([message(9_999_999)])
        await store.close()

    async def test_a_backup_that_does_not_fit_leaves_nothing_behind(self, small_disk: Path, path: Path):
        await filled(path, 2000)
        store = SqliteStore(path)
        await store.open()
        with pytest.raises(StoreError, match="the disk is full"):
            await store.backup(small_disk / "copy.db")
        assert listing(small_disk) == {}
        await store.append([message(9999)])
        await store.close()

    async def test_a_new_database_that_does_not_fit_can_be_made_later(self, small_disk: Path):
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(1_000_000))
        assert "the disk is full" in await refusal(small_disk / "main.db")
        ballast.unlink()
        await filled(small_disk / "main.db", 1)


class TestKilled:
    async def test_everything_acknowledged_is_there_and_nothing_half(self, path: Path, writing_bot):
        await kill_again_and_again(path, writing_bot, kills=5)

    @pytest.mark.campaign
    async def test_everything_acknowledged_is_there_however_often(self, path: Path, writing_bot):
        await kill_again_and_again(path, writing_bot, kills=60)

    async def test_killed_while_being_created_it_is_created_anew(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        for moment in range(1, 12):
            fail_at(moment, monkeypatch)
            with pytest.raises(ZeroDivisionError):
                await SqliteStore(path).open()
            monkeypatch.undo()
        await filled(path, 1)

    async def test_a_cancelled_call_is_carried_out_all_the_same(self, store: SqliteStore):
        call = asyncio.ensure_future(store.append([message(1)]))
        await asyncio.sleep(0)  # it is handed over, and not answered yet
        call.cancel()
        assert await store.append([message(2)]) == [2]
        assert [found.seq for found in await store.pending()] == [1, 2]

    async def test_a_closed_store_says_so(self, path: Path):
        store = SqliteStore(path)
        for call in (store.append([]), store.pending()):
            with pytest.raises(RuntimeError, match="not open"):
                await call

    async def test_closing_waits_for_what_is_queued(self, path: Path):
        store = SqliteStore(path)
        await store.open()
        calls = [asyncio.ensure_future(store.append([message(n)])) for n in range(600)]
        await asyncio.sleep(0)
        await store.close()
        assert await asyncio.gather(*calls) == [[n + 1] for n in range(600)]
        assert sorted(found.name for found in path.parent.iterdir()) == ["main.db", "main.db.lock"]


async def kill_again_and_again(path: Path, writing_bot: Callable[..., Bot], kills: int) -> None:
    for kill in range(kills):
        bot = writing_bot(path)
        said = [bot.stdout.readline().strip() for _ in range(10 + 7 * (kill % 5))]
        bot.kill()
        said += bot.communicate()[0].splitlines()
        await agrees_with(path, said)


async def agrees_with(path: Path, said: list[str]) -> None:
    """Open the file as after a crash: it holds whole calls only, and all that the bot was answered."""
    last = {"started": 1, "appended": 0, "decided": 0, "refused": 0}
    for line in said:
        what, _, number = line.partition(" ")
        if number.isdigit():
            last[what] = int(number)
    store = SqliteStore(path)
    await store.open()
    journal = await store.journal(limit=10_000_000)
    pending = [found.seq for found in await store.pending()]
    decided = len(journal) - len(pending)
    assert len(journal) >= last["appended"]
    assert decided >= last["decided"]
    assert len(journal) % 8 == 0, "half a call was journalled"
    assert decided % 8 == 0, "half a call was committed"
    assert pending == list(range(decided + 1, len(journal) + 1))
    assert [r.id for r in await store.unsent()] == [f"e{n}" for n in range(1, decided + 1)]
    assert list(await store.lines(NOON, limit=10_000_000)) == [b"line %d" % n for n in range(1, decided + 1)]
    wanted = {"u1": decided} | {f"u{n}": n for n in range(2, decided + 1)} if decided else {}
    assert {record.member: record.messages for record in await store.records()} == wanted
    await store.close()
    with Reader(path) as reader:
        assert reader.integrity() == []


def page_count(db) -> int:
    return db.execute("PRAGMA page_count").fetchone()[0]


def fail_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the given statement of the creation fail, and with it everything after."""
    from sqlite_utils import Database

    real = Database.execute
    counted = iter(range(1, 1000))

    def execute(self, sql, parameters=None):
        if self.conn.in_transaction and next(counted) == moment:
            raise ZeroDivisionError
        return real(self, sql, parameters)

    monkeypatch.setattr(Database, "execute", execute)

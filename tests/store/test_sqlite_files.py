"""What becomes of the files: brought up to date, copied, put back, looked at."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.ports import Decided
from bot.store.sqlite import Reader, SqliteStore, backup, restore
from bot.store.sqlite.migrations import migrations
from bot.store.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION
from tests.contract.samples import NOON, later, member, message, receipt, row

SCHEMA_1 = (Path(__file__).parent / "schema_1.sql").read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "main.db"


async def filled(path: Path, events: int = 3, account: str = "main") -> None:
    """Leave a cleanly closed database with all but the last event decided."""
    store = SqliteStore(path, account)
    await store.open()
    seqs = [seq for seq in await store.append([message(n) for n in range(1, events + 1)]) if seq is not None]
    await store.commit(
        [Decided(seq=seq, changes=(member(seq),), outbox=(row(f"e{seq}"),)) for seq in seqs[:-1]]
    )
    await store.close()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def events_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT count(*) FROM journal").fetchone()[0]


def schema_of(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as db:
        tables = "SELECT m.name, c.* FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY m.name, c.cid"
        indexes = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' ORDER BY name"
        return db.execute(tables).fetchall() + db.execute(indexes).fetchall()


class TestMigrating:
    @pytest.fixture
    def old(self, path: Path) -> Path:
        with closing(sqlite3.connect(path)) as db:
            db.executescript(SCHEMA_1)
        return path

    def test_every_version_has_its_step(self):
        assert [step.name for step in migrations._migrations] == [
            str(n) for n in range(1, SCHEMA_VERSION + 1)
        ]

    async def test_an_old_file_is_brought_up_to_date_and_keeps_its_content(self, old: Path, tmp_path: Path):
        store = SqliteStore(old)
        await store.open()
        assert [found.key for found in await store.pending()] == ["message:m2"]
        assert list(await store.records()) == [member(1)]
        assert list(await store.unsent()) == [row("e1")]
        await store.commit([Decided(seq=2, line=b"{}")])
        await store.claim("e1", later(5))
        await store.append([receipt(6, "e1", "done", message_id="m9")])
        assert list(await store.lines(NOON)) == [b"{}"]
        assert (await store.sent_since(NOON))[0].message_id == "m9"
        await store.close()
        await filled(tmp_path / "new.db")
        assert schema_of(old) == schema_of(tmp_path / "new.db")

    async def test_it_is_copied_beside_itself_first(self, old: Path):
        await filled_by_opening(old)
        kept = old.with_name("main.db.bak-1")
        assert version_of(kept) == 1
        assert events_in(kept) == 2
        assert version_of(old) == SCHEMA_VERSION

    async def test_an_earlier_copy_is_never_overwritten(self, old: Path):
        old.with_name("main.db.bak-1").write_text("precious")
        await filled_by_opening(old)
        assert old.with_name("main.db.bak-1").read_text() == "precious"
        assert version_of(old.with_name("main.db.bak-1-2")) == 1

    async def test_a_file_that_is_up_to_date_is_not_copied(self, path: Path):
        await filled(path)
        await filled_by_opening(path)
        assert sorted(found.name for found in path.parent.iterdir()) == ["main.db", "main.db.lock"]

    async def test_a_step_that_fails_leaves_the_old_file_as_it_was(self, old: Path):
        with closing(sqlite3.connect(old)) as db:
            db.execute("CREATE TABLE line (in_the_way)")
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            await SqliteStore(old).open()
        assert version_of(old) == 1
        with closing(sqlite3.connect(old)) as db:
            assert "message_id" not in [column[1] for column in db.execute("PRAGMA table_info(outbox)")]
            db.execute("DROP TABLE line")
        await filled_by_opening(old)
        assert version_of(old) == SCHEMA_VERSION

    async def test_a_reader_leaves_an_old_file_to_the_bot(self, old: Path):
        with pytest.raises(StoreError, match=r"earlier qunguan \(schema 1\): start the bot once"):
            Reader(old)
        assert version_of(old) == 1


async def filled_by_opening(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.close()


class TestBackup:
    async def test_copies_made_while_the_bot_writes_are_whole(self, path: Path, tmp_path: Path):
        store = SqliteStore(path)
        await store.open()
        going = True

        async def write() -> int:
            n = 0
            while going:
                seqs = await store.append([message(n + i) for i in range(1, 9)])
                await store.commit(
                    [Decided(seq=seq, line=b"x", changes=(member(seq),)) for seq in seqs if seq]
                )
                n += 8
            return n

        async def copy() -> list[Path]:
            targets = [tmp_path / f"copy-{n}.db" for n in range(6)]
            for target in targets:
                await store.backup(target)
            return targets

        writing = asyncio.ensure_future(write())
        targets = await copy()
        going = False
        written = await writing
        await store.close()
        sizes = []
        for target in targets:
            with Reader(target) as reader:
                assert reader.integrity() == []
                counts = reader.counts()
                assert counts.events % 8 == 0
                assert counts.pending in (0, 8)
                assert counts.lines == counts.events - counts.pending
                assert [seq for seq, _ in reader.journal(limit=10**9)] == list(range(1, counts.events + 1))
                sizes.append(counts.events)
        assert sizes == sorted(sizes)
        assert written > sizes[0]
        assert not list(tmp_path.glob("*.part"))

    async def test_a_copy_of_a_damaged_database_is_refused(self, path: Path, tmp_path: Path):
        await filled(path, 500)
        with path.open("r+b") as file:
            file.seek(4096 * 20)
            file.write(b"\xff" * 4096)
        with pytest.raises(StoreError, match=r"main\.db: the database is damaged"):
            backup(path, tmp_path / "copy.db")
        assert not list(tmp_path.glob("copy*"))


class TestRestore:
    async def test_a_backup_takes_the_place_of_the_database_which_is_kept(self, path: Path, tmp_path: Path):
        await filled(path, 3)
        backup(path, tmp_path / "copy.db")
        path.unlink()
        await filled(path, 5)
        assert restore(tmp_path / "copy.db", path) == tmp_path / "main.db.before-restore"
        assert events_in(path) == 3
        assert events_in(tmp_path / "main.db.before-restore") == 5
        assert events_in(tmp_path / "copy.db") == 3
        assert restore(tmp_path / "copy.db", path) == tmp_path / "main.db.before-restore-2"
        await filled_by_opening(path)

    async def test_what_only_the_log_held_is_kept_too(self, path: Path, tmp_path: Path, writing_bot):
        await filled(tmp_path / "copy.db", 3)
        bot = writing_bot(path)
        while not bot.stdout.readline().startswith("decided 80"):
            pass
        bot.kill()
        bot.wait()
        assert path.with_name("main.db-wal").stat().st_size > 0
        kept = restore(tmp_path / "copy.db", path)
        assert events_in(path) == 3
        assert events_in(kept) >= 80
        await filled_by_opening(path)

    async def test_a_database_that_is_destroyed_is_replaced_and_kept_as_it_is(
        self, path: Path, tmp_path: Path
    ):
        await filled(tmp_path / "copy.db", 3)
        path.write_bytes(b"garbage")
        path.with_name("main.db-wal").write_bytes(b"more garbage")
        kept = restore(tmp_path / "copy.db", path)
        assert kept.read_bytes() == b"garbage"
        assert kept.with_name(kept.name + "-wal").read_bytes() == b"more garbage"
        await filled_by_opening(path)
        assert events_in(path) == 3

    async def test_where_there_was_none_it_is_simply_put(self, path: Path, tmp_path: Path):
        await filled(tmp_path / "copy.db", 3)
        assert restore(tmp_path / "copy.db", path) is None
        assert events_in(path) == 3

    async def test_a_backup_of_an_earlier_version_is_brought_up_to_date_when_opened(
        self, path: Path, tmp_path: Path
    ):
        with closing(sqlite3.connect(tmp_path / "old.db")) as db:
            db.executescript(SCHEMA_1)
        restore(tmp_path / "old.db", path)
        await filled_by_opening(path)
        assert version_of(path) == SCHEMA_VERSION
        assert events_in(path) == 2

    async def test_a_running_bot_keeps_its_database(self, path: Path, tmp_path: Path):
        await filled(tmp_path / "copy.db", 3)
        store = SqliteStore(path)
        await store.open()
        with pytest.raises(StoreError, match="in use by another qunguan"):
            restore(tmp_path / "copy.db", path)
        await store.append([message(1)])
        assert len(await store.pending()) == 1
        await store.close()

    async def test_what_is_no_sound_backup_of_ours_is_refused_and_changes_nothing(
        self, path: Path, tmp_path: Path
    ):
        await filled(path, 3)
        bad = tmp_path / "bad.db"
        with closing(sqlite3.connect(tmp_path / "foreign.db")) as db:
            db.execute("CREATE TABLE theirs (a)")
        await filled(tmp_path / "newer.db", 1)
        await filled(tmp_path / "damaged.db", 500)
        with closing(sqlite3.connect(tmp_path / "newer.db")) as db:
            db.execute("PRAGMA user_version = 99")
        with (tmp_path / "damaged.db").open("r+b") as file:
            file.seek(4096 * 20)
            file.write(b"\xff" * 4096)
        (tmp_path / "empty.db").touch()
        (tmp_path / "text.db").write_text("hello " * 1000)
        before = path.read_bytes()
        for bad, said in {
            "foreign.db": "another program",
            "newer.db": "later qunguan",
            "damaged.db": "the database is damaged",
            "empty.db": "this file is empty",
            "text.db": "this is no database",
            "missing.db": "there is no such backup",
            "main.db": "this is the database itself",
        }.items():
            with pytest.raises(StoreError, match=said) as caught:
                restore(tmp_path / bad, path)
            assert bad in str(caught.value)
        assert path.read_bytes() == before
        assert not list(tmp_path.glob("*before-restore*"))
        assert not list(tmp_path.glob("*.part"))


class TestReading:
    async def test_one_can_look_while_the_bot_writes(self, path: Path):
        store = SqliteStore(path)
        await store.open()
        with Reader(path) as reader:
            assert reader.account == "main"
            assert reader.version == SCHEMA_VERSION
            assert reader.counts().events == 0
            one, two = await store.append([message(1), message(2)])
            await store.commit(
                [Decided(seq=one, changes=(member(1),), outbox=(row("e1"), row("e2")), line=b"{}")]
            )
            await store.claim("e1", later(3))
            counts = reader.counts()
            assert (counts.events, counts.pending, counts.lines) == (2, 1, 1)
            assert counts.records == {"member": 1}
            assert counts.outbox == {"sending": 1, "todo": 1}
            assert [found.seq for found in reader.pending()] == [two]
            assert reader.integrity() == []
        await store.close()

    async def test_looking_never_changes_anything(self, path: Path):
        await filled(path)
        with Reader(path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._db.execute("DELETE FROM journal")
        assert events_in(path) == 3

    def test_what_is_not_there_cannot_be_looked_at(self, path: Path):
        with pytest.raises(StoreError, match="no database yet: start the bot once"):
            Reader(path)
        assert not path.exists()

    async def test_the_file_says_whose_it_is(self, path: Path):
        await filled(path)
        head = path.read_bytes()[:100]
        assert head[68:72] == APPLICATION_ID.to_bytes(4, "big") == b"qung"
        assert int.from_bytes(head[60:64], "big") == SCHEMA_VERSION

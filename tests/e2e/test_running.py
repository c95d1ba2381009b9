"""The running bot: files edited under it, signals, and a database that cannot be used."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.store.sqlite.schema import SCHEMA_VERSION
from tests.e2e.program import PATIENCE, ROOT, Program
from tests.e2e.test_command_line import pack

Start = Callable[..., Program]
READY = "ready"
SCHEMA_1 = ROOT / "tests" / "store" / "schema_1.sql"


def counted(database: Path, sql: str) -> int:
    with closing(sqlite3.connect(database)) as db:
        return int(db.execute(sql).fetchone()[0])


def wait_for_rooms(database: Path, rooms: int) -> None:
    """Return once the bot got to know so many rooms."""
    deadline = time.monotonic() + PATIENCE
    while counted(database, "SELECT count(*) FROM record WHERE kind = 'room'") < rooms:
        assert time.monotonic() < deadline, "the bot never got to know its rooms"


def moved_in(target: Path, text: str) -> None:
    """Write a file as a careful editor does: whole, and moved into its place."""
    passing = target.with_suffix(".tmp")
    passing.write_text(text, encoding="utf-8")
    passing.replace(target)


def test_a_running_bot_from_its_start_to_its_stop(
    program: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    database, data = tmp_path / "qunguan.db", str(tmp_path)
    (tmp_path / "rules").mkdir()
    own = tmp_path / "rules" / "mine.toml"
    own.write_text(pack(), encoding="utf-8")
    bot = program("run", "--simulator", "--log-json", "--data", tmp_path)
    bot.wait_for(READY)

    # a broken pack is told of and left aside
    moved_in(own, "[pack]\nid = \n")

    # others may look, copy and export meanwhile; nobody may put something in its place
    wait_for_rooms(database, 3)
    copy, exported = tmp_path / "copy.db", tmp_path / "exported.jsonl"
    capsys.readouterr()
    assert main(["status", "--json", "--data", data]) == 0
    assert {r["room"] for r in json.loads(capsys.readouterr().out)["rooms"]} == {"muying", "run", "trade"}
    assert main(["backup", str(copy), "--data", data]) == 0
    assert main(["export", str(exported), "--data", data]) == 0
    assert main(["backup", str(copy), "--data", data]) == 3, "a copy is never overwritten"
    assert main(["restore", str(copy), "--data", data]) == 3, "not under a running bot"

    log = bot.wait_for("the last good ones stay in force")
    assert str(own) in log

    # a good change is taken over
    moved_in(own, pack(word="新暗号"))
    refused = program("run", "--simulator", "--data", tmp_path).ended()
    assert refused.code == 3
    assert len(refused.error_lines) == 1
    assert str(database) in refused.err
    assert f"process {bot.process.pid}" in refused.err
    bot.wait_for("packs reloaded")

    ended = bot.stop()
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    [reloaded] = [json.loads(line) for line in ended.error_lines if "packs reloaded" in line]
    assert reloaded["version"]

    before = counted(database, "SELECT count(*) FROM journal")
    assert main(["restore", str(copy), "--data", data]) == 0
    assert 0 < counted(database, "SELECT count(*) FROM journal") <= before
    assert (tmp_path / "qunguan.db.before-restore").exists()
    assert main(["doctor", "--offline", "--data", data]) == 0


def test_a_broken_pack_does_not_turn_the_good_one_off(tmp_path: Path):
    from bot.assembly import load_brain
    from bot.config import load_settings
    from bot.core.events import Message
    from bot.core.rules.view import view_of
    from bot.shell.brain_watch import BrainWatch, watched_files
    from tests.e2e.town import NOON

    (tmp_path / "rules").mkdir()
    own = tmp_path / "rules" / "mine.toml"
    own.write_text(pack(), encoding="utf-8")
    watch = BrainWatch(
        lambda: load_brain(load_settings(tmp_path, {}), tmp_path), lambda: watched_files(tmp_path)
    )

    def hits(text: str) -> bool:
        message = Message(at=NOON, room="r", id="m", sender="u", text=text)
        return any(s.rule == "mine/word" for s in watch.brain.policy.rules.signals(view_of(message)))

    assert hits("暗号")
    moved_in(own, pack(kind="regex", keys="patterns = ['(?=x)']"))
    assert "mine/word" in (watch.look() or "")
    assert hits("暗号")
    assert watch.look() is not None, "a problem stays told until it is mended"
    moved_in(own, pack(word="新暗号"))
    assert watch.look() is None
    assert hits("新暗号")
    assert not hits("暗号是什么")
    moved_in(tmp_path / "qunguan.toml", "[governor]\nper_minit = 3\n")
    assert "per_minit" in (watch.look() or "")
    assert hits("新暗号")
    (tmp_path / "qunguan.toml").unlink()
    own.unlink()
    assert watch.look() is None
    assert not hits("新暗号")


def test_an_old_database_is_copied_and_brought_up_to_date_and_left_in_order(program: Start, tmp_path: Path):
    database = tmp_path / "qunguan.db"
    with closing(sqlite3.connect(database)) as db:
        db.executescript(SCHEMA_1.read_text(encoding="utf-8"))
    bot = program("run", "--simulator", "--data", tmp_path)
    bot.wait_for(READY)  # and not a moment longer: a stop right after the start is one like any other
    ended = bot.stop()
    assert ended.code == 0, ended.err
    assert "stopped" in ended.err
    assert counted(database, "PRAGMA user_version") == SCHEMA_VERSION
    assert counted(tmp_path / "qunguan.db.bak-1", "PRAGMA user_version") == 1
    assert counted(database, "SELECT count(*) FROM journal") > 0
    assert counted(database, "SELECT count(*) FROM journal WHERE decided = 0") == 0
    assert counted(database, "SELECT count(*) FROM outbox WHERE status = 'sending'") == 0
    assert not database.with_name("qunguan.db-wal").exists()


@pytest.mark.parametrize("what", ["corrupt", "foreign"])
def test_a_file_that_is_no_sound_database_is_named_and_left_as_it_is(
    what: str, program: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    database = tmp_path / "qunguan.db"
    if what == "corrupt":
        database.write_bytes(b"\x00rubbish" * 2000)
    else:
        with closing(sqlite3.connect(database)) as db:
            db.execute("CREATE TABLE theirs (x)")
    before = database.read_bytes()
    if what == "corrupt":
        ended = program("run", "--simulator", "--data", tmp_path).ended()
        code, err = ended.code, ended.err
    else:
        code = main(["status", "--data", str(tmp_path)])
        err = capsys.readouterr().err
    assert code == 3
    assert len(err.strip().splitlines()) == 1, err
    assert str(database) in err
    assert database.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["qunguan.db"]


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder nobody can write to, root included: a file system mounted read-only."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_read_only_folder_is_named(program: Start, read_only_folder: Path):
    ended = program("run", "--simulator", "--data", read_only_folder).ended()
    assert ended.code == 3
    assert len(ended.error_lines) == 1, ended.err
    assert str(read_only_folder) in ended.err
    assert "read-only" in ended.err


def test_the_log_of_a_defect_shows_nobodys_words(tmp_path: Path):
    script = """
import structlog
from bot.shell.logs import set_up_logs
set_up_logs()
def deciding(words, token):
    raise RuntimeError("a defect")
try:
    deciding("悄悄话", "s3cret")
except RuntimeError:
    structlog.get_logger().exception("an event could not be decided", seq=7)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    said = done.stderr.decode()
    assert "a defect" in said
    assert "in deciding" in said
    assert "locals" not in said
    assert said.count("s3cret") <= 1  # the line of the program that is shown
    assert said.count("悄悄话") <= 1

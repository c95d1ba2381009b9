"""kill -9 at any moment: nothing journalled is lost, nothing is done twice, nobody is wronged."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import load_brain
from bot.config import load_settings
from bot.core.decide import decide
from bot.core.records import record_key
from bot.core.state import State
from bot.history import HistoryReader
from bot.shell.lane import outbox_rows
from bot.store.sqlite import Reader
from bot.store.sqlite.rows import packed
from tests.e2e.killed_bot import AD, AIDE, BOSS, BOT, GUARD, MAYBE, QUIET_FOLK, SECRET, read_truth
from tests.e2e.program import PATIENCE, ROOT, Program

CONFIG = """
channel = "simulator"
[operator]
id = "boss"
[defaults]
staff = ["aide"]
whitelist = ["guard"]
removal_line = true
[rooms.a]
mode = "act"
[rooms.b]
mode = "assist"
[governor]
per_minute = 600
per_hour = 10000
per_day = 100000
per_room_hour = 1000
per_person_day = 100
removals_minute = 120
gap_seconds = 0
jitter_seconds = 0
same_text_minutes = 0
breaker_failures = 100
"""
MOST_TOLD = 100
# Right after the deed, before anybody could write down that it was done.
WORST_MOMENTS = {1: "out:2", 3: "whispered:6", 5: "said:2"}
Truth = list[dict[str, Any]]


def life(folder: Path, run: int, die_at: str, kill_after: int | None) -> int:
    """Let the bot live once: it dies by itself at a step, or is killed once it has printed so many."""
    bot = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.killed_bot", str(folder), str(run), die_at],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert bot.stdout is not None
    assert bot.stderr is not None
    steps = 0
    for _ in bot.stdout:
        steps += 1
        if steps == kill_after:
            bot.kill()
    errors = bot.stderr.read().decode()
    assert bot.wait(PATIENCE) == -9, f"the bot ended by itself:\n{errors[-3000:]}"
    assert "Traceback" not in errors, errors[-3000:]
    bot.stdout.close()
    bot.stderr.close()
    return steps


@pytest.fixture(
    scope="module",
    params=[pytest.param(5, id="5 kills"), pytest.param(50, id="50 kills", marks=pytest.mark.campaign)],
)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a bot that was killed many times and then ended its work in peace."""
    place = tmp_path_factory.mktemp("killed")
    (place / "qunguan.toml").write_text(CONFIG)
    rng = random.Random(f"{request.param} lives")
    for run in range(1, request.param + 1):
        # Some die young, in the midst of picking up what the last one left.
        step = rng.choice([rng.randint(2, 25), rng.randint(50, 300), rng.randint(200, 600)])
        if run in WORST_MOMENTS:
            life(place, run, WORST_MOMENTS[run], None)
        elif run % 2:
            life(place, run, "0", step)
        else:
            assert life(place, run, str(step), None) >= step  # what it logs is printed too
    end = [sys.executable, "-m", "tests.e2e.killed_bot", str(place), "9999", "0", "--finish"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(end, capture_output=True, cwd=ROOT, env=environment, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return place


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    """What really happened in the world."""
    return read_truth(folder)


@pytest.fixture(scope="module")
def re_decided(folder: Path) -> tuple[State, dict[str, tuple[str, str | None]]]:
    """State and outbox of the exported journal decided again from scratch."""
    exported = folder / "exported.jsonl"
    program = Program(
        subprocess.Popen(
            [sys.executable, "-m", "bot", "export", str(exported), "--data", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    )
    assert program.ended().code == 0
    program.close()
    brain = load_brain(load_settings(folder, {}), folder)
    state, outbox = State(), {}
    with exported.open("rb") as source:
        for seq, (event, _) in enumerate(HistoryReader(source, "exported"), 1):
            decision = decide(event, state, brain.policy, event.at)
            state.apply(decision.changes)
            for row in outbox_rows(seq, event.at, decision.effects, brain):
                outbox[row.id] = (packed(row.effect), row.text)
    return state, outbox


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "qunguan.db")) as db:
        return db.execute(sql).fetchall()


def by_bot(truth: Truth, what: str) -> Truth:
    return [line for line in truth if line["what"] == what and line.get("who") == BOT]


def test_much_happened_at_all(truth: Truth, folder: Path):
    counts = Counter(line["what"] for line in truth)
    # A word may have been lost to a kill in mid-call; that it was tried is what counts here.
    tried = query(folder, "SELECT text FROM outbox WHERE text IS NOT NULL AND attempts > 0")
    whispers = [text for (text,) in tried]
    assert counts["removed"] >= 3
    assert counts["started"] >= 6
    for words in ("群日报", "/ok", "/undo", "推广"):
        assert any(words in text for text in whispers), words


def test_what_was_acknowledged_is_journalled_and_decided(folder: Path):
    acknowledged = {
        key for line in (folder / "acknowledged.jsonl").read_text().splitlines() for key in json.loads(line)
    }
    journal = dict(query(folder, "SELECT key, decided FROM journal"))
    assert acknowledged
    assert acknowledged - journal.keys() == set()
    assert [key for key, decided in journal.items() if not decided] == []


def test_time_never_goes_back_in_the_journal_and_no_place_is_empty(folder: Path):
    rows = query(folder, "SELECT seq, at FROM journal ORDER BY seq")
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    times = [at for _, at in rows]
    assert times == sorted(times)


def test_nobody_is_removed_twice(truth: Truth):
    removals = Counter(line["effect"] for line in by_bot(truth, "removed"))
    assert removals
    assert [effect for effect, times in removals.items() if times > 1] == []
    out: dict[tuple[str, str], str] = {}
    for line in truth:
        if line["what"] == "removed":
            out[line["room"], line["to"][0]] = line["effect"]
        elif line["what"] == "asked_removal" and not line["there"]:
            by = out[line["room"], line["to"][0]]
            assert by != line["effect"], "the member list was not read before asking again"


def test_only_advertisers_and_whom_staff_sent_out_are_removed(truth: Truth):
    allowed: set[tuple[str, str]] = set()
    names: dict[str, str] = {}
    for line in truth:
        if "name" in line:
            names[line["name"]] = line["who"]
        if line["what"] == "said" and line["room"]:
            if line["text"] in {AD, MAYBE}:
                allowed.add((line["room"], line["who"]))
            elif line["who"] == AIDE and line["text"].startswith("踢@"):
                whom = line["text"].removeprefix("踢@").strip(" \u2005")
                number = re.sub(r"\D", "", whom)
                allowed.add((line["room"], names.get(whom) or f"m{number}"))
    removed = {(line["room"], line["to"][0]) for line in by_bot(truth, "removed")}
    assert removed - allowed == set()
    assert {who for _, who in removed} & {BOT, BOSS, AIDE, GUARD, *QUIET_FOLK} == set()


def test_no_word_is_said_twice(truth: Truth):
    said = by_bot(truth, "said")
    assert all(line["effect"] for line in said)
    twice = [effect for effect, times in Counter(line["effect"] for line in said).items() if times > 1]
    assert twice == []


def test_what_was_said_in_private_is_in_no_room(truth: Truth):
    assert any(line["text"].startswith(SECRET) for line in truth if line["what"] == "said")
    assert [line for line in by_bot(truth, "said") if line["room"] and SECRET in line["text"]] == []


def test_who_opted_out_gets_no_more_than_its_confirmation(truth: Truth):
    stopped = [n for n, line in enumerate(truth) if line.get("text") == "别再给我发消息了"]
    if stopped:
        later = [
            line
            for line in by_bot(truth[stopped[0] :], "said")
            if line["to"] == ["talk2"] and not line["room"]
        ]
        assert all("不再私信打扰" in line["text"] for line in later)


def test_every_send_nobody_can_vouch_for_is_listed_and_counted(
    folder: Path, truth: Truth, program: Callable[..., Program]
):
    said = {line["effect"] for line in by_bot(truth, "said")}
    outbox = dict(query(folder, "SELECT id, status FROM outbox"))
    assert set(outbox.values()) <= {"done", "failed", "unknown", "refused", "dropped"}
    assert {effect for effect in said if outbox[effect] not in {"done", "unknown"}} == set()
    # An echo tells words, not which of two equal lines to one room it was: so equal words are counted.
    rows = query(folder, "SELECT id, status, conversation, text FROM outbox WHERE text IS NOT NULL")
    done = Counter((where, text) for _, state, where, text in rows if state == "done")
    went_out = Counter((where, text) for row, _, where, text in rows if row in said)
    assert done - went_out == Counter(), "called done, but never said"
    unknown = {effect for effect, status in outbox.items() if status == "unknown"}
    status = program("status", "--json", "--data", folder).ended()
    assert status.code == 0
    shown = json.loads(status.out)
    assert {row["id"] for row in shown["undecided"]} == unknown
    assert shown["unsent"] == []
    assert shown["counts"]["pending"] == 0
    with Reader(folder / "qunguan.db") as reader:
        state = State(reader.records())
    # The list of them ends at a hundred; status knows them all.
    assert set(state.account.unsure) <= unknown
    assert len(state.account.unsure) == min(len(unknown), MOST_TOLD)
    answers = [
        line["text"] for line in by_bot(truth, "said") if line["to"] == [BOSS] and "【a群】" in line["text"]
    ]
    digests = [text for text in answers if "群日报" in text]
    statuses = [text for text in answers if "群日报" not in text]
    for text in (digests[-1], statuses[-1]):
        told = re.search(r"有 (\d+) 条消息不确定是否发出", text)
        assert (int(told[1]) if told else 0) == min(len(unknown), MOST_TOLD)


def test_a_digest_comes_once_for_a_day(truth: Truth):
    digests = [line["text"][:10] for line in by_bot(truth, "said") if "群日报" in line["text"]]
    assert digests
    assert [day for day, times in Counter(digests).items() if times > 1] == []


def test_deciding_the_exported_journal_again_gives_the_same_state(
    folder: Path, re_decided: tuple[State, dict[str, tuple[str, str | None]]]
):
    with Reader(folder / "qunguan.db") as reader:
        kept = {record_key(record): record for record in reader.records()}
    again = {record_key(record): record for record in re_decided[0].records()}
    assert again.keys() == kept.keys()
    assert [key for key in kept if again[key] != kept[key]] == []


def test_deciding_the_exported_journal_again_gives_the_same_effects(
    folder: Path, re_decided: tuple[State, dict[str, tuple[str, str | None]]]
):
    kept = {row[0]: (row[1], row[2]) for row in query(folder, "SELECT id, effect, text FROM outbox")}
    assert kept == re_decided[1]

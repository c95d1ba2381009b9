"""The ban list as a file: written by one account, taken over by another, as often as one likes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.cli import main

LINES = '{"member":"x1","name":"坏人","reason":"刷单"}\n\n{"member":"x2","colour":"red"}\n'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_text(LINES, encoding="utf-8")
    return path


def run(*arguments):
    return main(["banlist", *map(str, arguments)])


def test_what_one_account_takes_in_another_can_take_over(tmp_path, file, capsys):
    one, two = tmp_path / "one", tmp_path / "two"
    shared = tmp_path / "shared.jsonl"
    assert run("import", file, "--data", one) == 0
    assert run("export", shared, "--data", one) == 0
    assert run("import", shared, "--data", two) == 0
    assert run("export", tmp_path / "again.jsonl", "--data", two) == 0
    assert "2 banned" in capsys.readouterr().out
    written = (tmp_path / "again.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line.partition('"at"')[0] for line in written] == [
        '{"member":"x1","name":"坏人","reason":"刷单",',
        '{"member":"x2",',
    ]


def test_twice_is_once(tmp_path, file, capsys):
    run("import", file, "--data", tmp_path / "d")
    assert run("import", file, "--data", tmp_path / "d") == 0
    assert "0 banned, 2 were so already" in capsys.readouterr().out


def test_the_whitelist_wins_over_a_list(tmp_path, file, capsys):
    data = tmp_path / "d"
    data.mkdir()
    (data / "qunguan.toml").write_text('[defaults]\nwhitelist = ["x1"]\n', encoding="utf-8")
    assert run("import", file, "--data", data) == 0
    assert "1 banned, 1 passed over" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line", ["{}", '{"member":""}', "no json", '{"member":1}', '{"member":"' + "x" * 300 + '"}']
)
def test_a_bad_line_is_named_and_nothing_is_taken_over(tmp_path, line, capsys):
    bad = tmp_path / "bad.jsonl"
    bad.write_text(LINES + line + "\n", encoding="utf-8")
    assert run("import", bad, "--data", tmp_path / "d") != 0
    error = capsys.readouterr().err
    assert "line 4" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "d").exists()


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert run("import", tmp_path / "none.jsonl", "--data", tmp_path / "d") != 0
    assert "cannot be read" in capsys.readouterr().err


def test_bans_come_back_with_the_journal(tmp_path, file):
    """An exported journal replays to the same bans: they are events like all others."""
    run("import", file, "--data", tmp_path / "d")
    assert main(["export", str(tmp_path / "journal.jsonl"), "--data", str(tmp_path / "d")]) == 0
    assert main(["import", str(tmp_path / "journal.jsonl"), "--data", str(tmp_path / "e")]) == 0
    assert run("export", tmp_path / "out.jsonl", "--data", tmp_path / "e") == 0
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8").count("member") == 2


def test_a_dash_is_standard_output(tmp_path, file, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("import", file, "--data", tmp_path / "d")
    capfd.readouterr()
    assert run("export", "-", "--data", tmp_path / "d") == 0
    out = capfd.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in out] == ['{"member":"x1"', '{"member":"x2"']
    assert not (tmp_path / "-").exists()


def test_no_number_of_days_is_refused_in_a_line(tmp_path, capsys):
    assert main(["why", "早", "--days", "nan", "--data", str(tmp_path)]) != 0
    error = capsys.readouterr().err
    assert "nan is no number of days" in error
    assert "Traceback" not in error


NAME = "坏\u0000人\u202e\n 小\u0007李"


def test_what_is_written_again_after_being_taken_in_is_the_same_file(tmp_path, capsys):
    lines = [
        {
            "member": "x1",
            "name": NAME,
            "reason": "刷单\u0000\n骗钱" * 40,
            "at": "2025-06-01T09:30:15.25+08:00",
        },
        {"member": "x2", "name": "👨\u200d👩\u200d👧 一家", "at": "2024-01-01T00:00:00Z"},
        {"member": "x3"},
        {"member": "x4", "at": "2999-01-01T00:00:00Z"},
    ]
    first = tmp_path / "first.jsonl"
    first.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    written = []
    for number in range(3):
        data, out = tmp_path / f"d{number}", tmp_path / f"out{number}.jsonl"
        assert (
            run("import", first if not written else tmp_path / f"out{number - 1}.jsonl", "--data", data) == 0
        )
        assert run("export", out, "--data", data) == 0
        written.append(out.read_bytes())
    assert written[0] == written[1] == written[2]
    one, two, three, four = map(json.loads, written[0].splitlines())
    assert (one["name"], one["at"]) == ("坏人 小李", "2025-06-01T01:30:15.250000Z")
    assert "\u0000" not in one["reason"]
    assert one["reason"].startswith("刷单 骗钱刷单")
    assert (two["name"], two["at"]) == ("👨\u200d👩\u200d👧 一家", "2024-01-01T00:00:00Z")
    assert datetime.fromisoformat(three["at"]) <= datetime.now(UTC)
    assert datetime.fromisoformat(four["at"]) <= datetime.now(UTC)


def test_an_id_with_what_nobody_sees_is_no_id(tmp_path, capsys):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"member":"x\\u0000y"}\n', encoding="utf-8")
    assert run("import", bad, "--data", tmp_path / "d") != 0
    assert "line 1: member must be a contact id" in capsys.readouterr().err


def test_whoever_is_passed_over_is_named_also_where_only_the_settings_know_them(tmp_path, capsys):
    data, shared = tmp_path / "d", tmp_path / "list.jsonl"
    data.mkdir()
    shared.write_text(
        '{"member":"boss","name":"老板\\n"}\n{"member":"st"}\n{"member":"du"}\n{"member":"x9"}\n',
        encoding="utf-8",
    )
    (data / "qunguan.toml").write_text(
        '[operator]\nid = "boss"\n[rooms.r1]\nstaff = ["st"]\nduty = [{ who = "du" }]\n', encoding="utf-8"
    )
    assert run("import", shared, "--data", data) == 0
    told = capsys.readouterr()
    assert [line.split(" is ")[0] for line in told.err.splitlines()] == [
        "passed over: boss (老板)",
        "passed over: st",
        "passed over: du",
    ]
    assert "1 banned, 3 passed over" in told.out

"""The ban list as a file: written by one account, taken over by another, as often as one likes."""

from __future__ import annotations

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

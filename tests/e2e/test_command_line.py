"""What the operator meets at the command line when something is not as it should be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.packs import shipped
from tests.e2e.program import Ended, Program

Start = Callable[..., Program]
Called = Callable[..., Ended]

PACK = """
[pack]
id = "mine"
name.zh = "我的"
name.en = "Mine"

[[rule]]
id = "mine/word"
kind = "{kind}"
weight = {weight}
why.zh = "因为"
why.en = "because"
{keys}
hits = ["{word}"]
passes = ["别的"]
"""


def pack(kind: str = "phrase", weight: object = 0.95, keys: str | None = None, word: str = "暗号") -> str:
    """Return a rule pack with one rule."""
    return PACK.format(
        kind=kind, weight=weight, keys=f'words = ["{word}"]' if keys is None else keys, word=word
    )


def zh_texts() -> str:
    return (shipped("texts") / "zh.toml").read_text(encoding="utf-8")


# what is wrong: (file, its content, what the one line must say)
WRONG = {
    "config syntax": ("qunguan.toml", '[operator]\nid = "x"\nzone = = 3\n', ["qunguan.toml", "line 3"]),
    "config key": ("qunguan.toml", "[governor]\nper_minit = 3\n", ["qunguan.toml", "per_minit"]),
    "config type": ("qunguan.toml", '[scoring]\nad = "viel"\n', ["qunguan.toml", "scoring.ad", "float"]),
    "config zone": (
        "qunguan.toml",
        '[operator]\ntimezone = "Asia/Peking"\n',
        ["Asia/Peking", "Asia/Shanghai"],
    ),
    "config room": ("qunguan.toml", '[rooms."r@1"]\nmode = "atc"\n', ["qunguan.toml", "r@1", "mode"]),
    "config contradiction": (
        "qunguan.toml",
        "[scoring]\nsuspect = 2.0\nad = 1.0\n",
        ["qunguan.toml", "suspect"],
    ),
    "config without rungs": (
        "qunguan.toml",
        "[defaults.ladder]\nreminds = 0\nwarns = 0\n",
        ["reminds", "warns"],
    ),
    "config in another encoding": ("qunguan.toml", "[operator]\nid = '小满'\n".encode("gbk"), ["UTF-8"]),
    "pack syntax": ("rules/mine.toml", "[pack]\nid = \n", ["mine.toml", "line 2"]),
    "pack key": (
        "rules/mine.toml",
        pack(keys='words = ["暗号"]\nwieght = 1'),
        ["mine.toml", "mine/word", "wieght"],
    ),
    "pack table": ("rules/mine.toml", pack() + "[rules]\n", ["mine.toml", "[rules]"]),
    "pack kind": ("rules/mine.toml", pack(kind="magic"), ["mine.toml", "mine/word", "magic"]),
    "pack weight": ("rules/mine.toml", pack(weight="nan"), ["mine.toml", "mine/word", "weight"]),
    "refused regex": (
        "rules/mine.toml",
        pack(kind="regex", keys="patterns = ['(a)\\1']"),
        ["mine.toml", "mine/word"],
    ),
    "refused look-ahead": (
        "rules/mine.toml",
        pack(kind="regex", keys="patterns = ['a(?=b)']"),
        ["mine/word"],
    ),
    "rule twice": ("rules/mine.toml", pack() + pack()[pack().index("[[rule]]") :], ["mine/word", "twice"]),
    "texts syntax": ("texts/zh.toml", "[texts]\n'a' = [\n", ["zh.toml"]),
    "texts type": ("texts/zh.toml", zh_texts() + '\n"one" = "no list"\n', ["zh.toml", "one"]),
    "texts template": ("texts/zh.toml", zh_texts() + '\n"mine" = ["{% if %}"]\n', ["zh.toml", "mine"]),
    "texts value": (
        "texts/zh.toml",
        '[names]\n[texts]\n"staff.done" = ["{{ nmae }}"]\n',
        ["staff.done", "nmae"],
    ),
}


# What others have still to mend; each turns into a failure once it is.
def laid_out(name: str, folder: Path) -> Path:
    """Write what is wrong into a data folder."""
    path, content, _ = WRONG[name]
    target = folder / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told_in_one_line(name: str, code: int, err: str, folder: Path) -> None:
    """Check what was said of something wrong, and that nothing was begun."""
    assert code == 2, err
    assert len(err.strip().splitlines()) == 1, err
    for words in WRONG[name][2]:
        assert words in err, err
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [Path(WRONG[name][0]).name]


@pytest.mark.parametrize("name", ["config syntax", "refused regex"])
def test_the_bot_does_not_start_with_what_is_wrong(name: str, program: Start, tmp_path: Path):
    ended = program("run", "--simulator", "--data", laid_out(name, tmp_path)).ended()
    told_in_one_line(name, ended.code, ended.err, tmp_path)
    assert ended.out == ""


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_in_one_line(name: str, tmp_path: Path, called: Called):
    ended = called("why", "加V xhm_demo88", "--data", laid_out(name, tmp_path))
    told_in_one_line(name, ended.code, ended.err, tmp_path)
    assert ended.out == ""


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Called:
    """Call the command line in this process, which is quick; nothing of our environment configures it."""
    for variable in [v for v in os.environ if v.startswith(("QUNGUAN_", "WECHATY_"))]:
        monkeypatch.delenv(variable)

    def call(*arguments: str | Path) -> Ended:
        code = main([str(argument) for argument in arguments])
        return Ended(code, *capsys.readouterr())

    return call


def event(number: int, **more: object) -> str:
    line = {
        "kind": "message",
        "at": f"2026-03-02T12:00:{number:02}+08:00",
        "room": "r1",
        "id": f"m{number}",
        "sender": "u1",
        "text": "大家好",
        **more,
    }
    return json.dumps(line, ensure_ascii=False)


# what is wrong with line 2: (the line, what the one line must say)
BAD_LINES = {
    "no JSON": ("{oops", "line 2"),
    "unknown kind": (event(2, kind="massage"), "unknown kind"),
    "no offset": (event(2, at="2026-03-02T12:00:02"), "at"),
    "wrong type": (event(2, sender=7), "sender"),
    "time goes back": (event(2, at="2020-01-01T00:00:00+08:00"), "time goes back"),
    "nested": (event(2)[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}", "nest"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named_by_its_number(name: str, tmp_path: Path, called: Called):
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join([event(1), BAD_LINES[name][0], event(3)]), encoding="utf-8")
    out = tmp_path / "decisions.jsonl"
    ended = called("replay", file, "--decisions", out, "--data", tmp_path)
    if name == "nested" and ended.code == 0:
        return  # what it does not know it need not read
    assert ended.code == 2, ended.err
    assert len(ended.error_lines) == 1, ended.err
    assert "line 2" in ended.err
    assert BAD_LINES[name][1] in ended.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["events.jsonl"]


def test_import_refuses_a_file_with_a_bad_line_as_a_whole(tmp_path: Path, called: Called):
    file, data = tmp_path / "events.jsonl", tmp_path / "data"
    file.write_text("\n".join([event(1), "{oops", event(3)]), encoding="utf-8")
    ended = called("import", file, "--data", data)
    assert ended.code == 2
    assert "line 2" in ended.err
    assert not (data / "qunguan.db").exists()


def test_lenient_skips_and_counts_and_names_the_first(tmp_path: Path, called: Called):
    file, out = tmp_path / "events.jsonl", tmp_path / "decisions.jsonl"
    bad = [line for line, _ in BAD_LINES.values() if "[[" not in line]
    file.write_text("\n".join([event(1), *bad, event(3)]), encoding="utf-8")
    ended = called("replay", file, "--decisions", out, "--lenient", "--data", tmp_path)
    assert ended.code == 0, ended.err
    assert f"skipped {len(bad)} bad lines" in ended.err
    assert "line 2" in ended.err
    assert [json.loads(line)["event"] for line in out.read_text().splitlines()] == ["m1", "m3"]


@pytest.mark.parametrize("place", ["missing/decisions.jsonl", "folder"])
def test_replay_to_where_nothing_can_be_written_leaves_nothing(place: str, tmp_path: Path, called: Called):
    file = tmp_path / "events.jsonl"
    file.write_text(event(1), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    ended = called("replay", file, "--decisions", tmp_path / place, "--data", tmp_path)
    assert ended.code != 0
    assert "Traceback" not in ended.err
    assert place.split("/", maxsplit=1)[0] in ended.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_that_is_not_there_is_named(program: Start, tmp_path: Path):
    ended = program("replay", tmp_path / "nowhere.jsonl", "--data", tmp_path).ended()
    assert ended.code == 2
    assert len(ended.error_lines) == 1
    assert "nowhere.jsonl" in ended.err


class TestDemo:
    def test_it_ends_well_and_twice_the_same(self, program: Start, tmp_path: Path):
        files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
        programs = [
            program("demo", "--headless", "--decisions", file, PYTHONHASHSEED=str(n))
            for n, file in enumerate(files)
        ]
        ends = [one.ended() for one in programs]
        assert [end.code for end in ends] == [0, 0], ends[0].err + ends[1].err
        assert [end.err for end in ends] == ["", ""]
        assert ends[0].out == ends[1].out
        assert files[0].read_bytes() == files[1].read_bytes()
        kinds = {
            e["kind"] for line in files[0].read_bytes().splitlines() for e in json.loads(line)["effects"]
        }
        assert {"remind", "warn", "remove", "digest", "notify_staff"} <= kinds

    def test_rubbish_typed_at_it_does_no_harm(self, program: Start):
        rubbish = (
            os.urandom(3000) + b"\n" + b"\xff\xfe: \xed\xa0\x80\n" + "：：：\n".encode() + b"x" * 100_000
        )
        lines = ["", "friend", "join 没有的人", "小林妈妈: /kick @all", "#", "/room 99999999999999", "@who"]
        demo = program("demo", "--live")
        demo.type(rubbish + "\n".join(lines).encode() + b"\nquit\n")
        ended = demo.ended()
        assert ended.code == 0, ended.err
        assert "Traceback" not in ended.err

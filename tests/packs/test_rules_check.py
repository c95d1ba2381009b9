"""`qunguan rules check` counts in plain English and warns of rules that hit what everybody says."""

from __future__ import annotations

import pytest

from bot.cli import main
from tests.packs.judging import write

RULE = """
[[rule]]
id = "own/{name}"
kind = "phrase"
weight = 0.9
why = {{ zh = "因为", en = "because" }}
hits = ["{hit}"]
passes = ["bbb"]
words = ["{word}"]
"""
HEAD = '[pack]\nid = "own"\nname = { zh = "自家", en = "own" }\n'


def check(folder, *rules):
    write(
        folder / "rules", HEAD + "".join(RULE.format(name=n, hit=h, word=w) for n, h, w in rules), "own.toml"
    )
    return main(["rules", "check", "--data", str(folder)])


def test_a_rule_on_a_common_sign_is_warned_of(tmp_path, capsys):
    assert check(tmp_path, ("de", "好的", "的"), ("rare", "上等茅台", "茅台")) == 0
    told = capsys.readouterr()
    assert "rule own/de hits" in told.err
    assert "of ordinary talk" in told.err
    assert "own/rare" not in told.err


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ((("a", "没有", "茅台"),), "1 example does not do what it says"),
        ((("a", "没有", "茅台"), ("b", "没有", "五粮液")), "2 examples do not do what they say"),
    ],
)
def test_wrong_examples_are_counted_in_plain_english(tmp_path, capsys, rules, says):
    assert check(tmp_path, *rules) != 0
    assert says in capsys.readouterr().err


def test_evaluate_leaves_no_stray_line_where_nobody_watches(tmp_path, capsys):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text":"今天天气真好","label":"ok"}\n', encoding="utf-8")
    assert main(["evaluate", "ads", str(rows), "--data", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith("1 message, 0 ads\n")

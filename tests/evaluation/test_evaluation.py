"""Figures on labelled messages, and rules' own records."""

from __future__ import annotations

import json

import pytest

from bot.assembly import load_brain
from bot.core.records import Case, Evidence
from bot.core.settings import Settings
from bot.errors import HistoryError
from bot.evaluation import evaluation, judged, read_labelled, share
from bot.rule_records import records_in
from tests.core.scene import NOON


def write(path, *rows):
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_the_interval_is_wilsons():
    assert (share(8, 10).low, share(8, 10).high) == (0.4902, 0.9433)
    assert share(0, 0).of == 0


def test_figures_by_group_and_the_worst_mistakes(tmp_path):
    rows = read_labelled(
        write(
            tmp_path / "f.jsonl",
            {"text": "加V xhm_demo88 手机兼职日结200", "label": "ad", "obfuscation": "none", "hard": False},
            {
                "text": "力口V xhm_demo88 手机兼职日结200",
                "label": "ad",
                "obfuscation": "拆字",
                "ad_kind": "刷单兼职",
            },
            {"text": "今天天气真好", "label": "ok", "hard": False},
            {"text": "今天天气真好啊", "label": "spam"},
        )
    )
    found = evaluation(judged(rows, load_brain(Settings()).policy))
    assert (found.messages, found.ads) == (4, 3)
    assert found.act.precision.value == 1
    assert found.recall_by["form 拆字"].value == 1
    assert [one.text for one in found.missed] == ["今天天气真好啊"]
    assert found.wronged == ()


@pytest.mark.parametrize(
    "line", ['{"text": 3, "label": "ad"}', '{"text": "a", "label": "maybe"}', "{", '{"text": "a"}']
)
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "f.jsonl"
    path.write_text('{"text": "a", "label": "ok"}\n' + line, encoding="utf-8")
    with pytest.raises(HistoryError, match="line 2"):
        read_labelled(path)


def test_a_rules_record_counts_what_staff_took_back():
    def case(number, state):
        evidence = (Evidence("ads/a", 0.9, "x"), Evidence("innocence/b", -0.1, "y"))
        return Case(
            number=number,
            kind="sanction",
            state=state,
            room="r",
            member="m",
            opened_at=NOON,
            evidence=evidence,
        )

    record = records_in([case(1, "done"), case(2, "undone"), case(3, "asked")])
    assert set(record) == {"ads/a"}
    assert (record["ads/a"].hits, record["ads/a"].overturned, record["ads/a"].precision) == (3, 1, 0.5)

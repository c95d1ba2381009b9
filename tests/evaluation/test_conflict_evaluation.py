"""Figures of conflicts on labelled transcripts, and the command that prints them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.assembly import load_brain
from bot.cli.evaluate import command
from bot.conflict_evaluation import evaluation, outcomes
from bot.core.settings import Settings
from bot.errors import HistoryError
from bot.transcripts import read_transcripts

CORPUS = Path(__file__).resolve().parents[2] / "data" / "evaluation" / "conflict"


def transcript(name: str, *lines: tuple[str, str], label: str = "none", **more: object) -> str:
    messages = [
        {"id": f"m{n}", "ts": f"2026-03-02T08:{n:02}:00", "sender": who, "name": who, "text": text}
        for n, (who, text) in enumerate(lines)
    ]
    return json.dumps({"id": name, "label": label, "messages": messages, **more}, ensure_ascii=False)


CALM = transcript("calm", ("u1", "早"), ("u2", "早呀"))


@pytest.mark.parametrize("name", ["dev", "writer_1", "writer_2"])
def test_what_was_trained_on_stays_understood(name: str):
    brain = load_brain(Settings())
    told = evaluation(outcomes(read_transcripts(CORPUS / f"{name}.jsonl"), brain.policy))
    assert told.accuracy.value >= 0.9
    assert told.false_alarms.value <= 0.1
    assert told.kind_right.value >= 0.8
    assert told.parties.value >= 0.75


def test_the_figures_of_a_file_are_printed(tmp_path):
    lines = (("u1", "早"), ("u2", "早"), ("u1", "好"))
    dispute = transcript(
        "d", *lines, label="dispute", parties=["u1", "u2"], onset="m1", earliest_ok="m1", deadline="m2"
    )
    path = tmp_path / "talks.jsonl"
    path.write_text(f"{CALM}\n{dispute}\n", encoding="utf-8")
    shown = CliRunner().invoke(command, ["conflict", str(path), "--data", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    assert "2 transcripts, 1 conflict" in shown.output
    assert "missed" in shown.output
    told = CliRunner().invoke(command, ["conflict", str(path), "--json", "--data", str(tmp_path)])
    assert json.loads(told.stdout)["accuracy"]["value"] == 0.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2"),
        (transcript("x", ("u1", "早"), label="dispute", onset="m9", deadline="m9"), "m9"),
        (transcript("x", ("u1", "早"), label="row"), "line 2"),
        (CALM.replace('"text": "早"', '"text": "早", "type": "smoke"'), "line 2"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, said):
    path = tmp_path / "talks.jsonl"
    path.write_text(f"{CALM}\n{line}\n", encoding="utf-8")
    with pytest.raises(HistoryError, match=said):
        read_transcripts(path)


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "talks.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(HistoryError, match="no labelled transcript"):
        read_transcripts(path)

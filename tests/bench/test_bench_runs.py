"""The benchmarks run, at sizes that tell nothing, and say what they found; how fast is not asked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.bench.figures import figure, table
from bot.bench.suite import SECTIONS
from bot.cli import main

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {
    "core": {"decisions", "one decision, p50", "one decision, p99"},
    "ads": {
        "10,000 phrases, mean",
        "10,000 phrases, p99",
        "re alone, 500 patterns in turn, mean",
        "100,000 characters, decide",
        "load",
        "resident after loading",
    },
    "replay": {"wall", "CPU a message"},
    "pipeline": {"messages", "CPU a message, both threads", "receipt to decision on disk, p99"},
    "startup": {"qunguan --help", "qunguan run --simulator ready", "wechaty packages imported"},
    "memory": {"resident", "resident at most", "loading the state"},
    "checkins": {"a day's plan", "memory of a plan"},
    "members": {"presence, one message", "knowing, one message"},
    "year": {"due people asked within budget days", "asked at night", "asked again too soon"},
}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "bench", *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=120,
    )


def test_every_benchmark_is_expected_here() -> None:
    assert set(SECTIONS) == set(FIGURES)


@pytest.mark.parametrize("section", sorted(FIGURES))
def test_a_benchmark_prints_its_figures_as_json(section: str) -> None:
    done = bench(section, "--messages", "60", "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert set(answer) == {"machine", "figures"}
    found = {f["name"]: f for f in answer["figures"] if f["section"] == section}
    assert FIGURES[section] <= set(found)
    assert all(f["value"] >= 0 and f.get("rounds", 1) > 0 for f in found.values())
    assert answer["figures"][-1]["section"] == "calibration"


def test_neither_help_nor_the_simulator_imports_wechaty() -> None:
    figures = json.loads(bench("startup", "--messages", "1", "--json").stdout)["figures"]
    (imported,) = (f for f in figures if f["name"] == "wechaty packages imported")
    assert imported["value"] == 0, imported["note"]


def test_a_table_for_people_ends_with_the_calibration() -> None:
    done = bench("core", "--messages", "60")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("calibration")


@pytest.mark.parametrize(
    "arguments", [["everything"], ["core", "--messages", "0"], ["core", "--messages", "x"]]
)
def test_nonsense_is_refused_in_few_words(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_goals_are_compared_in_the_right_direction() -> None:
    assert figure("s", "n", 5, "/s", at_least=5).met is True
    assert figure("s", "n", 4, "/s", at_least=5).met is False
    assert figure("s", "n", 5, "s", at_most=5).met is True
    assert figure("s", "n", 6, "s", at_most=5).met is False
    assert figure("s", "n", 6, "s").met is None
    assert "MISSED" in table([figure("s", "n", 6, "s", at_most=5)])

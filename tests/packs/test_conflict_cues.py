"""Packs of conflict cues: every example holds, and a wrong pack is refused with file and cue."""

from __future__ import annotations

import pytest

from bot.conflict_packs import load_conflict_model, load_conflict_packs, read_conflict_pack
from bot.core.conflict.cue import CueSet, CueSpec, RefusedCueError
from bot.core.text.normalise import plain
from bot.errors import PackError
from tests.packs.judging import write

CUES = [cue for pack in load_conflict_packs() for cue in pack.cues]
ALL = CueSet(CUES)

GOOD = """
[pack]
id = "own"
name = { zh = "自己的", en = "Own" }

[[cue]]
id = "own/one"
kind = "attack"
weight = 1.0
why = { zh = "因为", en = "because" }
phrases = ["岂有此理"]
hits = ["真是岂有此理"]
passes = ["你好"]
"""


def ids(text: str) -> set[str]:
    return {cue.id for cue in ALL.found(plain(text))}


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.id)
def test_every_example_holds(cue: CueSpec):
    for text in cue.hits:
        assert cue.id in ids(text), text
    for text in cue.passes:
        assert cue.id not in ids(text), text


def test_a_disguised_word_is_the_same_word():
    assert "attack/abuse" in ids("你 ｎｍｓｌ")


def test_an_own_pack_is_read(tmp_path):
    assert read_conflict_pack(write(tmp_path, GOOD)).cues[0].id == "own/one"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "attack"', 'kind = "anger"', "own/one"),
        ('id = "own/one"', 'id = "other/one"', "must start with"),
        ("[[cue]]", "[[rule]]", "unknown table"),
        ("[[cue]]", "[cue]", "two brackets"),
        ("weight = 1.0", "weight = 9", "own/one"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_cue(tmp_path, old, new, said):
    with pytest.raises(PackError, match=said):
        read_conflict_pack(write(tmp_path, GOOD.replace(old, new)))


def test_an_operators_pack_replaces_the_shipped_one_of_its_name(tmp_path):
    write(tmp_path / "rules" / "conflict", GOOD.replace('"own', '"safety'), "safety.toml")
    model = load_conflict_model(tmp_path)
    assert "safety/one" in model.reader.cues.specs
    assert "safety/self-harm" not in model.reader.cues.specs


def test_a_pattern_that_is_not_linear_is_refused(tmp_path):
    bad = GOOD.replace('phrases = ["岂有此理"]', "patterns = ['(.)\\1']")
    write(tmp_path / "rules" / "conflict", bad, "own.toml")
    with pytest.raises(PackError, match=r"own\.toml.*own/one"):
        load_conflict_model(tmp_path)


def test_a_cue_that_looks_for_nothing_is_refused():
    with pytest.raises(RefusedCueError, match="neither"):
        CueSet(
            [CueSpec(id="a/b", kind="attack", weight=1, why={"zh": "", "en": ""}, hits=("x",), passes=("y",))]
        )  # type: ignore[arg-type]

"""Replies are read as well as promised; what must never be missed is not missed on the development data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.models import mood_model
from bot.playbooks import load_cues, load_reader, wrong_cues

READER = load_reader()
CORPUS = Path(__file__).resolve().parents[2] / "data" / "evaluation" / "replies"
FLAGS = {
    "human_request": "wants-human",
    "self_harm": "safety",
    "threat": "safety",
    "legal_threat": "legal-threat",
    "health": "safety",
}
TURNS = [
    turn
    for line in (CORPUS / "mediation_dev.jsonl").read_text(encoding="utf-8").splitlines()
    for turn in json.loads(line)["turns"]
    if turn["who"] == "party"
]


def read(text, at="soothe"):
    return READER.read(text, at).reply


def test_every_cue_does_what_its_examples_say():
    assert wrong_cues(READER) == []


@pytest.mark.parametrize(
    "turn", [turn for turn in TURNS if turn["flag"] in FLAGS], ids=lambda turn: turn["flag"]
)
def test_what_needs_a_person_is_never_missed(turn):
    assert FLAGS[turn["flag"]] in READER.read(turn["text"], turn["step"]).also


@pytest.mark.parametrize(
    "turn", [turn for turn in TURNS if turn["reply_class"] == "optout"], ids=lambda t: t["text"]
)
def test_an_opt_out_is_never_missed(turn):
    assert read(turn["text"], turn["step"]) == "opt-out"


def test_nothing_innocent_of_the_development_data_fetches_a_person():
    for turn in TURNS:
        if turn["flag"] is None and turn["reply_class"] != "optout":
            assert READER.read(turn["text"], turn["step"]).also == (), turn["text"]


def test_the_development_data_is_read_well():
    # The honest figures, each case read by a model that has not seen it: scripts/train_replies_model.py measure.
    right = 0
    for turn in TURNS:
        reading = READER.read(turn["text"], turn["step"])
        expected = turn["reply_class"].replace("optout", "opt-out")
        right += expected in {reading.reply, reading.mood} or FLAGS.get(turn["flag"]) == reading.reply
    assert right / len(TURNS) >= 0.85


def test_the_step_that_was_asked_weighs_in():
    assert read("好", "resolve") == "accept"
    assert read("好吧", "soothe") == "calm"
    assert read("", "soothe") == "silent"


def test_what_comes_first_is_heard_beside_anything_else():
    reading = READER.read("别再给我发了，再发我报警，真的不想活了", "soothe")
    assert reading.reply == "safety"
    assert set(reading.also) == {"safety", "opt-out", "legal-threat"}


def test_nothing_clear_after_an_offer_is_no_yes():
    assert read("嗯这个嘛", "resolve") != "accept"
    assert read("我想想，明天回你", "resolve") == "calm"


@pytest.mark.parametrize(
    "text",
    [
        "笑死我了",
        "累死了今天",
        "想死你们啦",
        "打死我也不道歉",
        "让他别再来烦我",
        "你是真人吗",
        "我不会报警的",
    ],
)
def test_everyday_words_fetch_nobody(text):
    assert READER.read(text, "soothe").also == ()


def test_a_very_long_reply_and_strange_characters_are_read_too():
    assert read("啊" * 100_000) in {"calm", "other", "angry"}
    assert read("\x00\u202e😀" * 50) in {"calm", "other", "angry"}


def test_the_model_is_small_and_its_priors_name_known_steps():
    models = CORPUS.parents[1] / "models" / "replies.model"
    assert models.stat().st_size < 300_000
    assert mood_model().opinion("好", "resolve")["accept"] > mood_model().opinion("好", "resolve")["angry"]
    assert {"soothe", "resolve", "any"} <= set(load_cues().prior)

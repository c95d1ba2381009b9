"""Replies are read as well as promised; what must never be missed is not missed on the development data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.text.normalise import plain
from bot.errors import PackError
from bot.models import mood_model
from bot.playbooks import load_cues, load_reader, wrong_cues

READER = load_reader()
CORPUS = Path(__file__).resolve().parents[2] / "data" / "evaluation" / "replies"
RULES = CORPUS.parents[2] / "rules" / "replies"
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


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        # Nobody wrote these for training; none has the plain word.
        ("花我都浇过了 钥匙压在门垫下面 拜托照顾我妈 以后不用找我了", "safety"),
        ("名单里请把我划掉 咱们到此为止", "opt-out"),
        ("以后请绕道 我这儿关门了", "opt-out"),
        ("后台坐着的那位 打过来聊两句", "wants-human"),
        ("函已经寄出 你们等着收", "legal-threat"),
        ("我表姐在民生栏目 正缺题材", "legal-threat"),
    ],
)
def test_what_must_be_heard_first_is_heard_without_its_plain_word(text, heard):
    reading = READER.read(text, "soothe")
    assert reading.reply == heard
    assert not any(cue.reads == heard for cue in READER.found(plain(text), "soothe")), "a cue names it"
    assert reading.evidence
    assert all(words in plain(text) for words in reading.evidence)


def test_a_word_of_law_in_a_denial_is_not_heard_by_the_model_either():
    assert READER.read("我不会报警的", "soothe").also == ()


def test_danger_that_is_likely_and_not_sure_is_a_maybe():
    between = [
        reading
        for source in ("hand_3", "hand_4", "hand_5")
        for row in map(json.loads, (CORPUS / f"{source}.jsonl").read_text(encoding="utf-8").splitlines())
        if (reading := READER.read(row["text"], row["at"])).maybe_safety
    ]
    assert between
    assert all("safety" not in reading.also and reading.evidence for reading in between)


@pytest.mark.parametrize("text", ["[图片]", "[语音 3″]", "？？？", "。", "[捂脸][捂脸]", "😶"])
def test_what_has_no_words_is_read_as_such(text):
    reading = READER.read(text, "communicate")
    assert (reading.reply, reading.wordless) == ("other", True)


def test_words_beside_a_sticker_are_words():
    assert not READER.read("好的[捂脸]", "resolve").wordless


@pytest.mark.parametrize("text", ["我从六楼跳下去算了 遗书写好了", "我爸又喝多了 我把自己锁厕所里 他在踹门"])
def test_danger_in_a_room_is_heard(text):
    assert READER.danger(text) == "sure"


@pytest.mark.parametrize(
    "text", ["笑死我了", "今天去江边散步", "帮我砍一刀", "谁家孩子的水杯", "作业多到想死哈哈", "天气真好", ""]
)
def test_what_people_say_in_rooms_every_day_is_no_danger(text):
    assert READER.danger(text) == "none"


def test_an_operators_own_word_for_an_idea_is_understood(tmp_path):
    folder = tmp_path / "rules" / "replies"
    folder.mkdir(parents=True)
    shipped = (RULES / "concepts.toml").read_text(encoding="utf-8")
    text = "黑旋风攒了一整瓶 就等孩子考完"
    before = READER.evidence(text, "safety")
    (folder / "concepts.toml").write_text(shipped.replace("安眠药", "安眠药 黑旋风", 1), encoding="utf-8")
    assert "黑旋风" not in " ".join(before)
    assert "黑旋风" in " ".join(load_reader(tmp_path).evidence(text, "safety"))


def test_a_concept_that_stands_twice_is_refused(tmp_path):
    folder = tmp_path / "rules" / "replies"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text('[[concept]]\nid = "death"\nwords = "死"\n', encoding="utf-8")
    with pytest.raises(PackError, match="stands twice"):
        load_reader(tmp_path)


def test_the_model_is_small_and_its_priors_name_known_steps():
    models = CORPUS.parents[1] / "models" / "replies.model"
    assert models.stat().st_size < 300_000
    assert models.with_name("grave.model").stat().st_size < 400_000
    assert mood_model().opinion("好", "resolve")["accept"] > mood_model().opinion("好", "resolve")["angry"]
    assert {"soothe", "resolve", "any"} <= set(load_cues().prior)

"""What the shipped language model says, how it explains itself, what it costs, what it refuses."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ads.language import (
    BEGIN,
    CURVE,
    END,
    NOTHING_TO_READ,
    Features,
    LanguageModel,
    Opinion,
    Weights,
    evidence,
    language_signal,
    shaped,
    tenure_of,
)
from bot.core.text.disguise import undisguised
from bot.core.text.normalise import plain
from bot.errors import PackError
from bot.models import language_model, read_weights, written_weights

SHIPPED, AGAIN = language_model(), language_model()
FILE = Path(__file__).parents[3] / "data" / "models" / "ads.model"
DEV = Path(__file__).parents[3] / "data" / "evaluation" / "ads" / "dev.jsonl"
NEW = Features(tenure="hours")
texts = st.text(st.sampled_from("想要的私我加微信名额今天吃饭了吗0123abz ,。!\n\u200b"), max_size=60)


def small(**more):
    values = {
        "version": "t",
        "bias": -1.0,
        "power": 0.5,
        "step": 0.5,
        "structure": {"tenure:hours": 1.5, "qr": 2.0},
        "grams": ("私", "私我", "谢谢", f"{BEGIN}在"),
        "weights": (2, 6, -8, -3),
    }
    return LanguageModel(Weights(**(values | more)))


def test_the_log_odds_are_the_sum_that_the_file_promises():
    shape = f"{BEGIN}私我私我{END}"
    expected = -1.0 + (2 + 6) * 0.5 / math.sqrt(len(shape))
    assert small().log_odds("私我私我", Features()) == pytest.approx(expected)


def test_features_add_what_the_structure_says():
    model = small()
    bare = model.log_odds("私我", Features())
    assert model.log_odds("私我", Features(tenure="hours", qr=True)) == pytest.approx(bare + 3.5)


def test_it_names_the_very_words_that_speak_for_an_ad():
    opinion = small(bias=1.0).score("你好,私我,谢谢", Features())
    share = 0.5 / math.sqrt(len("你好,私我,谢谢") + 2)
    assert opinion.strongest == (("私我", round(8 * share, 3)),)
    assert evidence(opinion) == "『私我』"


def test_a_run_at_the_beginning_counts_there_only():
    assert small().log_odds("在吗", Features()) < small().log_odds("吗在", Features())


@pytest.mark.parametrize(
    "text",
    [
        "手机兼职日结200 想做的加v xhm_demo88",
        "贷款秒批 不看征信 需要的私我",
        "内部票提前知道，跟着老师买，每天两只，进群免费看",
    ],
)
def test_plain_ads_by_newcomers_read_like_ads_and_name_their_words(text):
    opinion = SHIPPED.score(undisguised(plain(text)), NEW)
    assert language_signal(opinion) >= 0.5
    assert opinion.strongest
    assert all(phrase in plain(text) and gain > 0 for phrase, gain in opinion.strongest)
    assert evidence(opinion).startswith("『")


@pytest.mark.parametrize(
    "text",
    ["今天食堂的饭真难吃", "哈哈哈哈", "收到，谢谢老师", "有没有靠谱的空调清洗师傅推荐", "谁看见我的快递了"],
)
def test_talk_does_not(text):
    assert language_signal(SHIPPED.score(plain(text), Features())) < 0.3


def test_the_development_set_is_read_as_the_document_says():
    # docs/explanation/language-model.md; the set took no part in training.
    asked = {"ad": [0, 0], "ok": [0, 0]}
    for line in DEV.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["type"] != "text":
            continue
        features = Features(
            tenure=tenure_of(row["sender_tenure_days"]), trade_room=row["room_policy"] == "ads_allowed"
        )
        signal = language_signal(SHIPPED.score(undisguised(plain(row["text"])), features))
        asked[row["label"]][0] += signal >= 0.5
        asked[row["label"]][1] += 1
    assert asked["ad"][0] >= 0.85 * asked["ad"][1]
    assert asked["ok"][0] <= 0.12 * asked["ok"][1]


def test_nobody_is_a_newcomer_because_a_date_is_missing():
    assert tenure_of(None) == "settled"
    assert [tenure_of(days) for days in (0.5, 1, 3, 15, 60)] == [
        "hours",
        "days",
        "fortnight",
        "settled",
        "old",
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_without_words_there_is_no_opinion(text):
    assert SHIPPED.score(text, NEW) is NOTHING_TO_READ
    assert language_signal(NOTHING_TO_READ) == 0.0


@given(texts)
def test_any_text_has_a_probability_and_the_same_one_twice(text):
    opinion = SHIPPED.score(text, NEW)
    assert 0 <= opinion.probability <= 1
    assert opinion == SHIPPED.score(text, NEW) == AGAIN.score(text, NEW)


def test_which_digits_makes_no_difference():
    one, two = (
        SHIPPED.score(f"加微信 {number} 领资料", NEW).probability for number in ("19900001234", "15823456789")
    )
    assert one == two


def test_the_curve_rises_and_meets_the_thresholds():
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(CURVE))
    steps = [language_signal(Opinion(n / 1000)) for n in range(1001)]
    assert steps == sorted(steps)
    assert language_signal(Opinion(0.615)) == 0.5
    assert language_signal(Opinion(0.92)) == 0.9


def test_a_long_text_is_read_in_samples_from_end_to_end():
    filler = "今天天气不错我们去公园走走" * 8000
    for text in (f"加微信领资料{filler}", f"{filler}加微信领资料"):
        assert "加微信领资料" in shaped(text)
    assert len(shaped(filler)) < 4100


@pytest.mark.parametrize("unit", ["加微信领取免费资料名额有限 ", "0", "a", "想要的私我", "\U0001f600"])
def test_no_input_makes_it_slow(unit):
    text = (unit * 100_000)[:100_000]
    SHIPPED.score(text, NEW)
    began = process_time()
    SHIPPED.score(text, NEW)
    assert process_time() - began < 0.06  # 15 ms is the goal; a shared machine may be four times slower


def test_a_file_reads_back_as_it_was_written_and_is_the_same_each_time():
    weights = read_weights(FILE.read_bytes())
    written = written_weights(weights, {"licence": "x"})
    assert read_weights(written) == weights
    assert written == written_weights(weights, {"licence": "x"})
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda content: content[:-20], "damaged"),
        (lambda content: content.replace(b'"power":0.25', b'"power":0.35'), "damaged"),
        (lambda content: content.replace(b"qunguan-language-1", b"qunguan-language-9"), "format"),
        (lambda content: b"", "ads.model"),
        (lambda content: b"\xff\xfe\n", "ads.model"),
    ],
    ids=["cut", "edited", "another-version", "empty", "not-text"],
)
def test_a_damaged_file_is_refused(damage, says, tmp_path):
    path = tmp_path / "ads.model"
    path.write_bytes(damage(FILE.read_bytes()))
    with pytest.raises(PackError, match=says):
        language_model(path)


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(PackError, match="cannot be read"):
        language_model(tmp_path / "no.model")


def test_every_gram_has_one_weight():
    with pytest.raises(ValueError, match="one weight"):
        small(weights=(1, 2))
    with pytest.raises(ValueError, match="one weight"):
        small(grams=("私", "私", "谢谢", "在"))

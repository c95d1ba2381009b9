"""What the shipped language model says, how it explains itself, what it costs, what it refuses."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ads.language import (
    BEGIN,
    END,
    Features,
    LanguageModel,
    Weights,
    evidence,
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
# Under rules/language.toml the signal alone asks staff from about these log odds on.
ASKS = 0.47
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
    text = "你好,私我,谢谢"
    model = small(weights=(2, 60, -8, -3))
    share = 0.5 / math.sqrt(len(text) + 2)
    assert model.strongest(text) == (("私我", round(60 * share, 3)),)
    assert evidence(model.strongest(text)) == "『私我』"


def test_strong_runs_that_touch_are_one_stretch():
    model = small(grams=("领资料", "资料包", "加我"), weights=(50, 40, 30))
    assert [words for words, _ in model.strongest("加我,领资料包")] == ["领资料包", "加我"]


def test_what_the_strongest_runs_do_not_promise_is_not_read_in_full():
    model = small(weights=(2, 60, -8, -3), gate=((-5.0, 0.0), (0.0, 5.0), (5.0, 10.0)))
    assert model.may_be_ad("私我", Features())
    assert not model.may_be_ad("今天真好", Features())
    # Enough of strong runs, and all together still no ad.
    assert not small(bias=-30.0, weights=(2, 60, -8, -3)).may_be_ad("私我", Features())


@pytest.mark.parametrize("tenure", ["hours", "fortnight", "old"])
def test_the_gate_misses_hardly_any_ad(tenure):
    rows = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    features = Features(tenure=tenure)
    views = [undisguised(plain(row["text"])) for row in rows if row["type"] == "text"]
    ads = [view for view in views if SHIPPED.log_odds(view, features) >= ASKS]
    assert len(ads) > 50
    assert sum(SHIPPED.may_be_ad(view, features) for view in ads) >= 0.98 * len(ads)


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
    view = undisguised(plain(text))
    assert SHIPPED.log_odds(view, NEW) >= ASKS
    strongest = SHIPPED.strongest(view)
    assert strongest
    assert all(phrase in view and gain > 0 for phrase, gain in strongest)
    assert evidence(strongest).startswith("『")


@pytest.mark.parametrize(
    "text",
    ["今天食堂的饭真难吃", "哈哈哈哈", "收到，谢谢老师", "有没有靠谱的空调清洗师傅推荐", "谁看见我的快递了"],
)
def test_talk_does_not(text):
    assert SHIPPED.log_odds(plain(text), Features()) < -1
    assert not SHIPPED.may_be_ad(plain(text), Features())


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
        odds = SHIPPED.log_odds(undisguised(plain(row["text"])), features)
        asked[row["label"]][0] += odds >= ASKS
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


@given(texts)
def test_any_text_has_the_same_odds_twice(text):
    odds = SHIPPED.log_odds(text, NEW)
    assert math.isfinite(odds)
    assert odds == SHIPPED.log_odds(text, NEW) == AGAIN.log_odds(text, NEW)
    assert SHIPPED.strongest(text) == AGAIN.strongest(text)


def test_which_digits_makes_no_difference():
    one, two = (SHIPPED.log_odds(f"加微信 {number} 领资料", NEW) for number in ("19900001234", "15823456789"))
    assert one == two


def test_a_long_text_is_read_in_samples_from_end_to_end():
    filler = "今天天气不错我们去公园走走" * 8000
    for text in (f"加微信领资料{filler}", f"{filler}加微信领资料"):
        assert "加微信领资料" in shaped(text)
    assert len(shaped(filler)) < 4100


def test_a_file_reads_back_as_it_was_written_and_is_the_same_each_time():
    weights = read_weights(Weights, FILE.read_bytes())
    written = written_weights(weights, {"licence": "x"})
    assert read_weights(Weights, written) == weights
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

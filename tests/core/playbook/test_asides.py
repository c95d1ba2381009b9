"""An answer without words, or one that chooses none of the numbered options, is asked about and moves nothing."""

from __future__ import annotations

import pytest

from bot.core.playbook.asides import aside_for, choice_of, number_of
from bot.core.playbook.model import Step

STORY = Step(id="soothe", role="party", purpose="soothe", keep="story")
CHOICE = Step(id="options", role="party", purpose="resolve", keep="choice", needs=("options",))
OPTIONS = ("保留并补一张券", "换一套新的", "全额退款")


@pytest.mark.parametrize(
    ("words", "aside"),
    [
        ("[image]", "no-picture"),
        ("[视频]\n[图片]", "no-picture"),
        ("[voice]", "no-voice"),
        ("[sticker]", "unclear"),
        ("？？？", "unclear"),
        ("。。。", "unclear"),
        ("asdf", "unclear"),
        ("[image]\n收到的就是这样", None),
        ("嗯", None),
        ("我很生气！", None),
        ("👌", None),
        ("😭", None),
        ("12", None),
    ],
)
def test_what_has_no_words_is_asked_about(words, aside):
    assert aside_for(words, STORY) == aside


@pytest.mark.parametrize("words", ["好", "好的！", "嗯", "OK", "可以", "都行", "👌", "[OK]", "Sure."])
def test_a_bare_yes_to_numbered_options_is_asked_which(words):
    assert aside_for(words, CHOICE) == "which-number"
    assert aside_for(words, STORY) is None


@pytest.mark.parametrize(
    "words", ["2", "第二个", "选2吧", "2号", "我选第二个", "二", "那就2吧谢谢", "the second one", "option 2"]
)
def test_a_number_is_understood_in_many_forms(words):
    assert number_of(words, 3) == 2
    assert choice_of(words, OPTIONS) == 2
    assert aside_for(words, CHOICE) is None


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("退款吧", 3),
        ("我想换一套", 2),
        ("2 换货", 2),
        ("4", None),
        ("12", None),
        ("好", None),
        ("不要退款", None),
        ("等了3天了", None),
        ("都不合适", None),
    ],
)
def test_an_option_is_known_by_its_number_or_its_own_words(words, choice):
    assert choice_of(words, OPTIONS) == choice

"""Numbers are taken as people type them, and a command that lacks one shows how it is written itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.desk import read
from bot.core.commands.numbers import number_in
from bot.core.commands.registry import commands
from bot.packs import compile_rules, load_packs
from bot.shell.render import load_renderer
from tests.core.scene import MAYBE, OPERATOR, Scene, texts

SAY = load_renderer("zh", compile_rules(load_packs()).specs)
ASKING = {"case.which", "care.which", "verdict.which"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *[("12", 12), ("#12", 12), ("１２", 12), ("＃１２", 12), ("十二", 12), ("一二", 12), ("二十", 20)],
        *[("一百零三", 103), ("两百", 200), ("第12号", 12), ("12号", 12), ("【12 号】", 12), ("〇", 0)],
        *[
            ("十十", None),
            ("一下", None),
            ("12 3", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
            ("²", None),
        ],
        *[("千百", None), ("1234567890", None), ("٣", None)],
    ],
)
def test_a_number_is_read_however_it_is_typed(typed, number):
    assert number_in(typed) == number


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    number = number_in(text)
    assert number is None or 0 <= number <= 999_999_999


@pytest.mark.parametrize("line", ["/ok １", "/ok 一", "通过 １", "通过一", "通过 第1号", "同意#１", "／ok 1"])
def test_a_yes_is_taken_whatever_its_digits(line):
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    scene.whisper(OPERATOR, line)
    assert scene.case(1).state != "asked"


def test_a_number_in_front_of_more_words_is_plain_for_every_command():
    assert read("/handover １２ @小满").rest == "12 @小满"
    assert read("/report 一直加人").rest == "一直加人"


ALL = [(c, name) for c in commands() for name in c.names]


@pytest.mark.parametrize(("command", "name"), ALL, ids=[name for _, name in ALL])
def test_every_commands_hint_names_itself(command, name):
    scene = Scene()
    lines = [f"/{name}", name] if "private" in command.where else []
    for line in lines:
        for effect in scene.whisper(OPERATOR, line).effects:
            if hasattr(effect, "words") and effect.words.text in ASKING:
                assert f"{line} 12" in SAY.render(effect.words)
    if "room" in command.where:
        for effect in scene.say(OPERATOR, f"/{name}").effects:
            if hasattr(effect, "words") and effect.words.text in ASKING:
                assert f"/{name} 12" in SAY.render(effect.words)


@pytest.mark.parametrize("line", ["/undo", "撤销", "/notad", "/ban 小林", "/take", "通过"])
def test_those_that_need_a_number_ask_for_it(line):
    assert set(texts(Scene().whisper(OPERATOR, line))) <= ASKING
    assert texts(Scene().whisper(OPERATOR, line))

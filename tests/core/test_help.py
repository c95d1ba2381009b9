"""`/help` is read on a phone: short lines, one screen and a bit; `/help NAME` says the rest."""

from __future__ import annotations

import unicodedata

import pytest

from bot.core.commands.registry import commands
from bot.shell.render import load_renderer
from tests.core.scene import OPERATOR, Scene, only

SAY = {language: load_renderer(language, {}) for language in ("zh", "en")}
# A phone shows about 21 Chinese signs in a line of a chat, and some 30 lines: a screen and a bit.
WIDEST, MOST = 42, 36


def width(line):
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_help_fits_a_phone():
    lines = SAY["zh"].render(only(Scene().whisper(OPERATOR, "/help")).words).splitlines()
    assert [line for line in lines if width(line) > WIDEST] == []
    assert len(lines) <= MOST


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_names_every_command(language):
    said = SAY[language].render(only(Scene().whisper(OPERATOR, "帮助")).words)
    assert all(f"/{command.names[0]}" in said for command in commands())


@pytest.mark.parametrize("name", [command.names[-1] for command in commands()])
def test_help_about_one_command_says_all_of_it(name):
    command = next(c for c in commands() if name in c.names)
    said = SAY["zh"].render(only(Scene().whisper(OPERATOR, f"/help {name}")).words)
    assert said == f"{command.usage}\n{command.help_zh}"


def test_english_help_shows_no_chinese_placeholders():
    said = SAY["en"].render(only(Scene().whisper(OPERATOR, "/help")).words)
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in said)

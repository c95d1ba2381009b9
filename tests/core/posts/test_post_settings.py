"""[[post]] in qunguan.toml: what can never be said is refused at start, with the reason."""

from __future__ import annotations

import pytest

from bot.assembly import load_brain
from bot.config import load_settings
from bot.errors import ConfigError

GOOD = '[[post]]\nrooms = ["r1"]\nwhen = "每周三 20:00"\n'


def settings(folder, text):
    (folder / "qunguan.toml").write_text(text, encoding="utf-8")
    return load_settings(folder, {})


def test_a_post_is_read(tmp_path):
    (post,) = settings(tmp_path, GOOD).post
    assert (post.rooms, post.when, post.kind, post.text, post.about) == (
        ("r1",),
        "每周三 20:00",
        "topic",
        "",
        "any",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("每周三 20:00", "明天"), "is no time"),
        (GOOD.replace("每周三 20:00", "2026-02-30 20:00"), "no such day"),
        (GOOD.replace("每周三 20:00", "0 9 1 * 3"), "one must be"),
        (GOOD.replace("每周三 20:00", "*/5 * * * *"), "more than four times"),
        (GOOD.replace('["r1"]', "[]"), "rooms"),
        (GOOD + 'kind = "ad"\n', "kind"),
        ("[posts]\nwindow_hours = -1\n", "window_hours"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, says):
    with pytest.raises(ConfigError, match=says):
        settings(tmp_path, text)


def test_ice_breakers_that_do_not_exist_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="about '天文'"):
        load_brain(settings(tmp_path, GOOD + 'about = "天文"\n'))

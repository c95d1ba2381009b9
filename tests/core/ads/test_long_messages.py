"""No message makes the bot slow: of a monstrous one the beginning is read, and the rest changes nothing."""

from __future__ import annotations

import pytest

from bot.bench.ads import nasty
from bot.channels.simulator.synthetic import START
from bot.core.events import Message
from bot.core.members.presence import is_talk
from bot.core.rules.view import excerpt, view_of
from bot.core.text.urls import urls_in
from bot.models import language_model

NASTY = nasty()
MODEL = language_model()


def message(text: str) -> Message:
    return Message(at=START, room="r", id="m", sender="u", text=text)


@pytest.mark.parametrize("sort", sorted(NASTY))
def test_rules_see_only_the_beginning_of_a_monstrous_message(sort: str) -> None:
    view = view_of(message(NASTY[sort]))
    assert len(NASTY[sort]) == 100_000
    assert len(view.text) <= 4 * 6000  # a character may fold to several
    assert view.text == view_of(message(NASTY[sort] + "加V demo_88")).text


@pytest.mark.parametrize("sort", sorted(NASTY))
def test_evidence_of_a_long_message_is_short_and_from_its_beginning(sort: str) -> None:
    view = view_of(message(NASTY[sort]))
    assert all(
        len(said) <= 12 and said[:4] in " ".join(view.bare.split()) for said, _ in MODEL.strongest(view.bare)
    )
    assert len(excerpt(NASTY[sort])) <= 60


def test_of_many_links_some_hundred_are_read() -> None:
    assert len(urls_in("https://a.example/1 " * 5000)) == 200
    assert len(urls_in("a.b.c.cn " * 5000)) == 200


def test_a_long_message_of_one_sign_is_no_talk_and_a_long_story_is() -> None:
    assert not is_talk(message("哈" * 100_000))
    assert is_talk(message("昨天我们一家人去山里住了一晚，" * 5000))

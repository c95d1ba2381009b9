"""Forwarded records within forwarded records: looked into, so deep and so far, and never charged like own words."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from bot.core.events import Forwarded, Message
from bot.core.rules.forwarded import lines_in
from bot.errors import HistoryError
from bot.history import HistoryReader
from tests.core.ads.test_behaviour import Town, rules_of

AD = "加V xhm_demo88 手机兼职日结200，稳赚"


def nested(depth, text=AD):
    line = Forwarded("甲", text)
    for _ in range(depth - 1):
        line = Forwarded("乙", "", (line,))
    return (Forwarded("丙", "看看这个"), line)


@pytest.fixture
def town():
    town = Town()
    town.join("n1")
    return town


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_an_ad_in_a_record_within_a_record_is_asked_about_with_its_depth(town, depth):
    decision = town.say("n1", "", type="chat_history", forwarded=nested(depth))
    assert decision.verdict == "suspect"
    (signal,) = [s for s in decision.reasons if s.rule == "behaviour/forwarded-ad"]
    assert signal.evidence.startswith(f"↳{depth} ")


def test_what_stands_in_the_record_itself_needs_no_depth(town):
    decision = town.say("n1", "", type="chat_history", forwarded=nested(1))
    (signal,) = [s for s in decision.reasons if s.rule == "behaviour/forwarded-ad"]
    assert "↳" not in signal.evidence


def test_nobody_looks_deeper_than_four_records(town):
    assert town.say("n1", "", type="chat_history", forwarded=nested(5)).verdict == "ok"


def test_a_member_of_long_standing_is_not_asked_about_at_any_depth(town):
    decision = town.say("u1", "", type="chat_history", forwarded=nested(3))
    assert "behaviour/forwarded-ad" not in rules_of(decision)


def test_only_so_many_lines_are_read_however_they_are_packed():
    wide = Forwarded("甲", "", tuple(Forwarded("乙", "x") for _ in range(500)))
    assert len(lines_in((wide,) * 500)) == 200
    assert [depth for depth, _ in lines_in(nested(3))] == [1, 1, 2, 3]


def test_a_history_keeps_records_within_records():
    event = {
        "kind": "message",
        "at": "2026-03-02T12:00:00+08:00",
        "room": "r1",
        "id": "m1",
        "sender": "u1",
        "type": "chat_history",
        "forwarded": [{"name": "甲", "text": "", "forwarded": [{"name": "乙", "text": AD}]}],
    }
    ((read, _),) = HistoryReader(io.BytesIO(json.dumps(event).encode()), "h")
    assert isinstance(read, Message)
    assert read.forwarded == (Forwarded("甲", "", (Forwarded("乙", AD),)),)
    assert msgspec.json.decode(msgspec.json.encode(read), type=Message) == read


def test_a_record_nested_without_end_is_one_bad_line_of_a_history():
    line = '{"kind":"message","at":"2026-03-02T12:00:00+08:00","room":"r1","id":"m","sender":"u","forwarded":'
    line += '[{"forwarded":' * 20_000 + "[]" + "}]" * 20_000 + "}"
    with pytest.raises(HistoryError, match="nested too deeply"):
        list(HistoryReader(io.BytesIO(line.encode()), "h"))

"""The decisions file is as the design says: one line a message, one for all else that caused something."""

from __future__ import annotations

import json

import msgspec
import pytest

from bot.decisions import DecisionLine
from tests.replay.playing import AD, ROOM, START, SUSPECT, at, decisions, moment, replay, said

NEWCOMER = {"kind": "join", "at": START, "room": "r1", "member": "n1", "name": "新人"}


def test_a_plain_message_has_all_keys_and_nothing_in_them(tmp_path):
    (line,) = decisions(tmp_path, said(1, "u1", "早上好"))
    at_ = line.pop("at")
    assert moment(at_) == moment(at(1))
    assert line == {
        "event": "m1", "room": "r1", "verdict": "ok", "score": 0.0, "reasons": [], "effects": [], "flags": [],
    }  # fmt: skip


def test_the_keys_stand_in_the_order_of_the_design(tmp_path):
    for line in decisions(tmp_path, said(1, "u1", "早"), said(2, "u1", AD)):
        assert list(line) == ["event", "room", "at", "verdict", "score", "reasons", "effects", "flags"]


def test_an_ad_names_rule_weight_and_evidence_and_what_is_done(tmp_path):
    _, line = decisions(tmp_path, said(1, "u1", "早"), said(2, "u1", AD))
    assert (line["verdict"], line["score"] >= 0.9) == ("ad", True)
    assert line["reasons"][0].keys() == {"rule", "weight", "evidence"}
    assert line["reasons"][0]["rule"] == "ads/work-lure"
    (effect,) = line["effects"]
    assert (effect["kind"], effect["to"], effect["room"], effect["case"]) == ("remind", "u1", "r1", 1)
    assert effect["text"]
    assert "words" not in effect


def test_a_newcomers_ad_is_a_removal_of_a_member_and_staff_are_told(tmp_path):
    (line,) = decisions(tmp_path, ROOM, NEWCOMER, said(1, "n1", AD))
    removal, notice = line["effects"]
    assert removal == {"kind": "remove", "member": "n1", "room": "r1", "case": 1}
    assert (notice["kind"], notice["to"], notice["case"]) == ("notify_staff", "u0", 1)


def test_a_suspicion_is_a_notice_with_its_case(tmp_path):
    (line,) = decisions(tmp_path, ROOM, said(1, "u1", SUSPECT))
    assert line["verdict"] == "suspect"
    assert [(e["kind"], e["to"], e["case"]) for e in line["effects"]] == [("notify_staff", "u0", 1)]


def test_a_private_message_has_a_line_with_room_null(tmp_path):
    (line,) = decisions(tmp_path, said(1, "u1", "在吗", room=None))
    assert (line["event"], line["room"], line["verdict"]) == ("m1", None, "ok")


def test_every_message_has_exactly_one_line_in_order(tmp_path):
    events = [said(n, f"u{n % 3}", AD if n % 4 == 0 else "早") for n in range(1, 30)]
    lines = decisions(tmp_path, ROOM, *events)
    assert [line["event"] for line in lines if line["event"]] == [e["id"] for e in events]


def test_events_that_cause_nothing_have_no_line(tmp_path):
    leave = {"kind": "leave", "at": START, "room": "r1", "member": "n1"}
    rename = {"kind": "rename", "at": START, "room": "r1", "member": "n1", "name": "x"}
    recall = {"kind": "recall", "at": START, "room": "r1", "id": "m1"}
    assert decisions(tmp_path, ROOM, NEWCOMER, rename, leave, recall) == []


def test_another_event_that_causes_something_has_a_line_of_its_kind(tmp_path):
    request = {"kind": "friend_request", "at": START, "member": "n1", "id": "f1"}
    (line,) = decisions(tmp_path, NEWCOMER, request)
    assert (line["kind"], line["effects"]) == (
        "friend_request", [{"kind": "accept_friend", "member": "n1", "request": "f1"}],
    )  # fmt: skip
    assert "verdict" not in line


def test_time_has_lines_with_its_task_and_event_null(tmp_path):
    lines = decisions(tmp_path, ROOM, options=("--until", "2026-03-02T21:00:00+08:00"))
    (line,) = lines
    assert list(line) == ["event", "task", "at", "effects"]
    assert (line["event"], line["task"]) == (None, "digest:u0:2026-03-02")
    assert moment(line["at"]) == moment("2026-03-02T21:00:00+08:00")
    (digest,) = line["effects"]
    assert (digest["kind"], digest["to"]) == ("digest", "u0")
    assert "2026-03-02" in digest["text"]


def test_observe_writes_what_it_would_have_done(tmp_path):
    (line,) = decisions(tmp_path, ROOM, said(1, "u1", AD), options=("--mode", "observe"))
    assert line["effects"] == []
    assert [e["kind"] for e in line["would"]] == ["remind"]


@pytest.mark.parametrize("mode", ["observe", "assist", "act"])
def test_every_line_fits_the_published_schema(tmp_path, mode):
    events = (
        ROOM,
        NEWCOMER,
        said(1, "n1", AD),
        said(2, "u1", SUSPECT),
        said(3, "u9", "/status"),
        said(4, "u1", "早"),
    )
    raw = replay(tmp_path, *events, options=("--mode", mode, "--until", "2026-03-04T00:00:00+08:00"))
    for item in raw.splitlines():
        parsed = msgspec.json.decode(item, type=DecisionLine)
        assert json.loads(item).keys() <= {f.name for f in msgspec.structs.fields(parsed)}


def test_two_runs_give_the_same_bytes(tmp_path):
    events = (ROOM, NEWCOMER, *(said(n, "n1" if n % 2 else "u1", AD) for n in range(1, 20)))
    options = ("--until", "2026-03-05T00:00:00+08:00")
    assert replay(tmp_path, *events, options=options) == replay(tmp_path, *events, options=options)


def test_text_is_written_as_it_is_not_escaped(tmp_path):
    assert "日结" in replay(tmp_path, said(1, "u1", AD)).decode()

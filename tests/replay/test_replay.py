"""Replay: the same decisions over old events, without touching anybody; time runs by the events."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.cli.replay import command
from tests.replay.playing import AD, ROOM, START, SUSPECT, at, decisions, said


def kinds(line):
    return [effect["kind"] for effect in line["effects"]]


def by_event(lines):
    return {line["event"]: line for line in lines if line["event"]}


def test_the_ladder_climbs_because_sanctions_count_as_delivered(tmp_path):
    lines = decisions(tmp_path, ROOM, *(said(20 * n, "u1", AD) for n in range(1, 4)))
    assert [kinds(line)[0] for line in lines] == ["remind", "warn", "remove"]


def test_after_a_decided_removal_later_messages_are_still_judged(tmp_path):
    join = {"kind": "join", "at": START, "room": "r1", "member": "n1"}
    lines = by_event(
        decisions(tmp_path, ROOM, join, said(1, "n1", AD), said(2, "n1", AD), said(30, "n1", AD))
    )
    assert [lines[m]["verdict"] for m in ("m1", "m2", "m30")] == ["ad"] * 3
    assert kinds(lines["m1"])[0] == "remove"
    assert kinds(lines["m2"]) == []
    assert kinds(lines["m30"])[0] == "remove"


def test_who_is_in_a_room_changes_by_events_only(tmp_path):
    join = {"kind": "join", "at": START, "room": "r1", "member": "n1", "name": "新人"}
    status = said(3, "u9", "/status")
    (line,) = [x for x in decisions(tmp_path, ROOM, join, said(1, "n1", AD), status) if x["event"] == "m3"]
    before = line["effects"][0]["text"]
    leave = {"kind": "leave", "at": at(2), "room": "r1", "member": "n1"}
    lines = decisions(tmp_path, ROOM, join, said(1, "n1", AD), leave, status)
    assert by_event(lines)["m3"]["effects"][0]["text"] != before


def test_receipts_and_due_times_in_a_history_are_left_out(tmp_path):
    receipt = {"kind": "receipt", "at": at(2), "effect": "e1", "effect_kind": "remind", "outcome": "refused"}
    receipt |= {"case": 1, "to": "u1", "detail": "not_friend"}
    due = {"kind": "due", "at": at(3), "task": "digest:u0:2026-03-02"}
    plain = decisions(tmp_path, ROOM, said(1, "u1", AD), said(20, "u1", AD))
    assert decisions(tmp_path, ROOM, said(1, "u1", AD), receipt, due, said(20, "u1", AD)) == plain


def test_everyone_counts_as_reachable_in_private_unless_the_history_says_no(tmp_path):
    stranger = {"kind": "member", "at": START, "room": "r1", "member": "u2", "name": "小王", "friend": False}
    lines = by_event(decisions(tmp_path, ROOM, stranger, said(1, "u1", AD), said(2, "u2", AD)))
    assert lines["m1"]["effects"][0]["via"] == "private"
    assert lines["m2"]["effects"][0].get("via", "room") == "room"


@pytest.mark.parametrize("mode", ["observe", "assist", "act"])
def test_the_mode_asked_for_holds_in_every_room(tmp_path, mode):
    switch = said(1, "u9", "/mode act")
    lines = by_event(decisions(tmp_path, ROOM, switch, said(2, "u1", AD), options=("--mode", mode)))
    expected = {"observe": [], "assist": ["notify_staff"], "act": ["remind"]}[mode]
    assert kinds(lines["m2"]) == expected


def test_verdicts_do_not_depend_on_the_mode(tmp_path):
    events = (ROOM, said(1, "u1", AD), said(2, "u2", SUSPECT), said(3, "u3", "早"))
    seen = [
        [
            (x["event"], x["verdict"], x["score"], x["reasons"], x["flags"])
            for x in decisions(tmp_path, *events, options=("--mode", m))
        ]
        for m in ("observe", "assist", "act")
    ]
    assert seen[0] == seen[1] == seen[2]


def test_digests_fall_due_between_events(tmp_path):
    later = said(1, "u1", "早", at="2026-03-04T09:00:00+08:00")
    lines = decisions(tmp_path, ROOM, said(0, "u1", "早"), later)
    assert [x.get("task") for x in lines] == [None, "digest:u0:2026-03-02", "digest:u0:2026-03-03", None]


def test_time_runs_on_until_asked(tmp_path):
    lines = decisions(tmp_path, ROOM, options=("--until", "2026-03-05T20:59:59+08:00"))
    assert [x["task"] for x in lines] == [f"digest:u0:2026-03-0{d}" for d in (2, 3, 4)]


def test_without_until_time_stops_at_the_last_event(tmp_path):
    assert [x["event"] for x in decisions(tmp_path, ROOM, said(1, "u1", "早"))] == ["m1"]


def test_until_leaves_out_what_came_later(tmp_path):
    lines = decisions(tmp_path, said(1, "u1", "早"), said(2, "u1", "晚"), options=("--until", at(1)))
    assert [x["event"] for x in lines] == ["m1"]


def test_unanswered_requests_expire_on_the_way(tmp_path):
    lines = decisions(
        tmp_path, ROOM, said(1, "u1", SUSPECT), options=("--until", "2026-03-03T13:00:00+08:00")
    )
    assert {"task": "approval:1", "effects": []}.items() <= {
        k: v for x in lines if x.get("task") == "approval:1" for k, v in x.items()
    }.items()


def test_an_old_message_of_the_gateway_is_judged_but_nothing_is_done(tmp_path):
    new = said(30, "u2", "早", sent_at=at(30))
    old = said(31, "u1", AD, sent_at=at(5))
    line = by_event(decisions(tmp_path, ROOM, new, old))["m31"]
    assert (line["verdict"], line["effects"]) == ("ad", [])


def run(tmp_path, *arguments):
    return CliRunner().invoke(command, [*arguments, "--data", str(tmp_path)], standalone_mode=False)


def test_a_bad_line_stops_with_its_number_and_leaves_no_half_file(tmp_path):
    history, out = tmp_path / "h.jsonl", tmp_path / "out.jsonl"
    history.write_text(json.dumps(said(1, "u1", "早")) + "\n{}\n")
    result = run(tmp_path, str(history), "--decisions", str(out))
    assert "line 2" in str(result.exception)
    assert not out.exists()


def test_lenient_goes_on_and_says_how_many_were_skipped(tmp_path):
    history = tmp_path / "h.jsonl"
    history.write_text("{}\n" + json.dumps(said(1, "u1", "早")) + "\n")
    result = run(tmp_path, str(history), "--lenient")
    assert result.exception is None
    assert "skipped 1 bad lines" in result.stderr
    assert "line 1" in result.stderr


@pytest.mark.parametrize("moment", ["tomorrow", "2026-03-02T12:00:00", ""])
def test_a_moment_without_an_offset_is_refused(tmp_path, moment):
    history = tmp_path / "h.jsonl"
    history.write_text("")
    result = run(tmp_path, str(history), "--until", moment)
    assert "offset" in str(result.exception)


def test_an_operators_own_rules_are_what_is_replayed(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.toml").write_text(
        '[pack]\nid = "own"\nname = { zh = "自家", en = "own" }\n'
        '[[rule]]\nid = "own/tea"\nkind = "phrase"\nweight = 1.0\n'
        'why = { zh = "说到茶", en = "says tea" }\nhits = ["喝茶"]\npasses = ["喝水"]\nwords = ["喝茶"]\n',
        encoding="utf-8",
    )
    (line,) = decisions(tmp_path, said(1, "u1", "去喝茶"))
    assert (line["verdict"], line["reasons"][0]["rule"]) == ("ad", "own/tea")

"""From an exported history alone: who is silent, when the room lives, who leaves and after what, who talks most."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.member import command as member
from bot.cli.replay import command as replay

CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 12, tzinfo=CHINA)


def history(path) -> str:
    """Write ten weeks: 小林 and 小王 talk on Mondays at noon, 小李 once and never again, 阿静 not at all."""
    events: list[dict[str, Any]] = [
        {"kind": "account", "state": "login", "self_id": "bot", "at": START},
        {"kind": "room", "room": "r1", "topic": "母婴群", "owner": "u0", "staff": [], "at": START},
    ]
    joined = (START - timedelta(days=40)).isoformat()
    for who, name in (("u1", "小林"), ("u2", "小王"), ("u3", "小李"), ("u4", "阿静"), ("u5", "小林")):
        events.append(
            {"kind": "member", "room": "r1", "member": who, "name": name, "joined_at": joined, "at": START}
        )

    def say(who: str, at: datetime, text: str = "今天大家都在聊什么呀") -> None:
        events.append(
            {"kind": "message", "room": "r1", "id": f"m{len(events)}", "sender": who, "text": text, "at": at}
        )

    say("u3", START + timedelta(minutes=1), "大家好，我是小李")
    for week in range(10):
        for n in range(3):
            say("u1", START + timedelta(weeks=week, minutes=5 + n))
        say("u2", START + timedelta(weeks=week, minutes=9), "请问周末的活动几点开始？")
    events.append({"kind": "leave", "room": "r1", "member": "u4", "at": START + timedelta(weeks=9, hours=1)})
    events.append(
        {
            "kind": "leave",
            "room": "r1",
            "member": "u5",
            "remover": "u0",
            "at": START + timedelta(weeks=9, hours=2),
        }
    )
    events.sort(key=lambda e: e["at"])
    file = path / "history.jsonl"
    file.write_text(
        "".join(json.dumps({**e, "at": e["at"].isoformat()}, ensure_ascii=False) + "\n" for e in events),
        encoding="utf-8",
    )
    return str(file)


def run(command, *arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_the_report_tells_of_the_people_in_a_room(tmp_path):
    result = run(replay, history(tmp_path), "--report", "--data", str(tmp_path))
    assert result.exception is None
    said = result.output
    assert "谁在潜水：3 人里 1 人 30 天以上没出声（33%），0 人从没说过" in said
    assert "2026-01 进群的 3 人：1 人没出声" in said
    assert "周一 ▁▁▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁▁▁ 41 句" in said
    assert "小林 75%、小王 25%" in said
    assert "潜水很久 1 位，待了约 103 天" in said
    assert "被请出 1 位" in said
    assert "成员提问 10 个，9 个没人接" in said


def test_the_same_as_json(tmp_path):
    result = run(replay, history(tmp_path), "--report", "--json", "--data", str(tmp_path))
    (room,) = json.loads(result.output)["health"]
    assert (room["members"], room["silent"], room["never"]) == (3, 1, 0)
    assert room["week"][0][12] == 41
    assert {g["after"]: g["count"] for g in room["gone"]} == {"silence": 1, "removed": 1}
    assert [c["joined"] for c in room["cohorts"]] == ["2026-01"]


def test_without_report_there_is_none_of_it(tmp_path):
    result = run(replay, history(tmp_path), "--json", "--data", str(tmp_path))
    assert "health" not in json.loads(result.output)


def test_a_members_time_is_told_in_order(tmp_path):
    result = run(member, "小李", "--timeline", "--history", history(tmp_path), "--data", str(tmp_path))
    assert result.exception is None
    lines = result.output.strip().splitlines()
    assert lines[0].startswith("小李（u3）")
    told = [line for line in lines if line[:2].isdigit() and line[2] == "-"]
    assert told[0].endswith("进了「母婴群」")
    assert "第一次开口：大家好，我是小李" in told[1]
    assert "之后一直没出声，到现在 63 天" in told[2]
    assert "我去问候" in result.output
    dates = [line[:5] for line in told]
    assert dates == sorted(dates)


def test_as_json_it_is_for_programs(tmp_path):
    result = run(
        member, "u4", "--timeline", "--json", "--history", history(tmp_path), "--data", str(tmp_path)
    )
    told = json.loads(result.output)
    assert told["member"] == "u4"
    happened = [m["what"] for m in told["moments"]]
    assert (happened[0], happened[-1]) == ("joined", "left")


def test_without_timeline_only_the_head_is_shown(tmp_path):
    result = run(member, "小王", "--history", history(tmp_path), "--data", str(tmp_path))
    assert "在「母婴群」" in result.output
    assert "第一次开口" not in result.output


@pytest.mark.parametrize(("who", "says"), [("小林", "u1, u5"), ("没有这个人", "nobody is called")])
def test_nobody_is_guessed(tmp_path, who, says):
    result = run(member, who, "--history", history(tmp_path), "--data", str(tmp_path))
    assert says in str(result.exception.message)

from __future__ import annotations

import pytest

from bot.channels.simulator.script import load
from bot.errors import PackError

HELLO = {"at": "1 08:00", "room": "a", "who": "小林", "text": "早"}


def test_a_good_folder_loads_with_its_moments_in_utc(make):
    script = make(HELLO, "", {**HELLO, "at": "2 07:30:15"})
    assert [t.isoformat() for t in script.times] == ["2025-09-15T00:00:00+00:00", "2025-09-15T23:30:15+00:00"]
    assert script.community.room_settings()["b"].mode == "observe"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{nonsense", "week.jsonl:2: "),
        ({**HELLO, "who": "谁"}, "week.jsonl:2: who: '谁'"),
        ({**HELLO, "room": "c"}, "week.jsonl:2: room: 'c'"),
        ({**HELLO, "at": "3 08:00"}, "week.jsonl:2: at: '3 08:00'"),
        ({**HELLO, "at": "1 25:00"}, "week.jsonl:2: at: '1 25:00'"),
        ({**HELLO, "at": "²  08:00"}, "week.jsonl:2: at:"),
        ({**HELLO, "at": "1 08:00+08:00"}, "week.jsonl:2: at:"),
        ({**HELLO, "at": "1 07:59"}, "week.jsonl:2: at: earlier"),
        ({**HELLO, "txt": "早"}, r"week\.jsonl:2: .*txt"),
        ({**HELLO, "text": ""}, "week.jsonl:2: text: missing"),
        ({**HELLO, "who": "新人"}, "week.jsonl:2: who: '新人' is not in room"),
        ({**HELLO, "quote": "x"}, "week.jsonl:2: quote: no earlier line"),
        ({**HELLO, "does": "recall"}, "week.jsonl:2: quote: missing"),
        ({**HELLO, "does": "remove"}, "week.jsonl:2: whom: missing"),
        ({**HELLO, "does": "rename", "text": ""}, "week.jsonl:2: text: missing"),
        ({"at": "1 08:00", "who": "小林", "does": "leave"}, "week.jsonl:2: room: missing"),
        ({**HELLO, "does": "dance"}, "week.jsonl:2: "),
        ({**HELLO, "needs": ["谁"]}, "week.jsonl:2: needs: '谁'"),
        ({**HELLO, "picture": "none.png", "type": "image"}, r"none\.png: cannot be read"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(make, line, complaint):
    with pytest.raises(PackError, match=complaint):
        make(HELLO, line)


def test_a_label_is_given_once(make):
    with pytest.raises(PackError, match=r"week\.jsonl:2: id: 'x' is taken"):
        make({**HELLO, "id": "x"}, {**HELLO, "id": "x"})


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('owner = "小满"', 'owner = "谁"', r"rooms\[0\].owner: '谁'"),
        ('staff = ["阿泽"]', 'staff = ["新人"]', r"rooms\[0\].staff: '新人' is not in room"),
        ('staff = ["阿泽"]', "staff = 3", r"rooms\[0\].staff: Expected `array`"),
        ('staff = ["阿泽"]', 'stuff = ["阿泽"]', r"rooms\[0\]: .*stuff"),
        ('operator = "小满"', 'operator = "谁"', "operator: '谁'"),
        ('operator = "小满"', "operator = ", r"community.toml: .*line 5"),
        ('name = "小林妈妈"', 'name = "小林"', "people: '小林' is the name or id of two"),
        ('rooms = ["a"], friend = false', 'rooms = ["x"], friend = false', r"people\[1\].rooms: 'x'"),
        (
            '[[rooms]]\nid = "b"',
            '[[rooms]]\nid = "a"\ntopic = "x"\nowner = "小满"\n[[rooms]]\nid = "b"',
            "id of two",
        ),
        ("days = 2", "days = 0", "days: Expected"),
        ("days = 2", 'days = 2\ntimezone = "Mond/Krater"', "timezone: 'Mond/Krater'"),
        ('account = "member"', 'account = "owner"', r"rooms\[1\].account"),
        ('[[rooms]]\nid = "a"', '[limits]\nlost = 2.0\n[[rooms]]\nid = "a"', "limits.lost: Expected"),
        (
            '[[rooms]]\nid = "a"',
            '[limits]\nstubborn = [{ member = "谁" }]\n[[rooms]]\nid = "a"',
            r"limits.stubborn\[0\].member: '谁'",
        ),
        (
            '[[rooms]]\nid = "a"',
            '[limits]\nstubborn = [{ member = "小林", until = "9 1:00" }]\n[[rooms]]\nid = "a"',
            r"limits.stubborn\[0\].until: '9 1:00'",
        ),
    ],
)
def test_a_bad_community_is_named_with_file_and_key(make, community, old, new, complaint):
    assert old in community
    with pytest.raises(PackError, match=complaint):
        make(text=community.replace(old, new, 1))


@pytest.mark.parametrize(
    ("reaction", "complaint"),
    [
        ('on = "private"\ntext = "/ok {case}"', r"reactions\[0\].text: {case} is no named group"),
        ('on = "private"\npattern = "("\ntext = "好"', r"reactions\[0\].pattern: "),
        ('on = "private"\nto = ["谁"]\ntext = "好"', r"reactions\[0\].to: '谁'"),
        ('on = "private"\nwho = "谁"\ntext = "好"', r"reactions\[0\].who: '谁'"),
        ('on = "room"\nroom = "x"\ntext = "好"', r"reactions\[0\].room: 'x'"),
        ('on = "room"\nwhere = "x"\ntext = "好"', r"reactions\[0\].where: 'x'"),
        ('on = "room"\nsince = "x"\ntext = "好"', r"reactions\[0\].since: 'x'"),
        ('on = "room"\nafter = -1\ntext = "好"', r"reactions\[0\].after: Expected"),
        ('on = "room"', r"reactions\[0\].text: missing"),
        ('on = "dream"', r"reactions\[0\].on: "),
    ],
)
def test_a_bad_reaction_is_named_with_file_and_key(make, reaction, complaint):
    with pytest.raises(PackError, match=f"reactions.toml: {complaint}"):
        make(reactions=f"[[reactions]]\n{reaction}\n")


def test_missing_or_unreadable_files_are_named(tmp_path):
    with pytest.raises(PackError, match="no such community folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(PackError, match=r"community\.toml: cannot be read"):
        load(tmp_path)
    (tmp_path / "community.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(PackError, match="not UTF-8"):
        load(tmp_path)

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.live import Table, converse, typed_lines
from bot.channels.simulator.scene import Content
from bot.channels.simulator.script import load_community


@pytest.fixture
def table(make, stage):
    shown: list[str] = []
    table = Table(stage(make()).world, shown.append)
    table.shown = shown
    return table


def test_a_member_speaks_in_the_current_room(table):
    assert table.type("小林：大家好: 早")
    message = next(iter(table._world.messages.values()))
    assert (message.room, message.sender, message.text) == ("a", "lin", "大家好: 早")
    assert table.shown == []


@pytest.mark.parametrize("line", ["/room 2", "/room 跑步", "#跑", "#b", "# 跑步群"])
def test_rooms_are_switched_by_number_or_part_of_the_name(table, line):
    table.type(line)
    assert table.room == "b"
    assert "跑步群" in table.shown[-1]


@pytest.mark.parametrize("line", ["/room", "/room 9", "/room ²", "#", "#火星", "/room 99999999999999999999"])
def test_an_unknown_room_leaves_one_where_one_is(table, line):
    table.type(line)
    assert table.room == "a"
    assert "母婴群" in table.shown[-1]


def test_members_are_listed_with_staff_first(table):
    table.type("@who")
    names = table.shown[-1].splitlines()[1].split("、")
    assert names[0].endswith("⭐")
    assert set(names) == {"小满⭐", "阿泽⭐", "管家⭐", "小林", "小林妈妈"}


def test_somebody_known_can_join_and_leave(table):
    table.type("join")
    assert "新人" in table.shown[-1]
    table.type("join 新人")
    assert "new" in table._world.present["a"]
    table.type("join 新人")
    assert "已经在群里" in table.shown[-1]
    table.type("leave 新人")
    assert "new" not in table._world.present["a"]
    table.type("leave")
    assert "例如" in table.shown[-1]


def test_unknown_names_create_nothing_and_get_suggestions(table):
    before = dict(table._world.names)
    for line in ("小林麻麻: 早", "join 小林麻", "leave 小木", "private 小林妈: 在吗", "friend 小林妈"):
        table.type(line)
        assert "没有找到" in table.shown[-1]
    assert "小林妈妈" in table.shown[0]
    assert table._world.names == before
    assert table._world.messages == {}
    table.type("新人: 我进来了吗")
    assert "join 新人" in table.shown[-1]


def test_private_words_go_to_the_account_alone_and_only_from_friends(table):
    table.type("private 阿泽: 我想退群")
    assert table.shown == []
    table.type("私聊 小林：你好")
    assert "friend 小林" in table.shown[-1]
    assert [(m.room, m.sender) for m in table._world.messages.values()] == [(None, "ze")]


def test_a_member_may_ask_for_friendship(table):
    table.type("friend 小林")
    assert list(table._world.requests.values()) == ["lin"]
    table.type("friend 阿泽")
    assert "已经是好友" in table.shown[-1]
    table.type("friend 谁谁")
    assert "没有找到" in table.shown[-1]


def test_what_the_account_does_is_shown_as_it_happens(table):
    world = table._world
    world.say("bot", Content(text="欢迎"), room="a")
    world.leave("a", "lin", remover="bot")
    assert "🤖 管家：欢迎" in table.shown[0]
    assert "管家 把 小林 请出了群" in table.shown[1]


def test_where_somebody_else_tells_the_story_only_answers_are_shown(make, stage):
    shown: list[str] = []
    table = Table(stage(make()).world, shown.append, "b", onlook=False)
    table._world.say("bot", Content(text="欢迎"), room="b")
    assert shown == []
    table.type("@who")
    assert "跑步群" in shown[0]


@pytest.mark.parametrize("line", ["quit", " EXIT ", "退出", "再见"])
def test_a_person_may_leave(table, line):
    assert table.type(line) is False


@pytest.mark.parametrize("line", ["help", "帮助", "？"])
def test_help_is_shown_as_often_as_wanted(table, line):
    assert table.type(line)
    assert "小林妈妈: 大家好" in table.shown[-1]


_WORDS = st.sampled_from(
    [
        "/room ",
        "#",
        "@who",
        "join ",
        "leave ",
        "private ",
        "小林",
        ":",
        "：",
        "quit",
        "\x00",
        "\ud800",
        "@",
        " ",
    ]
)
_COMMUNITY: list[object] = []


@given(st.one_of(st.text(), st.lists(st.one_of(_WORDS, st.text(max_size=3)), max_size=8).map("".join)))
def test_rubbish_never_crashes_and_never_makes_people(tmp_path_factory, line):
    if not _COMMUNITY:
        path = tmp_path_factory.mktemp("live") / "community.toml"
        path.write_text(
            'name = "群"\nstarts = 2025-09-15\noperator = "小林"\naccount = { id = "bot", name = "管家" }\n'
            'people = [{ id = "lin", name = "小林", rooms = ["a"] }, { id = "new", name = "新人" }]\n'
            '[[rooms]]\nid = "a"\ntopic = "母婴群"\nowner = "小林"\n',
            encoding="utf-8",
        )
        _COMMUNITY.append(load_community(path))
    from bot.channels.simulator.world import World

    world = World(_COMMUNITY[0], VirtualClock(_COMMUNITY[0].start))
    shown: list[str] = []
    table = Table(world, shown.append)
    table.type(line)
    assert set(world.names) == {"bot", "lin", "new"}
    for message in world.messages.values():
        message.text.encode()
    for text in shown:
        text.encode()


async def test_lines_are_read_from_a_pipe_to_its_end_whatever_the_bytes():
    reading, writing = os.pipe()
    os.write(writing, "小林: 早\n\n".encode() + b"\xff\xfe\n" + "没有换行".encode())
    os.close(writing)
    assert [line async for line in typed_lines(reading)] == ["小林: 早", "", "\ufffd\ufffd", "没有换行"]
    os.close(reading)


async def test_a_whole_conversation_from_a_pipe(make, stage):
    reading, writing = os.pipe()
    os.write(writing, "小林: 早\nquit\n小林: 没说出口\n".encode())
    os.close(writing)
    world = stage(make()).world
    shown: list[str] = []
    await converse(world, typed_lines(reading), shown.append)
    os.close(reading)
    assert [m.text for m in world.messages.values()] == ["早"]
    assert "再来" in shown[-1]

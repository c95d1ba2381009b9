"""Tiers, badges and the welcome table: what is shipped is sound, and what an operator gets wrong is named."""

from __future__ import annotations

import pytest

from bot.errors import PackError
from bot.member_packs import load_badges, load_members, load_tiers, load_welcome_book
from bot.packs import shipped

HEAD = '[pack]\nid = "tiers"\nname = { zh = "层", en = "tiers" }\n'
LOWEST = '[[tier]]\nid = "tiers/new"\nname = { zh = "新", en = "new" }\n'


def own(tmp_path, folder, name, content):
    path = tmp_path / folder / name
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    return tmp_path


def test_the_shipped_packs_load():
    pack = load_members()
    assert [tier.name.zh for tier in pack.tiers] == ["新人", "成员", "铁粉", "核心"]
    assert pack.badges
    assert pack.welcome.one.zh


def test_an_operators_own_tiers_replace_the_shipped_ones(tmp_path):
    folder = own(tmp_path, "rules/members", "tiers.toml", HEAD + LOWEST)
    assert [tier.id for tier in load_tiers(folder)] == ["tiers/new"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEAD, "no \\[\\[tier\\]\\]"),
        (HEAD + LOWEST.replace("tiers/new", "other/new"), "tiers/"),
        (HEAD + LOWEST + "talk = 3\n", "must ask for nothing"),
        (HEAD + LOWEST + LOWEST, "stands twice"),
        (HEAD + LOWEST + LOWEST.replace("/new", "/two"), "asks for no more"),
        (HEAD + LOWEST + "money = 3\n", "money"),
        (HEAD + LOWEST + "days = -1\n", "days"),
    ],
)
def test_wrong_tiers_are_refused_by_file_and_key(tmp_path, content, says):
    with pytest.raises(PackError, match=says) as caught:
        load_tiers(own(tmp_path, "rules/members", "tiers.toml", content))
    assert str(tmp_path) in str(caught.value)


def test_a_badge_for_nothing_is_refused(tmp_path):
    content = HEAD.replace("tiers", "badges") + LOWEST.replace("tier", "badge")
    with pytest.raises(PackError, match="asks for nothing"):
        load_badges(own(tmp_path, "rules/members", "badges.toml", content))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("欢迎来到「{room}」，很高兴认识你～", "欢迎 {phone}", "phone"),
        ("欢迎来到「{room}」，很高兴认识你～", " ", "empty"),
        ("欢迎来到「{room}」，很高兴认识你～", "好" * 300, "too long"),
        ("[greeting]", "[hello]", "hello"),
        ("version = 1", "version = 0", "version"),
    ],
)
def test_a_wrong_welcome_table_is_refused_by_part(tmp_path, old, new, says):
    text = (shipped("playbooks") / "welcome.toml").read_text(encoding="utf-8").replace(old, new)
    with pytest.raises(PackError, match=says):
        load_welcome_book(own(tmp_path, "playbooks", "welcome.toml", text))


def test_a_part_that_cannot_always_be_said_is_refused(tmp_path):
    text = (shipped("playbooks") / "welcome.toml").read_text(encoding="utf-8")
    start = text.index("[greeting]")
    text = text[:start] + '[greeting]\nzh = ["{name}你好"]\nen = ["Hello"]\n'
    with pytest.raises(PackError, match=r"greeting.*zh"):
        load_welcome_book(own(tmp_path, "playbooks", "welcome.toml", text))

"""A dot spelled out names a site; a time of day does not."""

from __future__ import annotations

import pytest

from bot.core.text.normalise import plain
from bot.core.text.urls import hosts_in
from tests.core.ads.test_behaviour import Town, rules_of


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("官网是evil点com 有空看看", "evil.com"),
        ("上www點evil點com注册", "www.evil.com"),
        ("evil丶cn", "evil.cn"),
        ("evil[.]com/x", "evil.com"),
        ("evil(dot)net", "evil.net"),
        ("go to evil dot com now", "evil.com"),
        ("evil点com点cn", "evil.com.cn"),
        ("https://good.example/x 还有 evil点com", "evil.com"),
    ],
)
def test_a_spelled_dot_is_a_dot(text, host):
    assert host in hosts_in(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "三点半见",
        "8点见",
        "周五8点com站开抢",
        "打开app点vip充值",
        "点com的域名贵",
        "the dot com bubble",
        "晚上8点live",
        "一点cn都不懂",
    ],
)
def test_times_and_talk_are_no_sites(text):
    assert hosts_in(plain(text)) == ()


def test_a_denied_site_does_not_slip_by():
    town = Town(rooms={"r1": {"deny": ["evil.com"]}})
    assert "link/denied" in rules_of(town.say("u1", "官网是evil点com 有空看看"))
    assert town.say("u2", "8点com站见").verdict == "ok"

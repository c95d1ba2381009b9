"""Lists of sites: a name stands for what lies under it, a suffix where anybody gets a name for itself alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.core.rules.engine import Engine, PatternRefusedError
from bot.core.rules.kind import Why
from bot.core.rules.link import Spec
from bot.core.text.sites import is_listed, site_names, why_no_site
from bot.packs import load_packs


@pytest.mark.parametrize(
    ("host", "entry", "listed"),
    [
        ("taobao.com", "taobao.com", True),
        ("item.taobao.com", "taobao.com", True),
        ("www.taobao.com", "taobao.com", True),
        ("item.taobao.com", "WWW.Taobao.com", True),
        ("taobao.com", "item.taobao.com", False),
        ("nottaobao.com", "taobao.com", False),
        ("taobao.com.evil.example", "taobao.com", False),
        ("user.github.io", "github.io", False),
        ("github.io", "github.io", True),
        ("user.github.io", "user.github.io", True),
        ("blog.user.github.io", "user.github.io", True),
        ("user.github.io", "other.github.io", False),
        ("user.github.io", "*.github.io", True),
        ("abc.com.cn", "com.cn", False),
        ("shop.abc.com.cn", "abc.com.cn", True),
        ("abc.com", "com", False),
        ("x.good.example", "good.example", True),
    ],
)
def test_what_a_name_on_a_list_stands_for(host, entry, listed):
    assert is_listed(host, site_names([entry])) is listed


@pytest.mark.parametrize(
    "entry", ["com", "com.cn", "github.io", "https://a.example", "a.example/x", "", "a b.com"]
)
def test_these_would_never_match_and_are_refused(entry):
    assert why_no_site(entry)


@pytest.mark.parametrize(
    "entry", ["taobao.com", "www.a.com.cn", "me.github.io", "*.github.io", "例子.公司", "10.0.0.1"]
)
def test_these_are_sites(entry):
    assert why_no_site(entry) is None


def test_the_shipped_lists_name_sites():
    lists = [rule.domains for pack in load_packs() for rule in pack.rules if isinstance(rule, Spec)]
    assert any(lists)
    assert [why for domains in lists for domain in domains if (why := why_no_site(domain))] == []


@pytest.mark.parametrize(
    ("which", "domains"), [("general", ()), ("allowed", ("a.example",)), ("denied", ("a.example",))]
)
def test_a_list_that_would_never_be_looked_at_is_refused(which, domains):
    spec = Spec(
        id="x/y",
        weight=0.1,
        why=Why("因为", "because"),
        hits=("a",),
        passes=("b",),
        list=which,
        domains=domains,
    )
    with pytest.raises(PatternRefusedError, match="domains belong to a general list"):
        spec.prepare(Engine())


def test_the_list_of_suffixes_is_read_only_for_what_lies_under_a_listed_name():
    script = """
import sys
from bot.core.text.sites import is_listed, site_names
names = site_names(["taobao.com"])
assert is_listed("www.taobao.com", names) and not is_listed("a.other.example", names)
assert "tldextract" not in sys.modules
assert is_listed("item.taobao.com", names)
assert "tldextract" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()

"""Every sentence exists in both languages, renders with what the core gives it, and leaves names alone."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

import bot.core
from bot.core.effects import Words
from bot.core.records import CaseState, Level, Mode
from bot.core.rules.kind import Why
from bot.core.rules.regex import Spec
from bot.errors import PackError
from bot.packs import compile_rules, load_packs, shipped
from bot.shell.render import Renderer, load_renderer
from bot.shell.texts import Catalogue
from tests.packs.judging import write

RULES = compile_rules(load_packs()).specs
RENDERERS = {language: load_renderer(language, RULES) for language in ("zh", "en")}
CORE = Path(bot.core.__file__).parent
NASTY = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{# no #}",
    "%s",
    "<b>小林</b>",
    "\u202e林小",
    "a\nb",
    "",
    "{{ name }}",
]

CASE = {
    "case": 12,
    "name": "小林",
    "room": "母婴群",
    "excerpt": "加我领福利",
    "level": "warn",
    "state": "asked",
}
REASONS = ({"rule": "ads/work-lure", "evidence": "加V"}, {"rule": "gone/rule", "evidence": "日结"})
ROOM_ROW = {
    **dict.fromkeys(
        ["messages", "talkers", "members", "joins", "leaves", "ads", "suspects", "unwelcome", "reminds"], 3
    ),
    **dict.fromkeys(["warns", "removes", "asked", "failed", "waiting", "bans", "returns", "overturned"], 1),
    "room": "母婴群",
    "mode": "act",
    **dict.fromkeys(["usual", "usual_before", "days_below", "days", "unanswered"], 12),
    "trend": "falling",
}
KNOWN = {
    "room": "母婴群",
    "talk": 3,
    "way": "room_line",
    "conflicts": 1,
    "sanctions": 1,
    "last": 3,
    "friend": False,
    "opted_out": False,
}
CARE = {
    "kind": "dispute",
    "severity": "medium",
    "cause": "passed",
    "owner": "木木",
    "turns": ({"time": "12:30", "name": "小林", "words": "你什么意思", "counts": True, "gap": 2},),
    "was": "complaint",
    "dangers": ({"name": "小林", "danger": "violence", "words": "等着", "private": True},),
    "attacker": "小王",
    "enough": True,
    "closings": ({"time": "12:30", "by": "木木", "outcome": "resolved", "words": "已换货"},),
    "aside": True,
    "command": "close",
    "ringleaders": "小林",
    "target": "staff",
    "proposal": "先安抚",
    "needs": "分别私聊",
    "line": "大家缓一缓",
    "tracks": (
        {
            **dict.fromkeys(["step", "held", "text", "read", "words", "outcome"], ""),
            "name": "小林",
            "state": "open",
        },
        {
            **dict.fromkeys(["step", "held", "text", "read", "words", "outcome"], "soothe"),
            "name": "小王",
            "state": "ended",
        },
    ),
    "steps": "soothe praise",
    "outcome": "resolved",
    "read": "angry",
    "words": "凭什么",
    "leads": True,
    "step": "soothe",
    "reminder": True,
    "urgent": True,
    "closed": True,
    "rose": True,
    "names": "小林、小王",
    "promise": "answer",
    "hours": 24,
    "before": "木木",
    "by": "木木",
}
CHECKIN = {
    "reason": "busy",
    "followup": "human",
    "because": "asked",
    "time": "03-04 10:20",
    "on": True,
    "planned": 2,
    "paused": 1,
    **dict.fromkeys(["checkin_asked", "checkin_answered", "checkin_ripe", "checkin_control"], 30),
    **dict.fromkeys(["checkin_back", "checkin_control_back", "checkin_reminded"], 3),
    **dict.fromkeys(["checkin_members", "checkin_reachable", "checkin_unknown", "checkin_days"], 14),
    "checkin_verdict": "few",
    "checkin_reasons": ({"reason": "busy", "count": 4}, {"reason": "noise", "count": 1}),
}
LIVELY = {
    **dict.fromkeys(["usual", "usual_before", "days_below", "silent", "talkers", "never", "joins"], 12),
    **dict.fromkeys(["silent_days", "leaves", "questions", "unanswered", "top", "number", "members"], 12),
    "trend": "falling",
    "finding": "dead",
    "bars": "▁▃█",
    "peaks": ({"hour": 20},),
    "weekdays": ({"weekday": "3"},),
    "gone": ({"after": "early", "count": 2, "days": 3},),
    "voices": ({"name": "小林", "percent": 30},),
    "ideas": ({"does": "topic", "text": "抛个话题"},),
    "can_post": True,
    "several": True,
    "says": "聊聊书",
    "next": "03-04 20:00",
    "observes": True,
    "quiet_from": "22:30",
    "quiet_to": "08:00",
    "days": 14,
}
POSTED = {
    **LIVELY,
    "number": 3,
    "room": "母婴群",
    "when": "每周三 20:00",
    "paused": False,
    "skipped": "quarrel",
    "skipped_at": "03-04 20:00",
}
MEMBERS = {
    **dict.fromkeys(["tier", "tags", "since", "seen", "last", "badges", "known", "whom", "rooms"], "核心"),
    **dict.fromkeys(["by_hand", "probation", "acknowledged", "quiet", "opted_out"], True),
    **dict.fromkeys(["talk", "active", "answers", "thanked", "days", "cases_count", "minutes"], 3),
    "friend": "no",
}
VALUES = {
    **MEMBERS,
    **CASE,
    **CHECKIN,
    **LIVELY,
    "reasons": REASONS,
    "reasons_more": 2,
    "detail": "no_right",
    "invited": True,
    "count": 2,
    "likely": "小王",
    "given": "狂暴",
    "mode": "act",
    "private": False,
    "text": "想问问课程",
    "type": "video",
    "limit": 2,
    "days": 5,
    "by_staff": False,
    "reports": 3,
    "about": "befriending",
    "holds": 3,
    "sends": 2,
    "others": 1,
    "elsewhere": 2,
    "date": "2026-03-02",
    "late": True,
    "rooms": (ROOM_ROW,),
    "messages": 3,
    "waiting": (CASE | {"matter": "message"},),
    "waiting_more": 2,
    "cases": (CASE,),
    "cases_more": 1,
    "unsure": 1,
    "inviter": "小赵",
    "brought": 2,
    "people": (
        {**KNOWN, "indent": "", "name": "小钱", "messages": 1, "days": 2, "present": True, "chosen": True},
        {
            **KNOWN,
            "indent": "　",
            "name": "小孙",
            "messages": 9,
            "days": -1,
            "present": False,
            "chosen": False,
        },
    ),
    "more": 1,
    "chosen": 1,
    "done": 2,
    "failed": 1,
    "acted": True,
    "undone": True,
    "example": "/ok 12",
    "usage": "/ok 12",
    "zh": "同意",
    "en": "agree",
    "text_ok": False,
    "matter": "message",
    "hidden": False,
    "deeds": ({"effect": "remove", "outcome": "failed"},),
    "lost": True,
    "can_decide": True,
    "can_undo": False,
    "of": 3,
    "until": "03-04 20:00",
    **dict.fromkeys(["more_said", "parts_done", "parts_failed", "parts_pending", "failed_count"], 1),
    "waiting_count": 2,
    "whom": "小孙",
    "inviters": ({"name": "小赵", "count": 2, "staff": False},),
    **CARE,
}
ROWS = {
    "command.help": ({"usage": "/help", "zh": "看看", "en": "look", "room": True, "private": True},),
    "status": (ROOM_ROW,),
    "checkin.preview": (),
    "tier.overview": ({"name": "核心", "count": 3, **dict.fromkeys(["talk", "active"], 9), **MEMBERS},),
    "tag.overview": ({"tag": "高价值", "count": 2},),
    "welcome.overview": (
        {
            **dict.fromkeys(["count", "spoke", "acknowledged", "more", "probation", "unfitting"], 2),
            "room": "母婴群",
            "enabled": False,
            "acknowledge": "room",
            "waiting": "小林",
            "format": "城市-昵称",
        },
    ),
    "welcome.names": ({"room": "母婴群", "format": "城市-昵称", "names": "小林", "count": 2, "more": 1},),
    "room.all": (ROOM_ROW,),
    "room.active": (ROOM_ROW | {"name": "小林"},),
    "room.which": (ROOM_ROW,),
    "schedule.list": (POSTED | {"kind": "topic"},),
    "schedule.about": ({"about": "parents"},),
    "care.cases": ({**CARE, **CASE, "hours": 3, "late": True},),
    "care.duty": ({"room": "母婴群", "names": "木木", "last": "小满", "next": "", "rota": True},),
}


def texts_named_in_the_core():
    """Return every text name that stands as a literal in the core, however it gets into Words."""
    families = {name.split(".")[0] for name in RENDERERS["zh"].names}
    found = set()
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _says(node.func):
                found |= set(_names(node.args[0]))
            elif isinstance(node, ast.Constant | ast.JoinedStr):
                found |= {
                    n for n in _names(node) if n.split(".")[0] in families and "." in n and " " not in n
                }
    return {name for name in found if not name.endswith(".")}


def _says(function):
    return getattr(function, "id", "") == "Words" or getattr(function, "attr", "") in {
        "reply",
        "reply_private",
    }


def _names(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _names(node.body)
        yield from _names(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        for via in ("room", "private"):
            yield "".join(part.value if isinstance(part, ast.Constant) else via for part in node.values)


SAID_BY_THE_CORE = sorted(texts_named_in_the_core())


def test_the_search_for_texts_finds_those_we_know_of():
    known = {
        "staff.ask",
        "staff.name",
        "remind.room",
        "remind.private",
        "optout.confirmed",
        "case.which",
        "digest.daily",
        "status",
    }
    assert known <= set(SAID_BY_THE_CORE)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SAID_BY_THE_CORE)
def test_what_the_core_says_exists_and_renders(language, name):
    rows = {"rows": ROWS[name]} if name in ROWS else {}
    for variant in range(3):
        assert RENDERERS[language].render(Words(name, {**VALUES, **rows}, variant)).strip()


def test_both_languages_have_the_same_texts_names_and_levels():
    zh, en = (
        tomllib.loads((shipped("texts") / f"{x}.toml").read_text(encoding="utf-8")) for x in ("zh", "en")
    )
    assert zh["texts"].keys() == en["texts"].keys()
    assert {k: v.keys() for k, v in zh["names"].items()} == {k: v.keys() for k, v in en["names"].items()}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("kind", "values"), [("mode", Mode), ("level", Level), ("state", CaseState)])
def test_every_mode_level_and_state_has_a_name(language, kind, values):
    from typing import get_args

    assert all(
        RENDERERS[language].name(kind, value) != value for value in get_args(values) if value not in EN_SAME
    )


# Words that are their own English name.
EN_SAME = {"open", "done", "rejected", "undone", "expired"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NASTY)
def test_a_members_name_stays_text_whatever_it_is(language, name):
    said = RENDERERS[language].render(Words("target.gone", {"name": f"<{name}>"}))
    shown = name.replace("\n", " ").replace("\u202e", "")
    assert f"<{shown}>" in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_excerpt_is_ever_run_as_a_template(language):
    values = {
        **VALUES,
        "excerpt": "{{ 7*7 }}{% x %}",
        "reasons": ({"rule": "{{ 7*7 }}", "evidence": "{{ 7*7 }}"},),
        "reasons_more": 0,
    }
    said = RENDERERS[language].render(Words("staff.ask", values))
    assert "49" not in said
    assert "{{ 7*7 }}{% x %}" in said


def renderer(text, names=None):
    return Renderer(Catalogue(names=names or {}, texts={"t": [text]}), "zh", {}, source="zh.toml")


def test_wordings_take_turns():
    two = Renderer(Catalogue(names={}, texts={"t": ["一", "二"]}), "zh", {})
    assert [two.render(Words("t", {}, n)) for n in range(3)] == ["一", "二", "一"]


def test_a_rule_is_explained_in_the_language_of_the_texts():
    spec = Spec(id="own/a", weight=1, why=Why("中文", "english"), hits=("x",), passes=("y",), patterns=("x",))
    catalogue = Catalogue(names={}, texts={"t": ["{{ why('own/a') }}{{ why('no/rule') }}"]})
    said = [Renderer(catalogue, language, {"own/a": spec}).render(Words("t")) for language in ("zh", "en")]
    assert said == ["中文no/rule", "englishno/rule"]


@pytest.mark.parametrize("text", ["{{ name", "{% if %}", "{{ name | nosuchfilter }}", "好\n{% endfor %}"])
def test_a_text_that_is_no_template_is_refused_at_load_in_one_line(text):
    with pytest.raises(PackError, match=r"^zh\.toml: text t: .*line \d") as caught:
        renderer(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ name.first.last }}",
        "{{ name / 2 }}",
        "{{ 1 / 0 }}",
        "{{ name + 1 }}",
        "{{ '%d' | format(name) }}",
    ],
)
def test_a_text_that_wants_what_it_does_not_get_says_which_text(text):
    with pytest.raises(PackError, match=r"^zh\.toml: text t: "):
        renderer(text).render(Words("t", {"name": "小林"}))


@pytest.mark.parametrize(
    "text",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ why.__globals__ }}",
        "{{ name.__init__.__globals__ }}",
    ],
)
def test_no_text_reaches_out_of_its_sandbox(text):
    with pytest.raises(PackError):
        renderer(text).render(Words("t", {"name": "小林"}))


def test_a_text_that_does_not_exist_is_named():
    with pytest.raises(PackError, match="there is no text nothing"):
        renderer("x").render(Words("nothing"))


def test_a_text_without_wordings_is_refused():
    with pytest.raises(PackError, match="text t has no wording"):
        Renderer(Catalogue(names={}, texts={"t": []}), "zh", {})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[names]\nmode = 'x'\n", "names"),
        ('[texts]\n"case.wich" = ["几号"]\n', "case.which"),
        ("[names]\n[texts]\nx = '一'\n", "array"),
        ("[names]\n[texts]\n[more]\n", "more"),
        ("[names\n", "line 1"),
    ],
)
def test_a_wrong_catalogue_is_refused_by_file_and_key(tmp_path, content, says):
    path = write(tmp_path / "texts", content, "zh.toml")
    with pytest.raises(PackError) as caught:
        load_renderer("zh", {}, tmp_path)
    assert str(caught.value).startswith(str(path))
    assert says in str(caught.value)


def test_an_operators_own_wording_is_used_and_the_rest_is_filled_up_from_ours(tmp_path):
    write(tmp_path / "texts", '[names]\n[texts]\n"case.which" = ["几号？"]\n', "zh.toml")
    own = load_renderer("zh", RULES, tmp_path)
    assert own.render(Words("case.which")) == "几号？"
    assert own.names == RENDERERS["zh"].names
    assert own.name("mode", "act") == RENDERERS["zh"].name("mode", "act")


def test_a_file_for_another_language_changes_nothing(tmp_path):
    write(tmp_path / "texts", '[names]\n[texts]\n"case.which" = ["?"]\n', "en.toml")
    assert load_renderer("zh", RULES, tmp_path).render(Words("case.which", {"example": "/ok 12"})) != "?"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "name",
    [
        *("remind.private", "warn.private", "warn.staff.private", "undo.apology"),
        *("remind.type.private", "warn.type.private"),
    ],
)
def test_whoever_has_no_name_in_a_room_without_a_topic_is_spoken_to_without_gaps(language, name):
    for variant in range(2):
        said = RENDERERS[language].render(Words(name, {**VALUES, "name": "", "room": ""}, variant))
        assert said[0] not in "，, 「"
        assert not any(gap in said for gap in ("「」", '""', " ,", "  "))

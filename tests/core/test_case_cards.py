"""`/cases` and `/case N`: staff finds every case again, whatever it is about, and nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import msgspec
import pytest

from bot.core.members.reported import Reported
from bot.core.records import Case, CaseState, Evidence, Level, Origin
from bot.packs import compile_rules, load_packs
from bot.shell.render import load_renderer
from tests.core.scene import AD, GUARD, MAYBE, NOON, OPERATOR, OWNER, STAFF, STRANGER, Scene, texts

SPECS = compile_rules(load_packs()).specs
SAY = {language: load_renderer(language, SPECS) for language in ("zh", "en")}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
PHONE = 20
PLAIN = Case(
    number=7,
    kind="sanction",
    state="asked",
    room="r1",
    member="u1",
    name="小林",
    opened_at=NOON,
    level="warn",
    excerpt="加我领福利",
    event="m1",
    evidence=tuple(Evidence(f"ads/{n}", 0.9 - n / 10, "加V") for n in range(7)),
    inviter="u2",
)


def put(scene: Scene, case: Case) -> None:
    scene.state.apply((case,))


def answer(scene: Scene, line: str, by: str = STAFF):
    [effect] = scene.whisper(by, line).effects
    return effect.words


def said(scene: Scene, line: str, by: str = STAFF, language: str = "zh") -> str:
    return SAY[language].render(answer(scene, line, by))


SHAPES = {
    **{
        f"{origin}-{level}": {"origin": origin, "level": level}
        for origin in ("rule", "order", "return")
        for level in get_args(Level)
    },
    "verdict": {"origin": "verdict", "level": None},
    "name": {"event": None},
    "part": {"of": 3, "event": None},
    "unwelcome": {"unwelcome": "video", "shows": "[video] 好物", "evidence": ()},
    "tree": {"origin": "tree", "level": "remove", "people": ("u1", "u2"), "excerpt": "", "evidence": ()},
    "report": {
        "kind": "question",
        "origin": "report",
        "level": None,
        "report": Reported("befriending", ("u2",)),
    },
    "reporter": {"kind": "question", "origin": "report", "level": None, "excerpt": ""},
    "private": {"kind": "question", "level": None, "more": 2},
    "welcome": {"kind": "request", "origin": "welcome", "member": "", "words": "欢迎小林", "level": None},
    "vouch": {"kind": "request", "origin": "vouch", "words": "小孙", "level": None},
}


@LANGUAGES
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("state", get_args(CaseState))
def test_every_case_in_every_state_is_told_whole(language, shape, state):
    scene = Scene("assist")
    done = {
        "carrying": {"pending": ("remove",)},
        "done": {"done": ("warn", "notify_staff")},
        "failed": {"failed": ("remove",), "by": OWNER},
        "undone": {"done": ("remove",), "failed": ("invite",), "by": STAFF},
    }.get(state, {})
    until = NOON + timedelta(hours=24) if state == "asked" else None
    put(scene, msgspec.structs.replace(PLAIN, state=state, until=until, **{**SHAPES[shape], **done}))
    card = said(scene, "/case 7", language=language)
    assert len(card.splitlines()) <= PHONE
    assert all(line.strip() for line in card.splitlines()), card
    assert "None" not in card
    assert "{{" not in card
    assert not any(hole in card for hole in ("「」", "：，", ": ,", "()", "（）", "  ")), card
    words = answer(scene, "/case 7")
    for kind, of in (("matter", words.values["matter"]), ("state", state)):
        assert SAY[language].name(kind, of) in card
    for step in words.values["deeds"]:
        assert SAY["zh"].name("effect", step["effect"]) != step["effect"]
        assert SAY[language].name("effect", step["effect"]) in card


def test_every_origin_is_among_those_tried():
    tried = {shape.get("origin", "rule") for shape in SHAPES.values()}
    assert tried == set(get_args(Origin))


def test_what_waits_shows_who_where_why_and_how_to_answer():
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    card = said(scene, "/case 1")
    for part in ("小林", "母婴群", MAYBE, "等你决定", "03-02 12:00", "/ok 1", "/no 1"):
        assert part in card
    assert answer(scene, "/case 1").values["reasons"][0]["rule"] == "ads/maybe"


def test_what_was_done_is_told_as_its_receipts_said():
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    for effect in scene.whisper(STAFF, "/ok 1").effects:
        if effect.case == 1:
            under_way = answer(scene, "/case 1").values["deeds"]
            scene.receive(effect, "failed")
    assert [step["outcome"] for step in under_way] == ["pending"]
    values = answer(scene, "/case 1").values
    assert [step["outcome"] for step in values["deeds"]] == ["failed"]
    assert values["by"] == STAFF
    assert values["can_undo"]
    assert not values["can_decide"]
    assert "/undo 1" in said(scene, "/case 1")
    assert "没有成功" in said(scene, "/case 1")


def test_what_can_be_undone_is_what_undo_undoes():
    scene = Scene("act")
    scene.arrive(scene.say("u1", AD))
    assert answer(scene, "/case 1").values["can_undo"]
    assert texts(scene.whisper(STAFF, "/undo 1"))[-1] == "case.undone"
    assert not answer(scene, "/case 1").values["can_undo"]


def test_parts_of_a_ban_are_counted():
    scene = Scene("act")
    put(scene, msgspec.structs.replace(PLAIN, state="carrying", level="ban"))
    for number, state in ((8, "done"), (9, "failed"), (10, "carrying")):
        put(scene, msgspec.structs.replace(PLAIN, number=number, state=state, of=7))
    values = answer(scene, "/case 7").values
    assert [values[f"parts_{how}"] for how in ("done", "failed", "pending")] == [1, 1, 1]


@pytest.mark.parametrize("by", ["u1", "u2", GUARD, STRANGER])
@pytest.mark.parametrize("line", ["/case 1", "/cases", "案卷 1", "案件"])
def test_a_member_learns_nothing(by, line):
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    assert not {"case.card", "care.cases", "care.brief"} & set(texts(scene.whisper(by, line)))


def test_staff_of_another_room_finds_nothing():
    scene = Scene("assist")
    scene.open("r2", "别的群", owner="boss2", staff=("aide2",))
    scene.say("u1", MAYBE)
    assert answer(scene, "/case 1", "aide2").text == "case.not_found"
    assert answer(scene, "/cases", "aide2").values["waiting"] == ()


def test_private_words_are_for_those_who_heard_them():
    scene = Scene()
    scene.whisper("u1", "你们那个管理员老是骂人")
    assert "骂人" in said(scene, "/case 1", OPERATOR)
    card = said(scene, "/case 1", STAFF)
    assert "骂人" not in card
    assert "负责人" in card
    put(scene, msgspec.structs.replace(scene.case(1), state="asked"))
    assert "骂人" not in said(scene, "/cases", STAFF)


@LANGUAGES
@pytest.mark.parametrize("count", [0, 1, 8, 9, 40])
def test_cases_says_the_numbers_of_status_and_fits_a_phone(language, count):
    scene = Scene("assist")
    scene.open("r2", "二群")
    for number in range(1, count + 1):
        room = "r1" if number % 2 else "r2"
        put(scene, msgspec.structs.replace(PLAIN, number=number, room=room, excerpt="加我领福利" * 9))
        put(scene, msgspec.structs.replace(PLAIN, number=100 + number, room=room, state="failed"))
    status = answer(scene, "/status").values["rows"]
    cases = answer(scene, "/cases").values
    assert cases["waiting_count"] == sum(row["waiting"] for row in status) == count
    assert cases["failed_count"] == sum(row["failed"] for row in status) == count
    assert len(cases["waiting"]) + cases["waiting_more"] == count
    page = said(scene, "/cases", language=language)
    assert len(page.splitlines()) <= PHONE
    assert all(line.strip() for line in page.splitlines()), page
    assert (("挺好" in page) or ("Good." in page)) == (count == 0)


def test_what_waits_comes_before_what_is_looked_after():
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    page = said(scene, "/cases").splitlines()
    assert "等你决定 1 件" in page[0]
    assert page[1].startswith("1 号 母婴群 小林：")
    assert MAYBE in page[1]


def test_what_is_answered_waits_no_more():
    scene = Scene("assist")
    scene.say("u1", MAYBE)
    scene.whisper(STAFF, "/no 1")
    assert answer(scene, "/cases").values["waiting"] == ()
    assert "已驳回" in said(scene, "/case 1")


def test_what_nobody_heard_is_left_to_staff():
    scene = Scene()
    scene.whisper("u1", "想问问课程")
    assert "我还在办" in said(scene, "/case 1")
    put(scene, msgspec.structs.replace(scene.case(1), state="failed", failed=("notify_staff",)))
    assert "麻烦你接手" in said(scene, "/case 1")

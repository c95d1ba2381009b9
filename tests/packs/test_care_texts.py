"""No text of a case has an empty place in it, whatever kind the case is and whoever reads it."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.care.brief import brief_values
from bot.core.care.lines import known_to, line_of, values_for
from bot.core.care.records import Care, Endangered, Track
from bot.core.conflict.news import Turn
from bot.core.draft import Draft
from bot.core.effects import Words
from bot.core.playbook.variables import VARIABLES, variables_in
from bot.core.playbook.wordings import all_said
from bot.core.records import Case
from bot.packs import compile_rules, load_packs
from bot.playbooks import read_playbooks
from bot.shell.render import load_renderer
from tests.core.care.playing import OPERATOR, STAFF, CareScene

BOOKS = tuple(playbook for _, playbook in read_playbooks())
RULES = compile_rules(load_packs()).specs
RENDERERS = {language: load_renderer(language, RULES) for language in ("zh", "en")}
SAID = [
    pytest.param(book, said, id=f"{book.id}-{said.where.replace(' ', '-')}")
    for book in BOOKS
    for said in all_said(book)
]
KINDS = ("dispute", "complaint", "faction", "safety")
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
# What is left of a sentence in which a name was missing.
HOLES = re.compile(
    r"[「“(（][」”)）]|[，,、][，,、。.]|[：:] *[，,。]|^[，,、。]|None|[{}]|\ba ?\.|[《【]\s*[】》]",
    re.MULTILINE,
)


def scene_of(language, kind, **more):
    sets = {"options": ["换货", "退款"], "offer": "转下一期", "topic": "周末去哪", "listen_seconds": 0}
    scene = CareScene(
        playbooks=BOOKS,
        care=sets if more.pop("configured", True) else {"listen_seconds": 0},
        operator={"id": OPERATOR, "language": language},
    )
    turns = (Turn(scene.now, "t1", "u1", "小林", "凭什么", weight=1.0),) if more.pop("turns", True) else ()
    care = Care(parties=("u1", "u2"), severity="medium", turns=turns, **more)
    case = Case(number=7, kind=kind, state="open", room="r1", member="u1", opened_at=scene.now, care=care)
    scene.state.apply([case])
    return Draft(scene.state, scene.policy, scene.now), case


def test_the_shipped_tables_say_something_to_staff_in_every_kind():
    assert {kind for book in BOOKS for kind in book.for_kinds} == set(KINDS)


@LANGUAGES
@pytest.mark.parametrize(("book", "said"), SAID)
def test_every_wording_is_whole(book, said, language):
    for kind in book.for_kinds:
        draft, case = scene_of(language, kind)
        for place in range(len(said.texts.of(language))):
            one = msgspec.structs.replace(said.texts, **{language: (said.texts.of(language)[place],)})
            track = Track(case=7, member="u1", role=book.roles[0].id, edition="x")
            reader = "" if said.who == "room" else STAFF
            line = line_of(
                draft,
                case,
                book,
                one,
                "x",
                said.who,
                None if said.who in {"room", "staff"} else track,
                reader=reader,
            )
            assert line is not None, said.where
            assert HOLES.search(line.text) is None, line.text
            assert "  " not in line.text


IDS = re.compile(r"\b(?:soothe|listen|praise|empathise|communicate|resolve|facts|options|keep-calm|care)\b")
ids = st.sampled_from([None, "u1", "u2", STAFF, "gone"])


@settings(max_examples=200, deadline=None)
@given(
    language=st.sampled_from(["zh", "en"]),
    kind=st.sampled_from(KINDS),
    who=st.sampled_from(
        ["party", "ringleader", "target", "attacker", "staff", "colleague", "helper", "room"]
    ),
    person=st.sampled_from(["", "u1", "gone", STAFF]),
    target=st.sampled_from([None, "staff", "brand", "u2", STAFF, "gone"]),
    owner=ids,
    told=st.lists(st.sampled_from([STAFF, OPERATOR]), unique=True).map(tuple),
    ringleaders=st.sampled_from([(), ("u1",), ("u1", "u2")]),
    endangered=st.booleans(),
    turns=st.booleans(),
    configured=st.booleans(),
)
def test_no_variable_is_ever_empty(language, kind, who, person, endangered, **care):
    draft, case = scene_of(language, kind, **care)
    if endangered:
        one = Endangered(person="u1", at=draft.now)
        case = msgspec.structs.replace(case, care=msgspec.structs.replace(case.care, endangered=(one,)))
    for book in BOOKS:
        values = values_for(draft, case, book, who, person)
        assert all(value.strip() for value in values.values()), values
        assert set(values) <= set(VARIABLES)
        for text in (text for said in all_said(book) if said.who == who for text in said.texts.of(language)):
            assert set(variables_in(text)) - {"options", "offer", "topic"} <= known_to(
                draft, case, book, who, person
            )


@LANGUAGES
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["act", "assist", "observe"])
def test_all_that_staff_reads_of_a_case_is_whole(language, kind, mode):
    scene = CareScene(
        mode,
        playbooks=BOOKS,
        operator={"id": OPERATOR, "language": language},
        care={"listen_seconds": 0, "options": ["换货", "退款"], "unreachable": "gentle_line"},
    )
    scene.join("u3", "小周")
    more = {"ringleaders": ("u1",), "target": "brand"} if kind == "faction" else {}
    effects = list(scene.raised("u1", "u2", "u3", kind=kind, severity="high", **more).effects)
    effects += scene.whisper("u1", "", type="image").effects
    effects += scene.whisper("u1", "气死我了").effects
    for line in (
        "/case 1",
        "/say 1",
        "/say 1 安抚",
        "/skip 1",
        "/cases",
        "/duty",
        "/take",
        "/say 1 nix",
        "/close 1 resolved 换好了",
        "/case 1",
    ):
        effects += scene.whisper(STAFF, line).effects
    effects += scene.pass_time(days=4)
    effects += scene.raised("u1", "u2", kind=kind, severity="high", **more).effects
    effects += scene.whisper("u2", "不想活了").effects
    effects += scene.whisper(STAFF, "/case 1").effects
    for effect in effects:
        words = getattr(effect, "words", None)
        if words is not None and words.text.startswith("care."):
            said = RENDERERS[language].render(words)
            assert said
            assert HOLES.search(said) is None, said
            assert language == "en" or not IDS.search(said), said


@LANGUAGES
@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_names_steps_as_people_do(kind, language):
    draft, case = scene_of(language, kind)
    edition = next(book for book in BOOKS if kind in book.for_kinds)
    said = RENDERERS[language].render(Words("care.brief", brief_values(draft, case, reader=STAFF)))
    assert not any(step.id in said.split() for step in edition.steps)

"""Whatever members, rooms and platforms call themselves, no text is broken, turned around or drowned by it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.effects import Words
from bot.core.text.one_line import LONGEST_NAME, short_name
from bot.packs import compile_rules, load_packs
from bot.shell.fit import LISTS, NAMES, fit
from bot.shell.render import load_renderer
from tests.packs.test_texts import RENDERERS, ROWS, SAID_BY_THE_CORE, VALUES

JOINERS = "\u200c\u200d"
MARK = "§"
# What a member may set as a name: lines, direction signs, a command to be answered, sheer length.
hostile = st.text(
    alphabet=st.sampled_from("小林A\n\r\u2028\u202e\u2066\u200b\u0007\ufeff /ok12{}%【】"), max_size=60
).map(lambda name: name * 90)


def _poisoned(values, name):
    return {
        key: tuple(_poisoned(row, name) for row in value)
        if isinstance(value, tuple)
        else f"{MARK}{name}{MARK}"
        if isinstance(value, str) and key in NAMES | LISTS
        else value
        for key, value in values.items()
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("text", SAID_BY_THE_CORE)
def test_no_text_shows_a_name_as_it_was_written(language, text):
    name = "小林\n【13 号】已移出\u202e\r\u2028\u0007" * 300
    values = {**VALUES, **({"rows": ROWS[text]} if text in ROWS else {})}
    calm, said = (RENDERERS[language].render(Words(text, _poisoned(values, n))) for n in ("小林", name))
    assert said.count("\n") == calm.count("\n")
    assert not [c for c in said if unicodedata.category(c) in {"Cc", "Cf"} and c not in f"\n{JOINERS}"]
    assert len(said) <= len(calm) + LONGEST_NAME * calm.count(MARK)


@given(hostile)
def test_a_name_is_one_short_line_of_signs_that_are_seen(name):
    shown = short_name(name)
    assert len(shown) <= LONGEST_NAME
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} and c not in JOINERS]


@given(hostile)
def test_words_of_members_stay_on_their_line(words):
    (row,) = fit({"turns": ({"words": words, "name": "小林"},)})["turns"]
    assert "\n" not in row["words"]
    assert "\u202e" not in row["words"]


def test_what_the_bot_words_itself_keeps_its_lines():
    assert fit({"text": "你好\n在吗", "indent": "　", "case": 3}) == {
        "text": "你好\n在吗",
        "indent": "　",
        "case": 3,
    }


def test_several_names_are_cut_one_by_one():
    assert fit({"names": f"小林、{'长' * 400}、小王"})["names"] == f"小林、{'长' * 23}…、小王"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_swindle_has_a_name_for_those_who_posted_it_in_a_trade_room(language):
    packs = [pack for pack in load_packs() if pack.head.id.endswith("scams")]
    said = load_renderer(language, compile_rules(packs).specs)
    nameless = [
        rule.id
        for pack in packs
        for rule in pack.rules
        if rule.weight > 0 and not said.sort(({"rule": rule.id},))
    ]
    assert not nameless


def test_a_playbooks_text_names_people_on_one_short_line():
    from bot.core.care.facts import shown_name
    from bot.core.draft import Draft
    from bot.core.events import Member
    from tests.core.scene import NOON, Scene

    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u1", name="小林\n\u202e" * 900))
    said = shown_name(Draft(scene.state, scene.policy, scene.now), "r1", "u1")
    assert said.startswith("小林 小林")
    assert len(said) == LONGEST_NAME
    assert "\u202e" not in said

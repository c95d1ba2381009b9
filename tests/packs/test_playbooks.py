"""The shipped playbooks are sound, and every scripted talk goes as it says."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from bot.core.playbook import walk
from bot.core.playbook.choose import playbook_for
from bot.core.playbook.dialogues import walked
from bot.core.playbook.graph import as_mermaid, as_text
from bot.core.playbook.model import REPLY_CLASSES, Playbook, fingerprint
from bot.core.playbook.variables import VARIABLES
from bot.core.playbook.wordings import all_said
from bot.playbooks import load_playbooks, load_reader, problems_in, read_playbooks

FILES = read_playbooks()
BOOKS = [playbook for _, playbook in FILES]
READER = load_reader()
TALKS = [
    pytest.param(playbook, talk, id=f"{playbook.id}-{number}")
    for playbook in BOOKS
    for number, talk in enumerate(playbook.dialogues)
]
KNOWN = set(VARIABLES)
STEPS = [
    pytest.param(playbook, step, id=f"{playbook.id}-{step.id}")
    for playbook in BOOKS
    for step in playbook.steps
    if step.then is None
]
book = pytest.mark.parametrize("playbook", BOOKS, ids=lambda playbook: playbook.id)


def read(text, purpose):
    return READER.read(text, purpose).reply


@book
def test_a_shipped_playbook_is_sound(playbook):
    assert [str(problem) for problem in problems_in(playbook, READER)] == []


@pytest.mark.parametrize(("playbook", "talk"), TALKS)
def test_a_scripted_talk_goes_as_it_says(playbook, talk):
    assert walked(playbook, talk, read) is None


@book
def test_a_playbook_has_talks_for_what_people_do(playbook):
    if playbook.id == "safety":  # one line, then a person: there is nothing to talk through
        return
    read_as = {turn.reads for talk in playbook.dialogues for turn in talk.turns}
    assert {"angry", "refuse", "silent", "opt-out", "wants-human", "legal-threat", "safety"} <= read_as
    assert "question" in read_as
    assert any(
        playbook.outcome(talk.ends.removeprefix("end:")) is not None
        and playbook.outcome(talk.ends.removeprefix("end:")).good
        for talk in playbook.dialogues
    )


@book
def test_a_playbook_speaks_both_languages_with_as_many_steps(playbook):
    for said in all_said(playbook):
        assert bool(said.texts.zh) == bool(said.texts.en), said.where


@pytest.mark.parametrize(("playbook", "step"), STEPS)
def test_danger_law_and_wish_for_a_person_fetch_one_at_every_step(playbook, step):
    for reply in ("safety", "wants-human", "legal-threat"):
        move = walk.after(playbook, step.id, reply, KNOWN)
        assert move.action == "human"
        assert walk.parting_of(playbook, move) is not None
    assert walk.after(playbook, step.id, "opt-out", KNOWN).outcome == "opted-out"


@pytest.mark.parametrize(("playbook", "step"), STEPS)
def test_from_every_step_whatever_is_answered_the_track_ends(playbook, step):
    for answers in itertools.product(REPLY_CLASSES, repeat=2):
        move, stayed, lines = walk.Move("say", step.id), 0, 1
        for reply in itertools.chain.from_iterable(itertools.repeat(answers)):
            if move.action != "say":
                break
            move = walk.after(playbook, move.step, reply, KNOWN, stayed=stayed, lines=lines)
            while move.step is not None and (on := walk.onward(playbook, move.step, KNOWN)) is not None:
                move = on
            stayed = stayed + 1 if move.again else 0
            lines += 1
            assert lines <= playbook.most_lines + 2


@book
def test_a_graph_names_every_step(playbook):
    for drawn in (as_mermaid(playbook), as_text(playbook, "en")):
        assert all(step.id.replace("-", "_") in drawn.replace("-", "_") for step in playbook.steps)


@book
def test_a_version_survives_being_stored_and_ignores_dialogues(playbook):
    stored = msgspec.json.decode(msgspec.json.encode(playbook), type=Playbook)
    assert stored == playbook
    assert fingerprint(msgspec.structs.replace(stored, dialogues=())) == fingerprint(playbook)
    assert fingerprint(msgspec.structs.replace(stored, most_lines=3)) != fingerprint(playbook)


@pytest.mark.parametrize(
    ("kind", "words", "chosen"),
    [
        ("dispute", ["你什么意思"], "member-dispute"),
        ("faction", ["我们一起退"], "faction"),
        ("safety", ["不想活了"], "safety"),
        ("complaint", ["质量太差了，跟图片完全不一样"], "complaint"),
        ("complaint", ["有人吗？", "问了一个小时没人回"], "unanswered-question"),
        ("complaint", ["课还没上完就天天催我们续费"], "upsell"),
        ("complaint", ["公开课就这水平？", "噱头吧"], "fault-finder"),
    ],
)
def test_a_case_gets_the_playbook_whose_cues_its_words_show(kind, words, chosen):
    assert playbook_for(load_playbooks(), kind, words).id == chosen


def test_the_way_out_that_nobody_configured_is_not_offered():
    complaint = next(playbook for playbook in BOOKS if playbook.id == "complaint")
    assert walk.after(complaint, "empathise", "calm", KNOWN).step == "options"
    assert walk.after(complaint, "empathise", "calm", KNOWN - {"options"}).action == "handover"

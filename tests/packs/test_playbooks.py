"""The shipped playbooks are sound, and every scripted talk goes as it says."""

from __future__ import annotations

import itertools
import re

import msgspec
import pytest

from bot.core.playbook import walk
from bot.core.playbook.choose import playbook_for
from bot.core.playbook.danger import danger_of
from bot.core.playbook.dialogues import walked
from bot.core.playbook.graph import as_mermaid, as_text
from bot.core.playbook.model import PURPOSES, REPLY_CLASSES, Playbook, fingerprint
from bot.core.playbook.variables import VARIABLES
from bot.core.playbook.wordings import all_said
from bot.playbook_words import load_refused, wrong_wordings
from bot.playbooks import load_playbooks, load_reader, problems_in, read_playbooks
from bot.shell.texts import load_catalogue

FILES = read_playbooks()
BOOKS = [playbook for _, playbook in FILES]
READER = load_reader()
REFUSED = load_refused()
TALKS = [
    pytest.param(playbook, talk, id=f"{playbook.id}-{number}")
    for playbook in BOOKS
    for number, talk in enumerate(playbook.dialogues)
]
KNOWN = set(VARIABLES)
NAMES = load_catalogue("zh")[0].names["reply"] | load_catalogue("zh")[0].names["way"]
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
    assert [str(problem) for problem in problems_in(playbook, READER, REFUSED)] == []


@pytest.mark.parametrize(("playbook", "talk"), TALKS)
def test_a_scripted_talk_goes_as_it_says(playbook, talk):
    assert walked(playbook, talk, read) is None


@book
def test_a_playbook_has_talks_for_what_people_do(playbook):
    if playbook.id == "safety":  # one line, then a person: there is nothing to talk through
        assert {talk.role for talk in playbook.dialogues} == {role.id for role in playbook.roles}
        return
    asides = {turn.aside for talk in playbook.dialogues for turn in talk.turns}
    assert "unclear" in asides
    assert {"no-picture", "no-voice"} & asides
    # A bare yes to numbered options is asked which, and a number chooses one.
    assert ("which-number" in asides) == any("options" in step.needs for step in playbook.steps)
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
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_graph_names_every_step_in_words(playbook, language):
    for drawn in (as_mermaid(playbook, language, {}), as_text(playbook, language, {})):
        assert all(playbook.title_of(step.id, language) in drawn for step in playbook.steps)
    for line in as_mermaid(playbook, "zh", NAMES).splitlines():
        labels = re.findall('"([^"]*)"', line)
        assert not any(label in {*REPLY_CLASSES, *PURPOSES, *NAMES} for label in labels), line


@book
def test_steps_of_one_role_have_names_of_their_own(playbook):
    for role in playbook.roles:
        for language in ("zh", "en"):
            titles = [playbook.title_of(step.id, language) for step in playbook.steps if step.role == role.id]
            assert len(set(titles)) == len(titles), titles


@book
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_members_hear_often_has_three_wordings(playbook, language):
    for said in all_said(playbook):
        if said.who != "staff" and said.texts.of(language):
            assert len(said.texts.of(language)) >= 3, said.where
    for line in playbook.credit:
        assert len(line.texts.of(language)) >= 3, line.id


@book
def test_what_members_read_fits_some_lines_of_a_phone(playbook):
    for said in all_said(playbook):
        if said.who != "staff":
            assert all(len(text) <= 80 for text in said.texts.zh), said.where


@pytest.mark.parametrize(
    ("playbook", "roles"),
    [
        ("member-dispute", ("party", "target", "attacker")),
        ("complaint", ("party",)),
        ("faction", ("ringleader",)),
        ("fault-finder", ("party",)),
        ("unanswered-question", ("party",)),
    ],
)
def test_the_five_steps_are_complete(playbook, roles):
    table = next(one for one in BOOKS if one.id == playbook)
    for role in roles:
        purposes = {step.purpose for step in table.steps if step.role == role}
        # Somebody's honest account is the way offered to a fault-finder.
        assert {"soothe", "praise", "empathise", "communicate"} <= purposes
        assert purposes & {"resolve", "share"}


def test_who_is_kept_at_is_never_asked_to_see_it_from_the_other_side():
    dispute = next(one for one in BOOKS if one.id == "member-dispute")
    for step in dispute.steps:
        if step.role == "target":
            for text in (*step.texts.zh, *step.texts.en):
                assert not re.search(
                    "对方.{0,6}(?:可能|也许)|换个位置|对面|体谅|half a step|other side|perhaps it", text
                )


@book
def test_danger_is_answered_by_its_kind(playbook):
    spoken = {
        "我真的不想活了": ("self-harm", "12356"),
        "我弄死他": ("violence", "110"),
        "他扬言要打我": ("threatened", "110"),
        "我才13岁，我爸又打我": ("minor", "12355"),
        "我现在在急诊": ("health", "120"),
    }
    step = next(step for step in playbook.steps if step.then is None) if playbook.id != "safety" else None
    for words, (danger, number) in spoken.items():
        assert danger_of(playbook, words) == danger
        if step is None:
            role = playbook.role_in(danger)
            assert role is not None
            texts = playbook.step(role.first).texts
        else:
            texts = walk.parting_of(playbook, walk.after(playbook, step.id, "safety", KNOWN, danger=danger))
        for text in (*texts.zh, *texts.en):
            assert number in text
            assert ("12356" in text) == (danger == "self-harm")
    assert danger_of(playbook, "今天天气不错") is None


def test_every_example_of_refused_words_and_dangers_does_what_it_says():
    assert wrong_wordings() == []


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

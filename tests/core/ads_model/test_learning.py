"""Learning from verdicts: what it takes, that it can be taken back, and that one voice decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ads.learning import (
    COPIES,
    KEPT,
    QUORUM,
    SILENT,
    TALK_KEPT,
    Learning,
    Lesson,
    evidence_range,
    in_force,
    lesson_of,
    talk_of_staff,
    threshold_of,
    weight_of,
)
from bot.core.state import Sample

AT = datetime(2026, 3, 2, tzinfo=UTC)
AD = "出外挂配置内部群{}现在只要{}块加群领取"
OK = "今天第{}把又输了明天{}点再来打副本吧"
NAMES = (
    "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"
    "日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
)


def lesson(key, label, text, at=AT):
    return lesson_of(
        Sample(
            case=key, label=label, words=text, room="r1", sender="u1", by="s1", at=at + timedelta(minutes=key)
        ),
        text,
    )


def course(ads=QUORUM, others=QUORUM):
    taught = [lesson(n, "ad", AD.format(NAMES[n % 60], NAMES[n * 7 % 60])) for n in range(ads)]
    return taught + [
        lesson(1000 + n, "ok", OK.format(NAMES[n % 60], NAMES[n * 7 % 60])) for n in range(others)
    ]


NEW_AD, NEW_OK = AD.format("鲸", "鱼"), OK.format("鲸", "鱼")


def test_it_learns_what_staff_said_and_says_by_which_words():
    learning = Learning(course())
    said = learning.opinion(NEW_AD)
    assert said.weight >= 0.5
    assert said.strongest
    assert all(run in NEW_AD and gain > 0 for run, gain in said.strongest)
    assert learning.opinion(NEW_OK).weight < 0


@pytest.mark.parametrize(
    ("ads", "others"), [(QUORUM - 1, QUORUM), (QUORUM, QUORUM - 1), (QUORUM - 1, 400), (0, 0)]
)
def test_before_enough_verdicts_of_each_kind_it_is_silent(ads, others):
    assert Learning(course(ads, others)).opinion(NEW_AD) is SILENT


def test_staffs_own_talk_makes_up_for_no_verdict():
    learning = Learning(course(QUORUM, QUORUM - 1))
    for n in range(100):
        learning.add(talk_of_staff(f"m{n}", OK.format(n, n), AT))
    assert not learning.speaks()


@given(st.permutations(course()))
@settings(max_examples=20)
def test_the_order_of_verdicts_makes_no_difference(shuffled):
    one_by_one = Learning()
    for each in shuffled:
        one_by_one.add(each)
    assert one_by_one.opinion(NEW_AD) == Learning(course()).opinion(NEW_AD)


@given(
    st.lists(st.integers(0, 2 * QUORUM - 1), max_size=12),
    st.text("出外挂今天打副本领取", min_size=1, max_size=20),
)
@settings(max_examples=40)
def test_what_is_taken_back_leaves_no_trace(gone, text):
    taught = course()
    never, undone = Learning(course(40, 40)), Learning(course(40, 40))
    for n in gone:
        undone.add(lesson(5000 + n, "ad", text + NAMES[n % 60]))
        undone.opinion(text)
    for n in gone:
        undone.remove(str(5000 + n))
    assert undone.opinion(text) == never.opinion(text)
    assert undone.opinion(taught[0].shape) == never.opinion(taught[0].shape)


def test_taking_back_what_was_never_learned_changes_nothing():
    learning = Learning(course())
    before = learning.opinion(NEW_AD)
    learning.remove("77777")
    assert learning.opinion(NEW_AD) == before


words = st.text(
    st.sampled_from("出外挂配置内部群加领取今天输了明天再来打副本吧鲸鱼元0"), min_size=1, max_size=30
)
sets = st.lists(st.tuples(words, st.sampled_from(["ad", "ok"])), min_size=4, max_size=40)


@given(sets, words, st.tuples(words, st.sampled_from(["ad", "ok"])), st.booleans())
@settings(max_examples=300)
def test_no_single_verdict_turns_ok_into_ad_or_back(taught, text, one_more, is_the_text_itself):
    lessons = [lesson(n, label, said) for n, (said, label) in enumerate(taught)]
    more = lesson(9999, one_more[1], text if is_the_text_itself else one_more[0])
    for before, after in ((lessons, [*lessons, more]), ([*lessons, more], lessons)):
        least, most = evidence_range(before, text)
        least_after, most_after = evidence_range(after, text)
        assert least_after <= most + 1e-9
        assert most_after >= least - 1e-9
        old = weight_of(least, most, threshold_of(before))
        new = weight_of(least_after, most_after, threshold_of(after))
        assert old * new >= 0


def test_two_verdicts_are_needed_before_a_new_thing_counts():
    strange = "荐股老师带你稳稳翻倍"
    learning = Learning(course())
    weights = []
    for n in range(3):
        weights.append(learning.opinion(strange).weight)
        learning.add(lesson(2000 + n, "ad", strange + "呀" * n))
    assert weights[0] <= 0
    assert weights[1] <= 0
    assert weights[2] > 0


def test_the_least_is_never_above_the_most():
    for text in (NEW_AD, NEW_OK, "今天", "群", "从未有人说过"):
        least, most = evidence_range(course(), text)
        assert least <= most


def test_a_text_of_both_labels_cancels():
    contradicted = [*course(), lesson(3000, "ad", "今晚一起开黑吗"), lesson(3001, "ok", "今晚一起开黑吗")]
    assert evidence_range(contradicted, "今晚一起开黑吗") == evidence_range(course(), "今晚一起开黑吗")


def test_the_same_text_again_and_again_is_one_campaign():
    campaign = [lesson(4000 + n, "ad", "超值礼包限时领") for n in range(COPIES + 20)]
    assert evidence_range([*course(), *campaign], "超值礼包") == evidence_range(
        [*course(), *campaign[:COPIES]], "超值礼包"
    )


def test_what_staff_say_every_day_cannot_become_spam():
    notice = "报名的同学今晚八点前在群里接龙"
    learning = Learning(course())
    for n in range(30):
        learning.add(talk_of_staff(f"m{n}", f"{notice}{NAMES[n]}", AT))
    for n in range(3):
        learning.add(lesson(2000 + n, "ad", f"{notice}{NAMES[n]}"))
    assert learning.opinion(notice).weight <= 0


def test_memory_is_bounded_and_the_newest_count():
    many = in_force(course(KEPT + 50, KEPT + 90))
    assert len(many) == 2 * KEPT
    assert min(int(each.key) for each in many) == 50
    learning = Learning()
    for n in range(5 * TALK_KEPT):
        learning.add(talk_of_staff(f"m{n}", f"好的{n}", AT + timedelta(minutes=n)))
    assert len(learning._lessons) <= 2 * TALK_KEPT
    assert f"m{5 * TALK_KEPT - 1}" in " ".join(learning._lessons)


def test_a_changed_verdict_replaces_the_old_one():
    learning = Learning([lesson(n, "ad", NEW_AD + NAMES[n]) for n in range(QUORUM)])
    for n in range(QUORUM):
        learning.add(lesson(n, "ok", NEW_AD + NAMES[n]))
    assert not learning.speaks()


def test_an_endless_text_teaches_its_beginning_only():
    assert len(lesson(1, "ad", "领" * 100_000).shape) < 300


def test_lessons_are_values():
    assert isinstance(course()[0], Lesson)
    assert course() == course()

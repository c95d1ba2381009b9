"""Learning from verdicts: what it takes, that it can be taken back, and that one voice decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ads.learning import BAND, KEPT, QUORUM, SURE_FROM, Learning, Model, lesson_of
from bot.core.records import Sample

AT = datetime(2026, 3, 2, tzinfo=UTC)
AD = "出外挂配置内部群{}现在只要{}块加群领取"
OK = "今天第{}把又输了明天{}点再来打副本吧"
NAMES = (
    "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"
    "日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
)
NEW_AD, NEW_OK = AD.format("鲸", "鱼"), OK.format("鲸", "鱼")


def verdict(case, label, text, score=0.0):
    at = AT + timedelta(minutes=case)
    return Sample(case=case, label=label, words=text, room="r1", sender="u1", by="s1", at=at, score=score)


def course(ads=QUORUM, others=QUORUM):
    taught = [verdict(n, "ad", AD.format(NAMES[n % 60], NAMES[n * 7 % 60])) for n in range(ads)]
    return taught + [
        verdict(1000 + n, "ok", OK.format(NAMES[n % 60], NAMES[n * 7 % 60])) for n in range(others)
    ]


def model(samples):
    return Model(map(lesson_of, samples))


def test_it_learns_what_staff_said_and_says_by_which_words():
    learned = Learning(course()).model()
    assert learned.weight(NEW_AD) >= 0.5
    assert learned.weight(NEW_OK) < 0
    assert learned.strongest(NEW_AD)
    assert all(run in NEW_AD and gain > 0 for run, gain in learned.strongest(NEW_AD))
    assert all(run in NEW_OK and gain < 0 for run, gain in learned.strongest(NEW_OK))


@pytest.mark.parametrize(
    ("ads", "others"), [(QUORUM - 1, QUORUM), (QUORUM, QUORUM - 1), (QUORUM - 1, 400), (0, 0)]
)
def test_before_enough_verdicts_of_each_kind_it_is_silent(ads, others):
    assert Learning(course(ads, others)).model() is None


@given(st.permutations(course()))
@settings(max_examples=10, deadline=None)
def test_the_order_of_verdicts_makes_no_difference(shuffled):
    one_by_one = Learning()
    for each in shuffled:
        one_by_one.add(each)
    for text in (NEW_AD, NEW_OK, "好的"):
        assert one_by_one.model().value(text) == Learning(course()).model().value(text)


@given(
    st.lists(st.integers(0, 2 * QUORUM - 1), max_size=8),
    st.text("出外挂今天打副本领取", min_size=1, max_size=20),
)
@settings(max_examples=15, deadline=None)
def test_what_is_taken_back_leaves_no_trace(gone, text):
    never, undone = Learning(course(40, 40)), Learning(course(40, 40))
    for n in gone:
        undone.add(verdict(5000 + n, "ad", text + NAMES[n % 60]))
        undone.model().weight(text)
    for n in gone:
        undone.remove(5000 + n)
    assert undone.model().value(text) == never.model().value(text)
    assert undone.model().value(NEW_AD) == never.model().value(NEW_AD)


def test_taking_back_what_was_never_learned_changes_nothing():
    learning = Learning(course())
    before = learning.model()
    learning.remove(77777)
    assert learning.model() is before


words = st.text(
    st.sampled_from("出外挂配置内部群加领取今天输了明天再来打副本吧鲸鱼元0"), min_size=1, max_size=30
)
sets = st.lists(st.tuples(words, st.sampled_from(["ad", "ok"])), min_size=4, max_size=30)


@given(sets, words, st.tuples(words, st.sampled_from(["ad", "ok"])), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_single_verdict_moves_no_text_further_than_the_band(taught, text, one_more, is_the_text_itself):
    lessons = [verdict(n, label, said) for n, (said, label) in enumerate(taught)]
    more = verdict(9999, one_more[1], text if is_the_text_itself else one_more[0])
    # The fit stops a little before its minimum, and the border itself shifts with the share of ads.
    slack = 0.15
    assert abs(model([*lessons, more]).value(text) - model(lessons).value(text)) <= BAND + slack


def test_one_wrong_verdict_makes_nothing_an_ad_that_was_talk():
    taught = course(90, 90)
    talk = [OK.format(a, b) for a in NAMES[:8] for b in NAMES[8:16]]
    wrong = verdict(5000, "ad", OK.format("错", "判"))
    learned = model([*taught, wrong])
    assert learned.is_sure
    assert not [text for text in talk if learned.weight(text) > 0]
    assert not learned.may_act(OK.format("错", "判"), 0.3)


def test_what_rests_on_one_verdict_alone_is_asked_about_and_not_acted_on():
    strange = "荐股老师带你稳稳翻倍"
    one = model([*course(90, 90), verdict(5000, "ad", strange)])
    assert not one.may_act(strange, 0.3)
    several = model([*course(90, 90), *(verdict(5000 + n, "ad", strange + NAMES[n]) for n in range(6))])
    assert several.weight(strange) > 0.3
    assert several.may_act(strange, 0.3)


def test_before_enough_verdicts_nothing_is_acted_on():
    assert not model(course(SURE_FROM // 2 - 1, SURE_FROM // 2)).may_act(NEW_AD, 0.0)
    assert model(course(SURE_FROM // 2 + 10, SURE_FROM // 2)).may_act(NEW_AD, 0.0)


def test_verdicts_that_no_wording_tells_apart_give_no_leave_to_act():
    same = [verdict(n, "ad" if n % 3 else "ok", OK.format(NAMES[n % 60], n)) for n in range(150)]
    assert not model(same).is_sure


def test_a_text_of_both_labels_cancels():
    contradicted = [*course(), verdict(3000, "ad", "今晚一起开黑吗"), verdict(3001, "ok", "今晚一起开黑吗")]
    assert model(contradicted).value("今晚一起开黑吗") == model(course()).value("今晚一起开黑吗")


def test_the_same_text_again_and_again_is_one_campaign():
    campaign = [verdict(4000 + n, "ad", "超值礼包限时领") for n in range(20)]
    assert model([*course(), *campaign]).value("超值礼包") == model([*course(), campaign[0]]).value(
        "超值礼包"
    )


def test_what_the_rules_saw_already_is_learned_less():
    seen = [verdict(n, s.label, s.words, 1.4 if s.label == "ad" else 0.0) for n, s in enumerate(course())]
    assert model(seen).weight(NEW_AD) < model(course()).weight(NEW_AD)


def test_memory_is_bounded_and_the_newest_count():
    old = [verdict(n, "ad", "出旧货" + NAMES[n % 60] + str(n)) for n in range(50)]
    newer = [verdict(100 + n, "ad", AD.format(NAMES[n % 60], NAMES[n // 60])) for n in range(KEPT)]
    others = course(0, 60)
    assert Learning([*old, *newer, *others]).model().value("出旧货") == model([*newer, *others]).value(
        "出旧货"
    )


def test_a_changed_verdict_replaces_the_old_one():
    learning = Learning([verdict(n, "ad", NEW_AD + NAMES[n]) for n in range(QUORUM)])
    for n in range(QUORUM):
        learning.add(verdict(n, "ok", NEW_AD + NAMES[n]))
    assert learning.model() is None


def test_an_endless_text_teaches_its_beginning_only():
    assert len(lesson_of(verdict(1, "ad", "领" * 100_000)).shape) < 300

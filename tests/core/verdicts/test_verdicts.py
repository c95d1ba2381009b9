"""Staff's verdicts: which message is meant, what is learned, what follows; and whose words change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ads.known import fingerprint
from bot.core.commands.quoted import quotation_in
from bot.core.events import Member
from bot.core.members.seen import RING
from tests.core.scene import (
    AD,
    BOT,
    GUARD,
    MAYBE,
    NOON,
    OPERATOR,
    OWNER,
    STAFF,
    TALK,
    Scene,
    kinds,
    only,
    texts,
)

SLY = "宝妈在家也能做，想了解的找我聊聊哦"
LONG_AD = f"{AD}，名额不多，想来的都可以来看看，{'好货不等人，' * 20}"
RULER = "\n- - - - - - - - - -\n"


def quote(words, command, name="小林"):
    return f"「{name}：{words}」{RULER}{command}"


def label(scene, words):
    known = scene.state.known.get(fingerprint(words))
    return None if known is None else known.label


def samples(scene):
    return {n: (s.label, s.words) for n, s in scene.state.samples.items()}


def test_a_quotation_by_the_platforms_id_is_found():
    scene = Scene()
    scene.say("u1", SLY, id="m77")
    decision = scene.say(STAFF, "/ad", quote="m77")
    assert kinds(decision) == ["remind", "send_room"]
    assert (decision.effects[0].to, texts(decision)[1]) == ("u1", "verdict.ad")
    assert samples(scene) == {1: ("ad", SLY)}
    assert label(scene, SLY) == "ad"


@pytest.mark.parametrize("words", [SLY, SLY.replace("，", ","), f" {SLY} "])
def test_wechats_quotation_is_found_by_name_and_words(words):
    scene = Scene()
    scene.say("u1", SLY)
    assert scene.say(STAFF, quote(words, "/ad")).effects[0].to == "u1"


def test_a_quotation_that_was_cut_is_found_by_its_beginning():
    scene = Scene("observe")
    scene.say("u1", LONG_AD)
    scene.say(STAFF, quote(LONG_AD[:40] + "...", "/ad"))
    assert samples(scene) == {1: ("ad", LONG_AD)}


def test_a_name_with_a_colon_is_no_riddle():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u8", name="客服：小陈"))
    scene.say("u8", SLY)
    assert scene.say(STAFF, quote(SLY, "/ad", name="客服：小陈")).effects[0].to == "u8"


def test_the_name_may_have_changed_since():
    scene = Scene()
    scene.say("u1", SLY, name="旧名")
    scene.say("u1", TALK, name="新名")
    assert scene.say(STAFF, quote(SLY, "/ad", name="旧名")).effects[0].to == "u1"


def test_two_people_of_one_name_who_said_the_same_are_asked_about():
    scene = Scene()
    for who in ("u8", "u9"):
        scene.tell(Member(at=NOON, room="r1", member=who, name="同名"))
        scene.say(who, SLY)
    assert texts(scene.say(STAFF, quote(SLY, "/ad", name="同名"))) == ["verdict.ambiguous"]
    assert samples(scene) == {}


def test_two_people_of_one_name_who_said_different_things_are_told_apart():
    scene = Scene()
    for who, words in (("u8", SLY), ("u9", TALK)):
        scene.tell(Member(at=NOON, room="r1", member=who, name="同名"))
        scene.say(who, words)
    assert scene.say(STAFF, quote(SLY, "/ad", name="同名")).effects[0].to == "u8"


def test_a_message_nobody_kept_is_taken_from_the_quotation_of_the_one_member_of_that_name():
    scene = Scene()
    assert scene.say(STAFF, quote(SLY, "/ad")).effects[0].to == "u1"
    assert samples(scene) == {1: ("ad", SLY)}


def test_but_not_where_two_bear_it():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u9", name="小林"))
    assert texts(scene.say(STAFF, quote(SLY, "/ad"))) == ["verdict.ambiguous"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/ad", "verdict.which"),
        ("/notad", "verdict.which"),
        ("/ad 这条", "verdict.which"),
        ("/ad 99", "case.not_found"),
        (quote(SLY, "/ad", name="谁"), "verdict.not_found"),
    ],
)
def test_where_nothing_is_meant_it_is_asked(line, answer):
    scene = Scene()
    assert texts(scene.say(STAFF, line)) == [answer]
    assert scene.state.cases == {}


def test_an_unknown_id_is_not_found():
    assert texts(Scene().say(STAFF, "/ad", quote="m0")) == ["verdict.not_found"]


@pytest.mark.parametrize("line", ["/ad 1", "是广告 1", "/ad #1"])
def test_by_number_in_private(line):
    scene = Scene()
    scene.say("u1", MAYBE)
    assert kinds(scene.whisper(STAFF, line))[0] == "remind"
    assert samples(scene) == {1: ("ad", MAYBE)}


def test_staff_of_another_room_have_no_say():
    scene = Scene()
    scene.open("r3", "三群", owner="else", staff=("helper",))
    scene.say("u1", MAYBE)
    assert texts(scene.whisper("helper", "/ad 1")) == ["case.not_found"]
    assert samples(scene) == {}


def test_a_case_that_was_carried_out_is_not_punished_twice():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    assert kinds(scene.whisper(STAFF, "/ad 1")) == ["send_private"]
    assert len(scene.member("u1").strikes) == 1
    assert samples(scene) == {1: ("ad", AD)}


def test_a_quoted_late_message_of_a_burst_belongs_to_its_case():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    scene.say("u1", SLY, id="late")
    assert kinds(scene.say(STAFF, "/ad", quote="late")) == ["send_room"]
    assert len(scene.state.cases) == 1


def test_a_room_that_only_watches_learns_and_touches_nobody():
    scene = Scene("observe")
    scene.say("u1", SLY, id="m7")
    assert kinds(scene.say(STAFF, "/ad", quote="m7")) == ["send_room"]
    assert (scene.case().state, label(scene, SLY)) == ("recorded", "ad")


def test_a_newcomers_ad_that_staff_found_leads_out():
    scene = Scene()
    scene.join("n1", "新来的")
    scene.say("n1", SLY, id="m7")
    assert kinds(scene.say(STAFF, "/ad", quote="m7"))[0] == "remove"


def test_whoever_left_is_learned_from_only():
    scene = Scene()
    scene.say("u1", SLY, id="m7")
    scene.leave("u1")
    assert kinds(scene.say(STAFF, "/ad", quote="m7")) == ["send_room"]
    assert label(scene, SLY) == "ad"


@pytest.mark.parametrize("person", [OWNER, STAFF, OPERATOR, GUARD])
def test_staffs_own_talk_can_never_become_an_ad(person):
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member=person, name="自己人"))
    scene.say(person, SLY, id="m7")
    for decision in (
        scene.say(STAFF, "/ad", quote="m7"),
        scene.say(STAFF, quote(SLY, "/ad", name="自己人")),
    ):
        assert texts(decision) == ["verdict.immune"]
    assert (samples(scene), scene.state.known, scene.state.cases) == ({}, {}, {})


def test_notad_takes_back_and_says_sorry():
    scene = Scene()
    scene.befriend("u1", friend=True)
    scene.join("n1", "新来的", friend=True)
    scene.arrive(scene.say("n1", AD))
    scene.leave("n1", remover=BOT)
    decision = scene.whisper(STAFF, "/notad 1")
    assert texts(decision) == ["undo.apology", "verdict.ok"]
    assert kinds(decision)[0] == "invite"
    assert (scene.member("n1").strikes, scene.case(1).state) == ((), "undone")
    assert samples(scene) == {1: ("ok", AD)}


def test_notad_on_a_request_is_a_no():
    scene = Scene()
    scene.say("u1", MAYBE)
    assert kinds(scene.whisper(STAFF, "/notad 1")) == ["send_private"]
    assert (scene.case(1).state, samples(scene)) == ("rejected", {1: ("ok", MAYBE)})


def test_notad_on_a_message_nothing_was_done_about_is_learned():
    scene = Scene()
    scene.say("u1", SLY)
    scene.say(STAFF, quote(SLY, "/notad"))
    assert (scene.case().state, label(scene, SLY)) == ("rejected", "ok")


def test_staff_may_change_their_mind():
    scene = Scene()
    scene.say("u1", SLY)
    scene.say(STAFF, quote(SLY, "/notad"))
    scene.say(STAFF, quote(SLY, "/ad"))
    assert (samples(scene), label(scene, SLY)) == ({1: ("ad", SLY)}, "ad")
    scene.whisper(STAFF, "/notad 1")
    assert (samples(scene), label(scene, SLY)) == ({1: ("ok", SLY)}, "ok")


@pytest.mark.parametrize(("answer", "said"), [("/ok 1", "ad"), ("/no 1", "ok")])
def test_approvals_are_learned_from(answer, said):
    scene = Scene()
    scene.say("u1", MAYBE)
    scene.whisper(STAFF, answer)
    assert samples(scene) == {1: (said, MAYBE)}


def test_an_undone_decision_of_the_bot_is_learned_from_as_harmless():
    scene = Scene()
    scene.arrive(scene.say("u1", LONG_AD))
    scene.whisper(STAFF, "/undo 1")
    assert (samples(scene), label(scene, LONG_AD)) == ({1: ("ok", LONG_AD.strip())}, "ok")


def test_undo_of_what_staff_said_forgets_it():
    scene = Scene()
    scene.say("u1", SLY)
    scene.say(STAFF, quote(SLY, "/ad"))
    scene.whisper(STAFF, "/undo 1")
    assert (samples(scene), scene.state.known, scene.case(1).state) == ({}, {}, "undone")


def test_undo_of_a_verdict_that_led_to_nothing_forgets_it_too():
    scene = Scene("observe")
    scene.say("u1", SLY)
    scene.say(STAFF, quote(SLY, "/ad"))
    scene.whisper(STAFF, "/undo 1")
    assert (samples(scene), scene.state.known) == ({}, {})


def test_forgetting_one_verdict_leaves_what_was_said_of_the_same_text_before():
    scene = Scene()
    for who in ("u1", "u2"):
        scene.say(who, SLY)
    scene.say(STAFF, quote(SLY, "/ad"))
    scene.say(STAFF, quote(SLY, "/notad", name="小王"))
    assert label(scene, SLY) == "ok"
    scene.whisper(STAFF, "/undo 2")
    assert label(scene, SLY) in {"ok", "ad"}
    scene.whisper(STAFF, "/ad 2")
    scene.whisper(STAFF, "/undo 2")
    assert label(scene, SLY) == "ad"


def test_short_filler_is_never_a_known_text():
    scene = Scene()
    scene.say("u1", "好的", id="m7")
    scene.say(STAFF, "/ad", quote="m7")
    assert scene.state.known == {}


@pytest.mark.parametrize("line", ["/kick @小林\u2005", "/warn @小林\u2005 吵架"])
def test_a_case_that_is_not_about_a_message_has_nothing_to_judge(line):
    scene = Scene()
    scene.say(STAFF, line, mentions=("u1",))
    assert texts(scene.whisper(STAFF, "/ad 1")) == ["verdict.no_message"]
    assert texts(scene.whisper(STAFF, "/notad 1")) == ["verdict.no_message"]


def test_a_room_keeps_few_messages_and_the_newest():
    scene = Scene()
    for n in range(RING * 3):
        scene.join(f"n{n}")
        scene.say(f"n{n}", f"大家好，我是新来的 {n}", id=f"x{n}")
    kept = scene.state.seen["r1"].values()
    assert {s.message for s in kept} == {f"x{n}" for n in range(RING * 2, RING * 3)}


def test_a_message_of_somebody_the_room_knows_well_is_not_kept():
    scene = Scene()
    for _ in range(3):
        scene.say("u1", "孩子昨天开始吃辅食了，大家一般先加什么？")
    before = dict(scene.state.seen["r1"])
    scene.say("u1", "今天天气真好，适合出门走走")
    assert scene.state.seen["r1"] == before


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (quote("a", "/ad"), "小林：a"),
        (quote("a」\n- - -\nb", "/ad"), "小林：a"),
        ("「没有下文", None),
        ("/ad", None),
        ("", None),
    ],
)
def test_how_a_quotation_is_read(text, quoted):
    assert quotation_in(text) == quoted


lines = st.one_of(
    st.sampled_from(
        ["/ad", "/notad", "/ban @小王\u2005", "/unban 小林", "/kicktree @小王\u2005", "/ad 1", "/notad 1"]
    ),
    st.builds(quote, st.sampled_from([SLY, MAYBE, AD]), st.sampled_from(["/ad", "/notad", "/ban", "拉黑"])),
    st.builds(
        "{}{}".format,
        st.sampled_from(["/ad ", "/ban ", "/unban ", "/kicktree @", "拉黑 "]),
        st.text(max_size=20),
    ),
)


@given(lines, st.booleans(), st.sampled_from([None, "m1", "m2"]), st.sampled_from(["silent", "polite"]))
def test_no_line_of_a_member_ever_judges_bans_or_touches_anybody(text, private, quoted, strangers):
    scene = Scene(commands={"strangers": strangers})
    scene.say("u1", MAYBE, id="m1")
    scene.say("u2", TALK, id="m2")
    scene.join("n1", inviter="u2")
    cases = dict(scene.state.cases)
    decision = scene.whisper("u2", text) if private else scene.say("u2", text, quote=quoted, mentions=("u1",))
    assert scene.state.cases[1] == cases[1]
    assert (samples(scene), scene.state.known) == ({}, {})
    assert not any(p.banned for p in scene.state.people.values())
    assert not {"remove", "ban", "invite", "send_room"} & set(kinds(decision))
    assert (
        all(e.to == "u2" or kinds(decision) == ["notify_staff"] for e in decision.effects if hasattr(e, "to"))
        or private
    )


@given(lines, st.sampled_from([None, "m1", "m2", "m3"]))
def test_no_line_of_staff_touches_more_than_one_member_without_a_yes(text, quoted):
    scene = Scene()
    scene.say("u1", SLY, id="m1")
    scene.say("u2", SLY, id="m2")
    scene.say(OWNER, SLY, id="m3")
    decision = scene.say(STAFF, text, quote=quoted, mentions=("u1",))
    touched = [e for e in decision.effects if e.__struct_config__.tag in {"remind", "warn", "remove", "ban"}]
    assert len(touched) <= 1
    assert not {"remove", "ban"} & set(kinds(decision))


def test_the_answer_in_the_room_names_nobody():
    scene = Scene()
    scene.say("u1", SLY, id="m7")
    answer = scene.say(STAFF, "/ad", quote="m7").effects[-1]
    assert set(answer.words.values) == {"case", "acted"}


def test_what_was_said_in_private_is_answered_in_private():
    scene = Scene()
    scene.say("u1", MAYBE)
    assert only(scene.whisper(STAFF, "/notad 1")).to == STAFF

"""What is judged and what is acted on: replayed messages, trade rooms, quotations, slower looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.events import Card, Enrich, Forwarded, Image, Link, Member
from tests.core.scene import AD, MAYBE, NOON, SCAM, TALK, Scene, kinds, only


def test_a_message_replayed_by_the_gateway_is_judged_but_not_acted_on():
    scene = Scene()
    scene.say("u2", TALK, sent_at=scene.now)
    old = scene.say("u1", AD, sent_at=scene.now - timedelta(minutes=10, seconds=1))
    assert (old.verdict, old.effects, scene.state.cases) == ("ad", (), {})


def test_a_message_that_is_merely_late_is_acted_on():
    scene = Scene()
    scene.say("u2", TALK, sent_at=scene.now)
    assert kinds(scene.say("u1", AD, sent_at=scene.now - timedelta(minutes=10))) == ["remind"]


def test_a_message_without_a_time_of_its_own_counts_as_new():
    scene = Scene()
    scene.say("u2", TALK, sent_at=scene.now)
    assert kinds(scene.say("u1", AD)) == ["remind"]


def test_each_room_has_its_own_newest_message():
    scene = Scene()
    scene.open("r2", "二群")
    scene.say("u2", TALK, sent_at=scene.now)
    assert kinds(scene.say("u1", AD, room="r2", sent_at=scene.now - timedelta(hours=5))) == ["remind"]


def test_one_message_from_a_wrong_clock_does_not_make_all_others_look_old():
    scene = Scene()
    scene.say("u2", TALK, sent_at=scene.now + timedelta(days=400))
    scene.later(minutes=1)
    assert kinds(scene.say("u1", AD, sent_at=scene.now)) == ["remind"]


def test_a_time_before_all_times_is_no_trouble():
    scene = Scene()
    scene.say("u2", TALK, sent_at=datetime(1, 1, 1, tzinfo=UTC))
    assert kinds(scene.say("u1", AD, sent_at=scene.now)) == ["remind"]


def test_a_replayed_message_does_not_bring_back_whoever_left():
    scene = Scene()
    scene.leave("u1")
    scene.later(hours=1)
    scene.say("u2", TALK, sent_at=scene.now)
    scene.say("u1", TALK, sent_at=scene.now - timedelta(hours=2))
    assert not scene.member("u1").present


def test_whoever_speaks_is_there_even_if_the_list_missed_them():
    scene = Scene()
    scene.leave("u1")
    scene.later(hours=1)
    scene.say("u1", TALK)
    assert scene.member("u1").present


@pytest.mark.parametrize("trade", [{"rooms": {"r2": {"policy": "ads_allowed"}}}, {}])
def test_in_a_trade_room_ads_are_welcome_but_scams_are_not(trade):
    from bot.core.events import Room

    scene = Scene(**trade)
    scene.tell(Room(at=NOON, room="r2", owner="owner", policy=None if trade else "ads_allowed"))
    welcome = scene.say("u1", AD, room="r2")
    assert (welcome.verdict, welcome.score, welcome.effects) == ("ok", 0.0, ())
    scam = scene.say("u1", f"{AD}，{SCAM}", room="r2")
    assert (scam.verdict, [s.rule for s in scam.reasons], kinds(scam)) == ("ad", ["scams/orders"], ["remind"])


def test_the_operators_word_on_a_room_stands_above_the_rooms_own():
    from bot.core.events import Room

    scene = Scene(rooms={"r2": {"policy": "no_ads"}})
    scene.tell(Room(at=NOON, room="r2", owner="owner", policy="ads_allowed"))
    assert scene.say("u1", AD, room="r2").verdict == "ad"


@pytest.mark.parametrize(
    "words",
    [
        f"「小王：{AD}」\n- - - - - - - -\n这是广告吧",
        f"「小王：{AD}」\n————————\n",
        f"「小王：{AD}\n第二行」\n-----\n管理员看看",
    ],
)
def test_quoted_words_are_never_charged_to_whoever_quotes(words):
    assert Scene().say("u1", words).verdict == "ok"


def test_ones_own_words_under_a_quotation_are():
    assert Scene().say("u1", f"「小王：你好」\n- - - - -\n{AD}").verdict == "ad"


def test_brackets_alone_make_no_quotation():
    assert Scene().say("u1", f"「{AD}」快来").verdict == "ad"


def test_forwarded_words_are_never_charged_to_whoever_forwards():
    record = (Forwarded("骗子", AD), Forwarded("骗子", SCAM))
    assert Scene().say("u1", "大家小心这种", type="chat_history", forwarded=record).verdict == "ok"


@pytest.mark.parametrize(
    "parts",
    [
        {"type": "link", "link": Link(title=AD)},
        {"type": "contact_card", "card": Card(name=AD)},
        {"type": "image", "image": Image(ocr=AD)},
        {"type": "image", "image": Image(qr=(SCAM,))},
    ],
)
def test_a_card_a_link_or_a_picture_is_read_too(parts):
    assert Scene().say("u1", "", **parts).verdict == "ad"


def test_what_a_slower_look_finds_is_judged_and_acted_on():
    scene = Scene()
    scene.say("u1", "", type="image", id="pic")
    decision = scene.tell(Enrich(at=scene.now, room="r1", id="pic", sender="u1", ocr=AD))
    assert (decision.verdict, kinds(decision), scene.case().event) == ("ad", ["remind"], "pic")


def test_a_slower_look_at_a_private_picture_leads_to_nothing():
    scene = Scene()
    assert scene.tell(Enrich(at=NOON, room=None, id="pic", sender="u1", ocr=AD)).effects == ()


def test_what_is_said_in_private_is_never_judged_and_never_said_in_a_room():
    scene = Scene()
    decision = scene.whisper("u1", AD)
    assert (decision.verdict, decision.reasons) == ("ok", ())
    assert not {"send_room", "remind", "warn"} & set(kinds(decision))


def test_a_member_is_reminded_by_the_name_they_bear_now():
    scene = Scene()
    scene.tell(Member(at=NOON, room="r1", member="u1", name="旧名"))
    scene.say("u1", TALK, name="新名")
    assert only(scene.say("u1", AD, name="新名")).words.values["name"] == "新名"


def test_even_a_first_message_bears_its_senders_name():
    scene = Scene()
    assert only(scene.say("u1", AD, name="新名")).words.values["name"] == "新名"


def test_the_bots_own_words_are_not_counted_or_judged():
    scene = Scene()
    assert scene.say("bot", AD).reasons == ()
    assert scene.state.days.get("r1", {}) == {}


def test_a_doubt_and_a_certainty_add_up_to_no_more_than_their_sum():
    decision = Scene().say("u1", f"{MAYBE} {AD}")
    assert (decision.verdict, decision.score) == ("ad", 1.55)

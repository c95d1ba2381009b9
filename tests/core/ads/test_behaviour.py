"""What somebody does over time: floods, repetitions, copies in several rooms, texts in pieces, requests."""

from __future__ import annotations

import pytest

from bot.core.events import Card, Enrich, Forwarded, Image, Link
from bot.core.policy import Policy
from bot.core.rules.kind import Example
from bot.core.rules.registry import RuleSet
from bot.core.state import State
from bot.models import language_model
from bot.packs import compile_rules, load_packs, load_presets
from tests.core.scene import GUARD, OWNER, STAFF, Scene, settings

RULES = compile_rules(load_packs(), language_model())
AD = "手工牛轧糖现做现发，一盒28元，要的私我，加微信 demo_tang8"


class Town(Scene):
    """The scene with the shipped packs."""

    def __init__(self, **tables):
        super().__init__()
        tables.setdefault("defaults", {"mode": "act", "whitelist": [GUARD]})
        self.policy = Policy(settings(**tables), RULES, presets=load_presets())


def rules_of(decision):
    return {signal.rule for signal in decision.reasons}


@pytest.fixture
def town():
    return Town()


def test_the_same_ad_in_another_room_weighs_more_whoever_says_it(town):
    town.open("r2", "读书群")
    first = town.say("u1", AD)
    town.later(minutes=3)
    again = town.say("u7", AD.replace("28", "26") + "🎉", room="r2")
    assert "behaviour/copies" not in rules_of(first)
    assert "behaviour/copies" in rules_of(again)
    assert again.score > first.score


def test_the_same_ad_in_one_room_is_no_copy_from_another(town):
    town.say("u1", AD)
    town.later(minutes=3)
    assert "behaviour/copies" not in rules_of(town.say("u2", AD))


def test_greetings_in_many_rooms_are_no_copies(town):
    town.open("r2", "读书群")
    town.say("u1", "大家早上好，新的一周加油")
    assert town.say("u1", "大家早上好，新的一周加油", room="r2").verdict == "ok"


def test_three_different_pictures_are_no_repetition(town):
    for number in range(3):
        decision = town.say("u1", "", type="image", image=Image(path=f"{number}.jpg"))
    assert decision.verdict == "ok"
    assert not decision.reasons


def test_empty_texts_are_no_repetition(town):
    for _ in range(4):
        decision = town.say("u1", "")
    assert not decision.reasons


def test_the_same_long_words_three_times_are_a_repetition(town):
    for _ in range(3):
        decision = town.say("u1", "明天下午三点河边集合，不见不散")
        town.later(minutes=2)
    assert "behaviour/repeat" in rules_of(decision)


def test_two_rooms_share_no_counters(town):
    town.open("r2", "读书群")
    for room in ("r1", "r2", "r1", "r2"):
        decision = town.say("u1", "明天下午三点河边集合，不见不散", room=room)
    assert "behaviour/repeat" not in rules_of(decision)


def test_a_flood_is_counted_in_seconds(town):
    for number in range(8):
        decision = town.say("u1", f"第{number}句")
    assert "behaviour/flood" in rules_of(decision)
    town.later(minutes=1)
    assert "behaviour/flood" not in rules_of(town.say("u1", "慢慢说"))


def test_an_ad_in_pieces_is_put_together(town):
    for piece in ("加", "v", "xhm_demo88", "手机"):
        assert town.say("u1", piece).verdict == "ok"
        town.later(seconds=3)
    decision = town.say("u1", "兼职日结200")
    assert "behaviour/split" in rules_of(decision)


def test_pieces_of_different_people_are_not_put_together(town):
    for number, piece in enumerate(("加", "v", "xhm_demo88", "手机")):
        town.say(f"p{number}", piece)
    assert "behaviour/split" not in rules_of(town.say("u1", "兼职日结200"))


def test_who_answers_a_request_is_less_suspect(town):
    answer = "我有个开锁师傅的微信，需要的话私我推给你"
    alone = town.say("u1", answer).score
    other = Town()
    other.say("u2", "谁有靠谱的开锁师傅推荐一下，急")
    other.later(minutes=1)
    decision = other.say("u1", answer)
    assert decision.score <= alone
    assert decision.verdict == "ok"


def test_a_card_in_answer_to_a_request_is_welcome(town):
    town.say("u2", "谁有开锁师傅的联系方式，求推荐")
    decision = town.say("u1", "", type="contact_card", card=Card(id="x", name="开锁王师傅"))
    assert decision.verdict == "ok"


def test_ones_own_request_excuses_nothing(town):
    town.say("u1", "谁有靠谱的开锁师傅推荐一下")
    assert "context/answers-request" not in rules_of(town.say("u1", AD))


def test_a_message_type_acts_only_where_the_operator_named_it():
    town = Town(rooms={"r1": {"types": {"video": 1, "miniprogram": 0}}})
    assert town.say("u1", "", type="miniprogram").verdict == "ad"
    assert town.say("u2", "", type="video").verdict == "ok"
    town.later(minutes=30)
    assert "behaviour/unwanted-type" in rules_of(town.say("u2", "", type="video"))
    town.open("r2", "别的群")
    assert town.say("u2", "", type="miniprogram", room="r2").verdict == "ok"


def test_type_counts_end_after_a_day():
    town = Town(rooms={"r1": {"types": {"video": 1}}})
    town.say("u2", "", type="video")
    town.later(hours=25)
    assert town.say("u2", "", type="video").verdict == "ok"


@pytest.mark.parametrize(
    ("tables", "verdict"),
    [
        ({"allow": ["dwz.cn"]}, "ok"),
        ({"deny": ["dwz.cn"]}, "ad"),
        ({"allow": ["dwz.cn"], "deny": ["dwz.cn"]}, "ad"),
        ({"allow": ["x.dwz.cn"], "deny": ["dwz.cn"]}, "ad"),
    ],
)
def test_an_explicit_allow_beats_a_list_and_an_explicit_deny_beats_both(tables, verdict):
    town = Town(rooms={"r1": tables})
    decision = town.say("u1", "资料在 https://x.dwz.cn/AbCd12")
    assert decision.verdict == verdict
    assert ("link/short" in rules_of(decision)) is False


def test_quoted_words_are_never_charged_to_who_quotes(town):
    decision = town.say("u1", f"「小王：{AD}」\n- - - - - - -\n这是广告吧")
    assert decision.verdict == "ok"


def test_forwarded_words_of_long_standing_members_are_not_charged(town):
    lines = (Forwarded(name="甲", text="加V xhm_demo88 手机兼职日结200，稳赚"),)
    assert town.say("u1", "", type="chat_history", forwarded=lines).verdict == "ok"
    town.join("n1")
    assert town.say("n1", "", type="chat_history", forwarded=lines).verdict == "suspect"
    town.join("n2")
    assert town.say("n2", "大家小心这种骗子", type="chat_history", forwarded=lines).verdict == "ok"


def test_a_message_told_twice_or_edited_leads_to_one_case(town):
    town.say("u1", AD, id="same")
    cases = len(town.state.cases)
    town.later(minutes=20)
    town.say("u1", AD + "！", id="same")
    assert len(town.state.cases) == cases


def test_what_a_slower_look_finds_is_judged_with_its_code(town):
    town.join("n1")
    town.say("n1", "", type="image", id="p1", image=Image(path="p.jpg"))
    found = Enrich(
        at=town.now,
        room="r1",
        id="p1",
        sender="n1",
        qr=("https://u.wechat.com/demo",),
        ocr="手机兼职日结200元 在家就能做 扫码加微信进群 名额有限",
        hash="0f1e2d3c4b5a6978",
    )
    assert town.tell(found).verdict == "ad"
    assert "0f1e2d3c4b5a6978" in town.state.account.pictures
    town.later(hours=1)
    again = Enrich(at=town.now, room="r1", id="p2", sender="u2", hash="0f1e2d3c4b5a6979")
    assert "pictures/seen" in rules_of(town.tell(again))


@pytest.mark.parametrize("sender", [OWNER, STAFF, GUARD])
def test_staff_and_the_whitelisted_are_judged_on_no_path(town, sender):
    for _ in range(9):
        assert town.say(sender, AD).verdict == "ok"
    look = Enrich(at=town.now, room="r1", id="p9", sender=sender, ocr=AD)
    assert town.tell(look).effects == ()


def test_memory_stays_small(town):
    for number in range(40):
        town.say("u1", f"{AD} 第{number}批 {'货' * 30}")
        town.later(minutes=5)
    member = town.member("u1")
    assert len(member.recent) <= 12
    assert sum(bool(said.text) for said in member.recent) <= 2
    assert len(town.state.account.copies) <= 96


def test_short_filler_earns_no_trust(town):
    for _ in range(40):
        town.say("u1", "哈哈")
        town.later(minutes=3)
    assert town.member("u1").talk == 0


def test_nobody_is_a_newcomer_where_joining_dates_are_unknown(town):
    assert not {"context/just-joined", "context/new"} & rules_of(town.say("u1", AD))


def test_a_link_of_somebody_who_just_came_weighs_more(town):
    link = {"type": "link", "link": Link(url="https://a.example/x", title="看看我的店铺，新人立减")}
    settled = town.say("u1", "", **link).score
    town.join("n1")
    assert town.say("n1", "", **link).score > settled


def test_a_preset_changes_what_is_asked_about():
    text = "我家还剩几盒，要的私我"
    verdicts = []
    for preset in ("gentle", "normal", "strict"):
        town = Town(scoring={"preset": preset})
        verdicts.append(town.say("u1", text).verdict)
    order = ["ok", "suspect", "ad"]
    assert [order.index(v) for v in verdicts] == sorted(order.index(v) for v in verdicts)


def test_the_same_history_gives_the_same_state(town):
    other = Town()
    for scene in (town, other):
        scene.say("u1", AD)
        scene.later(seconds=20)
        scene.say("u2", "谁有好用的？求推荐")
    assert isinstance(town.state, State)
    assert list(town.state.records()) == list(other.state.records())


def test_rules_without_a_scene_are_silent_about_behaviour():
    assert isinstance(RULES, RuleSet)
    assert Example().tenure_days is None

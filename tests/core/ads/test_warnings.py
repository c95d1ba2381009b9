"""Warnings, answers and late messages: who warns is no advertiser, who advertises answers nobody."""

from __future__ import annotations

import pytest

from bot.core.events import Link, Member
from bot.core.text.normalise import plain
from bot.core.text.warnings import beside_warning
from tests.core.ads.test_behaviour import Town, rules_of

AD = "加V xhm_demo88 手机兼职日结200"
SUSPECT = "举报这个人：无抵押贷款秒下款加微信 abc_777"


@pytest.fixture
def town():
    return Town()


@pytest.mark.parametrize(
    "text",
    [
        "大家小心，有骗子说刷单日结200加微信 demo_88",
        "刚收到私信：宝妈兼职日结200加V xhm_88，大家注意",
        "我妈差点被骗，对方说无抵押贷款秒下款，让加微信 abc_777",
        "提醒一下，这个刷单日结300加QQ 88776655 是套路，别信",
        "小心，刚才有人加我说刷单日结200加微信 x_881",
    ],
)
def test_who_warns_of_a_fraud_is_not_even_asked_about(town, text):
    town.join("n1")
    assert town.say("n1", text).verdict == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "小心骗子，有人说兼职是假的，手机兼职日结200加V xhm_88",
        "群里有人被骗了，大家别信。手机兼职日结200，在家可做，加V xhm_88",
        "最近骗子多，各位注意。需要贷款的加V abc_777，当天放款不看征信",
        "be careful of scams! Work from home, earn $300 per day, whatsapp +1 202 555 0100",
    ],
)
def test_a_warning_in_front_excuses_no_ad_that_stands_by_itself(town, text):
    town.join("n1")
    assert town.say("n1", text).verdict == "suspect"


@pytest.mark.parametrize(
    "text",
    [
        "别信，加微信 demo_88 的都是骗子",
        "刚刚有人加我，说刷单日结200加微信 x_881，一看就是骗子",
        "群里那个发兼职日结200加V xhm_88的是骗子，管理员踢一下",
        "“手机兼职日结200加V xhm_88”这种都是骗人的，大家别信",
        "昨天我妈接到电话，说办贷款秒下款不看征信，让她加微信 abc_777，还好我拦住了，大家小心",
        "this is a scam: Free crypto signals, join our channel t.me/demo_room, don't click",
        "Be careful, someone sent me: work from home, earn $300 per day, whatsapp +1 202 555 0100",
    ],
)
def test_what_a_warning_reports_or_judges_in_hindsight_is_covered_by_it(town, text):
    assert town.say("u1", text).verdict == "ok"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("小心骗子，有人说兼职是假的，来加我", "来加我"),
        ("有人说，兼职日结，加他微信。来加我", "来加我"),
        ("兼职日结加我，这是骗子", ""),
        ("兼职日结加我，谨防假冒", "兼职日结加我,"),
        ("今天天气好，出去走走", "今天天气好,出去走走"),
        ("", ""),
    ],
)
def test_what_stands_beside_a_warning_is_the_writers_own(text, own):
    assert beside_warning(plain(text)) == own


@pytest.mark.parametrize("preset", ["gentle", "normal", "strict"])
@pytest.mark.parametrize(
    "text",
    [
        "举报这个人：无抵押贷款秒下款加微信 abc_777",
        "假的！宝妈兼职日结200加V xhm_88",
        "谨防骗子，手机兼职日结200加V xhm_88，免费领资料，扫码进群",
    ],
)
def test_a_warning_in_so_many_words_is_never_acted_on_alone(preset, text):
    town = Town(scoring={"preset": preset})
    town.join("n1")
    decision = town.say("n1", text)
    assert decision.verdict != "ad"
    assert decision.score == pytest.approx(max(0.0, sum(s.weight for s in decision.reasons)), abs=0.001)


@pytest.mark.parametrize(
    "text",
    [
        "别被骗了，加我教你，手机兼职日结200加V xhm_88",
        "以前被骗过，现在跟着老师日结200，想做的加我微信 demo_88",
        "大家注意了！手机兼职日结200加微信 demo_88",
    ],
)
def test_who_warns_only_to_pull_people_is_an_advertiser(town, text):
    town.join("n1")
    assert town.say("n1", text).verdict == "ad"


@pytest.mark.parametrize("text", ["手机兼职日结200，一天110元，加V xhm_88", "手机兼职日结200，加V xhm12315"])
def test_digits_of_a_price_or_an_account_are_no_emergency_number(town, text):
    assert "innocence/warning" not in rules_of(town.say("u1", text))


@pytest.mark.parametrize("asked", ["有人知道今天几点放学吗", "谁知道明天几点集合", "谁有空一起打球"])
def test_a_question_for_no_goods_excuses_no_ad(town, asked):
    town.say("u2", asked)
    decision = town.say("u1", AD)
    assert decision.verdict == "ad"
    assert "context/answers-request" not in rules_of(decision)


@pytest.mark.parametrize(
    "answer",
    [
        AD,
        "手工牛轧糖一盒28元，要的私我，加微信 demo_tang8",
        "开锁师傅推荐我，无抵押贷款秒下款，加微信 abc_777",
    ],
)
def test_a_request_excuses_no_ad_for_something_else_and_no_swindle(town, answer):
    town.say("u2", "谁有靠谱的开锁师傅推荐一下")
    assert "context/answers-request" not in rules_of(town.say("u1", answer))


def test_a_bare_link_answers_a_request_and_one_that_calls_does_not(town):
    town.say("u2", "求链接，上次那个收纳盒")
    for title, excused in (("今日好物", True), ("免费领大礼包", False)):
        link = Link(title=title, url="https://t.cn/demo")
        decision = town.say("u1", "加微信 demo_tang8 一盒28元包邮现货秒发", type="link", link=link)
        assert ("context/card-on-request" in rules_of(decision)) is excused


def test_an_ad_that_makes_a_case_sure_is_what_the_case_then_shows(town):
    town.join("n1")
    assert town.say("n1", SUSPECT, id="first").verdict == "suspect"
    town.later(minutes=5)
    town.say("n1", AD, id="second")
    assert len(town.state.cases) == 1
    case = town.case()
    assert (case.event, case.excerpt, case.more) == ("second", AD, 1)
    assert case.words == ""
    assert case.state == "carrying"


def test_an_ad_hours_after_one_that_waits_for_a_yes_is_a_case_of_its_own(town):
    town.join("n1")
    town.say("n1", SUSPECT, id="first")
    town.later(hours=3)
    town.say("n1", AD, id="second")
    old, new = (town.case(number) for number in sorted(town.state.cases))
    assert (old.event, old.state, old.more) == ("first", "asked", 0)
    assert (new.event, new.excerpt, new.state) == ("second", AD, "carrying")


@pytest.mark.parametrize(
    "words",
    [
        "[群公告] 本群禁止发广告、拉人、刷单兼职，发现一次移出，有事联系群主",
        "咱群不许代购、微商、拉人，违者移出，大家互相监督",
        "严禁在群内发砍价链接、投票和兼职信息，一经发现请出本群",
        "别在群里发拼单链接了，群规写着呢",
    ],
)
@pytest.mark.parametrize("days", [0.2, 400])
def test_who_says_what_the_room_forbids_offers_none_of_it(town, words, days):
    town.tell(Member(at=town.now, room="r1", member="u1", name="小林", joined_at=town.now))
    town.later(days=days)
    assert town.say("u1", words).verdict == "ok"


def test_an_ad_behind_a_prohibition_is_an_ad(town):
    assert town.say("u1", "本群禁止广告，需要兼职的加我微信 demo_88，手机就能做，日结200").verdict == "ad"

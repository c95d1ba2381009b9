"""Who answers what a member asked for is no advertiser; a question excuses no swindle, and a newcomer hardly."""

from __future__ import annotations

import pytest

from bot.core.events import Member
from tests.core.ads.test_behaviour import Town, rules_of

ANSWERED = "context/answers-request"
ASKED_AND_ANSWERED = [
    ("谁家有靠谱的保姆介绍？", "李阿姨 19900006666 人很勤快，报我名字就行"),
    ("有没有会修热水器的师傅电话", "刘师傅 19900007777，上门60，配件另算，我家修过"),
    ("求推荐一个做蛋糕的", "我同事工作室做蛋糕的，加她微信 demo_cake9，说我介绍的给你优惠"),
    ("哪里能买到散养鸡蛋呀", "我一直在这家拿，微信 demo_dan66，满60送货上门，挺新鲜"),
    ("谁认识靠谱的搬家公司", "搬家找老周 19900008888，小面180起"),
    ("孩子想学画画，有老师推荐吗", "王老师小班课，一节120，电话19900009999，我家孩子跟了两年"),
    ("请问附近哪儿可以打印照片", "打印店老板微信 demo_print7，发他文件就行，一张五毛"),
    ("怎么联系那个修伞的师傅啊", "他电话 19900005555，周末在小区东门，一把10块"),
]


def answered(question, answer, days=400, talk=60, **more):
    """Return what becomes of an answer a minute after the question."""
    town = Town()
    joined = None if days is None else town.now
    town.tell(Member(at=town.now, room="r1", member="u1", name="小林", joined_at=joined))
    town.later(days=days or 0)
    for n in range(talk and 3):
        town.say("u1", f"今天天气真好呀大家出门散步吗{n}")
        town.later(minutes=20)
    if question:
        town.say("u2", question)
        town.later(seconds=90)
    return town.say("u1", answer, **more)


@pytest.mark.parametrize(("question", "answer"), ASKED_AND_ANSWERED)
@pytest.mark.parametrize("days", [400, None])
def test_a_member_of_long_standing_answers_in_peace(question, answer, days):
    assert answered(question, answer, days).verdict == "ok"


@pytest.mark.parametrize(("question", "answer"), ASKED_AND_ANSWERED)
def test_a_newcomer_is_excused_a_little_only(question, answer):
    alone, after = answered("", answer, days=0), answered(question, answer, days=0)
    known = answered(question, answer, days=45)
    assert known.score <= after.score <= alone.score
    assert alone.score - after.score < 0.3


@pytest.mark.parametrize(
    "swindle",
    [
        "无抵押秒下款，黑户可做，加微信 demo_dk88",
        "点赞员招募，做任务赚佣金，加vx demo_task3",
        "注册送彩金88，上分秒到，加q 33128890",
        "同城约炮加我",
    ],
)
def test_a_question_excuses_no_swindle(swindle):
    decision = answered("谁有靠谱的兼职贷款推荐一下", swindle)
    assert decision.verdict == "ad"
    assert ANSWERED not in rules_of(decision)


def test_an_ad_for_something_else_answers_nothing():
    decision = answered("谁有靠谱的保姆介绍？", "手工牛轧糖现做现发，一盒28元，要的私我，加微信 demo_tang8")
    assert ANSWERED not in rules_of(decision)
    assert decision.verdict != "ok"


def test_who_names_the_asker_or_quotes_them_answers():
    answer = "微信 demo_bm77，上门试工一天60，满意再谈价"
    question = "谁有靠谱的保姆介绍？最好有电话"
    assert ANSWERED in rules_of(answered(question, "@小王 " + answer, days=0, mentions=["u2"]))
    assert ANSWERED in rules_of(answered(question, f"「小王：{question}」\n- - - - -\n{answer}", days=0))
    assert ANSWERED not in rules_of(answered(question, answer, days=0))

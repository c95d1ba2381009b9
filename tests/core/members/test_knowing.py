"""Knowing members: talk and presence, answers and thanks, tiers and badges; across rooms one person is one person."""

from __future__ import annotations

import pytest

from bot.core.draft import Draft
from bot.core.events import Message, Rename
from bot.core.members.standing import Standing, rank_of, standing_of, tier_of
from bot.core.members.talk import asks, is_talk, thanks
from tests.core.members.meeting import Meeting
from tests.core.scene import AD, NOON, OWNER


@pytest.fixture
def scene():
    return Meeting()


def draft(scene):
    return Draft(scene.state, scene.policy, scene.now)


def message(text, kind="text"):
    return Message(at=NOON, room="r1", id="m", sender="u", text=text, type=kind)


@pytest.mark.parametrize(
    "text",
    [
        "今天宝宝自己吃了一整碗南瓜粥",
        "打卡 5公里 膝盖今天没叫，感觉越跑越顺",
        "day 12 今天读完了第三章，讲复利的那段写得真好",
    ],
)
def test_what_says_something_is_talk(text):
    assert is_talk(message(text))


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "+1",
        "好的好的好的",
        "哈哈哈哈哈哈哈",
        "打卡 6.1公里 38分",
        "每日打卡 第12天 30分钟",
        "#接龙 3. 小林",
        "签到签到 2026-03-02",
        "收到",
    ],
)
def test_filler_and_roll_calls_are_presence_but_no_talk(text):
    assert not is_talk(message(text))


def test_stickers_and_red_packets_are_presence_but_no_talk(scene):
    for kind in ("sticker", "red_packet", "image"):
        scene.say("u1", "恭喜发财大吉大利万事如意", type=kind)
    member = scene.member("u1")
    assert (member.messages, member.talk, member.days) == (3, 0, 1)


@pytest.mark.parametrize(
    "words", ["八个月可以吃蛋黄了吗", "请问群规在哪里", "这个碗多少钱", "跑完小腿紧怎么办"]
)
def test_a_question_is_known(words):
    assert asks(words)


@pytest.mark.parametrize("words", ["?", "今天天气真好", "我家吃了半碗"])
def test_no_question(words):
    assert not asks(words)


@pytest.mark.parametrize("words", ["谢谢老师", "太有用了", "谢谢你呀", "thanks a lot", "多谢多谢"])
def test_thanks_are_known(words):
    assert thanks(words)


@pytest.mark.parametrize("words", ["谢谢大家", "先谢过各位", "不用谢", "感谢群主"])
def test_thanks_to_everybody_are_thanks_to_nobody(words):
    assert not thanks(words)


def test_days_with_any_message_are_active_days(scene):
    for _ in range(3):
        scene.say("u1", "1")
        scene.say("u1", "2")
        scene.later(days=1)
    assert scene.member("u1").days == 3


def test_an_answer_to_another_counts_once_a_question(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u2", "可以的，先从四分之一个开始试")
    scene.say("u2", "连着看三天有没有不舒服")
    assert (scene.member("u2").answers, scene.member("u1").answers) == (1, 0)


def test_nobody_answers_their_own_question(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u1", "我自己查到了，可以吃一点点")
    assert scene.member("u1").answers == 0


def test_filler_and_another_question_are_no_answer(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u2", "同问+1")
    scene.say("u2", "我也想知道，六个月的呢？")
    assert scene.member("u2").answers == 0


def test_after_minutes_only_a_quote_or_mention_is_an_answer(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗", id="q1")
    scene.later(minutes=40)
    scene.say("u2", "今天的晚霞真好看，你们看到没有呀")
    assert scene.member("u2").answers == 0
    scene.later(minutes=1)
    scene.say(OWNER, "可以吃，少量试三天看看", quote="q1")
    assert scene.member(OWNER).answers == 1


def test_the_room_goes_on_talking_after_two_answers(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    for who in ("a", "b", "c"):
        scene.say(who, "我觉得可以吃的，少量试试看")
    assert [scene.member(who).answers for who in "abc"] == [1, 1, 0]


def test_an_ad_is_no_answer(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u2", f"{AD}，辅食资料全套都有")
    assert scene.member("u2").answers == 0


def test_thanks_go_to_whoever_answered(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u2", "可以的，先从四分之一个开始试")
    scene.say("u1", "明白了，谢谢 🌹")
    assert scene.member("u2").thanked == 1


def test_thanks_by_mention_and_never_to_oneself(scene):
    scene.say("u1", "谢谢你的资料，很有用", mentions=("u2",))
    scene.say("u1", "谢谢自己坚持下来", mentions=("u1",))
    assert (scene.member("u2").thanked, scene.member("u1").thanked) == (1, 0)


def test_the_same_thanks_count_once_a_day(scene):
    for _ in range(5):
        scene.say("u1", "谢谢你", mentions=("u2",))
    assert scene.member("u2").thanked == 1
    scene.later(days=1)
    scene.say("u1", "谢谢你", mentions=("u2",))
    assert scene.member("u2").thanked == 2


def test_thanks_to_two_at_once_are_nobodys(scene):
    scene.say("u1", "谢谢你们", mentions=("u2", OWNER))
    assert scene.member("u2").thanked == 0


def grow(scene, who, *, days, talk, room="r1"):
    """Let somebody talk day after day."""
    for number in range(days):
        for _ in range(talk):
            scene.say(who, f"今天第{number}天，聊聊新学会的一道菜怎么做", room=room)
        scene.later(days=1)


def test_a_newcomer_grows_into_a_member_and_a_regular(scene):
    scene.join("n1", "小新")
    assert tier_of(draft(scene), "n1").id == "tiers/newcomer"
    grow(scene, "n1", days=8, talk=1)
    assert tier_of(draft(scene), "n1").id == "tiers/member"
    grow(scene, "n1", days=25, talk=2)
    assert tier_of(draft(scene), "n1").id == "tiers/regular"
    assert rank_of(draft(scene), "n1") == 2


def test_one_person_in_two_rooms_is_one_person(scene):
    scene.open("r2", "读书群")
    grow(scene, "u1", days=2, talk=3)
    grow(scene, "u1", days=3, talk=2, room="r2")
    assert standing_of(draft(scene), "u1") == Standing(days=5, talk=12, active=3)
    assert scene.state.rooms_of("u1") == ("r1", "r2")


def test_the_same_person_under_a_new_name_is_the_same_person(scene):
    grow(scene, "u1", days=2, talk=2)
    scene.tell(Rename(at=scene.now, room="r1", member="u1", name="完全不同的名字"))
    assert standing_of(draft(scene), "u1").talk == 4


def test_two_people_with_one_name_are_two(scene):
    scene.join("n1", "小林")
    scene.say("n1", "大家好，我是新来的小林妈妈")
    assert (scene.member("n1").talk, scene.member("u1").talk) == (1, 0)


def test_the_first_answer_earns_a_badge_once(scene):
    for number in range(3):
        scene.say("u1", f"第{number}个问题，怎么办呀")
        scene.say("u2", "可以的，先从一点点开始试试看")
        scene.later(hours=1)
    assert [badge.id for badge in scene.known("u2").badges] == ["badges/first-answer"]


def test_thirty_active_days_earn_a_badge_and_none_is_lost(scene):
    grow(scene, "u1", days=31, talk=1)
    assert "badges/thirty-days" in [badge.id for badge in scene.known("u1").badges]


def test_five_people_brought_earn_a_badge(scene):
    for number in range(5):
        scene.join(f"n{number}", f"小新{number}", inviter="u1")
    assert [badge.id for badge in scene.known("u1").badges] == ["badges/brought"]
    scene.leave("n0")
    assert standing_of(draft(scene), "u1").brought == 4
    assert len(scene.known("u1").badges) == 1


def test_whoever_answers_has_it_said_in_their_favour(scene):
    from bot.core.care.facts import facts_of

    scene.say("u1", "八个月可以吃蛋黄了吗")
    scene.say("u2", "可以的，先从四分之一个开始试")
    facts = facts_of(draft(scene), "r1", "u2")
    assert (facts.answers, facts.badge) == (1, "第一次帮忙")


def test_a_message_told_again_counts_no_second_time(scene):
    scene.say("u1", "八个月可以吃蛋黄了吗", id="q1")
    for _ in range(2):
        scene.say("u2", "可以的，先从四分之一个开始试", id="a1", quote="q1")
    assert scene.member("u2").answers == 1

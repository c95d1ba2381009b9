"""The watch over a room's talk: what it raises, whom it names, when it stays silent, when peace is made."""

from __future__ import annotations

import msgspec
import pytest

from bot.core.conflict.news import Calmed
from bot.core.conflict.reading import MARKS, TurnReader, marks_of
from bot.core.conflict.records import RING
from bot.core.conflict.sides import NAMES as SIDES
from bot.core.conflict.sides import side_numbers
from bot.core.conflict.talk import name_pieces
from bot.core.conflict.window import NAMES, around, numbers
from bot.core.state import State
from bot.store.sqlite.rows import packed, record_of
from tests.core.conflict.talking import SMALLTALK, Talk, model, raised

QUARREL = (
    ("a", "老周你什么意思 我写的读后感你一句没看就说是抄的?"),
    ("b", "我可没点名 谁心虚谁知道"),
    ("a", "你有证据吗 没证据就是造谣"),
    ("b", "急什么 你自己发出来的怕谁看"),
    ("a", "凭什么你一句话我就成抄的了 请你现在就道歉"),
    ("b", "道歉? 做梦 你算什么东西"),
)
COMPLAINT = (
    ("c", "客服 我的书上周就说发 现在还没到"),
    ("s", "亲 稍等哦 在催了呢"),
    ("c", "稍等稍等 我都等了12天了 到底有没有人管"),
    ("s", "亲这个正常的哦 耐心等待"),
    ("c", "你们收钱的时候秒回 出了问题就糊弄 今天不退款我就去12315投诉"),
)
BANTER = (
    ("a", "老周你个老东西 又偷吃我的桃"),
    ("b", "放屁 那是你自己塞给我的 哈哈哈"),
    ("a", "不要脸 下次请客必须你来[狗头]"),
    ("b", "行行行 请你吃火锅 撑死你哈哈"),
    ("c", "你俩能不能别闹 哈哈哈哈带我一个"),
    ("a", "带带带 谁迟到谁是狗😂"),
)


def test_a_quarrel_between_two_is_raised_with_both_and_its_turns():
    talk = Talk()
    news = raised(talk.say(*QUARREL))
    assert news, "nothing was raised"
    assert {"a", "b"} == set(news[-1].parties)
    assert news[0].kind == "dispute"
    assert not news[0].escalated
    assert news[0].turns
    assert all(turn.words and turn.name for turn in news[0].turns)
    assert any(turn.why for turn in news[0].turns)


def test_a_complaint_names_the_complainant_alone_and_never_staff():
    news = raised(Talk().say(*COMPLAINT))
    assert news[0].kind == "complaint"
    assert news[0].parties == ("c",)
    assert news[0].target == "staff"
    assert all("s" not in one.parties for one in news)


def test_others_joining_makes_it_a_faction_of_the_same_episode():
    talk = Talk()
    talk.say(*COMPLAINT)
    news = raised(
        talk.say(
            ("a", "我也是 等了两个星期 一样的话术 退钱"),
            ("d", "+1 我的也没到 大家一起投诉 拉个群"),
            ("a", "同意 拉我 一起退"),
            ("c", "附议 不给说法我们就集体退"),
        )
    )
    assert news[-1].kind == "faction"
    assert {"a", "c", "d"} <= set(news[-1].parties)
    assert news[-1].escalated
    assert news[-1].ringleaders


def test_friends_who_insult_each_other_laughing_are_left_alone():
    assert not raised(Talk().say(*BANTER))


def test_everyday_talk_raises_nothing():
    assert not raised(Talk().say(*SMALLTALK * 3))


def test_an_episode_is_told_once_and_again_only_when_it_gets_worse():
    talk = Talk()
    news = raised(talk.say(*QUARREL, *QUARREL[2:], *QUARREL[2:]))
    assert all(one.escalated for one in news[1:])
    told = [(one.kind, one.severity, one.parties) for one in news]
    assert len(set(told)) == len(told)


def test_what_is_quoted_is_not_charged_to_the_one_who_quotes():
    talk = Talk()
    quoted = "「阿禾：你算什么东西 滚出去 不要脸的骗子」\n- - - - - - -\n"
    assert not raised(talk.say(*((("b", quoted + "这句是谁发的呀"),) * 3)))


def test_a_message_told_twice_counts_once():
    talk = Talk()
    talk.say(*QUARREL[:2])
    before = talk.state.spoken["r"][-1].number
    assert talk.hear(talk.heard[-1].message) == ()
    assert talk.state.spoken["r"][-1].number == before


def test_apologies_on_both_sides_end_the_episode_quietly():
    talk = Talk()
    talk.say(*QUARREL)
    news = talk.say(
        ("b", "算了 是我口气冲了 对不起"),
        ("a", "没事没事 我也急了 抱歉"),
        ("b", "改天请你喝奶茶"),
        ("a", "好嘞 谢谢"),
    )
    calmed = [one for one in news if isinstance(one, Calmed)]
    assert len(calmed) == 1
    assert {"a", "b"} <= set(calmed[0].parties)
    assert talk.state.episodes["r"].calmed


@pytest.mark.parametrize(
    "text", ["我真的不想活了", "药已经吞下去了", "你等着 我这就提刀去找你", "我女儿昨晚没回家 电话关机"]
)
def test_danger_is_raised_at_once(text: str):
    news = raised(Talk(warmed_up=False).say(("a", text)))
    assert [one.kind for one in news if one.kind == "safety"] == ["safety"]
    assert news[0].severity == "high"


@pytest.mark.parametrize(
    "text",
    [
        "笑死我了",
        "考完不想活了哈哈",
        "辅导作业我要打死他了",
        "热得不想活了",
        "卷死我算了",
        "剧本里那句不想活了太逼真",
    ],
)
def test_hyperbole_is_no_danger(text: str):
    assert not raised(Talk(warmed_up=False).say(("a", text)))


def test_memory_is_bounded_whatever_is_said():
    talk = Talk()
    talk.say(*QUARREL * 10)
    assert len(talk.state.spoken["r"]) == RING
    assert len(packed(talk.state.episodes["r"])) < 4000


def test_state_comes_back_from_its_records_as_it_was():
    talk = Talk()
    talk.say(*QUARREL)
    again = State(record_of(packed(record)) for record in reversed(list(talk.state.records())))
    assert [t.number for t in again.spoken["r"]] == [t.number for t in talk.state.spoken["r"]]
    assert again.episodes["r"].parties == talk.state.episodes["r"].parties


def test_the_same_talk_gives_the_same_news():
    one, two = Talk().say(*QUARREL, *COMPLAINT), Talk().say(*QUARREL, *COMPLAINT)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)


def test_without_a_model_nothing_is_watched():
    talk = Talk()
    talk.policy.conflict = None
    assert not talk.say(*QUARREL)


def test_the_numbers_have_names():
    turns = Talk().state.spoken["r"]
    look = around(turns)
    assert len(numbers(look)) == len(NAMES)
    assert len(side_numbers(look)) == len(SIDES)


def test_marks_are_told_apart():
    marks = marks_of("您什么意思??我们")
    assert {name for place, name in enumerate(MARKS) if marks >> place & 1} == {
        "you-polite", "asks", "asks-twice", "i", "we",
    }  # fmt: skip


def test_half_a_nickname_is_a_name_but_what_everybody_is_called_is_not():
    assert "老周" in name_pieces("老周爱看书")
    assert "妈妈" not in name_pieces("悠悠妈妈")


@pytest.mark.parametrize("text", ["", " ", "你" * 5000, "?" * 3000, "@" * 900, "\n\n", "😂" * 400])
def test_any_text_can_be_read(text: str):
    reader: TurnReader = model().reader
    assert -4 <= reader.read(text).heat <= 4

"""The views of a text: disguises are undone, ordinary Chinese stays what it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.disguise import disguise_marks, restored, undisguised
from bot.core.text.disguise_table import SPLIT, SPLIT_SHY
from bot.core.text.normalise import plain

PLAIN = {
    "加Ｖ：ａｂｃ１２３": "加v:abc123",
    "①③⑤ ❶➋ ⑴⒉ ⓪": "135 12 12 0",
    "1️⃣2️⃣3️⃣": "123",
    "㈠㊁㊎": "一二金",
    "🅰🄱🅒ⓓ⒠": "abcde",
    "𝐕𝐗𝟏𝟐": "vx12",
    "ѕех": "sex",
    "νχ": "vx",
    "ᴡᴇɪхιո": "weixin",
    "微\u200b信\u2060": "微信",
    "微̷信҉": "微信",
    "免費測膚色": "免费测肤色",
    "単価 楽": "单价 乐",
    "jiā wēi xìn": "jia wei xin",
    "峮里聊": "群里聊",
    "嶶伩": "微信",
    "ｶﾞｯﾂ": "ガッツ",
    "か\u3099": "が",
    "\u1112\u1161\u11ab": "한",
    "e\u0301": "e",
    "é": "e",
}


@pytest.mark.parametrize(("written", "meant"), PLAIN.items())
def test_the_plain_view_folds(written, meant):
    assert plain(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "乾坤",
        "著名",
        "山区几千把尺子",
        "后来",
        "皇后",
        "里程",
        "头发",
        "公里",
        "面子",
        "云游",
        "松树",
        "甪直",
        "の",
        "ガが",
        "한국",
        "莪术",
    ],
)
def test_the_plain_view_leaves_ordinary_text(text):
    assert plain(text) == text


@given(st.text())
def test_the_plain_view_of_a_plain_view_is_itself(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF)))
def test_compatible_spellings_have_one_plain_view(text):
    assert (
        plain(text) == plain(unicodedata.normalize("NFC", text)) == plain(unicodedata.normalize("NFD", text))
    )


UNDISGUISED = {
    # separators
    "加.微*信 abc_123": "加微信 abc_123",
    "加 微 信 abc123": "加微信 abc123",
    "加-V：abc123": "加v:abc123",
    "进*群扣1": "进群扣1",
    "论-文也接": "论文也接",
    "百、家、乐": "百家乐",
    "一 个 人 好 无 聊": "一个人好无聊",
    "兼🌸职": "兼职",
    "＋·Ｖ：abc123": "+v:abc123",
    "加 w x：shuju00": "加 wx:shuju00",
    # split characters
    "力口亻言 offer_77": "加微信 offer_77",
    "讠果程": "课程",
    "代扌丁上分": "代打上分",
    "亻弋购": "代购",
    "日纟吉": "日结",
    "进内购君羊": "进内购群",
    "力口我": "加我",
    "月殳票": "股票",
    "讠殳计白勺": "设计的",
    # homophones
    "兼织": "兼职",
    "涮单": "刷单",
    "返琍": "返利",
    "葆过": "包过",
    "佳薇 qh_wls": "加微信 qh_wls",
    "嘉威心 wg_book": "加微信 wg_book",
    "薇芯同号": "微信同号",
    "撕聊我": "私聊我",
    "急用钱,可带款,秒到": "急用钱,可贷款,秒到",
    "互助裙": "互助群",
    "扣扣 1990000123": "qq 1990000123",
    "企鹅：1990000123": "qq:1990000123",
    # emoji
    "➕薇❤ nuan7702": "加微信 nuan7702",
    "➕V❤：bp_1990": "加微信:bp_1990",
    "➕🐧1990000123": "加qq1990000123",
    "➕🛰️ yue_77": "加微信 yue_77",
    "要的➕我": "要的加我",
    # pinyin
    "jia wei xin xl20398": "加微信 xl20398",
    "加wei信 xl20398": "加微信 xl20398",
    "jiaweixin xl20398": "加微信 xl20398",
    "mian fei领": "免费领",
    "shou机兼zhi，日jie": "手机兼职,日结",
    "hong bao": "红包",
    "si liao": "私聊",
    "dai kuan": "贷款",
    # digits
    "企鹅 ①九九零零零零四四二": "qq 1990000442",
    "电话一九九〇〇〇〇五五二三": "电话19900005523",
    "扣扣l99oooo145": "qq1990000145",
    "199零零零零0741": "19900000741",
    "群壹玖玖零零零叁": "群1990003",
    # several at once
    "佳我徽亻訁 mimi_zj": "加我微信 mimi_zj",
    "十-薇-❤ gh_md88": "加微信 gh_md88",
}


@pytest.mark.parametrize(("written", "meant"), UNDISGUISED.items())
def test_disguises_are_undone(written, meant):
    assert undisguised(plain(written)) == meant
    assert undisguised(meant) == meant


ORDINARY = """
山区几千把尺子|女子在白勺旁,姓古月|能力口碑都好|家伟欣和佳薇来了|佳薇明天来吗|我叫嘉薇
加微波炉里热一下|爱你❤ forever|卫星发射成功|这批新一代款式不错|就业中心免费约|八月长安|木有看到
公司信任我|贴近群众|附近群里有人说|生日节目单|三扣一|一二三四五六七|二〇二四年十一月|今天加班
增加我的负担|参加我们的活动|企鹅很可爱|动物园看企鹅|裙子很好看|这条裙 180|扣子掉了|菠菜多少钱一斤
煲过汤|被窝里|瑜伽课|唯心主义|weixin.qq.com|https://weixin.qq.com/g/abc|include('weixin')
can you see me|she is a fan|edu|mote|1️⃣吃饭 2️⃣睡觉|3+2=5|c++|v2.0|猫 狗 鸟|苹果、香蕉、梨
有事 信我|他说加。微信没回|大学(历史系)|3.5.1|2024-11-20|数局部最优|问题现在解决了|预约泡温泉
十分钟到帐篷|晚上按时睡|一轮文献
""".strip()


@pytest.mark.parametrize("text", [t for line in ORDINARY.splitlines() for t in line.split("|")])
def test_ordinary_text_stays(text):
    assert undisguised(plain(text)) == plain(text)


def test_a_sum_or_a_score_is_no_invitation():
    assert undisguised("100+vip") == "100+vip"
    assert undisguised("a+v=b") == "a+v=b"


def test_there_are_enough_split_characters_and_each_is_two_parts():
    entries = SPLIT.split()
    assert len(entries) >= 80
    assert all(len(entry) == 3 for entry in entries)
    assert set(SPLIT_SHY.split()) <= {entry[:2] for entry in entries}


PIECES = st.sampled_from(
    [
        *"加微信vx薇❤➕+佳家我群裙扣🐧亻言力口君羊讠果白勺.*-_、，。:190零九①lo的了贷款兼织\n ",
        *("扣扣", "企鹅", "jia", "wei", "xin", "qun", "dai", "kuan", "abc_123", "今天"),
    ]
)


@given(st.lists(PIECES, max_size=24).map("".join))
def test_what_is_undone_stays_undone(text):
    once = undisguised(plain(text))
    assert undisguised(once) == once


@given(st.text(max_size=200))
def test_no_text_breaks_the_views(text):
    folded = plain(text)
    once = undisguised(folded)
    assert undisguised(once) == once
    assert isinstance(disguise_marks(text, folded), tuple)


@pytest.mark.parametrize(
    "text", ["加.微*信 abc_123\n", "ﷺ" * 4000, "亻言" * 20000, "v " * 50000, "加 微 信 " * 20000]
)
def test_long_texts_are_no_trouble(text):
    assert isinstance(restored(plain(text)).text, str)


MARKS = {
    "代\u200b写论\u200b文": "zero_width",
    "兼\u200b职": "zero_width",
    "Ｖ：ｃｗ３３０９": "full_width",
    "兼*职": "separators",
    "力口亻言 abc_1": "split",
    "兼织": "homophone",
    "jia wei xin abc_1": "pinyin",
    "扣①⑨⑨零零": "digits",
    "涐在這里等伱": "martian",
    "vх：abc123": "look_alike",
    "➕薇❤ abc_12": "emoji",
    "免费測肤色,预约马上": "traditional",
}


@pytest.mark.parametrize(("text", "mark"), MARKS.items())
def test_a_disguise_leaves_its_mark(text, mark):
    assert mark in disguise_marks(text, plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "請問這邊有人會修電腦嗎？",
        "１：０，太棒了！（真的）",
        "1️⃣ 签到 2️⃣ 领书 3️⃣ 回家",
        "😂😂👍🏻 👨‍👩‍👧 明早跑山➕我一个",
        "①先洗手②再吃饭③睡觉",
        "用户\u200b名写错了",
        "3×5=15，μm 和 β 值",
        "微信支付，QQ 音乐",
        "我 真 的 会 谢",
        "佳薇，嘉薇，家伟欣",
    ],
)
def test_ways_of_writing_leave_no_mark(text):
    assert disguise_marks(text, plain(text)) == ()

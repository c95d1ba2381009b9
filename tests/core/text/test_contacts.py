"""Ways to be contacted are told by kind and value; numbers of other sorts are none."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.contacts import CONTACT_PATTERNS, contacts_in
from bot.core.text.disguise import undisguised
from bot.core.text.normalise import plain
from bot.core.text.registrable import is_suffix
from bot.core.text.urls import hosts_in, urls_in

POSITIVE = """
wechat abc_123 加微信 abc_123
wechat abc_123 微信：abc_123
wechat abc_123 微信号abc_123
wechat abc_123 微信号是abc_123
wechat abc_123 加我微信abc_123
wechat abc_123 VX:abc_123
wechat abc_123 vx abc_123
wechat abc_123 wx：abc_123
wechat abc_123 WX abc_123 备注来意
wechat abc_123 加V abc_123
wechat abc_123 ＋Ｖ：ａｂｃ＿１２３
wechat abc_123 +v:abc_123
wechat abc_123 V：abc_123
wechat abc_123 v信 abc_123
wechat abc_123 薇信abc_123
wechat abc_123 薇：abc_123
wechat abc_123 佳薇 abc_123
wechat abc_123 ➕薇❤ abc_123
wechat abc_123 亻言：abc_123
wechat abc_123 jia wei xin abc_123
wechat abc_123 加.微.信 abc_123
wechat abc_123 加 w x：abc_123
wechat abc_123 加我 abc_123
wechat abc_123 要的加 abc_123
wechat abc_123 wechat: abc_123
wechat abc_123 weixin：abc_123
wechat abc_123 ❤：abc_123
wechat abc_123 微信➡abc_123
wechat abc_123 +V➡️ abc_123
wechat lucyshop 加微信lucyshop
wechat lucyshop 微信：lucyshop
wechat lucyshop 加v：lucyshop
wechat moxiang_8 加V·moxiang_8
wechat may_hk7 加/V/may_hk7
wechat abc-123 微信搜abc-123
qq 1990000123 qq1990000123
qq 1990000123 QQ：1990000123
qq 1990000123 QQ号1990000123
qq 1990000123 qq 1990000123 咨询
qq 1990000123 扣扣1990000123
qq 1990000123 扣 1990000123
qq 1990000123 企鹅：1990000123
qq 1990000123 🐧1990000123
qq 1990000123 ➕🐧1990000123
qq 1990000123 叩叩 199oooo123
qq 1990000123 扣①⑨⑨零零零零①②③
qq 1990000123 加q1990000123
qq 1990000123 q:1990000123
qq 1990000123 加.我.Q 199*0000*123
qq 1990000123 扣扣壹玖玖零零零零壹贰叁
qq 1990000123 联系1990000123
qq 1990000123 加1990000123
qq 19900001 企鹅 ①⑨⑨零零零零①
group_number 199000123 群号199000123
group_number 199000123 群：199000123
group_number 199000123 qq群199000123
group_number 199000123 Q群：199000123
group_number 199000123 扣群 199000123
group_number 199000123 加群199000123
group_number 199000123 进群 199000123
group_number 199000123 企鹅裙199000123
group_number 199000123 裙号：199000123
group_number 199000123 加君羊199000123
group_number 199000123 jia qun 199000123
group_number 199000123 互-助-Q-群 199‖000123
phone 19900001234 19900001234
phone 19900001234 电话19900001234
phone 19900001234 199-0000-1234
phone 19900001234 199 0000 1234 王
phone 19900001234 手机199零零零零1234
phone 19900001234 电话一九九〇〇〇〇一二三四
phone 19900001234 ①⑨⑨00001234
phone 19900001234 打１９９００００１２３４
phone 4000001234 热线400-000-1234
phone 02000001234 电话020-00001234
messenger luna_demo tg：luna_demo
messenger 12025550143 WhatsApp +1 (202) 555-0143
messenger 447700900321 WhatsApp me on +44 7700 900321
messenger luna_77 my Telegram is luna_77
messenger luna_77 find luna_77 on Line
messenger luna_77 Signal: luna_77
messenger lunademo line id: lunademo
email luna_demo@mail.example mail luna_demo@mail.example
messenger luna_demo 电报：luna_demo
messenger luna_demo line: luna_demo
messenger luna_demo 加賴 luna_demo
messenger luna_demo whatsapp：luna_demo
short_link t.cn/a6xyz 看 t.cn/A6xyz
short_link http://dwz.cn/abc http://dwz.cn/abc
short_link u.nu/k1 点u.nu/k1领
link www.abc888.com 官网www.abc888.com注册
link bb68.example 打开bb68.example
link t.me/abc123 加群t.me/abc123领取
link https://item.taobao.com/item.htm?id=1&x=1 https://item.taobao.com/item.htm?id=1&x=1，好便宜
link abc88.vip 浏览器打开abc88.vip即可
link kw。v2mcfsip。top kw。v2mcfsip。top专做
link www.evil.com ｗｗｗ．ｅｖｉｌ．ｃｏｍ
link xyz.com.cn 域名xyz.com.cn不错
call 私聊我 有兴趣私聊我
call 想要的私 想要的私
call 扫码 扫码进群
call 加我 有意者加我
call 私我 厶我
"""


@pytest.mark.parametrize("line", POSITIVE.strip().splitlines())
def test_a_contact_is_found_with_its_kind_and_value(line):
    kind, value, text = line.split(" ", 2)
    folded = plain(text)
    assert (kind, value) in {(c.kind, c.value) for c in contacts_in(folded, undisguised(folded))}


NEGATIVE = """
订单号 19900001234
订单编号：202411201234567
快递单号 75530000123456
取件码 3-2-1990
验证码 382910
验证码是 198203，五分钟内有效
你的验证码：19900001
学号 2023190000123
工号 1990012
卡号 6222000000001234567
尾号 1234 的卡
身份证号 110101199001011234
会议号 199000123
腾讯会议：199 000 123
发票编码 19900001
一共 1999999 元
1,299,000 元
房价 3500000
原价199现价99
价格：19.9
3.5 折
2024-11-20
2024.11.20 14:30
20241120 考试
1990年01月
电影 19:30 开场
比分 3:2
3-0 完胜
v2.0.1 更新了
python 3.11.7
版本 1.2.3.4567
main.py 第 20 行
report_2024.docx
a.b.c
e.g. this
第1990000页
1.5 万
1000000 粉丝
群里 2000 人
群 500 人满了
群主 20 号来
qq 音乐
q1 财报
QQ 浏览器 12345
微信支付
微信 android 版
微信windows客户端
微信 8.0.50
wx.request 报错
vx.x
加油
加班到 10 点
加拿大
加 500 块
加一百个
加 ddr5 内存
+1
+v+
v 形领
v 字
c++ vs java
http 协议
://
1234567
圆周率 3.1415926
10086 打不通
110
12345 热线
120 救护车
号码牌 12
第 12 号楼 1802
12栋1802
尺码 170/92a
身高 175 体重 65
iPhone 15 pro max
rtx4090
b612 咔叽
gpt-4o
usb3.0 hdmi2.1
asp.net
socket.io
ok.me too
上午9.30见
1/2 杯
加薇和佳薇
家有企鹅
扣子掉了 5 颗
裙子 180 码
他私下说
戳我笑点了吧
联系人是谁
需要帮忙吗
群友们好
扣 20 分
"""


@pytest.mark.parametrize("text", NEGATIVE.strip().splitlines())
def test_other_numbers_and_names_are_no_contacts(text):
    folded = plain(text)
    assert contacts_in(folded, undisguised(folded)) == ()


def test_a_disguised_contact_is_told_from_an_open_one():
    text = plain("加微信 abc_123，或 扣①⑨⑨零零零零①②③，佳薇 xyz_99")
    found = {c.value: c.disguised for c in contacts_in(text, undisguised(text))}
    assert found == {"abc_123": False, "1990000123": True, "xyz_99": True}


def test_spans_are_places_in_the_undisguised_text():
    text = plain("要的 加.微.信 abc_123 哦")
    meant = undisguised(text)
    (contact,) = contacts_in(text, meant)
    assert meant[contact.start : contact.end] == "加微信 abc_123"


def test_every_pattern_runs_in_linear_time():
    for patterns in CONTACT_PATTERNS.values():
        for pattern in patterns:
            re2.compile(pattern)


@given(st.text(alphabet="加微信vxqw群:： .-_*1905零abz/。comtn@\n", max_size=60))
def test_no_text_breaks_the_reading(text):
    folded = plain(text)
    meant = undisguised(folded)
    for contact in contacts_in(folded, meant):
        assert 0 <= contact.start < contact.end <= len(meant)
    for url in urls_in(folded):
        assert folded[url.start : url.end] == url.url


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("taobao.com", False),
        ("com", True),
        ("abc.com.cn", False),
        ("com.cn", True),
        ("b.github.io", False),
        ("github.io", True),
        ("192.168.1.1", False),
        ("例子.公司", False),
    ],
)
def test_under_a_suffix_anybody_gets_a_name(host, whose):
    assert is_suffix(host) is whose


def test_the_domains_of_a_text():
    assert hosts_in("看 https://www.bilibili.com/video/1 和 item.taobao.com/1") == (
        "www.bilibili.com",
        "item.taobao.com",
    )

"""Ways to be contacted, as they are written in group chats.

A contact alone is innocent: order numbers, shop links and phone numbers are ordinary talk. It counts only
together with an offer (`rules/contact_offer.py`), and a disguised one weighs more than an open one.
`CONTACT_PATTERNS` are for the one pass of all rules (RE2); `contacts_in` tells the kinds and values apart.
"""

from __future__ import annotations

import re
from typing import Literal

import daachorse
import msgspec

from bot.core.text.urls import urls_in

ContactKind = Literal[
    "wechat", "qq", "phone", "group_number", "messenger", "email", "short_link", "link", "call"
]

_WECHAT = r"(?:微信号?|薇信?|威信|徽信|葳信|v信|vx|wx|wechat|weixin|加我?v|\+v|加我?微|加我?薇|加信|v[:])"
_MESSENGER = r"(?:whats\s?app|telegram|viber|skype|kakao(?:talk)?|zalo|imo|botim|tg|wa|line(?:\sid)?|signal)"
# How a telephone number is written abroad, or an id that is no word: it has a digit or a low line.
_ABROAD = r"\+?\d[\d \-().]{6,18}\d"
_TELLING_ID = r"@?[a-z][a-z0-9.]*[0-9_][a-z0-9_.]*"
_NUMBER = r"[1-9](?:[ \-*._|·‖]{0,2}\d){5,10}"

CONTACT_PATTERNS: dict[ContactKind, tuple[str, ...]] = {
    "wechat": (
        rf"{_WECHAT}[号是为]?\s*[::=>➡→]?\s*[a-z][a-z0-9_-]{{4,19}}",
        rf"{_WECHAT}[号是为]?\s*[::=>➡→]?\s*1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}",
        r"(?:加|\+|➕)\s*(?:我|下|个|一下)?\s*(?:微信?|薇信?|威信|徽信|v信?|vx|wx)(?:[^a-z米波量积]|$)",
        r"(?:微信|v信|vx|wx|\+?v)\s*(?:同号|联系|咨询|详聊|私聊)",
    ),
    "qq": (
        rf"(?:qq|扣扣|企鹅|扣|(?:^|[^a-z])q)\s*(?:号|是|为)?\s*[::]?\s*{_NUMBER}",
        rf"(?:加|\+|联系)\s*(?:q|qq|扣扣|扣|企鹅)?\s*[::]?\s*{_NUMBER}",
    ),
    "group_number": (
        rf"(?:q群|扣群|扣扣群|群号?|裙|进群|加群)\s*(?:号|是|为)?\s*[::]?\s*{_NUMBER}",
        rf"(?:加|进|\+)\s*(?:q|qq|扣扣|扣|企鹅)?\s*(?:群|裙)\s*[::]?\s*{_NUMBER}",
    ),
    "phone": (
        r"(?:^|[^\d])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?:[^\d]|$)",
        r"(?:电话|手机|致电|咨询热线|热线)\s*[::]?\s*[\d-]{7,13}",
        r"\+\d{1,3}[ \-(]{0,2}\d{2,4}\)?(?:[ \-.]?\d{2,4}){2,4}",
    ),
    "messenger": (
        r"(?:^|[^a-z])(?:tg|telegram|line|whatsapp|skype|kakao)\s*[::@]+\s*[a-z0-9_]{4,}",
        r"(?:电报|纸飞机|飞机|加赖|赖)\s*[号::@]\s*[a-z0-9_]{4,}",
        r"加赖\s*[a-z0-9_]{4,}",
        rf"(?:^|[^a-z]){_MESSENGER}(?:\s(?:me|us|number|no|id|at|on|is|now|only|account)\.?){{0,3}}\s*[::@]*\s*(?:{_ABROAD}|{_TELLING_ID})",
        rf"(?:^|[^a-z0-9_.]){_TELLING_ID}\s(?:on|via|in)\s{_MESSENGER}",
    ),
    "email": (r"[a-z0-9][a-z0-9._\-]{1,40}@[a-z0-9\-]{2,40}\.[a-z]{2,10}",),
    "short_link": (
        r"(?:^|[^a-z0-9.-])(?:t\.cn|dwz\.cn|u\.nu|suo\.im|url\.cn|tinyurl\.com|bit\.ly|is\.gd|sourl\.cn|t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|line\.me|discord\.gg|reurl\.cc)/[a-z0-9_+-]+",
    ),
    "link": (
        r"https?://[a-z0-9.-]+\.[a-z]{2,}",
        r"(?:^|[^a-z0-9.@])(?:[a-z0-9-]{1,40}[.。]){1,3}(?:com|cn|net|top|vip|xyz|cc|shop|club|me|live|fun|site|online|example)(?:[^a-z0-9]|$)",
    ),
    "call": (
        r"(?:私聊|私信|私|滴滴|滴|戳|联系|加|找|pm|dd)\s*(?:一下)?我(?:拿|领|要|报名|进群|咨询|了解|详聊|哦|呀|即可|就行|,|。|!|~|$)",
        r"(?:扫码|扫一扫|识别二维码|长按识别|扫下方)",
        r"(?:进|入|加|拉你?进)群(?:领|拿|学|抢|了解|免费|看|听|享|一起赚)",
        r"(?:想要|需要|有意|有需要|感兴趣|要)的?(?:宝子|姐妹|朋友|家人|亲|老板|兄弟|宝妈)*(?:们)?\s*(?:可以|请|就|都)?\s*(?:私|滴|联系|扣1|扣一|加|找我|来找)",
        r"(?:^|[^a-z])(?:(?:dm|pm|inbox|text|message|msg|contact|whats\s?app|add|reach|hit|chat\swith)\s(?:me|us|him|her|admin)(?:\s(?:now|today|for|to|on|at|if|up|asap))|(?:dm|pm|inbox)\s(?:me|us|now|to|for))(?:[^a-z]|$)",
        r"(?:^|[^a-z])(?:click\s(?:the|this|on|here)|link\s(?:below|in\s(?:my\s)?bio)|(?:sign\sup|register|apply|join|order|claim|book|enroll|start|chat|deposit|bet)\s(?:now|today|here|us|our|via|free)|(?:reply|comment|type|text|send|message|dm)\s(?:me\s)?['\"]?(?:yes|info|interested|join|start|1|ok)|(?:message|dm|text|inbox)\sme\s['\"]|ask\s(?:me|us)\sfor|(?:with|via|using|by)\smy\s(?:\w+\s)?(?:link|code)|write\sto|for\s(?:more\s)?(?:details|info|catalog|catalogue|a\s(?:free\s)?quote)|(?:dm|pm|inbox)\s*$|interested\s*[?!])",
    ),
}


class Contact(msgspec.Struct, frozen=True):
    """A way to be contacted: its kind, what to dial or open, its place in the undisguised text."""

    kind: ContactKind
    value: str
    start: int
    end: int
    disguised: bool = False


_has_latin_or_digit = re.compile("[a-z0-9]").search
_CALL_WORDS = daachorse.CharwiseDoubleArrayAhoCorasick(
    [
        "私",
        "滴",
        "戳",
        "联系",
        "加我",
        "找我",
        "扫",
        "识别",
        "进群",
        "入群",
        "加群",
        "拉群",
        "你群",
        "想要",
        "需要",
        "有意",
        "感兴趣",
        "要的",
        "要宝",
    ]
)
_has_id = re.compile(r"[a-z0-9_~\-]{4}").search
_has_number = re.compile(r"\d(?:[ \-*._|·‖]{0,2}\d){4}").search
# Beyond these a message is no chat message, and no input may make the bot slow.
_LONGEST = 6000
_MOST = 32
_ID = r"[a-z][a-z0-9_~\-]{4,19}"
_wechat = re.compile(
    r"(?P<key>微信号?|v信|wechat|weixin|加我?微信?|加信|加我?v|\+v|(?<![a-z0-9])[vw]x"
    r"|(?<![a-z0-9])v(?=[:：>➡→ ])|(?<![a-z0-9])w(?=[:：])|薇(?=[:： ])"
    r"|(?<![一-鿿])[微信](?=[:： ])|(?<![增添参追叠])加我?(?=[:： a-z]))"
    r"(?:[号是为]|同号|搜)?(?P<mark>[\s:：=>➡→~·.|丨/\-]{0,4})"
    rf"(?P<id>{_ID}|[1-9]\d{{5,10}}|1[3-9]\d[ \-]?\d{{4}}[ \-]?\d{{4}})(?![a-z0-9.@])"
)
_NOT_IDS = frozenset(
    (
        *(
            "android",
            "iphone",
            "windows",
            "macos",
            "linux",
            "github",
            "gitee",
            "excel",
            "email",
            "wechat",
            "weixin",
        ),
        *(
            "qqmail",
            "alipay",
            "paypal",
            "apple",
            "huawei",
            "xiaomi",
            "python",
            "golang",
            "react",
            "flutter",
            "server",
        ),
        *(
            "client",
            "token",
            "login",
            "video",
            "group",
            "online",
            "debug",
            "error",
            "hello",
            "thanks",
            "please",
        ),
        *("sorry", "desktop", "release", "version", "update"),
    )
)
_qq = re.compile(
    rf"(?:qq|(?<![a-z])q(?=[\s:：]?[1-9])|扣扣|企鹅|扣(?=[\s:：]*[1-9]))(?P<group>[群裙])?(?:号码?|是|为)?[\s:：=]{{0,3}}(?P<n>{_NUMBER})(?![\d.]|[年月元块%])"
)
_group = re.compile(rf"(?:群号?|裙)(?:码|是|为)?[\s:：=]{{0,3}}(?P<n>{_NUMBER})(?![\d.]|[年月元块人%])")
_added = re.compile(
    rf"(?:加|\+|联系|咨询|私)(?:我|下)?[\s:：]{{0,2}}(?P<n>{_NUMBER})(?![\d.]|[年月元块人个%])"
)
_phone = re.compile(r"(?<![\d.a-z_\-])(?:\+?86[ -]?)?(?P<n>1[3-9]\d[ \-*.]?\d{4}[ \-*.]?\d{4})(?![\da-z_\-])")
_called = re.compile(
    r"(?:电话|手机|致电|热线|拨打?|来电|tel)(?:号码?|是|为)?[\s:：]{0,2}(?P<n>0\d{2,3}[ \-]?\d{7,8}"
    r"|[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}|1[3-9]\d[ \-]?\d{3,4}[ \-]?\d{3,4}|\d{7,8})(?!\d)"
)
_messenger = re.compile(
    r"(?:(?<![a-z])(?:tg|telegram|line(?:\sid)?|whatsapp|skype|kakao)(?:\s?[:：@]\s?@?|\s@)|(?:电报|纸?飞机)[号群]?\s?[:：@]\s?@?|加赖\s?[:：]?\s?)(?P<id>[a-z0-9_+]{4,32})"
)
# An English sentence's: "WhatsApp me on +44 7700 900321", "my Telegram is luna_demo", "luna_demo on Line".
_abroad = re.compile(
    rf"(?<![a-z])(?:{_MESSENGER})(?:\s(?:me|us|number|no|id|at|on|is|now|only|account)\.?){{0,3}}\s{{0,3}}[:：@]{{0,2}}\s{{0,3}}"
    rf"(?:(?P<n>{_ABROAD})|(?P<id>{_TELLING_ID}))(?![a-z0-9])"
    rf"|(?<![a-z0-9_.])(?P<before>{_TELLING_ID})\s(?:on|via|in)\s{_MESSENGER}(?![a-z])"
)
_email = re.compile(
    r"(?<![a-z0-9._@\-])[a-z0-9][a-z0-9._\-]{1,40}@[a-z0-9\-]{2,40}\.[a-z]{2,10}(?![a-z0-9@\-])"
)
_call = re.compile("|".join(f"(?:{pattern})" for pattern in CONTACT_PATTERNS["call"]))
# What a long number is when one of these stands just before it.
_no_contact_before = re.compile(
    r"(?:单号|订单|编号|运单|快递|物流|取件|验证码|流水|学号|工号|卡号|账号|账户|身份证|证号|车牌|批号|货号|条码|版本"
    r"|端口|密码|房号|尾号|会议|代码|isbn|编码|序列号|发票|号码牌|合同|id|uid)[号码是为尾:：# ]{0,4}$"
).search
_BEFORE = 12
_digits_only = re.compile(r"\D").sub
_is_date = re.compile(r"(?:19|20)\d{2}[ \-./]?(?:0?[1-9]|1[0-2])[ \-./]?(?:0?[1-9]|[12]\d|3[01])$").match


def contacts_in(plain: str, undisguised: str) -> tuple[Contact, ...]:
    """Return the ways to be contacted that a message names, in order.

    Args:
        plain: the message in the plain view.
        undisguised: the same message in the second view; where nothing is disguised, the same text.
    """
    found = _contacts(undisguised)
    if undisguised == plain:
        return found
    return tuple(
        contact
        if undisguised[contact.start : contact.end] in plain
        else msgspec.structs.replace(contact, disguised=True)
        for contact in found
    )


def _contacts(text: str) -> tuple[Contact, ...]:
    text = text[:_LONGEST]
    found: list[Contact] = []
    if _has_latin_or_digit(text):
        found = _dialled(text)
    if _CALL_WORDS.find(text) or "pm" in text or "dd" in text:
        for match in _call.finditer(text):
            _add(found, Contact("call", match[0].strip(",。!~ "), *match.span()))
    if len(found) > 1:
        found.sort(key=lambda contact: contact.start)
    return tuple(found)


def _add(found: list[Contact], contact: Contact) -> None:
    if len(found) < _MOST and not any(c.start < contact.end and contact.start < c.end for c in found):
        found.append(contact)


def _dialled(text: str) -> list[Contact]:
    """Return the contacts that have an id, a number or an address."""
    found = [
        Contact("short_link" if u.short else "link", u.url, u.start, u.end) for u in urls_in(text)[:_MOST]
    ]

    if _has_id(text):
        for match in _wechat.finditer(text):
            if _is_wechat_id(match):
                _add(found, Contact("wechat", match["id"].rstrip("-~"), *match.span()))
        for match in _messenger.finditer(text):
            _add(found, Contact("messenger", match["id"], *match.span()))
        for match in _abroad.finditer(text):
            number = match["n"]
            value = _digits_only("", number) if number else (match["id"] or match["before"]).lstrip("@")
            _add(found, Contact("messenger", value, *match.span()))
        if "@" in text:
            for match in _email.finditer(text):
                _add(found, Contact("email", match[0], *match.span()))
    if _has_number(text):
        for kind, pattern in _NUMBERS:
            for match in pattern.finditer(text):
                if _is_number(kind, match, text):
                    group = kind == "qq" and match.groupdict().get("group")
                    number = _digits_only("", match["n"])
                    _add(found, Contact("group_number" if group else kind, number, *match.span()))
    return found


_NUMBERS: tuple[tuple[ContactKind, re.Pattern[str]], ...] = (
    ("qq", _qq),
    ("group_number", _group),
    ("phone", _phone),
    ("phone", _called),
    ("qq", _added),
)


def _is_wechat_id(match: re.Match[str]) -> bool:
    value, key, mark = match["id"], match["key"], match["mark"]
    if key in {"加", "加我"}:
        # Whatever may be added: only what looks like an id is one, and behind a bare 加 it stands apart.
        return (
            any(c.isdigit() or c == "_" for c in value)
            and (key == "加我" or bool(mark))
            and value[0].isalpha()
        )
    if value.isalpha():
        asked = key.startswith(("加", "+")) or any(c in mark for c in ":：=>➡→")
        return asked and value not in _NOT_IDS
    if value[0].isdigit():
        return not _is_date(value)
    return value not in _NOT_IDS


def _is_number(kind: ContactKind, match: re.Match[str], text: str) -> bool:
    start = match.start()
    if _no_contact_before(text, max(0, start - _BEFORE), match.start("n")):
        return False
    return kind == "phone" or not _is_date(match["n"])

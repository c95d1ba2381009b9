"""Made-up traffic of any size, for stress tests and benchmarks: believable lengths, known ads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.core.events import Account, Event, Image, Join, Leave, Link, Member, Message, Recall, Rename, Room

START = datetime(2025, 6, 2, tzinfo=UTC)
ADS = 0.03
MEDIAN_LENGTH = 16
SPREAD = 0.62
"""Standard deviation of the logarithm of a message's length: most lie between 7 and 40 characters."""

_TALK = (
    "早呀 哈哈哈 真的吗 今天风好大 我也是 收到 好的呢 谢谢大家 周末去公园走走 孩子刚睡着 "
    "昨天跑了五公里 膝盖有点酸 有人知道吗 我家也这样 慢慢来别着急 刚下班 在路上堵着 食堂的番茄面不错 "
    "外面下雨了记得带伞 这个问题我上次也遇到过 医生说先观察两天 多喝水多休息 明天几点集合 老地方见 "
    "我觉得可以试试 没关系的 等我回去看看 图书馆八点开门 书借到了 作业写到第三页 老师说下周再交 "
    "超市的草莓便宜了 三十块两盒 有点酸 我买的那种挺好用 用了半年没坏 二手的就够了 快递显示明天到 "
    "链接我找找 群文件里有 往上翻一翻 辛苦啦 太厉害了 向你学习 打卡第十二天 体重没变心情变好了 "
    "下次一起呀 我请你喝豆浆 楼下那家包子铺 排了二十分钟 值得 先这样 晚安 做个好梦 明天见 猫又把杯子推下去了"
)
_PIECES = tuple(_TALK.split())
_TAILS = ("", "", "", "", "～", "！", "？", "。", "😂", "👍", "🌹", "[捂脸]", "哈哈")
_OFFERS = (
    "日结二百的兼职 手机就能做",
    "免费领全套资料",
    "低价出内部券",
    "带你一天赚三百",
    "减肥产品一周见效",
    "代办各种证明 当天出",
    "拉新返现 进群就有",
    "高仿鞋包一件代发",
)
_CONTACTS = ("加V {0}", "加微信 {0}", "➕薇 {0}", "vx：{0}", "私我 {0}", "详情看 https://{0}.example/a")
_NEWCOMER_AD = 0.5
"""Share of ads posted by somebody who joined just before."""
_ADMIXTURE = 0.3
"""Share of ads that begin with small talk, of strangers who leave, of pieces joined by a space."""
_OFFER_FIRST = 0.6
_STIRS = 0.015
"""Share of messages followed by a recall, a new name or a new member."""
_SHAPES = ("text", "mention", "quote", "sticker", "image", "link")
_SHAPE_WEIGHTS = (86, 3, 3, 3, 3, 2)


def synthetic(rooms: int, members: int, messages: int, seed: int) -> Iterator[Event]:
    """Yield the history of `rooms` rooms of `members` people with `messages` messages in all.

    The same arguments always yield the same events.
    """
    return (event for event, _ in labelled(rooms, members, messages, seed))


def labelled(rooms: int, members: int, messages: int, seed: int) -> Iterator[tuple[Event, bool]]:
    """Yield the events of `synthetic`, each with whether it is an ad."""
    rng = random.Random(seed)  # noqa: S311 - made-up traffic, no secret
    at = START
    yield Account(at=at, state="login", self_id="bot"), False
    for r in range(rooms):
        staff = (f"u{r}-1", "bot") if members > 1 else ("bot",)
        yield Room(at=at, room=f"r{r}", topic=f"测试群 {r}", owner=f"u{r}-0", staff=staff), False
        for m in range(members):
            yield Member(at=at, room=f"r{r}", member=f"u{r}-{m}", name=f"群友{r}-{m}"), False
    for n in range(messages):
        at += timedelta(seconds=rng.expovariate(0.2))
        room = f"r{rng.randrange(rooms)}"
        if rng.random() < ADS:
            stranger = rng.random() < _NEWCOMER_AD
            sender = f"x{n}" if stranger else f"u{room[1:]}-{rng.randrange(members)}"
            if stranger:
                yield Join(at=at, room=room, member=sender, name=f"新人{n}"), False
                at += timedelta(seconds=rng.uniform(5, 300))
            yield Message(at=at, room=room, id=f"m{n}", sender=sender, name=sender, text=_ad(rng)), True
            if stranger and rng.random() < _ADMIXTURE:
                yield Leave(at=at, room=room, member=sender), False
            continue
        sender = f"u{room[1:]}-{int(members * rng.random() ** 2.5)}"
        yield _chat(rng, at, room, sender, n), False
        if rng.random() < _STIRS:
            yield _stir(rng, at, room, sender, n), False


def _chat(rng: random.Random, at: datetime, room: str, sender: str, n: int) -> Message:
    shape = rng.choices(_SHAPES, _SHAPE_WEIGHTS)[0]
    number, name = f"m{n}", f"群友{sender[1:]}"
    if shape == "sticker":
        return Message(at=at, room=room, id=number, sender=sender, name=name, type="sticker")
    if shape == "image":
        return Message(at=at, room=room, id=number, sender=sender, name=name, type="image", image=Image())
    text = _words(rng)
    if shape == "link":
        link = Link(url=f"https://read.example/{n}", title=text)
        return Message(at=at, room=room, id=number, sender=sender, name=name, type="link", link=link)
    if shape == "mention":
        other = f"u{room[1:]}-0"
        text = f"@群友{other[1:]}\u2005{text}"
        return Message(at=at, room=room, id=number, sender=sender, name=name, text=text, mentions=(other,))
    quote = f"m{rng.randrange(n)}" if shape == "quote" and n else None
    return Message(at=at, room=room, id=number, sender=sender, name=name, text=text, quote=quote)


def _stir(rng: random.Random, at: datetime, room: str, sender: str, n: int) -> Event:
    stirs: tuple[Event, ...] = (
        Recall(at=at, room=room, id=f"m{n}"),
        Rename(at=at, room=room, member=sender, name=f"群友{sender[1:]}"),
        Join(at=at, room=room, member=f"j{n}", name=f"新群友{n}", inviter=sender),
    )
    return rng.choice(stirs)


def _words(rng: random.Random) -> str:
    wanted = MEDIAN_LENGTH * rng.lognormvariate(0, SPREAD)
    text = rng.choice(_PIECES)
    while len(text) < wanted:
        piece = rng.choice(_PIECES)
        if len(text) + 1 + len(piece) / 2 > wanted:
            break
        text += ("，", " ")[rng.random() < _ADMIXTURE] + piece
    return text + rng.choice(_TAILS)


def _ad(rng: random.Random) -> str:
    contact = rng.choice(_CONTACTS).format(f"demo_{rng.randrange(16**5):05x}")
    offer = rng.choice(_OFFERS)
    parts = (offer, contact) if rng.random() < _OFFER_FIRST else (contact, offer)
    return (_words(rng) + "。" if rng.random() < _ADMIXTURE else "") + " ".join(parts)

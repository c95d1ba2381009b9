"""Where a message stands: who says it, in what room, after what; what the bot remembers for that, kept small."""

from __future__ import annotations

import functools
import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.records import Asked, Copy, MemberState, RoomState, Said, Sample
from bot.core.rules.kind import Example
from bot.core.text.normalise import plain
from bot.core.text.skeleton import likeness, skeleton, trigrams

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.ads.learning import Model
    from bot.core.ads.score import Verdict
    from bot.core.events import Message, MessageType, RoomTrade
    from bot.core.records import Label

# What a member said last: enough for floods and for a text in pieces, little enough to carry along.
RECENT = 12
TOGETHER = timedelta(seconds=60)
DAY = timedelta(hours=24)
# A question is answered while it is on the screen.
ANSWERED_WITHIN = timedelta(minutes=15)
ASKED = 4
# Copies of an ad come within hours; 96 are looked through in a fraction of a millisecond.
COPIES = 96
COPIED_WITHIN = timedelta(hours=48)
_PIECE = 120
# Words of a request that do not say what is asked for.
ASKING = re.compile(
    r"谁|有没有|没有|有|人|知道|认识|能|会|求|推荐|介绍|一下|一个|几个|靠谱|联系方式|联系|微信|链接|名片|电话|资源|分享|安利|"
    r"请问|想问|问|哪家|哪里|哪儿|哪款|哪个|哪|什么|怎么|大家|各位|姐妹们?|家人们?|宝子们?|邻居们?|谢谢|感谢|可以|需要|想|"
    r"买|卖|找|做|好|便宜|价格|多少钱?|今天|明天|现在|最近|附近|咱们?|我们?|你们?|家|的|了|吗|呢|吧|么|啊|呀|个|这|那|在|给|发|要|"
    r"[^\w]|_"
)
# What calls people instead of answering one of them.
CALLING = re.compile(
    r"[私滴戳敲找问加联系](?:我|聊)|dd|扣1|扣一|进群|拉你|领|免费|名额|优惠|限时|日结|兼职|赚|代理|咨询|速来|先到|福利"
)
# Whose contact it is: somebody's whom the writer knows, or went to.
THIRD = re.compile(
    r"[他她]|(?:这|那)(?:家|个|位)|老板|师傅|阿姨|大姐|大叔|大哥|老师|医生|大夫|律师|教练|店家|掌柜|工长|月嫂|小哥|"
    r"[老小][\u4e00-\u9fff](?=\s*[:,]?\s*[1v微电])|我们?家|我(?:妈|爸|朋友|同事|邻居|老公|老婆|孩子|娃|闺蜜|婆婆)|"
    r"[用买做修请找去拿学装拍吃住约]过|一直[在找用]"
)
CONTACT = re.compile(
    r"(?:电话|手机|微信|v信?|vx|wx|qq|号码?)?\s*[:是]?\s*(?:[a-z][a-z0-9_\-]{4,19}|\d[\d\- ]{5,13}\d)|https?://\S+"
)
_DAY_SECONDS = 86_400
_LONGEST_COPY = 240
_SHORTEST_COPY = 8


class Scene(msgspec.Struct, frozen=True):
    """Who says something in which room after what; all of it as it stood before the message.

    `types` are the message types the room does not want, with how many of them in 24 hours are still let
    pass; `allow` and `deny` the domains its operator named; `staff_names` what staff call themselves;
    `harmless_names` those of the sender's that staff found harmless.
    """

    now: datetime
    room: RoomState
    member: MemberState
    trade: RoomTrade = "no_ads"
    types: dict[MessageType, int] = {}
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    brand: tuple[str, ...] = ()
    staff_names: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    pictures: tuple[str, ...] = ()
    harmless_pictures: tuple[str, ...] = ()
    newcomer_days: float = 3
    befriended: int = 0
    harmless_names: tuple[str, ...] = ()
    known: Label | None = None
    learned: Model | None = None
    on_probation: bool = False
    rank_of: Callable[[], int] | None = None

    @property
    def days(self) -> float | None:
        """Days the sender has been in the room; None: nobody knows, so never a newcomer."""
        joined = self.member.joined_at
        return None if joined is None else max(0.0, (self.now - joined).total_seconds() / _DAY_SECONDS)

    @property
    def is_newcomer(self) -> bool:
        """Whether the sender joined within the days in which a room is careful."""
        days = self.days
        return days is not None and days < self.newcomer_days

    @property
    def rank(self) -> int:
        """How high the sender's tier stands, 0 for the lowest; worked out when a rule asks."""
        return 0 if self.rank_of is None else self.rank_of()

    def said_since(self, span: timedelta) -> tuple[Said, ...]:
        """Return what the sender said in this room lately, oldest first.

        Args:
            span: how far back.
        """
        since = self.now - span
        return tuple(said for said in self.member.recent if said.at >= since)


def fingerprint(text: str) -> int:
    """Return a number that is the same for the same words; 0: nothing was said.

    Args:
        text: the plain view of a message.
    """
    words = text.strip()
    return zlib.crc32(words.encode("utf-8", "replace")) or 1 if words else 0


def remembered(
    member: MemberState,
    message: Message,
    text: str,
    now: datetime,
    verdict: Verdict = "ok",
) -> tuple[Said, ...]:
    """Return a member's last words with this message added; older words are forgotten, their numbers stay a while.

    Args:
        member: as they stood before.
        message: what they say now.
        text: its plain view.
        now: the moment.
        verdict: what was said of it.
    """
    said = Said(
        at=now,
        id=message.id,
        type=message.type,
        print=fingerprint(text),
        text=text[:_PIECE] if message.type == "text" else "",
        verdict=verdict,
    )
    if not member.recent:
        return (said,)
    since, fresh = now - DAY, now - TOGETHER
    kept = [
        old if not old.text or old.at >= fresh else msgspec.structs.replace(old, text="")
        for old in member.recent[-(RECENT - 1) :]
        if old.at >= since
    ]
    return (*kept, said)


def asks_remembered(room: RoomState, message: Message, text: str, now: datetime) -> tuple[Asked, ...]:
    """Return a room's open requests with this one added."""
    since = now - ANSWERED_WITHIN
    kept = tuple(asked for asked in room.asked if asked.at >= since)[-(ASKED - 1) :]
    return (*kept, Asked(at=now, member=message.sender, text=text[:_PIECE]))


def copy_of(message: Message, text: str, now: datetime) -> Copy | None:
    """Return a suspicious message as the index of copies keeps it, or None: what is too short is nobody's copy."""
    bones = skeleton(text)[:_LONGEST_COPY]
    if len(bones) < _SHORTEST_COPY or message.room is None:
        return None
    return Copy(at=now, room=message.room, id=message.id, sender=message.sender, bones=bones)


def copies_remembered(copies: tuple[Copy, ...], copy: Copy, now: datetime) -> tuple[Copy, ...]:
    """Return the index with a copy added, the oldest gone."""
    since = now - COPIED_WITHIN
    return (*(old for old in copies[-(COPIES - 1) :] if old.at >= since and old.id != copy.id), copy)


@functools.lru_cache(maxsize=1024)
def _runs(bones: str) -> frozenset[str]:
    """Return the trigrams of a skeleton; the same few ads are compared again and again."""
    return trigrams(bones)


def alike(bones: str, other: str) -> float:
    """Return how alike two skeletons are, from 0 to 1.

    Source: detection/findings.md, section 5: from 0.5 on it is the same campaign.
    """
    return 1.0 if bones == other else likeness(_runs(bones), _runs(other))


def scene_of(example: Example, now: datetime) -> Scene:
    """Return the scene of a rule's example.

    Args:
        example: as the pack has it.
        now: any moment.
    """
    joined = None if example.tenure_days is None else now - timedelta(days=example.tenure_days)
    member = MemberState(
        room="check",
        member="member",
        name=example.nick,
        joined_at=joined,
        first_seen=joined or now - timedelta(days=365),
        messages=example.messages,
        talk=example.talk,
        recent=tuple(
            Said(at=now - timedelta(seconds=5), id=f"b{n}", type="text", print=fingerprint(text), text=text)
            for n, text in enumerate(map(plain, example.before))
        )[-RECENT:],
    )
    asked = (
        (Asked(at=now - timedelta(minutes=1), member="other", text=example.asked),) if example.asked else ()
    )
    return Scene(
        now=now,
        room=RoomState(room="check", topic=example.topic, asked=asked),
        member=member,
        trade=example.policy or "no_ads",
        types=example.types,
        allow=frozenset(example.allow),
        deny=frozenset(example.deny),
        staff_names=("王管家",),
        brand=("群管学堂",),
        copies=tuple(
            Copy(at=now, room="elsewhere", id=f"e{n}", sender="someone", bones=skeleton(text))
            for n, text in enumerate(example.elsewhere)
        ),
        pictures=example.seen_pictures,
        harmless_pictures=example.harmless_pictures,
        befriended=example.befriended,
        known=example.known,
        learned=_taught(example, now),
        on_probation=example.on_probation,
        rank_of=lambda: example.rank,
    )


def _taught(example: Example, now: datetime) -> Model | None:
    from bot.core.ads.learning import Model, lesson_of  # noqa: PLC0415 - the state knows the model

    judged: list[tuple[Label, str]] = [("ad", text) for text in example.confirmed]
    judged += [("ok", text) for text in example.rejected]
    samples = (
        Sample(case=n, label=label, words=text, room="check", sender="u", by="s", at=now)
        for n, (label, text) in enumerate(judged)
    )
    return Model(map(lesson_of, samples)) if judged else None

"""A community with room for quarrels: a small-talk group, its staff, and what was said when it turned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.world import World
from bot.core.care.records import Care, Track
from bot.ports import Store
from tests.e2e.town import AIDE, BOSS, NOON, PEOPLE, Town, community

LIN, WANG, TANG, DOU, HAN, LIU = "lin", "wang", "tang", "dou", "han", "liu"
# The colleague who was busy; and the second teacher.
TEACHER = "zhou"

_MORE = [
    {"id": TANG, "name": "糖糖", "rooms": ["a"], "friend": True},
    {"id": DOU, "name": "豆豆妈", "rooms": ["a"], "friend": True},
    {"id": HAN, "name": "韩梅", "rooms": ["a"], "friend": True},
    {"id": LIU, "name": "刘哥", "rooms": ["a"], "friend": True},
    {"id": TEACHER, "name": "周老师", "rooms": ["a"], "friend": True},
]
_ROOMS = [
    {"id": "a", "topic": "形象美学一期", "owner": BOSS, "staff": [AIDE, TEACHER], "account": "staff"},
    {"id": "b", "topic": "跑步群", "owner": BOSS, "staff": [AIDE], "account": "staff"},
]

# Situation 1: a joke is taken as an insult, a screenshot is out, deletion is demanded in the room.
JOKE = (
    (LIN, "救命 昨晚做梦都在给人搭衣服"),
    (WANG, "你这是学出心魔了吧，我看你也就这点出息了"),
    (LIN, "？你什么意思"),
    (WANG, "开个玩笑而已，至于吗"),
    (LIN, "谁跟你开玩笑了，你把我们聊天截图发朋友圈，当我不知道？"),
    (WANG, "我打码了，你自己对号入座怪谁"),
    (LIN, "你要不要脸，现在就给我删了！"),
    (WANG, "我凭什么删，你以为你是谁啊，有病吧"),
    (LIN, "删了！道歉！不然这事没完"),
)
# One keeps at another, who hardly answers.
KEEPS_AT = (
    (WANG, "小林你那个作业也好意思发出来？丢不丢人"),
    (WANG, "@小林 说你呢，装什么死"),
    (LIN, "…"),
    (WANG, "就你这水平赶紧退群吧，拖大家后腿，脸皮真厚"),
    (WANG, "不说话就是心虚，废物一个，有病吧你"),
)
# Situation 3: what came is not what the live-stream showed.
DIFFERENT = (
    (HAN, "收到的项链跟图上完全两样，短了一大截"),
    (HAN, "颜色也不对，质量这么差，你们就是这么做生意的？"),
    (AIDE, "以实物为准的哦"),
    (HAN, "以实物为准？下单的时候怎么说的，这不是骗人吗"),
    (HAN, "不给个说法我就投诉，大家都别买了"),
)
# Situation 4: at an open day somebody picks holes in public.
OPEN_DAY = (
    (AIDE, "今天公开课就到这里，大家有问题可以在群里问～"),
    (HAN, "听完了，就这水平也敢收三千八？"),
    (TANG, "我觉得还行呀"),
    (HAN, "还行？你是托吧。老师讲得太水了，全是网上抄的"),
    (HAN, "体验课就这样，正式课能好到哪去，骗钱的吧"),
    (HAN, "你们老师自己出来说说，是不是割韭菜"),
)
# Situation 6: a question stands for an hour, then the outburst.
UNANSWERED = (
    (DOU, "老师，第三课的作业在哪里交呀？"),
    (DOU, "@周老师 在吗？作业今晚截止，我找不到入口"),
    (DOU, "有人吗？等了半个小时了"),
    (DOU, "一个小时了，没有一个人回我，收钱的时候怎么回得那么快"),
    (DOU, "问了半天没人理，你们就是割韭菜的，退钱！"),
)
# Situation 10: a loved teacher leaves; a clique demands refunds; the manager argues back.
TEACHER_LEAVES = (
    (AIDE, "和大家说一下，周老师因为个人原因不再带这期课，后面由李老师接手"),
    (LIU, "凭什么说换就换，我们报名就是冲着周老师来的"),
    (HAN, "对啊，这不是骗人吗，必须退款"),
    (DOU, "+1，我也是冲着周老师来的，退钱"),
    (LIU, "大家一起要求退款，不退我们就去投诉曝光"),
    (HAN, "支持刘哥，不退就去消协，黑心机构"),
    (AIDE, "合同写得很清楚，老师可以调整，请大家不要带节奏"),
    (LIU, "带节奏？你们骗钱还有理了，脸呢"),
    (DOU, "就是，退钱退钱"),
)
# Situation 11: the next course is pressed before this one ends.
UPSELL = (
    (AIDE, "进阶班今天最后一天优惠，大家抓紧报名哦"),
    (HAN, "这期课都没上完，天天催我们报下一期，烦不烦"),
    (AIDE, "名额有限，先到先得～"),
    (HAN, "又来推销，吃相也太难看了，前面的课质量怎么样心里没数吗"),
    (HAN, "再这样我就退费，收了钱就不管，只会割韭菜"),
)
# How the room talks when nothing is wrong; without any of it the watch cannot know what is unusual.
SMALL_TALK = (
    (LIN, "早呀"),
    (TANG, "今天天气真好"),
    (WANG, "作业写完了吗"),
    (HAN, "还差两页"),
    (DOU, "周末有人去公园吗"),
    (LIN, "我想去"),
    (TANG, "几点"),
    (WANG, "九点吧"),
    (HAN, "好的"),
    (DOU, "我带零食"),
    (LIN, "哈哈好"),
    (TANG, "昨天的课收获很大"),
    (WANG, "是的老师讲得细"),
    (HAN, "我做了笔记"),
    (DOU, "可以发一下吗"),
    (HAN, "好 晚点发"),
)
PEACE = (
    (WANG, "算了，是我不对，话说重了，对不起啊小林"),
    (LIN, "没事啦，我也有点冲动，抱歉抱歉"),
    (WANG, "哈哈和好，回头请你喝奶茶"),
    (LIN, "好呀哈哈，说定了"),
)


class Community(Town):
    """The town with more people; private words are read as soon as nothing more comes for 40 seconds."""

    def __init__(
        self,
        store: Store,
        *,
        mode: str = "act",
        friends: tuple[str, ...] = (WANG,),
        tables: dict[str, Any] | None = None,
        start: datetime = NOON,
        world: World | None = None,
        clock: VirtualClock | None = None,
    ) -> None:
        self._warm = world is not None
        clock = clock or VirtualClock(start)
        people = [{**p, "friend": True} if p["id"] in friends else p for p in (*PEOPLE, *_MORE)]
        world = world or World(community(people=people, rooms=_ROOMS), clock)
        super().__init__(store, mode=mode, world=world, clock=clock, tables=tables)

    async def play(self, talk: tuple[tuple[str, str], ...], *, minutes: float = 1) -> None:
        """Let people talk in the room, a minute apart; the first time after some small talk."""
        if not self._warm:
            self._warm = True
            await self.play(SMALL_TALK)
        for who, words in talk:
            await self.say(who, words)
            await self.later(minutes=minutes)

    async def answer(self, who: str, *words: str) -> list[str]:
        """Let somebody answer in private, and finish; return what they heard for it."""
        before = len(self.said(to=who))
        for line in words:
            await self.whisper(who, line)
        await self.later(minutes=2)
        return self.said(to=who)[before:]

    def conflicts(self) -> list[int]:
        return [n for n, case in self.runtime.lane.state.cases.items() if case.care is not None]

    def care(self, number: int | None = None) -> Care:
        care = self.runtime.lane.state.cases[number or self.conflicts()[-1]].care
        assert care is not None
        return care

    def state_of(self, number: int | None = None) -> str:
        return self.runtime.lane.state.cases[number or self.conflicts()[-1]].state

    def track(self, who: str, number: int | None = None) -> Track:
        return self.runtime.lane.state.tracks[number or self.conflicts()[-1]][who]

    def flags(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(f.kind, f.parties) for _, decision in self.decisions for f in decision.flags]


def days(count: float) -> timedelta:
    return timedelta(days=count)

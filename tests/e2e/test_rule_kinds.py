"""Every rule kind is reached through events: histories through the program, with the packs that are shipped.

All rooms stand in one history, an hour apart, so that one replay decides them all; no room shares a member with
another unless the kind is about several rooms. What staff teach comes last, for it holds everywhere.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from bot.channels.simulator.scene import Content
from bot.cli.replay import command as replay
from bot.cli.rules import command as rules_command
from bot.core.ads.learning import QUORUM
from bot.core.events import Enrich
from bot.core.rules.registry import rule_kinds
from bot.packs import load_packs
from bot.ports import Store
from tests.e2e.test_main_job import qr_picture
from tests.e2e.town import Town

AD = "加V xhm_demo88 手机兼职日结200"
WARES = "手工牛轧糖现做现发，一盒28元，要的私我，加微信 demo_tang8"
POSTER = "手机兼职日结200元 在家就能做 扫码加微信进群 名额有限"
PRINT = "0f1e2d3c4b5a6978"
Event = dict[str, Any]
START = datetime.fromisoformat("2026-03-02T08:00:00+08:00")

SETTINGS = """
[defaults]
mode = "act"
[rooms.link]
deny = ["bad.example"]
[rooms.message_type]
types = { miniprogram = 1 }
"""


class Telling:
    """Writes the events of one room, in order; a room is named after the kind it is about."""

    def __init__(self, room: str, start: datetime) -> None:
        self.room, self.now = room, start
        self.events: list[Event] = [self._event("room", topic="读书群", owner="boss", staff=["aide"])]
        self._number = 0

    def _event(self, kind: str, **more: Any) -> Event:
        return {"kind": kind, "at": self.now.isoformat(), "room": self.room, **more}

    def opened(self, *rooms: str) -> None:
        """Open further rooms of the same account."""
        self.events += [self._event("room", topic="跑步群", owner="boss") | {"room": room} for room in rooms]

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def came(self, who: str, room: str | None = None) -> None:
        self.events.append(self._event("join", member=who, name=who) | {"room": room or self.room})

    def wrote(
        self, who: str, text: str = "", room: str | None = None, name: str | None = None, **more: Any
    ) -> str:
        """Let somebody speak; returns the message's id."""
        self._number += 1
        id_ = f"{self.room}-{self._number}"
        said = self._event(
            "message", id=id_, sender=who, name=who if name is None else name, text=text, **more
        )
        self.events.append(said | {"room": room or self.room})
        return id_

    def looked_at(self, id_: str, who: str, **found: Any) -> None:
        self.events.append(self._event("enrich", id=id_, sender=who, **found))

    def asked_for_friendship(self, who: str, text: str) -> None:
        self.events.append(self._event("friend_request", member=who, text=text, id=f"f-{who}"))


def phrase(on: Telling) -> None:
    on.wrote("p1", "同城约炮，看片加我")


def plain_ad(on: Telling) -> None:
    on.wrote(f"{on.room}1", AD)


def denied_link(on: Telling) -> None:
    on.wrote("l1", "资料在这里 https://shop.bad.example/1")


def unwelcome_type(on: Telling) -> None:
    def card() -> None:
        on.wrote("t1", type="miniprogram", miniprogram={"app": "步数", "title": "步数打卡"})

    card()
    for number in range(9):  # the count holds for a day, however much else is said
        on.later(minutes=3)
        on.wrote("t1", f"今天走了{number}万步，累坏我了")
    card()


def code(on: Telling) -> None:
    on.came("q1")
    picture = on.wrote("q1", type="image", image={"path": "q.jpg"})
    on.looked_at(picture, "q1", qr=["https://u.wechat.com/demo"])


def poster(on: Telling) -> None:
    on.came("o1")
    picture = on.wrote("o1", type="image", image={"path": "o.jpg"})
    on.looked_at(picture, "o1", qr=["https://u.wechat.com/demo"], ocr=POSTER, hash=PRINT)


def picture_again(on: Telling) -> None:
    on.came("s1")
    first = on.wrote("s1", type="image", image={"path": "s.jpg"})
    on.looked_at(first, "s1", qr=["https://u.wechat.com/demo"], ocr=POSTER, hash="f" * 8 + "0" * 8)
    on.later(minutes=30)
    second = on.wrote("s2", type="image", image={"path": "s.png"})
    on.looked_at(second, "s2", hash="f" * 8 + "0" * 7 + "3")


def name_is_an_ad(on: Telling) -> None:
    on.wrote("n1", "早上好", name="兼职日结加V xh8899")


def flood(on: Telling) -> None:
    for number in range(8):
        on.wrote("f1", f"第{number}句")


def repetition(on: Telling) -> None:
    for _ in range(3):
        on.wrote("r1", "明天下午三点河边集合，不见不散")
        on.later(minutes=2)


def two_rooms(on: Telling) -> None:
    on.opened("elsewhere")
    on.wrote("c1", WARES, room="elsewhere")
    on.later(minutes=2)
    on.wrote("c2", WARES.replace("28", "26") + "🎉")


def pieces(on: Telling) -> None:
    for piece in ("加", "v", "xhm_demo88", "手机", "兼职日结200"):
        on.wrote("x1", piece)
        on.later(seconds=3)


def newcomer(on: Telling) -> None:
    on.came("w1")
    on.later(minutes=5)
    on.wrote(
        "w1", type="link", link={"url": "https://a.example/x", "title": "看看我的店铺，新人立减，要的私我"}
    )


def call_to_all(on: Telling) -> None:
    on.wrote("m1", "@所有人 " + WARES, mentions=["all"])


def invitation(on: Telling) -> None:
    on.wrote("g1", type="link", link={"url": "https://weixin.qq.com/g/demo", "title": "邀请你加入群聊"})


def befriending(on: Telling) -> None:
    on.opened("b-two")
    on.came("b1")
    on.came("b1", room="b-two")
    on.asked_for_friendship("b1", AD)
    on.later(hours=2)
    on.wrote("b1", WARES)


def forwarded(on: Telling) -> None:
    on.came("y1")
    on.wrote("y1", type="chat_history", forwarded=[{"name": "甲", "text": AD + "，稳赚"}])


def judged_before(on: Telling) -> None:
    quoted = on.wrote("k1", "周末品鉴会，想来的跟我说一声")
    on.wrote("aide", "/ad", quote=quoted)
    on.later(minutes=20)
    on.wrote("k2", "周末品鉴会，想来的跟我说一声！")


def disguise(on: Telling) -> None:
    on.wrote("d1", "力口我微亻言 demo_88 免费领资料")


def fact(on: Telling) -> None:
    on.came("a1")
    on.wrote("a1", AD)


def request(on: Telling) -> None:
    on.wrote("e1", "谁有靠谱的开锁师傅推荐一下，急")
    on.later(minutes=1)
    on.wrote("e2", "我认识一个，加微信 demo_lock8，上门开锁一次80元")


def lessons(on: Telling) -> None:
    """Staff mind something that no rule knows."""
    for number in range(QUORUM):
        word = chr(0x4E00 + 37 * number)
        minded = on.wrote(f"tea{number}", f"周六河边茶会{word}，想喝茶的一起来坐坐")
        on.wrote("aide", "/ad", quote=minded)
        on.later(minutes=20)
        liked = on.wrote(f"talk{number}", f"今晚打{word}副本，我{word}号奶妈又输了")
        on.wrote("aide", "/notad", quote=liked)
        on.later(minutes=20)
    on.wrote("tea-last", "周日河边茶会又来了，想喝茶的一起坐坐")


# What is told, and by which kind of rule it shows that the kind was reached, where that is another.
KINDS: dict[str, tuple[Any, str]] = {
    "phrase": (phrase, ""),
    "regex": (plain_ad, ""),
    "contact_offer": (plain_ad, ""),
    "language": (plain_ad, ""),
    "link": (denied_link, ""),
    "message_type": (unwelcome_type, ""),
    "qr": (code, ""),
    "ocr": (poster, ""),
    "picture_seen": (picture_again, ""),
    "nickname": (name_is_an_ad, ""),
    "flood": (flood, ""),
    "repeat": (repetition, ""),
    "copies": (two_rooms, ""),
    "split": (pieces, ""),
    "newcomer": (newcomer, ""),
    "mass_mention": (call_to_all, ""),
    "group_invitation": (invitation, ""),
    "befriending": (befriending, ""),
    "forwarded": (forwarded, ""),
    "disguise": (disguise, ""),
    "fact": (fact, ""),
    "request": (request, "context/answers-request"),
    "known": (judged_before, ""),
    "learned": (lessons, ""),
}
RULES_OF = {
    kind: {rule.id for pack in load_packs() for rule in pack.rules if rule.__struct_config__.tag == kind}
    for kind in rule_kinds()
}


# How long somebody is there is said by the rule's own words.
SAY_IT_ALL = {"context/just-joined", "context/new"}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The decisions of one replay, by room."""
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "qunguan.toml").write_text(SETTINGS, encoding="utf-8")
    history, out = folder / "history.jsonl", folder / "decisions.jsonl"
    events: list[Event] = []
    start = START
    for kind, (tell, _) in KINDS.items():
        on = Telling(kind, start)
        tell(on)
        events += on.events
        start = on.now + timedelta(hours=1)
    lines = [json.dumps(event, ensure_ascii=False) for event in events]
    history.write_text("\n".join(lines), encoding="utf-8")
    arguments = [str(history), "--decisions", str(out), "--data", str(folder)]
    result = CliRunner().invoke(replay, arguments, standalone_mode=False, catch_exceptions=False)
    assert result.exception is None
    found: dict[str, list[dict[str, Any]]] = {}
    for line in map(json.loads, out.read_text(encoding="utf-8").splitlines()):
        found.setdefault(line.get("room"), []).append(line)
    return found


def reasons(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the reasons of a room's last line, by rule."""
    return {reason["rule"]: reason for reason in lines[-1]["reasons"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_reached_through_events(kind: str, decided: dict[str, list[dict[str, Any]]]):
    shown = KINDS[kind][1]
    hit = reasons(decided[kind])
    wanted = {shown} if shown else RULES_OF[kind]
    assert wanted & set(hit), hit
    assert all(hit[rule]["evidence"] for rule in wanted & set(hit) - SAY_IT_ALL)


def test_no_kind_is_forgotten():
    assert set(KINDS) == set(rule_kinds())


@pytest.mark.parametrize("kind", sorted(rule_kinds()))
def test_every_kind_has_its_line_in_the_list(kind: str, tmp_path: Path):
    shown = CliRunner().invoke(rules_command, ["list", "--data", str(tmp_path)], standalone_mode=False)
    lines = [line.split() for line in shown.output.splitlines()]
    assert RULES_OF[kind]
    assert {line[0] for line in lines if line[1] == kind} == RULES_OF[kind]


def test_the_list_in_json_names_every_kind(tmp_path: Path):
    shown = CliRunner().invoke(
        rules_command, ["list", "--json", "--data", str(tmp_path)], standalone_mode=False
    )
    assert {line["kind"] for line in msgspec.json.decode(shown.output)} == set(rule_kinds())


def test_who_bears_no_ad_was_left_alone(decided: dict[str, list[dict[str, Any]]]):
    """What comes before the last line of these rooms is ordinary talk, or not enough of it."""
    for kind in ("flood", "repeat", "split", "message_type", "request"):
        assert {line["verdict"] for line in decided[kind][:-1] if line.get("verdict")} <= {"ok"}, kind


async def test_a_code_on_the_platform_reaches_its_rule_by_the_slower_look(store: Store):
    """On a platform nobody tells what is in a picture: the bot looks, and decides on what it found."""
    async with Town(store) as town:
        await town.join("new")
        said = town.world.say("new", Content(type="image"), room="a")
        town.world.pictures[said] = qr_picture("https://u.wechat.com/demo")
        await town.settled()
        [decision] = [decision for event, decision in town.decisions if isinstance(event, Enrich)]
        assert RULES_OF["qr"] & {signal.rule for signal in decision.reasons}

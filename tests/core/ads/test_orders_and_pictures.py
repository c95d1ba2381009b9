"""Where codes lead, explicit orders, pictures sent at once, and what staff is shown of what is no text."""

from __future__ import annotations

import msgspec
import pytest

from bot.core.ads.preset import ORDERS, Preset
from bot.core.effects import Words
from bot.core.events import Attachment, Enrich, Forwarded, Image
from bot.core.policy import Policy
from bot.core.rules.kind import Example, Why
from bot.core.rules.nickname import NameWatcher
from bot.core.rules.qr import leads_to
from bot.core.rules.view import Signal, words_of
from bot.core.text.urls import urls_in
from bot.models import language_model
from bot.packs import compile_rules, load_packs, load_presets
from bot.shell.render import load_renderer
from bot.trial import view_of_example
from tests.core.scene import GUARD, Scene, settings

RULES = compile_rules(load_packs(), language_model())
GROUP = "https://weixin.qq.com/g/AwYAAdemo"


class Town(Scene):
    """The scene with the shipped packs."""

    def __init__(self, mode="act", **tables):
        super().__init__()
        tables.setdefault("defaults", {"mode": mode, "whitelist": [GUARD]})
        self.policy = Policy(settings(**tables), RULES, presets=load_presets())


@pytest.mark.parametrize("code", [GROUP, "https://u.wechat.com/demo"])
def test_a_newcomers_invitation_in_a_picture_is_acted_on_and_anybodys_asked_about(code):
    town = Town()
    town.join("n1", "新人")
    assert town.say("n1", "", type="image", image=Image(qr=(code,))).verdict == "ad"
    assert town.say("u1", "", type="image", image=Image(qr=(code,))).verdict == "suspect"


def test_so_is_one_that_a_slower_look_finds():
    town = Town()
    town.join("n1", "新人")
    assert town.say("n1", "", type="image", image=Image(), id="p1").verdict == "ok"
    assert town.tell(Enrich(at=town.now, room="r1", id="p1", sender="n1", qr=(GROUP,))).verdict == "ad"


def test_a_codes_address_is_no_prose_but_a_link():
    view = view_of_example(Example(type="image", qr=("https://bad.example/x",), deny=("bad.example",)))
    assert words_of(view.message) == ""
    rules = {signal.rule for signal in RULES.signals(view)}
    assert "link/denied" in rules
    assert not any(rule.startswith("language/") for rule in rules)


@pytest.mark.parametrize(
    ("code", "leads"),
    [
        ("https://bet-platform.example/reg", "elsewhere"),
        ("https://xjd.com/a", "elsewhere"),
        ("https://evil.example/pay.html", "elsewhere"),
        ("https://weixin.qq.com@evil.example/g/x", "elsewhere"),
        ("https://evil.example/?u=https://docs.qq.com/form", "elsewhere"),
        ("https://item.jd.com/1.html", "official"),
        ("HTTPS://QR.ALIPAY.COM/x", "payment"),
        ("wxp://f2f0demo", "payment"),
        ("https://docs.qq.com/form/page/demo", "form"),
        ("https://www.wjx.cn/vm/demo.aspx", "form"),
        (GROUP, "group"),
        ("http://weixin.qq.com/r/demo", "person"),
        ("u.wechat.com/demo", "person"),
        ("https://t.me/+demo", "group"),
        ("https://www.pku.edu.cn/", "official"),
        ("WIFI:S:home;P:pw;;", "elsewhere"),
        ("", "elsewhere"),
    ],
)
def test_where_a_code_leads_says_its_host_and_path(code, leads):
    assert leads_to(code) == leads


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("https://good.com@bad.com/x", ["bad.com"]),
        ("https://good.com:443@a@bad.com/x", ["bad.com"]),
        ("https://good.com@bad。com/x", ["bad.com"]),
        ("https://bad。com/x", ["bad.com"]),
        ("bad。com/x", ["bad.com"]),
        ("https://good.com/x@bad.com", ["good.com"]),
        ("https://good.com@小王 看", ["good.com"]),
        ("看https://good.com。然后", ["good.com"]),
    ],
)
def test_a_host_is_what_stands_after_the_at_sign(text, hosts):
    assert [url.host for url in urls_in(text)] == hosts


@pytest.mark.parametrize("text", ["bad。com/x", "https://good.com@bad.com/x", "看https://bad。com/x"])
def test_such_a_link_is_denied(text):
    signals = RULES.signals(view_of_example(Example(text=text, deny=("bad.com",), allow=("good.com",))))
    rules = {signal.rule for signal in signals}
    assert "link/denied" in rules
    assert "link/allowed" not in rules


def test_explicit_orders_keep_their_weight_under_every_preset():
    preset = Preset(
        id="p", name=Why("甲", "a"), weights={"link": 0, "behaviour": 0.1, "known": 0.5, "link/denied": 0}
    )
    orders = [Signal(rule, 0.95, "") for rule in sorted(ORDERS)]
    assert preset.weigh([*orders, Signal("link/short", 0.2, "")]) == orders
    assert set(RULES.specs) >= ORDERS


@pytest.mark.parametrize(
    "ordered",
    [
        {"text": "看 https://bad.com/x", "deny": ("bad.com",)},
        {"type": "video", "types": {"video": 0}},
        {"text": "周末品鉴会，名额有限", "known": "ad"},
    ],
)
def test_a_trade_room_takes_nothing_off_an_order(ordered):
    view = view_of_example(Example(policy="ads_allowed", **ordered))
    assert "context/trade-room" not in {signal.rule for signal in RULES.adjustments(view)}


def test_nine_pictures_at_once_are_no_flood_and_eight_lines_are():
    town = Town()
    for _ in range(9):
        decision = town.say("u1", "", type="image", image=Image())
    assert not decision.reasons
    for number in range(8):
        decision = town.say("u2", f"第{number}句")
    assert "behaviour/flood" in {signal.rule for signal in decision.reasons}


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({"type": "image", "image": Image(qr=(GROUP,))}, "[图片]", "[picture]"),
        ({"type": "video", "file": Attachment(name="跳舞.mp4")}, "[视频] 跳舞.mp4", "[video] 跳舞.mp4"),
        (
            {"type": "chat_history", "forwarded": (Forwarded("甲", "在吗"), Forwarded("", "好的"))},
            "[聊天记录] 甲：在吗 好的",
            "[forwarded chat] 甲：在吗 好的",
        ),
    ],
)
def test_staff_sees_what_kind_of_message_it_is_asked_about(more, zh, en):
    types = {"types": {"video": 0, "chat_history": 0}}
    town = Town(defaults={"mode": "assist", "whitelist": [GUARD], **types})
    decision = town.say("u1", "", **more)
    (asked,) = [effect for effect in decision.effects if hasattr(effect, "words")]
    assert isinstance(asked.words, Words)
    for language, shown in (("zh", zh), ("en", en)):
        assert shown in load_renderer(language, RULES.specs).render(asked.words)
    assert not town.case().words.startswith("[")
    assert not town.case().excerpt.startswith("[")


@pytest.mark.parametrize(
    "name",
    ["群主 老王", "群主·老王", "群主-老王", "群主老王。", "群主老王(小号)", "群主老王", "群 主 老 王 1"],
)
def test_a_name_like_the_owners_is_seen_through(name):
    town = Town()
    assert _impersonates(town, name, ("群主老王",))


@pytest.mark.parametrize(
    ("name", "staff"),
    [("老王家的猫", "老王"), ("小王2", "小王1"), ("🌸", "🍀"), ("群主老王的粉丝", "群主老王")],
)
def test_other_names_are_others(name, staff):
    assert not _impersonates(Town(), name, (staff,))


def _impersonates(town, name, staff):
    view = view_of_example(Example(text="早", nick=name))
    view.scene = msgspec.structs.replace(view.scene, staff_names=staff)
    return NameWatcher(lambda _: None, True).look(view, RULES) is not None


def test_the_bots_own_name_is_staffs_too():
    from bot.core.ads.memory import scene_in
    from bot.core.draft import Draft
    from bot.core.events import Member, Message

    town = Town()
    town.tell(Member(at=town.now, room="r1", member="bot", name="小助手"))
    event = Message(at=town.now, room="r1", id="x", sender="u1", text="早")
    draft = Draft(town.state, town.policy, town.now)
    assert "小助手" in scene_in(event, town.state.rooms["r1"], town.member("u1"), draft).staff_names

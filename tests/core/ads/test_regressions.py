"""What hurts users of other bots, one test or more for each: with the shipped packs, through events."""

from __future__ import annotations

import msgspec
import pytest

from bot.core.effects import Ban, Remind, Remove, Warn
from bot.core.events import (
    BanEntry,
    Card,
    Enrich,
    Forwarded,
    FriendRequest,
    Image,
    Link,
    Member,
    Present,
    Recall,
    Roster,
)
from tests.core.ads.test_behaviour import Town, rules_of
from tests.core.scene import BOT, GUARD, NOON, OPERATOR, OWNER, STAFF, kinds, texts

AD = "加V xhm_demo88 手机兼职日结200"
WARES = "手工牛轧糖现做现发，一盒28元，要的私我，加微信 demo_tang8"
LONG_AD = AD + "，" + "在家就能做，时间自由，宝妈学生都可以，多劳多得，不收任何费用，" * 16
POSTER = "手机兼职日结200元 在家就能做 扫码加微信进群 名额有限"
CODE = "https://u.wechat.com/demo"
PRINT, NEARLY, OTHER = "0f1e2d3c4b5a6978", "0f1e2d3c4b5a6979", "f0e1d2c3b4a59687"
SANCTIONS = (Remind, Warn, Remove, Ban)
PRICES = "今日到货：车厘子2斤58元，草莓3斤45元，蓝莓4盒50元，要的私我，下午统一送货"


@pytest.fixture
def town():
    return Town()


def poster(town, who, message, print_=PRINT, ocr=POSTER, room="r1"):
    """Let somebody post a picture, and the slower look find an ad in it."""
    town.say(who, "", type="image", id=message, room=room)
    return looked_at(town, who, message, print_, ocr, room)


def looked_at(town, who, message, print_=PRINT, ocr=POSTER, room="r1", qr=(CODE,)):
    found = Enrich(at=town.now, room=room, id=message, sender=who, qr=qr if ocr else (), ocr=ocr, hash=print_)
    return town.tell(found)


def sanctioned(*decisions):
    return [e for d in decisions for e in (*d.effects, *d.recorded) if isinstance(e, SANCTIONS)]


# -- quoted and forwarded words ------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["gentle", "normal", "strict", "ads-room"])
@pytest.mark.parametrize("own", ["这是广告吧", "好的", "哈哈哈", "群主看看"])
def test_quoted_words_are_never_charged_to_who_quotes(preset, own):
    town = Town(scoring={"preset": preset})
    town.join("n1")
    town.say("u2", AD, id="said")
    assert town.say("n1", f"「小王：{AD}」\n- - - - - - - - -\n{own}").verdict == "ok"
    assert town.say("n1", own, quote="said").verdict == "ok"


def test_a_quotation_does_not_make_a_repetition_or_a_copy(town):
    town.open("r2", "读书群")
    town.say("u2", WARES)
    for room in ("r1", "r1", "r1", "r2"):
        town.later(minutes=2)
        decision = town.say(
            "u1", f"「小王：{WARES}」\n- - - - - - -\n谁管一下这个人呀，发好几遍了", room=room
        )
        assert not {"behaviour/copies"} & rules_of(decision)
        assert not sanctioned(decision)


@pytest.mark.parametrize("preset", ["gentle", "normal", "strict", "ads-room"])
def test_forwarded_words_never_lead_to_a_sanction_by_themselves(preset):
    town = Town(scoring={"preset": preset})
    lines = tuple(Forwarded(name="甲", text=text) for text in (AD, WARES, AD, LONG_AD))
    for who in ("u1", "n1"):
        if who == "n1":
            town.join("n1")
        decision = town.say(who, "", type="chat_history", forwarded=lines)
        assert decision.verdict != "ad"
        assert sanctioned(decision) == []


def test_who_quotes_an_ad_to_warn_of_it_is_no_advertiser(town):
    town.join("n1")
    for words in (
        f"「小王：{AD}」\n- - - - - - -\n大家别信，这是骗子",
        "大家当心，刚才那个“手机兼职日结200，加V”是骗人的",
        "提醒一下，说刷单返佣要先垫付的都是诈骗，千万别转账",
    ):
        assert town.say("n1", words).verdict == "ok"


# -- duplicates ----------------------------------------------------------------------------------


def test_three_different_pictures_are_not_duplicates(town):
    for number, print_ in enumerate(("1111222233334444", "aaaa5555bbbb6666", "0123456789abcdef")):
        decision = town.say("u1", "今天的晚霞", type="image", image=Image(path=f"{number}.jpg", hash=print_))
        assert (decision.verdict, decision.reasons) == ("ok", ())
        assert looked_at(town, "u1", f"m{town._number}", print_, ocr="").reasons == ()


def test_a_different_picture_is_not_taken_for_one_that_was_an_ad(town):
    town.join("n1")
    assert poster(town, "n1", "p1").verdict == "ad"
    assert "pictures/seen" not in rules_of(looked_at(town, "u1", "p2", OTHER, ocr=""))


@pytest.mark.parametrize("blank", ["0" * 16, "f" * 16])
def test_pictures_of_one_colour_are_all_alike_and_say_nothing(town, blank):
    town.join("n1")
    assert poster(town, "n1", "p1", blank).verdict == "ad"
    town.say("u2", "", type="image", id="p2")
    assert looked_at(town, "u2", "p2", blank, ocr="").verdict in {None, "ok"}


@pytest.mark.parametrize("type_", ["text", "image", "sticker", "voice", "video", "link", "contact_card"])
@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_what_has_no_words_is_no_duplicate(town, type_, text):
    town.open("r2", "读书群")
    for number in range(5):
        decision = town.say("u1", text, type=type_, room="r1" if number % 2 else "r2")
        town.later(seconds=30)
    assert decision.verdict == "ok"
    assert not {"behaviour/repeat", "behaviour/copies"} & rules_of(decision)


# -- edits and recalls ---------------------------------------------------------------------------


def cases(town):
    return len(town.state.cases)


def strikes(town, who="u1"):
    return len(town.member(who).strikes)


@pytest.mark.parametrize("minutes", [1, 20, 300])
@pytest.mark.parametrize("again", [AD, AD + "！", f"{WARES}（改）"])
def test_an_edit_does_not_punish_twice(town, minutes, again):
    town.arrive(town.say("u1", AD, id="m"))
    town.later(minutes=minutes)
    assert town.arrive(town.say("u1", again, id="m")) == []
    assert (cases(town), strikes(town)) == (1, 1)


def test_nor_does_the_edit_of_a_late_message_of_the_same_burst(town):
    town.arrive(town.say("u1", AD, id="m1"))
    town.later(seconds=5)
    town.say("u1", WARES, id="m2")
    town.later(minutes=20)
    assert town.arrive(town.say("u1", WARES + "！", id="m2")) == []
    assert cases(town) == 1


def test_nor_an_edit_after_much_else_was_said(town):
    town.arrive(town.say("u1", AD, id="m"))
    for number in range(12):
        town.later(minutes=15)
        town.say("u1", f"今天去了公园，走了{number}圈，风很大")
    assert town.arrive(town.say("u1", AD + "！", id="m")) == []
    assert cases(town) == 1


def test_an_edit_that_turns_talk_into_an_ad_is_an_ad(town):
    assert town.say("u1", "大家早上好", id="m").verdict == "ok"
    assert sanctioned(town.say("u1", AD, id="m"))
    assert cases(town) == 1


def test_what_was_suspect_and_shows_to_be_sure_is_the_same_case(town):
    town.join("n1")
    town.say("n1", "", type="image", id="p1")
    lines = (Forwarded(name="甲", text=AD),)
    assert town.say("n1", "", id="h1", type="chat_history", forwarded=lines).verdict == "suspect"
    assert town.case().state == "asked"
    assert sanctioned(town.say("n1", AD, id="h1"))
    assert (cases(town), town.case().more) == (1, 0)


def test_a_recall_punishes_nobody_and_saves_nobody_twice(town):
    town.arrive(town.say("u1", AD, id="m"))
    assert town.tell(Recall(at=town.now, room="r1", id="m")).effects == ()
    town.later(seconds=20)
    assert town.arrive(town.say("u1", AD, id="m-again")) == []
    assert (cases(town), strikes(town)) == (1, 1)


def test_two_looks_at_one_picture_lead_to_one_case(town):
    town.join("n1")
    poster(town, "n1", "p1")
    looked_at(town, "n1", "p1")
    town.later(minutes=30)
    looked_at(town, "n1", "p1")
    assert cases(town) == 1


# -- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "deny", "verdict"),
    [
        (["dwz.cn"], [], "ok"),
        (["x.dwz.cn"], [], "ok"),
        ([], ["dwz.cn"], "ad"),
        (["x.dwz.cn"], ["dwz.cn"], "ad"),
        (["dwz.cn"], ["x.dwz.cn"], "ad"),
    ],
)
@pytest.mark.parametrize("where", ["defaults", "rooms"])
def test_an_explicit_allow_beats_a_general_list_and_an_explicit_deny_beats_both(allow, deny, verdict, where):
    lists = {"allow": allow, "deny": deny}
    base = {"mode": "act", "whitelist": [GUARD]}
    tables = (
        {"defaults": {**base, **lists}} if where == "defaults" else {"defaults": base, "rooms": {"r1": lists}}
    )
    decision = Town(**tables).say("u1", "资料在 https://x.dwz.cn/AbCd12 自己看")
    assert decision.verdict == verdict
    assert "link/short" not in rules_of(decision)


def test_a_default_allow_does_not_lift_a_rooms_own_deny():
    town = Town(defaults={"mode": "act", "allow": ["dwz.cn"]}, rooms={"r1": {"deny": ["dwz.cn"]}})
    assert town.say("u1", "资料在 https://dwz.cn/AbCd12").verdict == "ad"


def test_an_allowed_site_makes_no_ad_innocent():
    town = Town(rooms={"r1": {"allow": ["good.example"]}})
    assert town.say("u1", f"{AD} https://good.example/1").verdict != "ok"


# -- the immune ----------------------------------------------------------------------------------

OTHER_BOT = "other-bot"
IMMUNE = [OWNER, STAFF, OPERATOR, GUARD, BOT, OTHER_BOT, "deputy"]


def guarded():
    """A room whose immune people all came lately, brought in by u1; r2 has them as well."""
    town = Town(defaults={"mode": "act", "whitelist": [GUARD, OTHER_BOT], "ladder": {"ban_after": 1}})
    town.open("r2", "读书群")
    for person in IMMUNE:
        for room in ("r1", "r2"):
            role = "staff" if person == "deputy" else "member"
            event = Member(
                at=NOON, room=room, member=person, name=person, role=role, joined_at=NOON, inviter="u1"
            )
            town.tell(event)
    return town


def says(town, person):
    return [town.say(person, text) for text in (AD, LONG_AD, AD)]


def shows(town, person):
    return [poster(town, person, "p1")]


def forwards(town, person):
    return [town.say(person, "", type="chat_history", forwarded=(Forwarded(name="甲", text=AD),))]


def floods(town, person):
    return [town.say(person, "来了来了来了来了来了来了") for _ in range(12)]


def calls_all(town, person):
    return [town.say(person, "@所有人 " + WARES, mentions=("all",))]


def adds_people(town, person):
    asked = town.tell(FriendRequest(at=town.now, member=person, text=AD, id="f1"))
    return [asked, town.say(person, WARES)]


def is_in_the_tree(town, person):
    town.say(STAFF, "/kicktree @小林\u2005", mentions=("u1",))
    return [town.whisper(STAFF, f"/ok {number}") for number in list(town.state.cases)]


def is_ordered_out(town, person):
    return [
        town.say(OWNER, f"/{line} @{person}\u2005", mentions=(person,)) for line in ("ban", "kick", "warn")
    ] + [town.whisper(OWNER, f"/ok {number}") for number in list(town.state.cases)]


def is_on_a_list_and_comes_back(town, person):
    town.tell(BanEntry(at=town.now, member=person, reason="广告"))
    town.leave(person)
    back = town.join(person, inviter="u1")
    roster = town.tell(
        Roster(at=town.now, room="r2", members=(Present(person, person), Present("u1", "小林")))
    )
    return [back, roster, *says(town, person)]


def is_called_an_advertiser(town, person):
    town.say(person, WARES, id="quoted")
    return [town.say(OWNER, "/ad", quote="quoted"), town.say(STAFF, f"「{person}：{WARES}」\n- - - -\n/ad")]


PATHS = [says, shows, forwards, floods, calls_all, adds_people, is_in_the_tree, is_ordered_out]
PATHS += [is_on_a_list_and_comes_back, is_called_an_advertiser]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("person", IMMUNE)
def test_the_immune_are_immune_on_every_path(path, person):
    hit = sanctioned(*path(guarded(), person))
    assert [e for e in hit if getattr(e, "member", getattr(e, "to", None)) == person] == []


@pytest.mark.parametrize("path", [p for p in PATHS if p is not forwards])
def test_and_everybody_else_is_not(path):
    """Every path of the test above does lead to a sanction or a question, so that it proves something."""
    town = guarded()
    for room in ("r1", "r2"):
        town.join("n1", "n1", room=room, inviter="u1")
    path(town, "n1")
    if path is adds_people:
        assert town.state.people["n1"].befriending
    assert [case for case in town.state.cases.values() if "n1" in (case.member, *case.people)]


# -- undo ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/undo", "/notad"])
@pytest.mark.parametrize("text", [AD, WARES, LONG_AD], ids=["short", "wares", "long"])
def test_after_an_undo_the_same_text_is_not_punished_again_from_anybody_anywhere(town, command, text):
    town.open("r2", "读书群")
    town.arrive(town.say("u1", text))
    town.whisper(OPERATOR, f"{command} {town.case().number}")
    number = cases(town)
    for who, room in (("u1", "r1"), ("u2", "r1"), ("u3", "r2"), ("u1", "r2")):
        town.later(minutes=20)
        decision = town.say(who, text, room=room)
        assert (decision.verdict, decision.effects) == ("ok", ())
    assert cases(town) == number
    assert town.member("u1").strikes == ()


@pytest.mark.parametrize("command", ["/undo", "/notad"])
def test_after_an_undo_the_same_picture_is_not_punished_again(town, command):
    town.join("n1")
    assert sanctioned(poster(town, "n1", "p1"))
    assert town.case().pictures == (PRINT,)
    assert town.state.account.pictures == (PRINT,)
    town.whisper(OPERATOR, f"{command} {town.case().number}")
    assert town.state.account.pictures == ()
    number = cases(town)
    town.later(hours=1)
    for message, print_, ocr in (("p2", PRINT, POSTER), ("p3", NEARLY, POSTER + " 速来"), ("p4", NEARLY, "")):
        decision = poster(town, "u2", message, print_, ocr)
        assert (decision.verdict in {None, "ok"}, sanctioned(decision)) == (True, [])
    assert cases(town) == number


def test_all_pictures_of_a_burst_are_forgotten_with_their_case(town):
    town.join("n1")
    for number, print_ in enumerate((PRINT, OTHER, "1111222233334444")):
        poster(town, "n1", f"p{number}", print_)
        town.later(seconds=2)
    assert len(town.case().pictures) == len(town.state.account.pictures) == 3
    town.whisper(OPERATOR, f"/undo {town.case().number}")
    assert town.state.account.pictures == ()


def test_a_picture_staff_called_an_ad_is_known_and_no_longer_once_that_is_taken_back():
    town = Town(defaults={"mode": "assist", "whitelist": [GUARD]})
    town.join("n1")
    poster(town, "n1", "p1")
    town.whisper(OPERATOR, f"/ok {town.case().number}")
    assert town.state.account.pictures == (PRINT,)
    town.later(hours=1)
    assert "pictures/seen" in rules_of(poster(town, "u2", "p2", NEARLY, ""))
    town.whisper(OPERATOR, "/undo 1")
    assert town.state.account.pictures == ()


def test_a_request_rejected_makes_its_picture_harmless_and_a_later_word_counts_more():
    town = Town(defaults={"mode": "assist", "whitelist": [GUARD]})
    town.join("n1")
    poster(town, "n1", "p1")
    town.whisper(OPERATOR, "/no 1")
    account = town.state.account
    assert (account.pictures, account.harmless_pictures) == ((), (PRINT,))
    town.whisper(OPERATOR, "/ad 1")
    account = town.state.account
    assert (account.pictures, account.harmless_pictures) == ((PRINT,), ())


def test_undo_clears_ban_counters_index_and_sample():
    town = Town(defaults={"mode": "act", "ladder": {"ban_after": 1}})
    town.open("r2", "读书群")
    town.join("n1")
    town.join("n1", room="r2")
    before = msgspec.structs.replace(town.member("n1"))
    town.arrive(town.say("n1", AD))
    town.later(hours=1)
    town.leave("n1", remover=BOT)
    town.join("n1")
    town.arrive(town.say("n1", WARES))
    assert town.state.people["n1"].banned
    for number in list(town.state.cases):
        town.whisper(OPERATOR, f"/undo {number}")
    member = town.member("n1")
    assert not town.state.people["n1"].banned
    assert (member.strikes, town.state.account.copies, town.state.account.pictures) == (
        before.strikes,
        (),
        (),
    )
    assert {sample.label for sample in town.state.samples.values()} <= {"ok"}
    assert {known.label for known in town.state.known.values()} <= {"ok"}
    town.later(hours=1)
    assert sanctioned(town.join("n1"), town.say("n1", AD)) == []


def test_what_staff_called_an_ad_and_took_back_makes_no_copy_of_it_suspect(town):
    town.open("r2", "读书群")
    town.say("u1", WARES, id="m")
    town.arrive(town.say(STAFF, "/ad", quote="m"))
    assert town.state.account.copies
    town.whisper(OPERATOR, f"/undo {town.case().number}")
    assert town.state.account.copies == ()
    assert "behaviour/copies" not in rules_of(town.say("u2", WARES, room="r2"))


def test_an_undone_flood_or_repetition_is_not_at_once_one_again(town):
    for _ in range(3):
        town.arrive(town.say("u1", WARES))
        town.later(minutes=2)
    for number in list(town.state.cases):
        town.whisper(OPERATOR, f"/undo {number}")
    assert town.say("u1", WARES).verdict == "ok"


# -- rooms ---------------------------------------------------------------------------------------


def test_two_rooms_share_no_counters(town):
    town.open("r2", "读书群")
    for number in range(7):
        town.say("u1", f"第{number}句", room="r1")
    assert "behaviour/flood" not in rules_of(town.say("u1", "第八句", room="r2"))
    for room in ("r1", "r2", "r1", "r2"):
        decision = town.say("u1", "明天下午三点河边集合，不见不散", room=room)
        town.later(minutes=1)
    assert "behaviour/repeat" not in rules_of(decision)
    for room, piece in zip(("r1", "r2") * 3, ("加", "v", "xhm_demo88", "手机", "兼职日结200"), strict=False):
        decision = town.say("u1", piece, room=room)
    assert "behaviour/split" not in rules_of(decision)


def test_a_reminder_in_one_room_is_none_in_another(town):
    town.open("r2", "读书群")
    town.arrive(town.say("u1", AD))
    town.later(hours=1)
    assert [kind for kind in kinds(town.say("u1", AD, room="r2")) if kind != "notify_staff"] == ["remind"]


def test_counts_of_types_are_kept_per_room_and_for_a_day_whatever_else_is_said():
    town = Town(rooms={room: {"types": {"video": 1}} for room in ("r1", "r2")})
    town.open("r2", "读书群")
    assert town.say("u1", "", type="video").verdict == "ok"
    assert town.say("u1", "", type="video", room="r2").verdict == "ok"
    for number in range(30):
        town.later(minutes=10)
        town.say("u1", f"今天去了公园，走了{number}圈，风很大")
    assert "behaviour/unwanted-type" in rules_of(town.say("u1", "", type="video"))
    assert len(town.member("u1").recent) <= 16
    town.later(hours=25)
    assert town.say("u1", "", type="video", room="r2").verdict == "ok"


def test_a_request_in_one_room_excuses_nothing_in_another(town):
    town.open("r2", "读书群")
    town.say("u2", "谁有靠谱的开锁师傅推荐一下，急", room="r2")
    assert "context/answers-request" not in rules_of(town.say("u1", WARES))


# -- trade and warnings --------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["normal", "ads-room"])
def test_a_sellers_price_list_passes_in_a_trade_room(preset):
    town = Town(rooms={"r1": {"policy": "ads_allowed", "preset": preset}})
    for who in ("u1", "u2"):
        for _ in range(2):
            assert town.say(who, PRICES).verdict == "ok"
            town.later(hours=5)
    card = town.say("u1", "", type="contact_card", card=Card(id="x", name="老王水果批发"))
    shop = town.say(
        "u1", "", type="link", link=Link(url="https://shop.example/1", title="水果店今日特价，满50包邮")
    )
    assert (card.verdict, shop.verdict) == ("ok", "ok")


@pytest.mark.parametrize(
    "scam", ["无抵押贷款秒下款，黑户可做，加微信 demo_loan5", "刷单返佣日结，垫付本金当天返，加V demo_88"]
)
def test_what_is_welcome_nowhere_is_not_welcome_in_a_trade_room(scam):
    town = Town(rooms={"r1": {"policy": "ads_allowed", "preset": "ads-room"}})
    town.join("n1")
    assert town.say("n1", scam).verdict == "ad"


@pytest.mark.parametrize(
    "warning",
    [
        "大家当心，“手机兼职日结200，加V拉你进群”是骗人的，我同事被骗了两千",
        "提醒各位家长，最近有人冒充老师在群里收资料费，千万别扫码付款",
        "刚接到电话说我征信异常要加客服处理，大家别上当，这是诈骗",
        "群里那个说加微信领奶粉的是骗子，已经举报了",
    ],
)
@pytest.mark.parametrize("preset", ["gentle", "normal"])
def test_a_warning_about_fraud_passes(warning, preset):
    town = Town(scoring={"preset": preset})
    town.join("n1")
    assert town.say("u1", warning).verdict == "ok"
    assert sanctioned(town.say("n1", warning)) == []


def test_the_command_answers_of_an_undo_are_words_and_no_sanction(town):
    town.arrive(town.say("u1", AD))
    decision = town.whisper(OPERATOR, "/undo 1")
    assert texts(decision)[-1] == "case.undone"
    assert sanctioned(decision) == []

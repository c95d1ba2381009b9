"""Types of messages a room does not want: told in words of their own, never as ads, never a ban."""

from __future__ import annotations

import pytest

from bot.core.digest.values import digest_values
from bot.core.draft import Draft
from bot.core.effects import Remove
from bot.core.events import Card, Image, Link
from bot.errors import ConfigError
from bot.shell.render import load_renderer
from tests.core.ads.test_behaviour import RULES, Town, rules_of
from tests.core.scene import BOT, OPERATOR, STAFF, kinds, texts
from tests.packs.test_config import load

AD = "加V xhm_demo88 手机兼职日结200"
TYPES = {"video": 0, "image": 0, "link": 0, "miniprogram": 2}


def town_with(types=TYPES, mode="act", **room):
    return Town(defaults={"mode": mode}, rooms={"r1": {"types": types, **room}})


def said(effect):
    return {language: load_renderer(language, RULES.specs).render(effect.words) for language in ("zh", "en")}


def video(town, who="u1", words=""):
    return town.say(who, words, type="video")


def climb(town, times, who="u1"):
    seen = []
    for _ in range(times):
        decision = video(town, who)
        seen.append(decision)
        town.arrive(decision)
        town.later(hours=1)
    return seen


@pytest.mark.parametrize(("friend", "via"), [(True, "private"), (False, "room")])
def test_reminder_and_warning_name_the_type_and_no_advertising(friend, via):
    town = town_with()
    town.befriend("u1", friend)
    first, second, third = climb(town, 3)
    assert (texts(first), texts(second)) == ([f"remind.type.{via}"], [f"warn.type.{via}"])
    assert kinds(third)[0] == "remove"
    for effect in (*first.effects, *second.effects):
        words = said(effect)
        assert "视频" in words["zh"]
        assert "video" in words["en"]
        assert not any(word in words["zh"] for word in ("广告", "推广"))
        assert not any(word in words["en"].lower() for word in ("advert", "promot", " ads"))


def test_a_count_is_said():
    town = town_with()
    for _ in range(2):
        assert town.say("u1", "", type="miniprogram").effects == ()
    (effect,) = town.say("u1", "", type="miniprogram").effects
    assert "小程序每人一天最多 2 条" in said(effect)["zh"]


def test_it_is_no_ad_in_any_figure():
    town = town_with()
    town.later(minutes=1)
    climb(town, 1)
    day = next(iter(town.state.days["r1"].values()))
    assert (day.ads, day.suspects, day.unwelcome) == (0, 0, 1)
    draft = Draft(town.state, town.policy, town.now)
    (row,) = digest_values(draft, OPERATOR, day.day, late=False)["rooms"]
    assert (row["ads"], row["unwelcome"]) == (0, 1)


def test_the_ladder_ends_at_removal_and_never_in_a_ban():
    town = Town(defaults={"mode": "act", "ladder": {"ban_after": 1}}, rooms={"r1": {"types": {"video": 0}}})
    town.open("r2", "二群")
    town.join("u1", room="r2")
    climb(town, 2)
    for _ in range(4):
        decision = video(town)
        assert {type(e) for e in decision.effects if kinds(decision)[0] != "notify_staff"} == {Remove}
        town.arrive(decision)
        town.leave("u1", remover=BOT)
        town.later(hours=1)
        town.join("u1")
    assert not town.state.people["u1"].banned
    assert not any(case.level == "ban" for case in town.state.cases.values())


def test_removals_for_a_type_bring_no_ban_for_ads_nearer():
    town = Town(defaults={"mode": "act", "ladder": {"ban_after": 1}}, rooms={"r1": {"types": {"video": 0}}})
    climb(town, 3)
    town.leave("u1", remover=BOT)
    town.later(hours=1)
    town.join("u1")
    assert kinds(town.say("u1", AD))[0] == "remove"


def test_a_newcomer_is_told_first():
    town = town_with()
    town.join("n1")
    assert kinds(video(town, "n1")) == ["remind"]


def test_ads_and_types_are_counted_apart():
    town = town_with()
    climb(town, 1)
    decision = town.say("u1", AD)
    assert texts(decision)[0].startswith("remind.")
    assert not texts(decision)[0].startswith("remind.type")


def test_an_ad_right_behind_a_video_is_still_an_ad():
    town = town_with()
    town.arrive(video(town))
    town.later(seconds=5)
    assert texts(town.say("u1", AD))[0] in {"remind.room", "remind.private"}


def test_an_ad_in_an_unwelcome_type_is_an_ad():
    town = town_with(deny=["dwz.cn"])
    decision = town.say("u1", "", type="link", link=Link(url="https://dwz.cn/Ab3", title="资料"))
    assert "behaviour/unwanted-type" in rules_of(decision)
    assert texts(decision)[0] in {"remind.room", "remind.private"}
    assert next(iter(town.state.days["r1"].values())).ads == 1


def test_a_picture_that_is_merely_unwelcome_is_no_known_ad():
    town = town_with()
    town.say("u1", "", type="image", image=Image(hash="ffeeddccbbaa0011"))
    assert town.state.account.pictures == ()


def test_nothing_is_learned_from_a_yes_or_a_no_to_it():
    for answer in ("/ok", "/no"):
        town = town_with(mode="assist")
        video(town, words="孩子今天在幼儿园跳舞")
        town.whisper(STAFF, f"{answer} {town.case().number}")
        assert town.state.samples == {}


def test_staff_may_still_call_it_an_ad_or_harmless():
    town = town_with(mode="assist")
    video(town, words="孩子今天在幼儿园跳舞")
    decision = town.whisper(STAFF, f"/ad {town.case().number}")
    assert texts(decision)[0] in {"remind.room", "remind.private"}
    assert town.state.samples[town.case().number].label == "ad"
    town = town_with()
    town.arrive(video(town, words="孩子今天在幼儿园跳舞"))
    town.whisper(STAFF, f"/notad {town.case().number}")
    assert town.member("u1").strikes == ()


def test_no_line_in_the_room_speaks_of_an_advertiser_who_left():
    town = town_with(removal_line=True)
    *_, removed = climb(town, 2), video(town)
    done = town.arrive(removed)
    assert "removed.room" not in [e.words.text for e in done if hasattr(e, "words")]


# ------------------------------------------------------------------------------------ types and counts


def test_articles_are_a_type_of_their_own_and_follow_links_unless_named():
    town = town_with({"link": 0})
    article = {"type": "article", "link": Link(url="https://mp.weixin.qq.com/s/a", title="育儿")}
    assert "behaviour/unwanted-type" in rules_of(town.say("u1", "", **article))
    town = town_with({"link": 0, "article": 1})
    assert rules_of(town.say("u1", "", **article)) == set()
    assert "behaviour/unwanted-type" in rules_of(town.say("u1", "", **article))
    town = town_with({"article": 0})
    (effect,) = town.say("u1", "", **article).effects
    assert "公众号文章" in said(effect)["zh"]
    assert rules_of(town.say("u2", "", type="link", link=Link(url="https://x.test", title="校历"))) == set()


def test_a_request_for_a_card_welcomes_articles_like_links():
    town = town_with({"video": 0})
    town.say("u2", "谁有开锁师傅的联系方式，求推荐")
    assert town.say("u1", "", type="contact_card", card=Card(id="x", name="开锁王师傅")).verdict == "ok"


@pytest.mark.parametrize("limit", [8, 100, 1000])
def test_counts_hold_beyond_what_is_remembered_of_words(limit):
    town = town_with({"image": limit})
    for _ in range(limit):
        town.later(seconds=30)
        assert town.say("u1", "", type="image").verdict == "ok"
    assert "behaviour/unwanted-type" in rules_of(town.say("u1", "", type="image"))
    assert len(town.member("u1").sent) <= 24
    assert len(town.member("u1").recent) <= 12


def test_a_count_is_over_after_a_day():
    town = town_with({"image": 9})
    for _ in range(9):
        town.say("u1", "", type="image")
    town.later(hours=23)
    assert "behaviour/unwanted-type" in rules_of(town.say("u1", "", type="image"))
    town.later(hours=2)
    assert town.say("u1", "", type="image").verdict == "ok"
    town.later(hours=25)
    town.say("u1", "大家早上好")
    assert town.member("u1").sent == ()


def test_looked_at_again_a_message_is_counted_once():
    town = town_with({"image": 2})
    town.say("u1", "", type="image", id="p1")
    town.say("u1", "", type="image", id="p2")
    assert town.say("u1", "", type="image", id="p1").verdict == "ok"
    assert sum(one.count for one in town.member("u1").sent) == 2


def test_a_count_nobody_can_reach_is_refused_with_its_bound(tmp_path):
    with pytest.raises(ConfigError, match=r"1000 .*types") as caught:
        load(tmp_path, "[rooms.r1.types]\nimage = 1001")
    assert "\n" not in str(caught.value)
    assert load(tmp_path, "[rooms.r1.types]\nimage = 1000").rooms["r1"].types == {"image": 1000}

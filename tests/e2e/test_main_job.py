"""What the bot is for, from a message in a room to what the platform was asked to do, on both stores."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from bot.channels.simulator.scene import Content
from bot.core.events import Enrich
from bot.ports import Store
from tests.e2e.town import AD, AIDE, BOSS, BOT, FRIEND, GUARD, MAYBE, NOON, STRANGER, TALK, Town, community


def number_in(text: str) -> int:
    found = re.search(r"【(\d+) 号】", text)
    assert found is not None, text
    return int(found[1])


class TestAds:
    async def test_a_newcomers_ad_leads_out_at_once_and_it_is_verified(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            await town.say("new", AD)
            assert town.removed() == [("a", "new")]
            assert town.case().state == "done"
            assert town.case().done == ("remove",)
            assert town.said(room="a") == []
            [told] = town.said(to=AIDE)
            assert "已把 新人 移出群，并核对过名单" in told
            assert not town.member("new").present

    async def test_a_newcomers_second_line_of_the_same_burst_opens_no_second_case(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            for _ in range(3):
                town.world.say("new", Content(text=AD), room="a")
            await town.settled()
            assert town.removed() == [("a", "new")]
            assert list(town.runtime.lane.state.cases) == [1]
            assert town.case().more == 2

    @pytest.mark.parametrize("who", [FRIEND, STRANGER])
    async def test_a_member_is_reminded_then_warned_then_removed(self, store: Store, who: str):
        async with Town(store) as town:
            levels = []
            for _ in range(3):
                await town.say(who, AD)
                levels.append((town.case().level, town.case().state))
                await town.later(hours=1)
            assert levels == [("remind", "done"), ("warn", "done"), ("remove", "done")]
            assert town.removed() == [("a", who)]
            private, public = town.said(to=who), town.said(room="a")
            assert (len(private), len(public)) == ((2, 0) if who == FRIEND else (0, 2))

    async def test_who_is_no_friend_is_called_by_name_in_the_room_without_the_reason(self, store: Store):
        async with Town(store) as town:
            await town.say(STRANGER, AD)
            [line] = town.said(room="a")
            assert line.startswith("@小王")
            assert "demo88" not in line
            assert "日结" not in line

    @pytest.mark.parametrize("who", [BOSS, AIDE, GUARD])
    async def test_staff_owner_and_whitelisted_people_may_write_what_they_like(self, store: Store, who: str):
        async with Town(store) as town:
            for _ in range(3):
                await town.say(who, AD)
            assert town.removed() == []
            assert town.said(to=who) == []
            assert town.said(room="a") == []

    async def test_whoever_quotes_or_forwards_an_ad_is_not_charged_with_it(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            await town.say("new", f"「小王：{AD}」\n- - - - - - -\n这种别理他")
            record = [{"name": "小王", "text": AD}]
            await town.say("new", "大家小心", type="chat_history", forwarded=record)
            assert town.removed() == []
            assert not town.runtime.lane.state.cases

    async def test_a_suspicion_is_asked_about_even_where_the_bot_may_act(self, store: Store):
        async with Town(store) as town:
            await town.say(FRIEND, MAYBE)
            assert town.removed() == []
            assert town.case().state == "asked"
            assert "/ok 1" in town.said(to=AIDE)[0]


class TestModes:
    async def test_observe_touches_nobody_and_tells_nobody(self, store: Store):
        async with Town(store, mode="observe") as town:
            await town.join("new")
            for who in ("new", FRIEND, STRANGER):
                for _ in range(3):
                    await town.say(who, AD)
                    await town.later(minutes=20)
            assert town.removed() == []
            assert town.said(room="a") == []
            assert town.said() == []
            assert {case.state for case in town.runtime.lane.state.cases.values()} == {"recorded"}
            recorded = [d for _, d in town.decisions if d.recorded]
            assert len(recorded) == 9

    async def test_assist_asks_in_private_and_a_yes_carries_it_out(self, store: Store):
        async with Town(store, mode="assist") as town:
            await town.join("new")
            await town.say("new", AD)
            assert town.removed() == []
            number = number_in(town.said(to=AIDE)[0])
            await town.whisper(AIDE, f"/ok {number}")
            assert town.removed() == [("a", "new")]
            assert town.case(number).state == "done"
            assert town.case(number).by == AIDE
            assert town.said(room="a") == []

    async def test_a_no_leaves_no_trace_on_the_member(self, store: Store):
        async with Town(store, mode="assist") as town:
            await town.join("new")
            await town.say("new", AD)
            number = number_in(town.said(to=AIDE)[0])
            await town.whisper(AIDE, f"驳回 {number}")
            await town.later(days=2)
            assert town.removed() == []
            assert town.member("new").strikes == ()
            assert town.case(number).state == "rejected"

    async def test_only_the_first_answer_counts(self, store: Store):
        async with Town(store, mode="assist") as town:
            await town.join("new")
            await town.say("new", AD)
            await town.whisper(AIDE, "/no 1")
            await town.whisper(BOSS, "/ok 1")
            assert town.removed() == []
            assert "已驳回" in town.said(to=BOSS)[-1]

    async def test_a_members_yes_is_no_yes(self, store: Store):
        async with Town(store, mode="assist") as town:
            await town.join("new")
            await town.say("new", AD)
            await town.whisper(FRIEND, "/ok 1")
            assert town.removed() == []
            assert town.case(1).state == "asked"

    async def test_without_an_answer_nothing_happens_and_a_late_yes_is_too_late(self, store: Store):
        async with Town(store, mode="assist") as town:
            await town.join("new")
            await town.say("new", AD)
            await town.later(hours=25)
            await town.whisper(AIDE, "/ok 1")
            assert town.removed() == []
            assert town.case(1).state == "expired"

    async def test_a_mode_set_in_the_room_holds_after_a_restart(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "/mode observe")
            assert "只观察" in town.said(room="a")[-1]
        town.clock.advance_to(NOON + timedelta(hours=1))
        async with Town(store, world=town.world, clock=town.clock) as again:
            await again.join("new")
            await again.say("new", AD)
            assert again.removed() == []
            assert again.case().state == "recorded"


class TestCommands:
    async def test_staff_warns_by_name_and_it_counts(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "/warn @小林 请不要在群里吵架")
            [words] = town.said(to=FRIEND)
            assert "请不要在群里吵架" in words
            assert town.said(room="a") == []
            assert [s.level for s in town.member(FRIEND).strikes] == ["warn"]

    async def test_kick_by_the_old_word_works_in_every_mode(self, store: Store):
        async with Town(store, mode="observe") as town:
            await town.say(BOSS, "踢@小王")
            assert town.removed() == [("a", STRANGER)]
            assert town.case().by == BOSS

    @pytest.mark.parametrize("line", ["/kick @小王", "踢@小王", "/warn @小王", "/mode observe", "/undo 1"])
    async def test_a_members_command_is_ordinary_talk(self, store: Store, line: str):
        async with Town(store) as town:
            await town.say(FRIEND, line)
            await town.later(hours=1)
            assert town.removed() == []
            assert town.said(room="a") == []
            assert town.said() == []
            assert town.runtime.lane.state.rooms["a"].mode is None

    async def test_a_quoted_command_is_not_obeyed(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "「小林：/kick @小王」\n- - - - - - -\n不要乱发命令哦")
            assert town.removed() == []

    @pytest.mark.parametrize("whom", ["小满", "木木老师", "门卫", "管家"])
    async def test_nobody_can_order_the_removal_of_the_immune(self, store: Store, whom: str):
        async with Town(store) as town:
            await town.say(AIDE, f"踢@{whom}")
            assert town.removed() == []
            assert not any(c.state in {"carrying", "done"} for c in town.runtime.lane.state.cases.values())

    async def test_undo_after_a_removal_brings_a_friend_back_with_an_apology(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "/kick @小林")
            await town.whisper(AIDE, "/undo 1")
            assert FRIEND in town.world.present["a"]
            assert "抱歉" in town.said(to=FRIEND)[-1]
            assert town.member(FRIEND).strikes == ()
            assert town.case().state == "undone"

    async def test_whom_undo_brought_back_is_what_they_were_before(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "/kick @小林")
            await town.whisper(AIDE, "/undo 1")
            assert FRIEND in town.world.present["a"]
            await town.say(FRIEND, AD)
            assert town.case().level == "remind"

    async def test_undo_tells_staff_when_it_could_not_bring_somebody_back(self, store: Store):
        async with Town(store) as town:
            await town.say(AIDE, "/kick @小王")
            await town.whisper(AIDE, "/undo 1")
            await town.later(minutes=10)
            assert STRANGER not in town.world.present["a"]
            assert any("没能把 小王 请回群" in text for text in town.said(to=AIDE))


class TestHonesty:
    async def test_a_removal_that_fails_silently_is_reported_and_never_recorded_as_done(self, store: Store):
        stubborn = {"stubborn": [{"member": "new", "times": 1000}]}
        async with Town(store, limits=stubborn) as town:
            await town.join("new")
            await town.say("new", AD)
            await town.later(hours=1)
            assert town.scenes("kick_failed")
            assert town.removed() == []
            assert town.case().state == "failed"
            assert town.case().done == ()
            assert town.member("new").present
            assert town.member("new").strikes == ()
            told = town.said(to=AIDE)
            assert any("没有成功" in text and "成员名单里 TA 还在" in text for text in told)
            assert not any("已把" in text for text in told)
            day = next(iter(town.runtime.lane.state.days["a"].values()))
            assert (day.removes, day.failed) == (0, 1)

    async def test_without_the_right_to_remove_staff_hears_of_it(self, store: Store):
        async with Town(store) as town:
            town.world.plans["a"] = type(town.world.plans["a"])(
                id="a", topic="母婴群", owner=BOSS, staff=(AIDE,), account="member"
            )
            await town.join("new")
            await town.say("new", AD)
            await town.later(hours=1)
            assert town.removed() == []
            assert town.case().state == "failed"
            assert any("没有权限" in text for text in town.said(to=AIDE))

    async def test_a_removal_the_platform_carries_out_late_is_found_by_reading_the_members(
        self, store: Store
    ):
        async with Town(store, limits={"stubborn": [{"member": "new", "times": 1}]}) as town:
            await town.join("new")
            await town.say("new", AD)
            town.world.leave("a", "new", remover=BOT)  # the kick that was answered before it was done
            await town.later(minutes=5)
            assert town.case().state == "done"
            assert town.case().failed == ()

    @pytest.mark.parametrize("place", ["a", None])
    async def test_words_without_an_answer_are_proven_by_their_echo_or_left_alone(
        self, store: Store, place: str | None
    ):
        async with Town(store, limits={"lost": 1.0}) as town:
            for _ in range(8):
                await town.say(AIDE, "/mode" if place else "/status", place)
            await town.later(hours=2)
            lost, said = town.scenes("lost"), town.said(room=place)
            assert lost
            assert said
            assert len(lost) + len(said) == 8
            unknown = await town.rows("unknown")
            assert set(town.runtime.lane.state.account.unsure) == set(unknown)
            assert len(unknown) == len(lost)
            assert await town.rows("todo") == {}


class TestPictures:
    async def test_a_code_in_a_picture_is_read_and_judged(self, store: Store):
        async with Town(store) as town:
            await town.join("new")
            said = town.world.say("new", Content(type="image"), room="a")
            town.world.pictures[said] = qr_picture(AD)
            await town.settled()
            [found] = [(e, d) for e, d in town.decisions if isinstance(e, Enrich)]
            assert found[0].qr == (AD,)
            assert found[0].id == said
            assert found[1].verdict == "ad"
            assert town.removed() == [("a", "new")]
            journal = b"\n".join(raw for _, raw in await store.journal())
            assert b'"kind":"enrich"' in journal

    async def test_an_innocent_picture_and_what_is_no_picture_lead_to_nothing(self, store: Store):
        from PIL import Image

        plain = io.BytesIO()
        Image.new("RGB", (64, 64), "white").save(plain, "PNG")
        async with Town(store) as town:
            for picture in (plain.getvalue(), b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"GIF89a" + bytes(9)):
                said = town.world.say(STRANGER, Content(type="image"), room="a")
                town.world.pictures[said] = picture
                await town.settled()
            assert not [e for e, _ in town.decisions if isinstance(e, Enrich)]
            assert not town.runtime.lane.state.cases


class TestDigest:
    async def test_it_comes_once_at_its_hour(self, store: Store):
        async with Town(store) as town:
            await town.say(FRIEND, TALK)
            await town.until(NOON.replace(hour=12, minute=59))
            assert town.said(to=BOSS) == []
            await town.until(NOON.replace(hour=13, minute=1))
            [digest] = town.said(to=BOSS)
            assert "2026-03-02 群日报" in digest
            assert "迟到" not in digest
            for _ in range(5):
                await town.runtime.tick()
            await town.until(NOON.replace(hour=15))
            assert len(town.said(to=BOSS)) == 1

    async def test_it_comes_late_once_after_downtime_and_the_next_day_as_ever(self, store: Store):
        async with Town(store) as town:
            await town.say(FRIEND, TALK)
        town.clock.advance_to(NOON + timedelta(hours=13))  # one in the morning in Shanghai
        async with Town(store, world=town.world, clock=town.clock) as again:
            await again.runtime.tick()
            await again.runtime.tick()
            await again.settled()
            [digest] = again.said(to=BOSS)
            assert "2026-03-02 群日报，自上次日报起（迟到了" in digest
            await again.until(NOON + timedelta(days=1, hours=10))
            assert [text[:10] for text in again.said(to=BOSS)] == ["2026-03-02", "2026-03-03"]
            assert "迟到" not in again.said(to=BOSS)[-1]

    async def test_after_days_of_downtime_there_is_one_digest_not_many(self, store: Store):
        async with Town(store) as town:
            await town.say(FRIEND, TALK)
        town.clock.advance_to(NOON + timedelta(days=4))
        async with Town(store, world=town.world, clock=town.clock) as again:
            await again.runtime.tick()
            await again.settled()
            assert len(again.said(to=BOSS)) == 1

    async def test_what_nobody_can_vouch_for_is_counted_in_it_and_in_the_status(self, store: Store):
        async with Town(store, limits={"lost": 1.0}) as town:
            for _ in range(4):
                await town.say(AIDE, "/mode")
            unknown = len(await town.rows("unknown"))
            assert unknown
            town.world.community = community()
            await town.whisper(BOSS, "/status")
            assert f"有 {unknown} 条消息不确定是否发出" in town.said(to=BOSS)[-1]
            await town.until(NOON + timedelta(hours=10))
            assert "群日报" in town.said(to=BOSS)[-1]
            assert f"有 {unknown} 条消息不确定是否发出" in town.said(to=BOSS)[-1]


class TestPrivacy:
    async def test_nothing_said_in_private_ever_appears_in_a_room(self, store: Store):
        secrets = [f"悄悄话{n}其实我家里出事了" for n in range(4)]
        tables = {"defaults": {"removal_line": True}}
        async with Town(store, tables=tables) as town:
            await town.whisper(FRIEND, secrets[0])
            await town.say(FRIEND, AD)
            await town.whisper(FRIEND, secrets[1])
            await town.say(AIDE, "/status")
            await town.whisper(FRIEND, "别再给我发消息了，" + secrets[2])
            await town.later(hours=1)
            await town.say(FRIEND, AD)
            await town.later(hours=1)
            await town.say(FRIEND, AD)
            await town.whisper(AIDE, f"/undo 3 {secrets[3]}")
            await town.whisper(AIDE, "/undo 3")
            await town.later(days=2)
            in_rooms = [s.text for s in town.world.transcript if s.by_account and s.room is not None]
            assert in_rooms
            assert not [t for t in in_rooms if "悄悄话" in t or "家里出事" in t]
            to_staff = "\n".join(town.said(to=AIDE))
            assert secrets[0] in to_staff  # passed on, so that they are not lost either
            others = [s for s in town.world.transcript if s.by_account and not {AIDE, BOSS} & set(s.to)]
            assert not [s for s in others if "家里出事" in s.text]


def qr_picture(text: str) -> bytes:
    """Return a PNG with a QR code."""
    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=5, add_quiet_zones=True))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()

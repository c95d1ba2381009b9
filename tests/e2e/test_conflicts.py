"""Quarrels from the first line to the outcome: the real program, playbooks and reader on a simulated platform."""

from __future__ import annotations

import pytest

from bot.ports import Store
from bot.store.memory import MemoryStore
from tests.e2e.quarrels import (
    DIFFERENT,
    DOU,
    HAN,
    JOKE,
    KEEPS_AT,
    LIN,
    LIU,
    OPEN_DAY,
    PEACE,
    TANG,
    TEACHER,
    TEACHER_LEAVES,
    UNANSWERED,
    UPSELL,
    WANG,
    Community,
)
from tests.e2e.town import AIDE, BOSS

# Replies as the playbook's own scripted talks have them.
PEACEFUL = (
    "我没事，就是有点莫名其妙",
    "他先拿我开玩笑的，我才回了一句",
    "可能吧",
    "我就希望别再提了",
    "行，就这么办吧",
)
ANGRY_FIRST = ("他凭什么当着那么多人那样说我，气死我了", "嗯……其实就是觉得有点丢脸", *PEACEFUL[1:])


def told_to_staff(town: Community) -> list[str]:
    return [line for who in (AIDE, TEACHER, BOSS) for line in town.said(to=who)]


async def reconcile(town: Community) -> None:
    for words in PEACEFUL:
        await town.answer(LIN, words)
    for words in ANGRY_FIRST:
        await town.answer(WANG, words)


class TestAJokeTakenAsAnInsult:
    async def test_from_the_first_line_to_the_follow_up_a_week_later(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            kind, parties = town.flags()[0]
            assert (kind, set(parties)) == ("dispute", {LIN, WANG})
            assert len(town.conflicts()) == 1
            assert len(town.said(room="a")) == 1
            [brief] = [line for line in town.said(to=AIDE) if "群友争执" in line]
            assert "小林" in brief
            assert "小王" in brief
            assert "/take 1" in brief
            assert len(town.said(to=LIN)) == len(town.said(to=WANG)) == 1
            await reconcile(town)
            assert town.state_of() == "done"
            assert town.care().outcome == "agreed"
            assert len(town.said(room="a")) == 1
            before = len(town.said(to=LIN))
            await town.later(hours=26)
            assert len(town.said(to=LIN)) == before + 1
            await town.answer(LIN, "没事了，谢谢关心")
            await town.later(days=7)
            assert len(town.said(to=LIN)) == before + 2
            await town.later(days=40)
            assert town.care().turns[0].words == ""
            assert len(town.said(to=LIN)) == before + 2

    async def test_no_word_of_one_side_reaches_the_other_or_the_room(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            secret = "他先拿我开玩笑的，我才回了一句"
            await reconcile(town)
            for heard in (town.said(to=WANG), town.said(room="a")):
                assert not any(secret in line or "小林" in line for line in heard)
            assert any(secret in line for line in told_to_staff(town))

    async def test_who_never_answers_is_reminded_once_and_left_in_peace(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            for words in PEACEFUL:
                await town.answer(LIN, words)
            await town.later(days=4)
            assert town.track(WANG).outcome == "no-answer"
            assert town.state_of() == "done"
            assert town.care().outcome == "no-answer"
            said = len(town.said(to=WANG))
            assert said == 2
            await town.later(days=20)
            assert len(town.said(to=WANG)) == said
            assert any("没有回音" in line for line in told_to_staff(town))

    async def test_leave_me_alone_is_for_ever(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            await town.answer(WANG, "别烦我")
            assert town.track(WANG).outcome == "opted-out"
            said = town.said(to=WANG)
            assert "不再私信打扰" in said[-1]
            await reconcile_one(town)
            await town.later(days=1)
            await town.play(JOKE)
            await town.later(days=10)
            assert town.said(to=WANG) == said

    async def test_who_asks_for_a_human_gets_one(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            heard = await town.answer(LIN, "我不跟机器人说，叫你们管理员来")
            assert len(heard) == 1
            assert "木木老师" in heard[0]
            assert town.track(LIN).state == "human"
            assert any("要找真人" in line for line in town.said(to=AIDE))
            assert await town.answer(LIN, "在吗") == []
            assert any("在吗" in line for line in town.said(to=AIDE))

    async def test_who_threatens_to_sue_goes_to_staff_and_operator(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            await town.answer(WANG, "他造谣我，我要告他诽谤，律师函已经在写了")
            assert town.track(WANG).state == "human"
            for who in (AIDE, BOSS):
                assert any("律师函" in line for line in town.said(to=who))

    async def test_a_hint_at_self_harm_goes_to_people_at_once_even_at_night(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            await town.later(hours=13)
            before = len(town.said(to=BOSS))
            await town.whisper(WANG, "每次都是我，真的不想活了")
            assert town.track(WANG).state == "human"
            assert len(town.said(to=BOSS)) == before + 1
            assert "12356" in town.said(to=WANG)[-1]
            assert town.flags()[-1] == ("safety", (WANG,))

    async def test_a_threat_in_the_room_makes_it_a_case_of_safety_with_words_of_its_own(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            for words in PEACEFUL[:2]:
                await town.answer(LIN, words)
            await town.play(((WANG, "我知道你家住哪，我现在就提刀去找你"),))
            [number] = town.conflicts()
            assert town.case(number).kind == "safety"
            assert "12356" not in town.said(to=WANG)[-1]
            assert "110" in town.said(to=WANG)[-1]
            for who in (AIDE, BOSS):
                brief = town.said(to=who)[-1]
                assert "人身安全（急），起因是群友争执" in brief
                assert "提刀" in brief
            said = town.said(to=WANG)
            assert len(await town.answer(LIN, PEACEFUL[2])) == 1
            await town.later(days=4)
            assert town.said(to=WANG) == said
            assert town.state_of() == "open"

    async def test_pictures_and_marks_are_asked_about_once_and_then_a_human_goes_on(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            assert len(await town.answer(LIN, "？？？")) == 1
            assert not town.track(LIN).kept
            await town.answer(LIN, "。。。")
            assert town.track(LIN).state == "human"

    async def test_two_who_make_it_up_themselves_are_left_in_peace(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            said = {who: town.said(to=who) for who in (LIN, WANG)}
            await town.play(PEACE)
            await town.later(days=9)
            assert town.care().outcome == "calmed"
            assert town.state_of() == "done"
            assert {who: town.said(to=who) for who in (LIN, WANG)} == said
            assert len(town.said(room="a")) == 1

    async def test_a_second_flare_up_joins_the_same_case(self, store: Store):
        async with Community(store) as town:
            await town.play(JOKE)
            await town.answer(LIN, PEACEFUL[0])
            await town.later(hours=2)
            await town.play(JOKE[5:])
            await town.play(JOKE[5:])
            assert len(town.conflicts()) == 1
            assert len(town.said(room="a")) == 1

    async def test_a_stop_in_the_middle_changes_nothing(self, tmp_path):
        from bot.store.sqlite import SqliteStore

        heard = []
        for stop in (False, True):
            path = tmp_path / f"{stop}.db"
            town = Community(SqliteStore(path))
            async with town:
                await town.play(JOKE)
                await town.answer(LIN, *PEACEFUL[:1])
                await town.whisper(WANG, ANGRY_FIRST[0])
                if not stop:
                    await finish(town)
            if stop:
                town = Community(SqliteStore(path), world=town.world, clock=town.clock)
                async with town:
                    await town.later(minutes=2)
                    await finish(town)
            heard.append((town.said(to=LIN), town.said(to=WANG), town.said(room="a")))
        assert heard[0] == heard[1]
        assert len(heard[0][0]) > 5


async def reconcile_one(town: Community) -> None:
    for words in PEACEFUL:
        await town.answer(LIN, words)


async def finish(town: Community) -> None:
    await town.later(minutes=2)
    for words in PEACEFUL[1:]:
        await town.answer(LIN, words)
    for words in ANGRY_FIRST[1:]:
        await town.answer(WANG, words)
    await town.later(days=9)
    assert town.care().outcome == "agreed"


class TestOneKeepsAtAnother:
    async def test_whoever_is_kept_at_is_asked_how_they_are_and_nobody_asks_them_to_understand(
        self, store: Store
    ):
        async with Community(store) as town:
            await town.play(KEEPS_AT)
            assert (town.care().attacker, town.care().target) == (WANG, LIN)
            assert (town.track(LIN).role, town.track(WANG).role) == ("target", "attacker")
            [brief] = [line for line in town.said(to=AIDE) if "群友争执" in line]
            assert "小王 一直在说 小林" in brief
            heard = []
            for words in ("嗯，挺难受的", "他老这样", "是的", "我就希望他别再说我了", "好"):
                heard += await town.answer(LIN, words)
            assert heard
            assert not any(
                word in line for line in heard for word in ("换个位置", "对方多半", "站到对面", "体谅他")
            )


class TestAChoiceOfWaysOut:
    async def test_a_mere_nod_is_asked_back_and_a_number_is_understood(self, store: Store):
        tables = {"care": {"options": ["留着，另送一张券", "换一件", "退款"]}}
        async with Community(store, tables=tables) as town:
            await town.play(DIFFERENT)
            assert town.care().playbook == "complaint"
            number = town.conflicts()[-1]
            await town.whisper(AIDE, f"/say {number} options 韩梅")
            offer = town.said(to=HAN)[-1]
            assert "1. 留着" in offer
            assert "3. 退款" in offer
            [back] = await town.answer(HAN, "好")
            assert any(word in back for word in ("几", "哪", "编号", "数字"))
            await town.answer(HAN, "第三个")
            assert dict(town.track(HAN).kept)["choice"] == "退款"


class TestTheStaffsSide:
    async def test_whoever_sleeps_is_not_rung_before_their_hours(self):
        duty = [{"who": AIDE, "begins": "09:00", "ends": "21:00"}]
        async with Community(MemoryStore(), tables={"defaults": {"duty": duty}}) as town:
            await town.later(hours=11)
            await town.play(JOKE)
            assert not any("群友争执" in line for line in town.said(to=AIDE))
            await town.later(hours=10)
            [brief] = [line for line in town.said(to=AIDE) if "群友争执" in line]
            assert "/take 1" in brief

    async def test_nobody_takes_it_so_it_goes_on_to_the_operator(self):
        duty = [{"who": AIDE}, {"who": TEACHER}]
        async with Community(MemoryStore(), tables={"defaults": {"duty": duty}}) as town:
            await town.play(JOKE)
            await town.later(minutes=30)
            for who in (AIDE, TEACHER, BOSS):
                assert sum("群友争执" in line for line in town.said(to=who)) == 1

    async def test_assist_says_nothing_in_private_before_staff_says_yes(self, store: Store):
        async with Community(store, mode="assist") as town:
            await town.play(JOKE)
            assert town.said(room="a") == town.said(to=LIN) == town.said(to=WANG) == []
            await town.whisper(AIDE, "/say 1 room")
            await town.whisper(AIDE, "/say 1 soothe")
            assert len(town.said(room="a")) == len(town.said(to=LIN)) == len(town.said(to=WANG)) == 1
            assert await town.answer(LIN, PEACEFUL[0]) == []
            assert "/say 1 赞美" in town.said(to=AIDE)[-1]
            await town.whisper(AIDE, "/say 1 praise")
            assert len(town.said(to=LIN)) == 2
            await town.whisper(AIDE, "/skip 1 小王")
            await town.whisper(AIDE, "/close 1 resolved")
            assert town.state_of() == "done"

    async def test_observe_only_writes_down(self, store: Store):
        async with Community(store, mode="observe") as town:
            await town.play(JOKE)
            await town.later(days=3)
            assert town.said(room="a") == town.said(to=LIN) == town.said(to=WANG) == []
            assert not any("群友争执" in line for line in town.said(to=AIDE))
            assert town.state_of() == "recorded"
            assert town.flags()

    async def test_observe_tells_people_of_danger_and_nobody_else(self, store: Store):
        async with Community(store, mode="observe") as town:
            await town.play(((WANG, "我真的不想活了，药已经吞下去了"),))
            for who in (AIDE, BOSS):
                [brief] = [line for line in town.said(to=who) if "人身安全" in line]
                assert "药已经吞下去了" in brief
                assert "观察模式" in brief
            await town.later(days=2)
            assert town.said(to=WANG) == town.said(room="a") == []

    async def test_take_over_then_the_bot_is_silent_even_about_what_waits_for_the_morning(self):
        async with Community(MemoryStore()) as town:
            await town.later(hours=11)  # 23:00: private words wait for the morning
            await town.play(JOKE)
            assert town.said(to=LIN) == []
            await town.whisper(AIDE, "接手 1")
            await town.later(hours=12)
            assert town.said(to=LIN) == town.said(to=WANG) == []

    async def test_who_is_no_friend_is_asked_gently_and_heard_when_they_write(self):
        tables = {"care": {"unreachable": "gentle_line"}}
        async with Community(MemoryStore(), friends=(), tables=tables) as town:
            await town.play(JOKE)
            assert town.said(to=WANG) == []
            await town.later(minutes=40)
            gentle = town.said(room="a")[-1]
            assert "小王" not in gentle
            assert "小林" not in gentle
            town.world.befriend(WANG)
            assert len(await town.answer(WANG, "你找我？")) == 1


class TestOtherSituations:
    async def test_a_fault_finder_is_thanked_and_somebody_like_them_shares_honestly(self, store: Store):
        async with Community(store) as town:
            await town.play(OPEN_DAY)
            assert town.care().playbook == "fault-finder"
            assert town.care().parties == (HAN,)
            assert len(town.said(to=HAN)) == 1
            assert town.said(to=TANG) == []
            await town.whisper(AIDE, "/say 1 ask-to-share @糖糖")
            assert len(town.said(to=TANG)) == 1
            assert len(await town.answer(TANG, "可以呀，没问题")) == 1
            assert town.track(TANG).outcome == "helper-yes"
            assert town.state_of() == "open"

    async def test_an_outburst_over_silence_hears_the_member_and_the_colleague(self, store: Store):
        async with Community(store) as town:
            await town.play(UNANSWERED, minutes=14)
            assert town.care().playbook == "unanswered-question"
            assert town.care().parties == (DOU,)
            assert len(town.said(to=DOU)) == 1
            heard = [
                who for who in (AIDE, TEACHER) if who in town.runtime.lane.state.tracks[town.conflicts()[-1]]
            ]
            assert len(heard) == 1
            await town.answer(heard[0], "那会儿在上课，没看手机")
            assert town.track(heard[0]).outcome == "colleague-heard"
            assert not any("没看手机" in line for line in town.said(to=DOU))

    async def test_a_clique_is_spoken_to_one_by_one_and_staff_is_asked_not_to_argue(self, store: Store):
        tables = {"care": {"offer": "转到下一期，老师任选", "topic": "这周末你们怎么搭"}}
        async with Community(store, tables=tables) as town:
            await town.play(TEACHER_LEAVES)
            assert len(town.conflicts()) == 1
            assert town.case(town.conflicts()[0]).kind == "faction"
            assert AIDE not in town.care().parties
            assert set(town.care().parties) == {LIU, HAN, DOU}
            for who in (LIU, HAN, DOU):
                assert len(town.said(to=who)) == 1
            assert len(town.said(room="a")) == 1
            assert any("抱团" in line for line in town.said(to=AIDE))

    async def test_a_hard_sell_is_heard_and_its_reason_kept(self, store: Store):
        async with Community(store) as town:
            await town.play(UPSELL)
            assert town.care().playbook == "upsell"
            assert town.care().parties == (HAN,)
            await town.answer(HAN, "每次上课都在讲下一期，听得我心烦")
            assert dict(town.track(HAN).kept)

    @pytest.mark.parametrize("talk", [UNANSWERED, UPSELL])
    async def test_whoever_opts_out_of_it_hears_no_more(self, talk, store: Store):
        async with Community(store) as town:
            await town.play(talk)
            who = town.care().parties[0]
            await town.answer(who, "退订")
            said = town.said(to=who)
            await town.later(days=12)
            assert town.said(to=who) == said

"""A room's health: days and hours, questions, who leaves after what, the rhythm, and what staff hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Join, Leave, Member
from bot.core.members.health.book import Idea, RevivalBook, revival_problems
from bot.core.members.health.figures import bars, busiest, figures_of
from bot.core.members.health.records import Departure
from bot.core.members.health.rhythm import chance, rhythm_of
from bot.core.members.health.weeks import WEEKS, lately, one_more, week_of
from bot.core.playbook.model import Texts, Title
from bot.core.records import MemberState, RoomDay
from bot.lively import load_lively
from tests.core.health.lively import Lively, shown
from tests.core.scene import AD, BOT, NOON, OPERATOR, OWNER, STAFF

PEOPLE = ("u1", "u2", "u3", "u4")


def figures(room: Lively):
    return figures_of(room.state, room.policy, room.state.rooms["r1"], room.now)


def today(room: Lively) -> RoomDay:
    return room.state.day("r1", room.policy.day(room.now)) or RoomDay(room="r1", day=date(2026, 1, 1))


def rhythm(room: Lively):
    return rhythm_of(room.state, room.policy, room.state.rooms["r1"], room.policy.day(room.now))


# ------------------------------------------------------------------------------ days and hours


def test_messages_are_counted_by_the_hour_of_the_rooms_clock():
    room = Lively(defaults={"timezone": "Europe/Berlin"})
    room.talk("u1", "u2")  # noon in Shanghai is five in the morning in Berlin
    room.now += timedelta(hours=1)
    room.talk("u1")
    assert today(room).hours[5:7] == (2, 1)
    assert sum(today(room).hours) == today(room).messages == 3


def test_the_week_tells_the_calendars_days_although_a_digests_day_begins_the_evening_before():
    room = Lively()
    room.at(20)  # Monday, before the digest
    room.talk("u1")
    room.at(22)  # Monday evening, in Tuesday's digest
    room.talk("u1", "u2")
    week = figures(room).week
    assert week[0][20] == 1
    assert week[0][22] == 2
    assert sum(map(sum, week)) == 3


def test_the_bots_own_words_are_no_talk():
    room = Lively()
    room.talk(BOT)
    assert today(room).hours == ()


def test_bars_show_the_highest_fullest_and_anything_more_than_nothing():
    assert bars([0, 1, 100]) == "▁▂█"
    assert bars([0, 0]) == "▁▁"
    assert busiest([0, 5, 0, 9, 5], 2) == [1, 3]
    assert busiest([0, 0], 2) == []


@given(st.lists(st.integers(0, 80), max_size=40))
def test_a_members_weeks_are_what_counting_their_days_gives(steps):
    day, days, member = date(2026, 1, 1), [], MemberState(room="r1", member="u1", first_seen=NOON)
    for step in steps:
        day += timedelta(days=step)
        days.append(day)
        week, weekly = one_more(member, day)
        member = MemberState(room="r1", member="u1", first_seen=NOON, week=week, weekly=weekly)
        assert len(weekly) <= WEEKS
        first = week_of(day) - WEEKS
        assert lately(member, day) == sum(week_of(one) > first for one in days)
    later = day + timedelta(weeks=WEEKS + 1)
    assert lately(member, later) == 0


# ---------------------------------------------------------------------------------- questions


def test_a_question_that_somebody_takes_up_is_answered():
    room = Lively()
    room.talk("u1", text="请问周末的活动几点开始？")
    room.talk("u2", text="十点，老地方")
    room.run(hours=5)
    room.talk("u2")
    assert (today(room).questions, today(room).unanswered) == (1, 0)


def test_a_question_that_nobody_takes_up_is_counted_once_its_time_is_over():
    room = Lively()
    room.talk("u1", text="请问周末的活动几点开始？")
    room.now += timedelta(hours=1)
    room.talk("u2", text="今天的晚霞真好看啊")  # an hour later, and not to them
    assert today(room).unanswered == 0
    room.now += timedelta(hours=2)
    room.talk("u2", text="今天的晚霞真好看啊")
    assert (today(room).questions, today(room).unanswered) == (1, 1)
    room.now += timedelta(hours=4)
    room.talk("u2")
    assert today(room).unanswered == 1


def test_a_mention_or_a_quote_answers_later_too():
    for more in ({"mentions": ("u1",)}, {"quote": "q"}):
        room = Lively()
        room.say("u1", "请问周末的活动几点开始？", id="q")
        room.now += timedelta(minutes=90)
        room.say("u2", "刚看到，十点", **more)
        room.now += timedelta(hours=3)
        room.talk("u2")
        assert (today(room).questions, today(room).unanswered) == (1, 0)


def test_ones_own_further_words_are_no_answer_and_several_lines_one_question():
    room = Lively()
    room.talk("u1", "u1", text="有人知道周末几点开始吗")
    room.now += timedelta(hours=3)
    room.talk("u1", text="那我自己再找找看吧")
    assert (today(room).questions, today(room).unanswered) == (1, 1)


def test_staff_asking_around_and_ads_that_ask_are_no_questions_of_members():
    room = Lively()
    room.talk(OWNER, STAFF, text="大家周末想去哪里玩呢？")
    room.talk("u1", text=AD + "，有人要吗？")
    assert today(room).questions == 0


def test_the_daily_look_counts_what_a_silent_room_left_unanswered():
    room = Lively()
    room.talk("u1", text="请问周末的活动几点开始？")
    room.run(days=2)
    assert sum(day.unanswered for day in room.state.days["r1"].values()) == 1


# ------------------------------------------------------------------------------------ leaving


def departures(room: Lively) -> list[Departure]:
    return [gone for day in room.state.days["r1"].values() for gone in day.gone]


def test_who_leaves_is_counted_with_their_days_and_what_came_before():
    room = Lively()
    room.tell(Join(at=room.now, room="r1", member="new", name="新来的"))
    room.run(days=3)
    room.tell(Leave(at=room.now, room="r1", member="new"))
    room.tell(Leave(at=room.now, room="r1", member="u2", remover=OWNER))
    room.talk("u1")
    room.run(days=40)
    room.tell(Leave(at=room.now, room="r1", member="u1"))
    assert departures(room) == [Departure(3, "early"), Departure(-1, "removed"), Departure(-1, "silence")]
    assert room.member("new").left_at is not None
    assert not room.member("new").present


def test_whoever_was_removed_for_an_ad_and_whoever_was_warned_leave_after_that():
    room = Lively()
    for member in ("x", "y"):
        room.tell(
            Member(
                at=room.now, room="r1", member=member, name=member, joined_at=room.now - timedelta(days=60)
            )
        )
    for _ in range(4):
        room.run(days=1)
        decision = room.say("x", AD)
        room.arrive(decision)
    room.tell(Leave(at=room.now, room="r1", member="x"))
    room.arrive(room.say("y", AD))
    room.run(days=1)
    room.tell(Leave(at=room.now, room="r1", member="y"))
    assert [d.after for d in departures(room)] == ["removed", "case"]


def test_a_member_list_says_who_left_unless_it_is_the_first():
    room = Lively()
    room.roster(BOT, OWNER, STAFF, "u1", "u2", "u3")
    room.roster(BOT, OWNER, STAFF, "u1", "u2")
    assert departures(room) == [Departure(-1, "other")]
    assert figures(room).leaves == 1


def test_leaving_twice_is_leaving_once():
    room = Lively()
    for _ in range(2):
        room.tell(Leave(at=room.now, room="r1", member="u1"))
    assert len(departures(room)) == 1


# ------------------------------------------------------------------------------------- rhythm


def told(weeks: int, *counts: int, start: Lively | None = None) -> Lively:
    """Return a room in which each day of so many weeks had one of these counts, in turn."""
    room = start or Lively()
    for n in range(weeks * 7):
        room.day(counts[n % len(counts)], *PEOPLE)
    return room


def test_a_steady_room_is_steady_and_a_young_one_too_young_to_tell():
    assert rhythm(told(3, 20)).trend == "few"
    room = told(10, 12, 20, 16, 30, 8)
    assert rhythm(room).trend == "steady"
    assert room.texts("room.propose") == []


def test_a_room_with_three_words_a_day_is_too_small_to_fall():
    room = told(2, 1, start=told(9, 3))
    assert rhythm(room).trend == "few"


def test_a_falling_room_is_told_to_staff_once_with_ideas():
    room = told(2, 6, start=told(9, 24, 30, 27))
    assert rhythm(room).trend == "falling"
    (proposal,) = room.texts("room.propose")
    assert proposal.to == OPERATOR
    said = shown(proposal)
    assert "之前约 27 句" in said
    assert said.count("· ") == 3
    assert "请 u" in said
    assert "/room ok" in said
    assert len(said.splitlines()) <= 15
    told(2, 6, start=room)
    assert len(room.texts("room.propose")) == 1
    assert shown(proposal, "en")


def test_a_quiet_week_or_a_short_dip_is_no_fall():
    room = told(9, 24, 30, 27)
    for _ in range(7):
        room.day(5, *PEOPLE)
    for _ in range(7):
        room.day(26, *PEOPLE)
    assert rhythm(room).trend == "steady"
    assert room.texts("room.propose") == []


def test_holidays_are_left_out():
    # Spring Festival 2026 is 15 to 23 February; of the two weeks that end with it the working days count alone.
    room = Lively()
    room.state.apply([msgspec.structs.replace(room.state.rooms["r1"], adopted_at=NOON - timedelta(days=90))])
    days = [
        RoomDay(room="r1", day=date(2026, 2, 24) - timedelta(days=n), messages=2 if n < 10 else 30, talkers=4)
        for n in range(80)
    ]
    room.state.apply(days)
    found = rhythm_of(room.state, room.policy, room.state.rooms["r1"], date(2026, 2, 24))
    assert found.trend != "falling"
    assert found.days == 5


def test_a_room_where_nobody_answers_anybody_is_dead_and_the_people_to_move_are_named():
    room = told(9, 8)
    room.open("r2", "热闹群")
    for n in range(30):
        room.day(1 if n % 9 == 0 else 0, "u1")
        room.talk("a", "b", "a", room="r2")
    proposals = room.texts("room.propose")
    said = shown(proposals[-1])
    assert "快没人说话了" in said
    assert "并到「热闹群」" in said
    assert "还在说话的：小林" in said or "还在说话的：u1" in said


def test_a_room_that_only_watches_writes_its_proposal_down():
    room = Lively("observe")
    told(2, 6, start=told(9, 24, start=room))
    assert [e.words.text for _, e in room.moments if e.words.text == "room.propose"] == ["room.propose"]


def test_proposals_can_be_switched_off():
    room = told(2, 6, start=told(9, 24, start=Lively(health={"enabled": False})))
    assert rhythm(room).trend == "falling"
    assert room.texts("room.propose") == []


def test_nobody_hears_of_more_than_three_rooms_a_day():
    room = Lively()
    rooms = ["r1"] + [f"x{n}" for n in range(5)]
    for name in rooms[1:]:
        room.open(name, name)
    for count in (12,) * 63 + (2,) * 14:
        room.at(12, days=1)
        for name in rooms:
            room.talk(*PEOPLE[:2] * (count // 2), room=name)
            room.now -= timedelta(minutes=count)
    by_day: dict[str, int] = {}
    for at, effect in room.moments:
        if effect.words.text == "room.propose":
            by_day[str(at.date())] = by_day.get(str(at.date()), 0) + 1
    assert sum(by_day.values()) == 6
    assert max(by_day.values()) == 3


def test_the_digest_says_that_a_room_grew_quiet_and_what_was_left_unanswered():
    room = told(2, 6, start=told(9, 24))
    room.talk("u1", text="请问周末的活动几点开始？")
    room.run(days=1)
    digest = shown([e for _, e in room.moments if e.words.text == "digest.daily"][-1])
    assert "比从前冷了" in digest


def test_chance_is_the_sign_tests():
    assert chance(0, 14) == 1
    assert chance(14, 14) == 2**-14
    assert chance(12, 14) < 0.01 < chance(11, 14)


# ------------------------------------------------------------------------------------ /room


def answer(scene: Lively, line: str, who: str = OPERATOR, room: str | None = None) -> str:
    (effect,) = scene.say(who, line, room=room).effects
    assert effect.to == who
    return shown(effect)


def test_room_fits_a_phone_screen_and_goes_to_staff_in_private():
    room = told(2, 6, start=told(9, 24))
    room.tell(Leave(at=room.now, room="r1", member="u4"))
    for line, where in (("/room", "r1"), ("/room", None), ("群况", None)):
        said = answer(room, line, room=where)
        assert len(said.splitlines()) <= 15
        assert "0点 ▁" in said
        assert "比从前冷了" in said
        assert "\n\n" not in said
    assert room.say("u1", "/room").effects == ()


def test_of_several_rooms_each_has_a_line_and_a_name_shows_one():
    room = told(1, 6)
    room.open("r2", "二群")
    said = answer(room, "/room")
    assert "【母婴群】" in said
    assert "【二群】" in said
    assert answer(room, "/room 二群").startswith("【二群】")
    assert "· 二群" in answer(room, "/room 三群")


def test_who_still_talks_is_listed_most_first():
    room = told(1, 5)
    room.talk(*["u2"] * 9)
    lines = answer(room, "/room people").splitlines()
    assert lines[1].startswith("· u2")
    assert len(lines) == 5


def test_a_yes_schedules_the_proposed_topic_at_the_busiest_hour():
    room = told(2, 6, start=told(9, 24))
    values = room.texts("room.propose")[0].words.values
    assert "12:00" in answer(room, f"/room ok {values['case']}")
    assert "没有等你点头" in answer(room, f"/room ok {values['case']}")
    room.run(days=2)
    (post,) = room.texts("post.line")
    assert post.words.values["text"] in shown(room.texts("room.propose")[0])
    assert room.state.posts == {}


def test_a_yes_is_for_staff_of_that_room():
    room = told(2, 6, start=told(9, 24))
    room.open("r2", "二群", staff=("aide",))
    number = room.texts("room.propose")[0].words.values["case"]
    assert "没有等你点头" in answer(room, f"/room ok {number}", "aide")


# ------------------------------------------------------------------------------------- table


def test_the_shipped_ideas_are_sound():
    assert revival_problems(load_lively().revival) == []


def book(*ideas: Idea, weekdays: Texts | None = None) -> RevivalBook:
    title = Title(zh="让群暖回来", en="Reviving")
    week = tuple("一二三四五六日")
    return RevivalBook(
        id="revival", title=title, about=title, weekdays=weekdays or Texts(zh=week, en=week), idea=ideas
    )


def idea(*zh: str, name: str = "a") -> Idea:
    return Idea(id=name, does="topic", fits=("falling", "dead"), say=Texts(zh=zh, en=("Try",)))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (book(idea("试试"), idea("再试"), weekdays=Texts(zh=("一",), en=("Mon",))), "weekdays"),
        (book(idea("试试"), idea("再试")), "idea a"),
        (book(idea("请 {guest} 来")), "falling"),
        (book(idea("试试 {nobody}", "试试")), "idea a"),
        (book(idea("长" * 200, "试试")), "idea a"),
    ],
)
def test_a_wrong_table_is_named(wrong, where):
    assert where in {problem.where for problem in revival_problems(wrong)}

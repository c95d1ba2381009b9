"""Posts are said at their hour, once, and not into a quarrel, the night, or staff's own words."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from bot.core.conflict.records import Episode
from bot.core.events import Due, Leave, Room
from bot.core.members.posts.icebreakers import Icebreaker, IcebreakerBook, fresh_topic, icebreaker_problems
from bot.core.members.posts.records import Posted
from bot.core.playbook.model import Title
from bot.lively import load_lively
from bot.shell.delivery import delivery_of
from tests.core.health.lively import Lively, packs, shown
from tests.core.scene import BOT, NOON, OPERATOR, OWNER

WEEKLY = "/schedule 每周三 20:00 聊聊最近看的书"


def scene(*lines: str, mode: str = "act", **tables) -> Lively:
    """Return a scene in which the operator gave these commands on a Monday at noon."""
    found = Lively(mode, **tables)
    for line in lines:
        found.whisper(OPERATOR, line)
    return found


def posts(scene: Lively) -> list[tuple[str, str]]:
    return [
        (at.strftime("%m-%d %H:%M"), e.words.values["text"])
        for at, e in scene.moments
        if e.words.text == "post.line"
    ]


def only_post(scene: Lively):
    (post,) = scene.state.posts.values()
    return post


def test_a_post_comes_every_week_at_its_hour():
    room = scene(WEEKLY)
    room.run(days=15)
    assert posts(room) == [("03-04 12:00", "聊聊最近看的书"), ("03-11 12:00", "聊聊最近看的书")]
    assert only_post(room).last_at == NOON + timedelta(days=9, hours=8)


def test_its_task_has_a_natural_key_and_ringing_twice_says_nothing_twice():
    room = scene(WEEKLY)
    key = f"post:{only_post(room).number}:2026-03-04T20:00"
    assert key in room.state.tasks
    room.run(days=1)
    room.at(19, 59, days=1)
    for _ in range(2):
        room.now += timedelta(minutes=1)
        decision = room.tell(Due(at=room.now, task=key))
    assert decision.effects == ()
    room.run(hours=1)
    assert posts(room) == []  # it was said when the first ring came, by hand
    assert only_post(room).last_at is not None


def test_a_post_for_one_date_is_gone_once_it_is_said():
    room = scene("/schedule 2026-03-04 20:00 今晚答疑")
    room.run(days=3)
    assert [text for _, text in posts(room)] == ["今晚答疑"]
    assert room.state.posts == {}


def skipped(room: Lively) -> str | None:
    return only_post(room).skipped


def test_late_is_skipped_and_the_list_says_why():
    room = scene(WEEKLY)
    room.now += timedelta(days=2, hours=9)  # the bot was down at the hour
    room.run(minutes=1)
    assert posts(room) == []
    assert skipped(room) == "late"
    said = shown(room.whisper(OPERATOR, "/schedule").effects[0])
    assert "没发：到点时我不在线" in said
    assert "下次 03-11 20:00" in said


def test_in_the_middle_of_a_quarrel_nothing_is_posted():
    room = scene(WEEKLY)
    room.at(19, 30, days=2)
    quarrel = Episode(
        room="r1", kind="dispute", severity="medium", parties=("u1", "u2"), at=room.now, event="m"
    )
    room.state.apply([quarrel])
    room.run(hours=1)
    assert (posts(room), skipped(room)) == ([], "quarrel")


def test_a_quarrel_that_calmed_down_or_is_long_over_stops_nothing():
    for change in ({"calmed": True}, {"at": NOON}):
        room = scene(WEEKLY)
        room.at(19, 30, days=2)
        quarrel = Episode(
            room="r1", kind="dispute", severity="medium", parties=("u1",), at=room.now, event="m"
        )
        room.state.apply([msgspec.structs.replace(quarrel, **change)])
        room.run(hours=1)
        assert len(posts(room)) == 1


def test_while_staff_is_talking_nothing_is_posted():
    room = scene(WEEKLY)
    room.at(19, 52, days=2)
    room.talk(OWNER)
    room.run(hours=1)
    assert (posts(room), skipped(room)) == ([], "staff")
    room.at(19, 45, days=7)
    room.talk(OWNER)
    room.run(hours=1)
    assert len(posts(room)) == 1
    assert skipped(room) is None


def test_the_rooms_night_is_kept_even_when_it_changed_later():
    room = scene(WEEKLY)
    own = msgspec.structs.replace(room.policy.settings.defaults, quiet_from="19:00")
    settings = msgspec.structs.replace(room.policy.settings, defaults=own)
    room.policy = type(room.policy)(settings, room.policy.rules, **packs())
    room.run(days=3)
    assert (posts(room), skipped(room)) == ([], "quiet")


def test_never_two_within_the_window():
    room = scene("/schedule 每天 19:00 第一条", "/schedule 每天 20:00 第二条", "/schedule 每天 12:30 第三条")
    room.run(days=1)
    assert posts(room) == [("03-02 04:30", "第三条"), ("03-02 11:00", "第一条")]
    assert [p.skipped for p in room.state.posts.values()] == [None, "window", None]


def test_a_room_that_only_watches_writes_down_what_it_would_say():
    room = scene(WEEKLY, mode="observe")
    room.at(19, days=2)
    task = room.state.due(room.now + timedelta(hours=1))[0]
    room.now = task.due_at
    decision = room.tell(Due(at=room.now, task=task.key))
    assert decision.effects == ()
    assert len(decision.recorded) == 1
    assert skipped(room) == "observing"


def test_a_room_we_left_is_not_talked_to():
    room = scene(WEEKLY)
    room.tell(Leave(at=room.now, room="r1", member=BOT))
    room.run(days=3)
    assert (posts(room), skipped(room)) == ([], "left")


def test_an_ice_breaker_never_comes_twice_within_half_a_year():
    room = scene("/schedule 每天 20:00 破冰 parents")
    room.run(days=30)
    said = [text for _, text in posts(room)]
    book = load_lively().icebreakers
    fitting = [t.text for t in book.topic if t.language == "zh" and t.about in {"any", "parents"}]
    assert sorted(said) == sorted(fitting)
    assert skipped(room) == "unused"
    room.run(days=170)
    assert len(posts(room)) > len(said)


def test_every_room_has_its_own_order_of_ice_breakers():
    room = Lively()
    room.open("r2", "二群")
    for name in ("母婴群", "二群"):
        room.whisper(OPERATOR, f"/schedule 「{name}」 每天 20:00")
    room.run(days=6)
    said = {
        r: [
            e.words.values["text"]
            for _, e in room.moments
            if getattr(e, "room", "") == r and e.words.text == "post.line"
        ]
        for r in ("r1", "r2")
    }
    assert len(said["r1"]) == len(said["r2"]) == 6
    assert said["r1"] != said["r2"]


def test_posts_of_the_settings_are_said_too_and_go_when_they_no_longer_stand_there():
    room = Lively(post=[{"rooms": ["r1", "gone"], "when": "daily 9:00", "text": "早"}])
    room.run(days=1)
    assert posts(room) == [("03-03 01:00", "早")]
    assert only_post(room).source
    settings = msgspec.structs.replace(room.policy.settings, post=())
    room.policy = type(room.policy)(settings, room.policy.rules, **packs())
    room.run(days=2)
    assert len(posts(room)) == 2  # what the settings say is looked at once a day, after that hour
    assert room.state.posts == {}
    assert not [t for t in room.state.tasks.values() if t.kind == "post"]


def test_what_the_settings_want_is_taken_over_once():
    room = Lively(post=[{"rooms": ["r1"], "when": "daily 9:00", "text": "早"}])
    for _ in range(3):
        room.tell(Room(at=room.now, room="r1", topic="母婴群"))
    assert len(room.state.posts) == 1


def test_an_evening_s_post_is_none_the_next_morning():
    room = scene(WEEKLY)
    room.run(days=3)
    (post,) = [e for _, e in room.moments if e.words.text == "post.line"]
    assert delivery_of(post).ttl == timedelta(hours=1)
    assert delivery_of(post).obeys_quiet_hours


# ----------------------------------------------------------------------------------- library


def test_the_library_is_large_short_and_has_every_kind_in_both_languages():
    book = load_lively().icebreakers
    assert icebreaker_problems(book) == []
    by_language = {x: [t for t in book.topic if t.language == x] for x in ("zh", "en")}
    assert len(by_language["zh"]) >= 40
    assert len(by_language["en"]) >= 20
    for topics in by_language.values():
        assert {t.about for t in topics} == book.kinds
    assert not any(word in t.text for t in book.topic for word in ("亲~", "亲～", "宝子", "家人们", "集美"))


def book_of(*topics: Icebreaker) -> IcebreakerBook:
    return IcebreakerBook(
        id="ice-breakers", title=Title(zh="库", en="lib"), about=Title(zh="库", en="lib"), topic=topics
    )


def test_what_fits_nobody_here_is_not_said():
    book = book_of(
        Icebreaker(id="a", about="sport", text="跑了吗"), Icebreaker(id="b", language="en", text="Hi?")
    )
    day = timedelta(days=1)
    assert fresh_topic(book, "parents", "zh", Posted(room="r1"), NOON, day) is None
    assert fresh_topic(book, "sport", "zh", Posted(room="r1"), NOON, day) == book.find("a")


@pytest.mark.parametrize(
    ("topics", "where"),
    [
        ((Icebreaker(id="a", text="一"), Icebreaker(id="a", text="二")), "topic a"),
        ((Icebreaker(id="a", text="一"), Icebreaker(id="b", text="一 ")), "topic b"),
        ((Icebreaker(id="a", text=" "),), "topic a"),
        ((Icebreaker(id="a", text="长" * 91),), "topic a"),
    ],
)
def test_a_wrong_library_is_named(topics, where):
    assert [problem.where for problem in icebreaker_problems(book_of(*topics))] == [where]

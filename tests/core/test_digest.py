"""Digests: one a day and reader, at the reader's hour, in every zone, late but never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.plan import moment_of
from bot.core.events import Due
from bot.core.policy import Policy
from bot.core.settings import Operator, Settings
from tests.core.scene import AD, BOT, MAYBE, NOON, OPERATOR, OWNER, STAFF, Scene, kinds, only


def digests(scene):
    return sorted(key for key, task in scene.state.tasks.items() if task.kind == "digest")


def until_digest(scene):
    """Let time run on to the next digest, past everything else that is due before."""
    while True:
        decision = scene.due()
        if decision.task is not None and decision.task.startswith("digest:"):
            return decision


def test_one_digest_is_planned_for_the_operator_however_many_rooms():
    scene = Scene()
    scene.open("r2", "二群")
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-02"]
    assert scene.state.tasks[digests(scene)[0]].due_at == datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_without_an_operator_each_owner_reads_about_their_own_rooms():
    scene = Scene(operator={"id": None})
    scene.open("r2", "二群", owner="other")
    assert digests(scene) == ["digest:other:2026-03-02", "digest:owner:2026-03-02"]
    digest = only(until_digest(scene))
    assert (digest.to, [row["room"] for row in digest.words.values["rooms"]]) == ("other", ["二群"])


def test_an_account_that_owns_its_room_writes_no_digest_to_itself():
    scene = Scene(operator={"id": None})
    scene.open("r2", "二群", owner=BOT)
    assert digests(scene) == ["digest:owner:2026-03-02", f"digest:{STAFF}:2026-03-02"]
    scene.open("r3", "三群", owner=BOT, staff=())
    assert len(digests(scene)) == 2


def test_after_the_hour_the_first_digest_is_tomorrows():
    scene = Scene(operator={"id": OPERATOR, "digest_at": "09:00"})
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-03"]


def test_at_the_very_hour_it_is_tomorrows_too():
    scene = Scene(operator={"id": OPERATOR, "digest_at": "12:00"})
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-03"]


def test_a_digest_on_time_is_not_called_late_and_the_next_day_is_planned():
    scene = Scene()
    digest = only(until_digest(scene))
    assert (digest.to, digest.words.values["late"], digest.words.values["date"]) == (
        OPERATOR,
        False,
        "2026-03-02",
    )
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-03"]


def test_a_missed_hour_is_made_up_for_once_and_says_so():
    scene = Scene()
    scene.later(days=3)
    digest = only(scene.due())
    assert (digest.words.values["late"], digest.words.values["date"]) == (True, "2026-03-02")
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-05"]


def test_the_same_task_ringing_twice_sends_once():
    scene = Scene()
    (task,) = digests(scene)
    due = Due(at=NOON + timedelta(hours=9), task=task)
    assert kinds(scene.tell(due)) == ["digest"]
    assert kinds(scene.tell(due)) == []


def test_a_room_that_was_left_is_not_in_it_and_without_rooms_there_is_none():
    scene = Scene()
    scene.leave(BOT)
    assert until_digest(scene).effects == ()
    assert digests(scene) == [f"digest:{OPERATOR}:2026-03-03"]


def test_it_tells_what_happened_today_and_what_waits():
    scene = Scene()
    scene.open("r2", "二群")
    scene.say("u2", "早")
    scene.arrive(scene.say("u1", AD))
    scene.later(hours=1)
    scene.say("u2", MAYBE)
    scene.join("n1")
    scene.leave("n1")
    values = only(until_digest(scene)).words.values
    first, second = values["rooms"]
    assert {
        k: first[k] for k in ("messages", "talkers", "ads", "suspects", "reminds", "asked", "joins", "leaves")
    } == {
        "messages": 3,
        "talkers": 2,
        "ads": 1,
        "suspects": 1,
        "reminds": 1,
        "asked": 1,
        "joins": 1,
        "leaves": 1,
    }
    assert (first["room"], first["mode"], second["messages"]) == ("母婴群", "act", 0)
    assert [(c["case"], c["state"], c["name"]) for c in values["waiting"]] == [(2, "asked", "小王")]
    assert [(c["case"], c["state"]) for c in values["cases"]] == [(1, "done")]
    assert values["messages"] == 3


def test_a_failed_removal_waits_for_a_human():
    scene = Scene()
    scene.receive(only(scene.say(STAFF, "/kick @小林", mentions=("u1",))), "failed")
    values = only(until_digest(scene)).words.values
    assert [c["state"] for c in values["waiting"]] == ["failed"]
    assert values["rooms"][0]["failed"] == 1


def test_it_fits_a_phone_screen_and_says_how_much_more_there_is():
    scene = Scene()
    for number in range(20):
        scene.say(f"x{number}", MAYBE)
    values = only(until_digest(scene)).words.values
    assert (len(values["waiting"]), values["waiting_more"]) == (12, 8)


def test_what_happened_yesterday_is_not_in_it():
    scene = Scene()
    scene.arrive(scene.say("u1", AD))
    until_digest(scene)
    values = only(until_digest(scene)).words.values
    assert (values["cases"], values["rooms"][0]["ads"], values["date"]) == ((), 0, "2026-03-03")


def test_the_owner_of_one_room_learns_nothing_of_another():
    scene = Scene(operator={"id": None})
    scene.open("r2", "二群", owner="other")
    scene.say("u1", MAYBE)
    digest = only(until_digest(scene))
    assert (digest.to, digest.words.values["waiting"]) == ("other", ())
    assert OWNER not in str(digest.words.values)


zones = st.sampled_from(
    [
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Casablanca",
        "UTC",
    ]
)
hours = st.times(min_value=time(3, 30)).map(lambda t: t.strftime("%H:%M"))


@given(zones, hours, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_in_every_zone_a_day_has_one_digest_at_its_hour(zone, hour, day):
    policy = Policy(Settings(operator=Operator(id=OPERATOR, timezone=zone, digest_at=hour)))
    moment = moment_of(policy, day)
    local = moment.astimezone(UTC).astimezone(ZoneInfo(zone))
    assert (local.date(), local.strftime("%H:%M")) == (day, hour)
    assert policy.day(moment - timedelta(seconds=1)) == day
    assert policy.day(moment) == day + timedelta(days=1)


@given(zones, hours, st.integers(0, 3 * 365 * 24))
def test_digests_follow_each_other_day_by_day_through_every_change_of_clocks(zone, hour, start):
    scene = Scene(operator={"id": OPERATOR, "timezone": zone, "digest_at": hour})
    scene.state.tasks.clear()
    scene.now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    scene.open("r2", "二群")
    days = [only(scene.due()).words.values["date"] for _ in range(5)]
    first = date.fromisoformat(days[0])
    assert days == [(first + timedelta(days=n)).isoformat() for n in range(5)]
    assert not any(key.endswith(days[-1]) for key in digests(scene))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_the_nights_when_clocks_change_have_one_digest_each(zone):
    for year, month, day in ((2026, 3, 29), (2026, 10, 25), (2026, 3, 8), (2026, 11, 1)):
        scene = Scene(operator={"id": OPERATOR, "timezone": zone, "digest_at": "03:30"})
        scene.state.tasks.clear()
        scene.now = datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        scene.open("r2", "二群")
        seen = [only(scene.due()).words.values["date"] for _ in range(2)]
        assert seen == [
            date(year, month, day).isoformat(),
            (date(year, month, day) + timedelta(1)).isoformat(),
        ]


def test_what_happens_after_the_hour_is_told_the_next_day():
    scene = Scene()
    scene.now = scene.now.replace(hour=14)  # 22:00 in Shanghai, an hour after the digest
    scene.arrive(scene.say("u1", AD))
    values = [only(scene.due()).words.values for _ in range(2)]
    assert [v["date"] for v in values] == ["2026-03-02", "2026-03-03"]
    assert [v["rooms"][0]["ads"] for v in values] == [0, 1]


def test_a_removal_that_failed_is_not_called_done_when_the_person_walks_out():
    scene = Scene()
    scene.join("u9", "新人")
    decision = scene.say("u9", AD)
    scene.receive(decision.effects[0], "failed", "still_there")
    scene.leave("u9")
    assert scene.case().state == "left"

"""No budget is ever exceeded, whatever comes, and everything goes in the end."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import settings
from bot.core.effects import AskFriend
from bot.core.quiet import QuietHours
from bot.errors import NotDeliveredError
from bot.ports import LinkState
from bot.shell.delivery import delivery_of, person_of, room_of
from bot.shell.delivery_queue import DeliveryQueue
from bot.shell.governor import Governor
from tests.shell import scripted as s
from tests.shell.virtual_clock import START

TIGHT = settings.Governor(
    per_minute=3,
    per_hour=8,
    per_day=20,
    per_room_hour=3,
    per_person_day=2,
    friend_requests_day=2,
    removals_minute=2,
    gap_seconds=2,
    jitter_seconds=3,
    same_text_minutes=4,
)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


def governor_of(limits=TIGHT, quiet=None, linked=True):
    governor = Governor(
        limits,
        rng=random.Random(1),
        quiet=quiet or (lambda _room: None),
        exempt=lambda person: person.startswith(("staff", "boss")),
    )
    if linked:
        governor.link(s.UP)
    return governor


def row(effect, n=1, at=START, **changes):
    return s.row_of(effect, f"1.{n}", n, at, expires_at=None, **changes)


effects = st.one_of(
    st.builds(s.remove, room=st.sampled_from(["r1", "r2"]), member=st.sampled_from(["u1", "u2"])),
    st.builds(s.remind, room=st.sampled_from(["r1", "r2"]), via=st.sampled_from(["room", "private"])),
    st.builds(s.line, room=st.sampled_from(["r1", "r2", "r3"]), urgent=st.booleans()),
    st.builds(
        s.private, to=st.sampled_from(["u1", "u2", "u3"]), purpose=st.sampled_from(["checkin", "reply"])
    ),
    st.builds(s.notice, to=st.sampled_from(["staff1", "staff2"])),
    st.builds(s.ask, to=st.sampled_from(["u1", "u2", "u3"])),
    st.just(s.digest()),
    st.just(s.invite()),
)
arrivals = st.lists(
    st.tuples(st.floats(0, 4000), effects, st.sampled_from(["same", "other", None])), min_size=1, max_size=40
)


def carried_out(governor, plan, start=START, fails=()):
    """Let rows arrive and go as the dispatcher lets them; return (moment, row) of each going."""
    queue, gone, now = DeliveryQueue(), [], start
    coming = sorted(
        ((start + timedelta(seconds=after), n, effect, text) for n, (after, effect, text) in enumerate(plan)),
        key=lambda item: item[:2],
    )
    for _ in range(100_000):
        while coming and coming[0][0] <= now:
            at, n, effect, text = coming.pop(0)
            changes = {} if text is None or delivery_of(effect).deed else {"text": text}
            queue.put(row(effect, n, at, **changes), now)
        list(queue.pass_time(now))
        wakes, blocked = [], set()
        while (best := queue.best(blocked)) is not None:
            answer = governor.ask(best, now)
            if answer.scope == "go":
                governor.sent(best, now)
                queue.take(best)
                queue.free(best.conversation)
                governor.ended(best, now, healthy=True)
                gone.append((now, best))
            elif answer.scope == "row":
                queue.hold(best, answer.at)
            else:
                wakes.append(answer.at)
                blocked.add(delivery_of(best.effect).purse)
        if not coming and not len(queue):
            return gone
        moments = [*wakes, queue.next_alarm(), coming[0][0] if coming else None]
        after = min(m for m in moments if m is not None)
        assert after > now, "asking again at once gets nowhere"
        now = after
    raise AssertionError("rows wait for ever")


def most_within(times, span):
    """The most of `times` in any stretch of a length, open at its far end."""
    return max((sum(1 for t in times if at - span < t <= at) for at in times), default=0)


LUNCH = QuietHours("Asia/Shanghai", "12:10", "12:40")


@given(arrivals, st.sampled_from([None, LUNCH]))
def test_no_budget_is_exceeded_in_any_window_and_everything_goes_in_the_end(plan, quiet):
    gone = carried_out(governor_of(quiet=lambda _room: quiet), plan)
    assert len(gone) == len(plan)
    check_budgets(gone)


@pytest.mark.parametrize("seed", range(8))
def test_nor_on_a_day_of_a_hundred_and_fifty_wishes(seed):
    chance = random.Random(seed)
    kinds = [
        lambda: s.remove(chance.choice(["r1", "r2"]), "u1"),
        lambda: s.remind(chance.choice(["r1", "r2"]), via=chance.choice(["room", "private"])),
        lambda: s.line(chance.choice(["r1", "r2"]), urgent=chance.random() < 0.3),
        lambda: s.private(chance.choice(["u1", "u2", "u3"])),
        s.notice,
        lambda: s.ask(chance.choice(["u1", "u2", "u3"])),
    ]
    plan = [
        (chance.uniform(0, 7200), chance.choice(kinds)(), chance.choice(["same", None])) for _ in range(150)
    ]
    gone = carried_out(governor_of(quiet=lambda room: LUNCH if room == "r1" else None), plan)
    assert len(gone) == len(plan)
    check_budgets(gone)


def check_budgets(gone):
    words = [at for at, r in gone if delivery_of(r.effect).counts_as_word]
    assert most_within(words, MINUTE) <= 3
    assert most_within(words, HOUR) <= 8
    assert most_within(words, DAY) <= 20
    assert all(b - a >= timedelta(seconds=2) for a, b in pairwise(words))
    removals = [at for at, r in gone if not delivery_of(r.effect).counts_as_word]
    assert most_within(removals, MINUTE) <= 2
    by_room, by_person = defaultdict(list), defaultdict(list)
    for at, r in gone:
        if delivery_of(r.effect).in_room:
            by_room[room_of(r.effect)].append(at)
        if delivery_of(r.effect).to_person and not person_of(r.effect).startswith(("staff", "boss")):
            by_person[person_of(r.effect)].append(at)
    assert all(most_within(times, HOUR) <= 3 for times in by_room.values())
    assert all(most_within(times, DAY) <= 2 for times in by_person.values())
    assert most_within([at for at, r in gone if isinstance(r.effect, AskFriend)], DAY) <= 2
    for at, r in gone:
        if delivery_of(r.effect).spread and r.text is not None:
            twins = (t for t, o in gone if o.text == r.text and o.conversation != r.conversation and t <= at)
            assert all(o_at == at or at - o_at >= timedelta(minutes=4) for o_at in twins)


@given(arrivals)
def test_spare_words_leave_a_fifth_of_every_budget_to_moderation(plan):
    limits = msgspec.structs.replace(TIGHT, per_minute=5, per_hour=10, per_day=20)
    gone = carried_out(governor_of(limits), plan)
    times = [(at, delivery_of(r.effect)) for at, r in gone if delivery_of(r.effect).counts_as_word]
    for at, delivery in times:
        if delivery.purse == "spare":
            for limit, span in ((4, MINUTE), (8, HOUR), (16, DAY)):
                assert sum(1 for t, _ in times if at - span < t <= at) <= limit


@given(arrivals)
def test_within_a_conversation_words_go_by_priority_and_then_in_order(plan):
    plan = [(0.0, effect, text) for _, effect, text in plan]
    gone = carried_out(governor_of(), plan)
    lanes = defaultdict(list)
    for _, r in gone:
        lanes[(r.conversation, delivery_of(r.effect).deed)].append((r.priority, r.seq))
    assert all(places == sorted(places) for places in lanes.values())


@given(st.lists(st.sampled_from(["private", "digest", "line"]), min_size=1, max_size=60))
def test_a_staff_notice_goes_next_however_much_lesser_talk_waits(kinds):
    governor, now = governor_of(), START
    lesser = {"private": s.private("u1"), "digest": s.digest(), "line": s.line("r1")}
    for n, kind in enumerate(kinds):
        waiting = row(lesser[kind], n)
        if governor.admit(waiting, now) == now:
            governor.sent(waiting, now)
            governor.ended(waiting, now, healthy=True)
    gone = carried_out(governor, [(0, lesser[kind], None) for kind in kinds] + [(0, s.notice(), None)], now)
    assert isinstance(next(r for _, r in gone if r.priority <= 1).effect, type(s.notice()))
    assert gone[0][1].priority == 1


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 100_000), effects, st.none()), min_size=1, max_size=15),
    zone=st.sampled_from(ZONES),
    hours=st.sampled_from([("22:30", "08:00"), ("13:00", "15:00"), ("23:00", "02:30"), ("00:30", "02:00")]),
    day=st.sampled_from(["2025-03-08", "2025-03-29", "2025-04-05", "2025-10-04", "2025-10-25", "2025-11-01"]),
)
def test_quiet_hours_hold_across_changes_of_daylight_saving_time(arrivals, zone, hours, day):
    quiet = QuietHours(zone, *hours)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    gone = carried_out(governor_of(s.FREE, lambda _room: quiet), arrivals, start)
    assert len(gone) == len(arrivals)
    for at, r in gone:
        assert not (delivery_of(r.effect).obeys_quiet_hours and quiet.covers(at))


@pytest.mark.parametrize(
    ("effect", "obeys"),
    [
        (s.private(purpose="checkin"), True),
        (s.private(purpose="reply"), False),
        (s.private(purpose="approval"), False),
        (s.ask(), True),
        (s.line(), True),
        (s.line(urgent=True), False),
        (s.remind(via="private"), False),
        (s.warn(via="private"), False),
        (s.remind(), False),
        (s.warn(), False),
        (s.remove(), False),
        (s.ban(), False),
        (s.notice(), False),
        (s.digest(), False),
        (s.invite(), False),
        (s.accept(), False),
    ],
)
def test_at_night_only_what_cannot_wait_goes(effect, obeys):
    governor = governor_of(quiet=lambda _room: QuietHours("Asia/Shanghai", "22:30", "08:00"))
    night = datetime(2025, 3, 3, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    morning = datetime(2025, 3, 4, 0, 0, tzinfo=UTC)
    assert governor.admit(row(effect, at=night), night) == (morning if obeys else night)


def test_the_hours_are_those_of_the_room_it_is_about():
    hours = {"r1": QuietHours("Asia/Shanghai", "22:30", "08:00"), None: QuietHours("UTC", "15:00", "17:00")}
    governor = governor_of(quiet=hours.get)
    night = datetime(2025, 3, 3, 16, 0, tzinfo=UTC)
    assert governor.admit(row(s.private(room="r1")), night) == night + timedelta(hours=8)
    assert governor.admit(row(s.private()), night) == night + timedelta(hours=1)


def test_removals_find_room_when_all_words_are_spent():
    governor, now = governor_of(), START
    for n in range(100):
        waiting = row(s.notice(), n)
        now = governor.admit(waiting, now)
        governor.sent(waiting, now)
        governor.ended(waiting, now, healthy=True)
        if n >= 19:
            break
    assert governor.admit(row(s.remind()), now) > now + HOUR
    assert governor.admit(row(s.remove()), now) == now


def test_what_surely_did_not_go_out_is_given_back_but_the_gap_stays():
    governor = governor_of(
        msgspec.structs.replace(TIGHT, per_person_day=1, per_room_hour=1, friend_requests_day=1)
    )
    later = START + MINUTE
    for n, effect in enumerate([s.private("u1"), s.line("r1"), s.ask("u2"), s.remove()]):
        waiting = row(effect, n, text="same")
        governor.sent(waiting, START)
        governor.ended(waiting, START, healthy=False, spent=False)
        assert governor.admit(row(effect, 50 + n, text="same"), later) == later
    assert governor.admit(row(s.line("r3")), START) >= START + timedelta(seconds=2)


def test_budgets_survive_a_restart():
    governor = governor_of()
    rows = [
        row(s.private("u1"), 1, sent_at=START - HOUR),
        row(s.private("u1"), 2, sent_at=START - MINUTE),
        row(s.ask("u2"), 3, sent_at=START + HOUR),  # the system clock was ahead when it went
        row(s.remove(), 4),
    ]
    governor.preload(rows, START)
    assert governor.admit(row(s.private("u1"), 9), START + timedelta(minutes=5)) == START - HOUR + DAY
    assert governor.admit(row(s.line("r9"), 9), START) > START  # the gap after what went "now"


def test_staff_may_be_told_as_often_as_needed_and_all_at_once():
    governor = governor_of(s.FREE)
    for n, to in enumerate(["staff1", "staff2", "staff1", "staff1", "boss"] * 3):
        waiting = row(s.notice(to), n, text="case 12")
        assert governor.admit(waiting, START) == START
        governor.sent(waiting, START)
        governor.ended(waiting, START, healthy=True)


def test_memory_does_not_grow_with_people_rooms_and_texts():
    governor, now = governor_of(s.FREE), START
    for n in range(2000):
        waiting = row(s.line(f"r{n}"), n) if n % 2 else row(s.private(f"u{n}"), n)
        now = max(now + MINUTE, governor.admit(waiting, now))
        governor.sent(waiting, now)
        governor.ended(waiting, now, healthy=True)
    assert len(governor._rooms) <= 62
    assert len(governor._people) <= 24 * 30 + 2
    assert len(governor._texts) <= 2
    assert not governor._under_way


def test_new_limits_hold_at_once_and_forget_nothing():
    governor = governor_of()
    governor.sent(row(s.line("r1"), 1), START)
    governor.reconfigure(msgspec.structs.replace(TIGHT, per_hour=1, breaker_failures=1))
    assert governor.admit(row(s.line("r2"), 2), START + MINUTE) == START + HOUR


# -- the link and the breaker ------------------------------------------------------------------


@pytest.mark.parametrize("state", ["disconnected", "logout", "scan", "rejected", "connecting"])
def test_nothing_goes_without_a_link(state):
    governor = governor_of()
    governor.link(LinkState(state=state))
    assert not governor.link_up
    assert governor.ask(row(s.remove()), START).scope == "all"
    assert governor.admit(row(s.remove()), START) > START
    governor.link(LinkState(state="login"))
    assert governor.admit(row(s.remove()), START) == START


def test_a_logged_out_account_stays_out_though_the_gateway_reconnects():
    governor = governor_of()
    for state in ("logout", "disconnected", "connected"):
        governor.link(LinkState(state=state))
    assert not governor.link_up


def fail(governor, now, n=0):
    waiting = row(s.remove(member=f"u{n}"), n)
    assert governor.admit(waiting, now) == now
    governor.sent(waiting, now)
    governor.ended(waiting, now, healthy=False)


def test_failures_in_a_row_pause_everything_for_longer_and_longer():
    governor, now = (
        governor_of(msgspec.structs.replace(s.FREE, breaker_failures=3, breaker_seconds=10)),
        START,
    )
    for n in range(3):
        fail(governor, now, n)
    pauses = []
    for n in range(6):
        until = governor.admit(row(s.line(), 90), now)
        pauses.append((until - now).total_seconds())
        now = until
        fail(governor, now, n)
    assert pauses == [10, 20, 40, 80, 100, 100]


def test_after_the_pause_one_probe_decides():
    governor = governor_of(msgspec.structs.replace(s.FREE, breaker_failures=1, breaker_seconds=10))
    slow = row(s.line("r7"), 7)
    governor.sent(slow, START)  # under way since before the trouble
    fail(governor, START)
    now = START + timedelta(seconds=10)
    probe = row(s.line("r1"), 1)
    assert governor.admit(probe, now) == now
    governor.sent(probe, now)
    assert governor.ask(row(s.line("r2"), 2), now) == governor.ask(row(s.remove(), 3), now)
    assert governor.ask(row(s.line("r2"), 2), now).scope == "all"
    governor.ended(slow, now, healthy=True)  # proves nothing about now
    assert governor.ask(row(s.line("r2"), 2), now).scope == "all"
    governor.ended(probe, now, healthy=None, spent=False)  # never reached the channel: another may try
    assert governor.admit(row(s.line("r2"), 2), now) == now
    governor.sent(row(s.line("r2"), 2), now)
    governor.ended(row(s.line("r2"), 2), now, healthy=True)
    assert governor.paused_until is None


def test_what_fails_late_does_not_lengthen_the_pause():
    governor = governor_of(msgspec.structs.replace(s.FREE, breaker_failures=1, breaker_seconds=10))
    late = [row(s.line(f"r{n}"), n) for n in range(3)]
    for waiting in late:
        governor.sent(waiting, START)
    fail(governor, START, 9)
    for waiting in late:
        governor.ended(waiting, START + timedelta(seconds=5), healthy=False)
    assert governor.paused_until == START + timedelta(seconds=10)


def test_a_success_in_between_starts_the_count_anew():
    governor = governor_of(msgspec.structs.replace(s.FREE, breaker_failures=2))
    fail(governor, START, 1)
    well = row(s.remove(), 2)
    governor.sent(well, START)
    governor.ended(well, START, healthy=True)
    fail(governor, START, 3)
    assert governor.paused_until is None


async def test_the_dispatcher_probes_and_goes_on_by_itself():
    stage = s.Stage(msgspec.structs.replace(s.FREE, breaker_failures=2, breaker_seconds=30))
    await stage.start()
    stage.channel.script["say_room"] = [NotDeliveredError("down")] * 3
    await stage.offer(*[s.line(f"r{n}", urgent=True) for n in range(30)])
    calls = len(stage.channel.calls)
    assert calls <= 16
    await stage.until(seconds=25)
    assert len(stage.channel.calls) == calls
    await stage.until(minutes=10)
    assert set((await stage.statuses()).values()) == {"done"}

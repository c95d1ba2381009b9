"""What becomes of an effect between the outbox and the platform."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from bot.errors import NotAllowedError, NotDeliveredError, NotFriendError, StoreError, UndecidedError
from bot.shell.delivery_claims import Pace
from tests.shell.scripted import (
    DOWN,
    FREE,
    UP,
    Lane,
    Stage,
    accept,
    ask,
    ban,
    digest,
    invite,
    line,
    notice,
    private,
    remind,
    remove,
    warn,
)


@pytest.fixture
async def stage():
    stage = Stage()
    await stage.start()
    yield stage
    await stage.dispatcher.stop(grace=0)


@pytest.mark.parametrize(
    ("effect", "call"),
    [
        (remind(), ("say_room", "r1", "text 1.0", ("u1",))),
        (warn(), ("say_room", "r1", "text 1.0", ("u1",))),
        (remind(via="private"), ("say_private", "u1", "text 1.0")),
        (warn(via="private"), ("say_private", "u1", "text 1.0")),
        (line(mentions=("u2", "u3")), ("say_room", "r1", "text 1.0", ("u2", "u3"))),
        (private(), ("say_private", "u1", "text 1.0")),
        (notice(), ("say_private", "staff1", "text 1.0")),
        (digest(), ("say_private", "boss", "text 1.0")),
        (invite(), ("invite", "r1", "u1")),
        (ask(), ("ask_friend", "u1", "text 1.0", "r1")),
        (accept(), ("accept_friend", "q1")),
    ],
)
async def test_every_effect_becomes_its_call_and_ends_as_done(stage, effect, call):
    await stage.offer(effect)
    assert stage.channel.calls == [call]
    assert await stage.statuses() == {"1.0": "done"}
    [item] = stage.lane.taken
    assert item.key == "receipt:1.0:1"
    assert (item.event.outcome, item.event.effect_kind) == ("done", effect.__struct_config__.tag)


async def test_the_platforms_message_id_is_kept_with_the_row(stage):
    await stage.offer(remind())
    assert (await stage.row("1.0")).message_id == "m1"


async def test_a_receipt_says_whom_where_and_which_case(stage):
    effect = remove(member="u9")
    await stage.offer(type(effect)(room="r1", member="u9", case=12))
    event = stage.lane.taken[0].event
    assert (event.room, event.to, event.case, event.at) == ("r1", "u9", 12, stage.clock.now())


# -- order -------------------------------------------------------------------------------------


async def test_a_conversation_keeps_its_order_and_removals_come_first(stage):
    stage.dispatcher.link(DOWN)
    await stage.offer(line("r1"), line("r1"), remind("r1"), remove("r1"))
    stage.dispatcher.link(UP)
    await stage.dispatcher.settled()
    said = [(name, rest[-1] if name == "say_room" else None) for name, *rest in stage.channel.calls]
    assert [name for name, _ in said] == ["remove", "roster", "say_room", "say_room", "say_room"]
    assert [call[2] for call in stage.channel.named("say_room")] == ["text 1.2", "text 1.0", "text 1.1"]


async def test_more_than_ten_effects_of_one_event_go_in_the_order_they_came(stage):
    await stage.offer(*[line("r1", urgent=True) for _ in range(12)])
    assert [call[2] for call in stage.channel.calls] == [f"text 1.{n}" for n in range(12)]


async def test_a_slow_room_does_not_hold_up_the_others(stage):
    gate = asyncio.Event()
    stage.channel.script["r1"] = [gate]
    stage.dispatcher.offer(await stage.plan(line("r1"), line("r1"), line("r2")))
    await stage.reach(lambda: stage.store._outbox["1.2"].status == "done")
    assert await stage.statuses() == {"1.0": "sending", "1.1": "todo", "1.2": "done"}
    gate.set()
    await stage.dispatcher.settled()
    assert set((await stage.statuses()).values()) == {"done"}


async def test_thousands_of_rows_never_become_thousands_of_tasks(stage):
    before = len(asyncio.all_tasks())
    rows = await stage.plan(*[line(f"r{n}", urgent=True) for n in range(3000)])
    stage.dispatcher.offer(rows)
    assert len(asyncio.all_tasks()) <= before + 17
    await stage.until(minutes=5)
    assert stage.channel.most_at_once == 16
    assert len(stage.channel.calls) == 3000


async def test_nor_when_thousands_expire_at_once(stage):
    before = len(asyncio.all_tasks())
    stage.dispatcher.link(DOWN)
    await stage.offer(*[remind(f"r{n}") for n in range(1000)])
    stage.clock.advance(hours=1)
    stage.dispatcher.offer([])
    assert len(asyncio.all_tasks()) <= before + 18
    await stage.dispatcher.settled()
    assert set((await stage.statuses()).values()) == {"dropped"}


async def test_a_row_planned_for_later_waits_without_holding_anybody_back(stage):
    later = stage.clock.now() + timedelta(hours=2)
    await stage.offer(line("r1"), not_before=later)
    await stage.offer(line("r1"))
    assert [call[2] for call in stage.channel.calls] == ["text 2.0"]
    await stage.until(hours=2)
    assert [call[2] for call in stage.channel.calls] == ["text 2.0", "text 1.0"]


async def test_rows_offered_twice_go_once(stage):
    rows = await stage.plan(line())
    stage.dispatcher.offer(rows)
    stage.dispatcher.offer(rows)
    await stage.dispatcher.settled()
    stage.dispatcher.offer(rows)
    await stage.dispatcher.settled()
    assert len(stage.channel.calls) == 1


# -- what does not go --------------------------------------------------------------------------


async def test_what_is_too_late_is_dropped_and_said_so(stage):
    stage.dispatcher.link(DOWN)
    await stage.offer(remind())
    await stage.until(minutes=15)
    assert stage.channel.calls == []
    assert stage.lane.outcomes() == {"1.0": ("dropped", "expired")}
    assert await stage.statuses() == {"1.0": "dropped"}


async def test_the_last_look_can_stop_a_row():
    stage = Stage(may_send=lambda row: "opted_out" if row.conversation == "u1" else None)
    await stage.start()
    await stage.offer(private("u1"), private("u2"))
    assert stage.channel.calls == [("say_private", "u2", "text 1.1")]
    assert stage.lane.outcomes()["1.0"] == ("dropped", "opted_out")


async def test_an_opt_out_that_comes_while_the_store_is_busy_still_counts():
    said_no = set()
    stage = Stage(may_send=lambda row: "opted_out" if row.conversation in said_no else None)
    claim = stage.store.claim

    async def slow_claim(effect, at):
        said_no.add("u1")
        return await claim(effect, at)

    stage.store.claim = slow_claim
    await stage.start()
    await stage.offer(private("u1"))
    assert stage.channel.calls == []
    assert await stage.statuses() == {"1.0": "dropped"}


async def test_a_row_settled_elsewhere_is_left_alone(stage):
    rows = await stage.plan(line())
    await stage.store.claim("1.0", stage.clock.now())
    stage.dispatcher.offer(rows)
    await stage.dispatcher.settled()
    assert stage.channel.calls == []
    assert stage.lane.taken == []


async def test_nothing_is_claimed_while_the_link_is_down(stage):
    stage.dispatcher.link(DOWN)
    await stage.offer(line(), remove(), private())
    await stage.until(minutes=10)
    assert set((await stage.statuses()).values()) == {"todo"}
    stage.dispatcher.link(UP)
    await stage.dispatcher.settled()
    assert set((await stage.statuses()).values()) == {"done"}


async def test_friend_requests_switched_off_are_refused_so_that_the_core_can_do_something_else():
    stage = Stage(msgspec.structs.replace(FREE, friend_requests_day=0))
    await stage.start()
    await stage.offer(ask())
    assert stage.channel.calls == []
    assert stage.lane.outcomes() == {"1.0": ("refused", "friend_requests_off")}


# -- words: at most once -----------------------------------------------------------------------


async def test_words_surely_not_sent_are_tried_again_later_and_later(stage):
    stage.channel.script["say_room"] = [NotDeliveredError("busy")] * 3
    await stage.offer(line())
    row = await stage.row("1.0")
    assert (row.status, row.attempts, row.detail) == ("todo", 1, "not_delivered: busy")
    first = row.not_before - stage.clock.now()
    assert timedelta(seconds=2) <= first <= timedelta(seconds=2.5)
    await stage.until(minutes=5)
    row = await stage.row("1.0")
    assert (row.status, row.attempts) == ("done", 4)
    assert [item.key for item in stage.lane.taken] == ["receipt:1.0:4"]


async def test_a_row_that_is_tried_again_keeps_its_place(stage):
    stage.channel.script["say_room"] = [NotDeliveredError("busy")]
    await stage.offer(line("r1"), line("r1"))
    await stage.until(minutes=1)
    assert [call[2] for call in stage.channel.calls] == ["text 1.0", "text 1.0", "text 1.1"]


async def test_words_are_given_up_after_the_last_attempt():
    stage = Stage(pace=Pace(attempts=3, retry_longest=10))
    await stage.start()
    stage.channel.script["say_room"] = [NotDeliveredError("busy")] * 9
    await stage.offer(line())
    await stage.until(hours=1)
    assert len(stage.channel.calls) == 3
    assert stage.lane.outcomes() == {"1.0": ("failed", "not_delivered")}
    assert (await stage.row("1.0")).detail == "not_delivered: busy"


@pytest.mark.parametrize(
    ("error", "detail"),
    [(NotFriendError("no friend"), "not_friend"), (NotAllowedError("no right"), "not_allowed")],
)
async def test_a_refusal_is_final_and_names_its_reason(stage, error, detail):
    stage.channel.script["say_private"] = [error]
    await stage.offer(private())
    await stage.until(hours=1)
    assert len(stage.channel.calls) == 1
    assert stage.lane.outcomes() == {"1.0": ("refused", detail)}


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (UndecidedError("no answer"), "undecided"),
        (RuntimeError("a bug in the channel"), "defect"),
        (asyncio.CancelledError(), "undecided"),
    ],
)
async def test_words_nobody_can_vouch_for_are_never_said_again(stage, error, detail):
    stage.channel.script["say_private"] = [error]
    await stage.offer(private(), line())
    await stage.until(hours=1)
    assert len(stage.channel.named("say_private")) == 1
    assert stage.lane.outcomes() == {"1.0": ("unknown", detail), "1.1": ("done", "")}


async def test_accepting_a_friend_may_be_done_twice_and_is_tried_again(stage):
    stage.channel.script["accept_friend"] = [UndecidedError("no answer")]
    await stage.offer(accept())
    await stage.until(minutes=1)
    assert len(stage.channel.calls) == 2
    assert await stage.statuses() == {"1.0": "done"}


async def test_the_watch_hears_of_every_answer_and_every_failure(stage):
    stage.channel.script["say_private"] = [NotFriendError("a refusal is an answer"), UndecidedError("none")]
    await stage.offer(private("u1"), private("u2"), private("u3"))
    assert stage.results == [True, False, True]


# -- removals: at least once, then verified ----------------------------------------------------


@pytest.mark.parametrize("effect", [remove(), ban()])
async def test_a_removal_is_done_when_the_roster_says_so(stage, effect):
    stage.channel.present["r1"] = {"u1", "u2"}
    stage.channel.script["remove"] = [lambda: stage.channel.present["r1"].discard("u1")]
    await stage.offer(effect)
    assert stage.channel.calls == [("remove", "r1", "u1"), ("roster", "r1")]
    assert stage.lane.outcomes() == {"1.0": ("done", "")}


async def test_a_removal_that_takes_effect_late_is_seen_at_a_later_look(stage):
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove())
    assert await stage.statuses() == {"1.0": "sending"}
    await stage.until(seconds=2)
    stage.channel.present["r1"].clear()
    await stage.until(seconds=2)
    assert await stage.statuses() == {"1.0": "done"}
    assert len(stage.channel.named("roster")) == 3


async def test_a_removal_that_silently_fails_is_never_recorded_as_done(stage):
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove())
    await stage.until(minutes=1)
    assert len(stage.channel.named("roster")) == 4
    assert stage.lane.outcomes() == {"1.0": ("failed", "still_there")}


async def test_words_in_the_room_do_not_wait_for_the_looks(stage):
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove(), warn(to="u2"))
    assert await stage.statuses() == {"1.0": "sending", "1.1": "done"}


async def test_an_unanswered_removal_is_verified_too(stage):
    stage.channel.script["remove"] = [UndecidedError("no answer")]
    await stage.offer(remove())
    assert stage.lane.outcomes() == {"1.0": ("done", "")}


async def test_an_unreadable_roster_means_trying_again_later(stage):
    stage.channel.script["roster"] = [UndecidedError("no answer"), RuntimeError("bug")]
    await stage.offer(remove())
    row = await stage.row("1.0")
    assert (row.status, row.detail) == ("todo", "roster_unreadable: no answer")
    await stage.until(minutes=1)
    assert await stage.statuses() == {"1.0": "done"}


async def test_a_member_list_with_nobody_in_it_proves_nothing(stage):
    stage.channel.present["r1"] = {"u1"}
    stage.channel.script["remove"] = [stage.channel.present["r1"].clear]
    stage.channel.account.clear()
    await stage.offer(remove())
    row = await stage.row("1.0")
    assert (row.status, row.detail) == ("todo", "roster_unreadable: the member list is empty")
    stage.channel.present["r1"] = {"u1"}  # it was the list that failed, and the removal had, too
    await stage.until(minutes=1)
    assert stage.lane.outcomes() == {"1.0": ("failed", "still_there")}


async def test_a_second_attempt_looks_before_it_asks_again(stage):
    stage.channel.script["roster"] = [UndecidedError("no answer")]
    await stage.offer(remove())
    await stage.until(minutes=1)
    assert [call[0] for call in stage.channel.calls] == ["remove", "roster", "roster"]


async def test_a_roster_that_stays_unreadable_ends_as_failed():
    stage = Stage(pace=Pace(attempts=3))
    await stage.start()
    stage.channel.script["roster"] = [UndecidedError("no answer")] * 99
    await stage.offer(remove())
    await stage.until(hours=1)
    assert len(stage.channel.named("remove")) == 3
    assert stage.lane.outcomes() == {"1.0": ("failed", "roster_unreadable")}


async def test_a_refused_removal_of_somebody_who_left_is_done(stage):
    stage.channel.present["r1"] = {"u1"}
    stage.channel.script["remove"] = [NotAllowedError("no right"), NotAllowedError("gone")]
    await stage.offer(remove(member="u1"))
    await stage.offer(remove(member="u2"))
    assert list(stage.lane.outcomes().values()) == [("refused", "not_allowed"), ("done", "")]


async def test_bringing_somebody_back_waits_until_the_removal_is_verified(stage):
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove())
    await stage.offer(invite())
    stage.channel.present["r1"].clear()
    await stage.until(minutes=1)
    assert [call[0] for call in stage.channel.calls] == ["remove", "roster", "roster", "invite"]
    assert set((await stage.statuses()).values()) == {"done"}


# -- crash and restart -------------------------------------------------------------------------


async def crash_in_mid_call(*effects):
    """Leave a store as a killed process leaves it: claimed, called, and nothing written after."""
    stage = Stage()
    await stage.start()
    for _ in effects:
        stage.channel.script["say_private"].append(asyncio.Event())
        stage.channel.script["remove"].append(asyncio.Event())
    stage.dispatcher.offer(await stage.plan(*effects))
    await stage.reach(lambda: stage.channel.under_way == len(effects))
    stage.dispatcher._inbox = Lane(type(stage.store)())  # nothing the dying process says is heard
    return stage


async def test_after_a_crash_words_are_unknown_and_removals_are_done_again():
    before = await crash_in_mid_call(private("u1"), remove("r1", "u2"))
    after = Stage(store=before.store, clock=before.clock)
    lost = await after.start()
    await after.dispatcher.settled()
    assert [row.id for row in lost] == ["1.0"]
    assert after.channel.calls == [("roster", "r1")]  # gone already: asked for once was enough
    assert await after.statuses() == {"1.0": "unknown", "1.1": "done"}
    assert after.lane.outcomes()["1.0"] == ("unknown", "undecided")


async def test_the_receipt_of_a_lost_row_is_journalled_once_however_often_the_program_starts():
    before = await crash_in_mid_call(private("u1"))
    for expected in (1, 0):
        after = Stage(store=before.store, clock=before.clock)
        assert [row.id for row in await after.start()] == ["1.0"]
        await after.dispatcher.settled()
        assert len(after.lane.taken) == expected


async def test_a_restart_takes_up_what_waited_and_remembers_what_was_spent():
    limits = msgspec.structs.replace(FREE, per_hour=1)
    before = Stage(limits)
    await before.start()
    await before.offer(line("r1"), line("r2"))
    await before.dispatcher.stop()
    after = Stage(limits, store=before.store, clock=before.clock)
    await after.start()
    await after.until(minutes=59)
    assert after.channel.calls == []
    await after.until(minutes=1)
    assert len(after.channel.calls) == 1


async def test_stopping_waits_for_what_is_under_way():
    stage = Stage()
    await stage.start()
    gate = asyncio.Event()
    stage.channel.script["say_private"] = [gate]
    stage.dispatcher.offer(await stage.plan(private(), line()))
    asyncio.get_running_loop().call_soon(gate.set)
    await stage.dispatcher.stop()
    assert await stage.statuses() == {"1.0": "done", "1.1": "done"}


async def test_what_is_broken_off_at_the_end_is_unknown_if_words_and_taken_up_again_if_not():
    stage = Stage()
    await stage.start()
    stage.channel.script["say_private"] = [asyncio.Event()]
    stage.channel.script["remove"] = [asyncio.Event()]
    stage.dispatcher.offer(await stage.plan(private(), remove()))
    await stage.reach(lambda: stage.channel.under_way == 2)
    await stage.dispatcher.stop(grace=0)
    assert await stage.statuses() == {"1.0": "unknown", "1.1": "sending"}
    assert await stage.store.recover(stage.clock.now())
    assert (await stage.row("1.1")).status == "todo"


# -- one bad row -------------------------------------------------------------------------------


async def test_a_defect_in_the_last_look_fails_its_row_and_no_other():
    def may_send(row):
        if row.conversation == "u1":
            raise KeyError("a bug")

    stage = Stage(may_send=may_send)
    await stage.start()
    await stage.offer(private("u1"), private("u2"))
    assert stage.lane.outcomes() == {"1.0": ("failed", "defect"), "1.1": ("done", "")}


async def test_a_defect_in_the_governors_questions_fails_its_row_and_no_other():
    def quiet(room):
        if room == "r1":
            raise KeyError("a bug")

    stage = Stage(quiet=quiet)
    await stage.start()
    await stage.offer(line("r1"), line("r2"))
    assert stage.lane.outcomes() == {"1.0": ("failed", "defect"), "1.1": ("done", "")}
    assert stage.dispatcher.counts["defect"] == 1


async def test_a_store_that_fails_to_claim_delays_the_row(stage):
    claim, calls = stage.store.claim, []

    async def failing_once(effect, at):
        calls.append(effect)
        if len(calls) == 1:
            raise StoreError("disk full")
        return await claim(effect, at)

    stage.store.claim = failing_once
    await stage.offer(line())
    assert stage.channel.calls == []
    await stage.until(seconds=3)
    assert await stage.statuses() == {"1.0": "done"}


async def test_a_store_that_fails_to_release_ends_the_row_as_failed(stage):
    async def failing(effect, not_before, detail):
        raise StoreError("disk full")

    stage.store.release = failing
    stage.channel.script["say_room"] = [NotDeliveredError("busy")]
    await stage.offer(line())
    assert stage.lane.outcomes() == {"1.0": ("failed", "not_delivered")}


async def test_an_inbox_that_fails_is_counted_and_leaves_the_row_for_the_next_start(stage):
    async def failing(item):
        raise RuntimeError("a bug in the lane")

    stage.lane.put = failing
    await stage.offer(line("r1"), line("r1"))
    assert stage.dispatcher.counts["defect"] == 2
    assert len(stage.channel.calls) == 2
    assert set((await stage.statuses()).values()) == {"sending"}


# -- idle --------------------------------------------------------------------------------------


async def test_working_counts_what_goes_on_and_settled_waits_for_it(stage):
    gate = asyncio.Event()
    stage.channel.script["say_room"] = [gate]
    stage.dispatcher.offer(await stage.plan(line()))
    assert stage.dispatcher.working == 1
    waiting = asyncio.create_task(stage.dispatcher.settled())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    await waiting
    assert stage.dispatcher.working == 0


async def test_waiting_for_the_clock_is_not_working(stage):
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove(), line("r2"), not_before=None)
    await stage.offer(line("r3"), not_before=stage.clock.now() + timedelta(hours=1))
    assert (stage.dispatcher.working, stage.dispatcher.waiting) == (0, 2)


async def test_when_settled_the_clock_knows_what_is_waited_for(stage):
    later = stage.clock.now() + timedelta(hours=1)
    await stage.offer(line("r3"), not_before=later)
    assert stage.clock.next_waiter() == later
    stage.channel.present["r1"] = {"u1"}
    await stage.offer(remove())
    for seconds in (1, 3, 10):
        next_look = stage.clock.now() + timedelta(seconds=seconds)
        assert stage.clock.next_waiter() == next_look
        stage.clock.advance_to(next_look)
        await stage.dispatcher.settled()
    assert stage.clock.next_waiter() == later


async def test_what_became_due_is_started_by_settled_itself(stage):
    await stage.offer(line("r3"), not_before=stage.clock.now() + timedelta(hours=1))
    stage.clock.advance(hours=1)
    await stage.dispatcher.settled()
    assert await stage.statuses() == {"1.0": "done"}


async def test_the_same_rows_and_chance_give_the_same_story():
    stories = []
    for _ in range(2):
        stage = Stage(FREE, seed=3)
        await stage.start()
        stage.channel.script["say_room"] = [NotDeliveredError("busy"), None, UndecidedError("none")]
        stage.channel.present["r1"] = {"u1"}
        await stage.offer(line("r1"), line("r2"), line("r1"), remove("r1"), private("u5"))
        await stage.until(minutes=5)
        stories.append([(i.key, i.event) for i in stage.lane.taken])
    assert stories[0] == stories[1]

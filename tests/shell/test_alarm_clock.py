"""Three bells that ring at intervals and remember nothing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.shell.alarm_clock import AlarmClock, Intervals


class Bell:
    def __init__(self, fails=0):
        self.rings, self.fails, self.rung = 0, fails, asyncio.Event()

    async def __call__(self):
        self.rings += 1
        if self.rings <= self.fails:
            raise RuntimeError("a bug in the bell")
        self.rung.set()


@pytest.fixture
async def clock_with():
    made = []

    def make(tick, every=None):
        clock = AlarmClock(tick=tick, plan=Bell(), reload=Bell(), every=every)
        made.append(clock)
        return clock

    yield make
    for clock in made:
        await clock.stop(grace=0)


async def test_every_bell_rings_at_once_when_it_starts(clock_with):
    clock = clock_with(Bell())
    clock.start()
    async with asyncio.timeout(5):
        for ring, _ in clock._bells.values():
            await ring.rung.wait()


async def test_a_bell_that_fails_rings_again(clock_with):
    bell = Bell(fails=2)
    clock = clock_with(bell, Intervals(tick=0.01))
    clock.start()
    async with asyncio.timeout(5):
        await bell.rung.wait()
    assert clock.failures == {"tick": 2}


async def test_the_scheduler_rings_late_rather_than_never_and_remembers_nothing(clock_with):
    clock = clock_with(Bell())
    clock.start()
    jobs = {job.id: job for job in clock._scheduler.get_jobs()}
    assert {name: job.trigger.interval_length for name, job in jobs.items()} == {
        "tick": 5,
        "plan": 600,
        "reload": 5,
    }
    for job in jobs.values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        assert job.trigger.timezone is UTC or str(job.trigger.timezone) == "UTC"
    assert type(clock._scheduler._jobstores["default"]).__name__ == "MemoryJobStore"


async def test_a_system_clock_set_back_does_not_silence_it(clock_with):
    bell = Bell()
    clock = clock_with(bell)
    clock.start()
    async with asyncio.timeout(5):
        await bell.rung.wait()
        bell.rung.clear()
        clock._scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        clock._mend()
        await bell.rung.wait()


async def test_stopping_waits_for_what_is_ringing(clock_with):
    entered, gate, done = asyncio.Event(), asyncio.Event(), []

    async def tick():
        entered.set()
        await gate.wait()
        done.append(1)

    clock = clock_with(tick)
    clock.start()
    async with asyncio.timeout(5):
        await entered.wait()
        asyncio.get_running_loop().call_soon(gate.set)
        await clock.stop()
    assert done == [1]
    assert not clock._scheduler.running


async def test_what_rings_for_too_long_is_broken_off(clock_with):
    entered = asyncio.Event()

    async def tick():
        entered.set()
        await asyncio.Event().wait()

    clock = clock_with(tick)
    clock.start()
    async with asyncio.timeout(5):
        await entered.wait()
        await clock.stop(grace=0)
    assert not clock._ringing


async def test_stopping_what_never_started_does_nothing(clock_with):
    await clock_with(Bell()).stop()
